import type { Message, MessageInput } from '../../openflow/index.ts';
import type { Scheduler } from '../../topologies/embedded/clock.ts';
import type { Timer } from '../../topologies/embedded/event-queue.ts';
import type { Random } from '../../topologies/embedded/random.ts';
import type { Channel } from '../switches/channel.ts';

/** How long a message of the control channel is under way. Messages stay in order, as on TCP. */
export interface ControlDelay {
  readonly delayMs: number;
  /** Up to this much more, drawn for each message, so that messages of one turn arrive apart. */
  readonly jitterMs: number;
}

/** One direction of a control channel: first in, first out, each item after a delay. */
export class Pipe<T> {
  readonly #clock: Scheduler;
  readonly #random: Random;
  readonly #deliver: (item: T) => void;
  delay: ControlDelay;
  #queue: { readonly item: T; readonly at: number }[] = [];
  #lastAt = 0;
  #timer: Timer | undefined;

  constructor(clock: Scheduler, random: Random, delay: ControlDelay, deliver: (item: T) => void) {
    this.#clock = clock;
    this.#random = random;
    this.delay = delay;
    this.#deliver = deliver;
  }

  send(item: T): void {
    const { delayMs, jitterMs } = this.delay;
    const jitter = jitterMs > 0 ? jitterMs * this.#random.next() : 0;
    // In the clock's own steps: it must not be earlier than the item when the timer rings.
    this.#lastAt = Math.max(this.#lastAt, Math.round((this.#clock.now() + delayMs + jitter) * 1000) / 1000);
    this.#queue.push({ item, at: this.#lastAt });
    this.#timer ??= this.#clock.at(this.#lastAt, () => this.#arrive());
  }

  /** The sender is gone: of what is under way a part still arrives, drawn by chance. Gives when the last of it does. */
  breakOff(): number {
    if (this.#queue.length > 0) this.#queue.length = this.#random.integer(this.#queue.length + 1);
    return this.#queue.at(-1)?.at ?? this.#clock.now();
  }

  /** Nobody is there to take what is under way. */
  discard(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#queue = [];
  }

  #arrive(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    // An item that is delivered may cause a discard, or more to be sent.
    while (this.#queue.length > 0 && this.#queue[0]!.at <= now) this.#deliver(this.#queue.shift()!.item);
    const [next] = this.#queue;
    if (next !== undefined) this.#timer ??= this.#clock.at(next.at, () => this.#arrive());
  }
}

/** What sits at the ends of a control channel. */
export interface ControlEnds {
  /** A message arrives at the switch. */
  toSwitch(message: MessageInput): void;
  /** A message arrives at the controller. */
  toController(message: Message): void;
  /** The switch sees that the channel is gone. */
  switchLost(): void;
  /** The controller sees that the channel is gone. */
  controllerLost(reason: string): void;
}

/** An OpenFlow connection in memory. */
export class ControlLink implements Channel {
  readonly address: string;
  readonly #clock: Scheduler;
  readonly #down: Pipe<MessageInput>;
  readonly #up: Pipe<Message>;
  readonly #ends: ControlEnds;
  #open = true;

  constructor(clock: Scheduler, random: Random, delay: ControlDelay, address: string, ends: ControlEnds) {
    this.address = address;
    this.#clock = clock;
    this.#ends = ends;
    this.#down = new Pipe(clock, random, delay, message => ends.toSwitch(message));
    this.#up = new Pipe(clock, random, delay, message => ends.toController(message));
  }

  set delay(delay: ControlDelay) {
    this.#down.delay = delay;
    this.#up.delay = delay;
  }

  /** From the controller. */
  send(message: MessageInput): void {
    if (this.#open) this.#down.send(message);
  }

  /** From the switch. */
  sendUp(message: Message): void {
    if (this.#open) this.#up.send(message);
  }

  /** The controller's end goes: what it sent last arrives in part, then the switch sees the end. */
  close(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#up.discard();
    const lastAt = this.#down.breakOff();
    this.#ends.controllerLost(reason);
    this.#clock.at(lastAt, () => this.#ends.switchLost());
  }

  /** The switch's end goes, as it is without power: nothing arrives there any more. */
  drop(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#up.discard();
    this.#down.discard();
    this.#ends.switchLost();
    this.#ends.controllerLost(reason);
  }
}
