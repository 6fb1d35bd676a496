import type { Scheduler } from './clock.ts';
import type { Random } from './random.ts';

/** What a cable ends in. A frame that was sent is never written to again: whoever changes it makes a new one. */
export interface Endpoint {
  receive(frame: Uint8Array): void;
  /** The link went up or down. */
  linkChanged?(up: boolean): void;
}

/** How a direction of a link treats frames. All of it may change while frames are under way. */
export interface LinkQuality {
  readonly delayMs: number;
  /** Up to this much more delay, evenly spread. Frames stay in order. */
  readonly jitterMs: number;
  /** Bits a second on the wire; Infinity: a frame takes no time to send. */
  readonly rate: number;
  /** How many frames wait for the wire at most, the one that is being sent included; the rest is dropped. Matters with a rate only. */
  readonly queueFrames: number;
  /** Probabilities, each for itself. */
  readonly loss: number;
  readonly duplicate: number;
  /** Held back for `reorderMs` more, so that later frames overtake it. */
  readonly reorder: number;
  readonly reorderMs: number;
}

export const PERFECT_LINK: LinkQuality = Object.freeze({
  delayMs: 0.05,
  jitterMs: 0,
  rate: Number.POSITIVE_INFINITY,
  queueFrames: 1000,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  reorderMs: 1,
});

/** What became of a frame that was given to a link. `delivered` follows later, once for each copy, on all but the last three. */
export type FrameFate = 'sent' | 'duplicated' | 'reordered' | 'delivered' | 'lost' | 'overflow' | 'down';

/** Sees every frame of a link: `from` is the end it was sent at. */
export type FrameObserver = (frame: Uint8Array, from: LinkEnd, fate: FrameFate) => void;

export interface LinkCounters {
  sent: number;
  delivered: number;
  bytes: number;
  lost: number;
  overflow: number;
  down: number;
  duplicated: number;
  reordered: number;
}

/** Joins two endpoints. Chance comes from the generator it is given. */
export class Link {
  readonly name: string;
  readonly ends: readonly [LinkEnd, LinkEnd];
  /** Sees every frame; for captures and tests. */
  observer: FrameObserver | undefined;
  #up = true;

  constructor(clock: Scheduler, random: Random, quality: Partial<LinkQuality> = {}, name = 'link') {
    this.name = name;
    const one = new LinkEnd(this, 0, clock, random.fork('0'), quality);
    const other = new LinkEnd(this, 1, clock, random.fork('1'), quality);
    this.ends = [one, other];
  }

  get up(): boolean {
    return this.#up;
  }

  /** Changes both directions; `ends[i].set` changes what is sent at one end. */
  set(quality: Partial<LinkQuality>): void {
    for (const end of this.ends) end.set(quality);
  }

  /** Cuts the cable, which loses what is on it, or joins it again. Both ends are told at once. */
  setUp(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    for (const end of this.ends) end.cut();
    for (const end of this.ends) end.endpoint?.linkChanged?.(up);
  }

  other(end: LinkEnd): LinkEnd {
    return this.ends[end.index === 0 ? 1 : 0];
  }
}

/** One end of a link: what is sent here arrives at the endpoint attached to the other. */
export class LinkEnd {
  readonly link: Link;
  readonly index: 0 | 1;
  readonly counters: LinkCounters = newCounters();
  /** Who sits here. */
  endpoint: Endpoint | undefined;
  readonly #clock: Scheduler;
  readonly #random: Random;
  #quality: LinkQuality;
  /** When each frame that waits for the wire, or is on it, has left; and where the first of them is. */
  #leaving: number[] = [];
  #first = 0;
  #lastArrival = 0;
  /** Frames sent before the last cut do not arrive. */
  #cuts = 0;

  constructor(link: Link, index: 0 | 1, clock: Scheduler, random: Random, quality: Partial<LinkQuality>) {
    this.link = link;
    this.index = index;
    this.#clock = clock;
    this.#random = random;
    this.#quality = { ...PERFECT_LINK, ...quality };
  }

  get quality(): LinkQuality {
    return this.#quality;
  }

  set(quality: Partial<LinkQuality>): void {
    this.#quality = { ...this.#quality, ...quality };
  }

  cut(): void {
    this.#cuts++;
    this.#leaving = [];
    this.#first = 0;
    this.#lastArrival = 0;
  }

  send(frame: Uint8Array): void {
    const quality = this.#quality;
    const { counters } = this;
    if (!this.link.up) {
      counters.down++;
      this.#tell(frame, 'down');
      return;
    }
    const leaves = this.#leaves(frame.length);
    if (leaves < 0) {
      counters.overflow++;
      this.#tell(frame, 'overflow');
      return;
    }
    counters.sent++;
    counters.bytes += frame.length;
    if (this.#random.chance(quality.loss)) {
      counters.lost++;
      this.#tell(frame, 'lost');
      return;
    }
    let arrival = leaves + quality.delayMs;
    if (quality.jitterMs > 0) arrival += quality.jitterMs * this.#random.next();
    const late = this.#random.chance(quality.reorder);
    if (late) {
      arrival += quality.reorderMs;
      counters.reordered++;
    } else if (arrival < this.#lastArrival) arrival = this.#lastArrival;
    else this.#lastArrival = arrival;
    const twice = this.#random.chance(quality.duplicate);
    this.#tell(frame, late ? 'reordered' : 'sent');
    this.#deliver(frame, arrival);
    if (!twice) return;
    counters.duplicated++;
    this.#tell(frame, 'duplicated');
    this.#deliver(frame, arrival);
  }

  #deliver(frame: Uint8Array, arrival: number): void {
    const cuts = this.#cuts;
    this.#clock.at(arrival, () => {
      if (cuts !== this.#cuts) {
        this.counters.down++;
        return this.#tell(frame, 'down');
      }
      this.counters.delivered++;
      this.#tell(frame, 'delivered');
      this.link.other(this).endpoint?.receive(frame);
    });
  }

  /** When the last bit of the frame has left; -1 when the queue is full. */
  #leaves(bytes: number): number {
    const now = this.#clock.now();
    const { rate, queueFrames } = this.#quality;
    if (rate === Number.POSITIVE_INFINITY) return now;
    const leaving = this.#leaving;
    while (this.#first < leaving.length && leaving[this.#first]! <= now) this.#first++;
    if (this.#first > 64 && this.#first * 2 > leaving.length) {
      leaving.splice(0, this.#first);
      this.#first = 0;
    }
    if (leaving.length - this.#first >= queueFrames) return -1;
    const free = this.#first < leaving.length ? leaving[leaving.length - 1]! : now;
    const leaves = free + (bytes * 8000) / rate;
    leaving.push(leaves);
    return leaves;
  }

  #tell(frame: Uint8Array, fate: FrameFate): void {
    this.link.observer?.(frame, this, fate);
  }
}

function newCounters(): LinkCounters {
  return { sent: 0, delivered: 0, bytes: 0, lost: 0, overflow: 0, down: 0, duplicated: 0, reordered: 0 };
}
