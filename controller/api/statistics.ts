import { entryOf } from '../core/entry-of.ts';
import type { LogEntry } from '../core/events.ts';
import { idOf, type Services } from '../pool/services.ts';
import type { SeriesView } from './shapes.ts';

/** One step for each second. */
export const STEP_MS = 1000;
/** Steps that are kept: ten minutes. */
export const MAX_STEPS = 600;
/** A ring has room for the present second, too. */
const RING = MAX_STEPS + 1;
/** Services and servers with a series; further ones have none. */
export const MAX_SERIES = 2000;
/** Rates are means over so many whole seconds. */
const RATE_STEPS = 5;

/** The steps of one service or server, as rings. */
interface Series {
  /** The second in which it began. */
  readonly began: number;
  readonly new: Uint32Array;
  readonly active: Uint32Array;
  readonly bytes: Float64Array;
  readonly responseSum: Float64Array;
  readonly responses: Uint32Array;
  /** Bytes are measured in the switch; before the first measurement the bytes of ended connections are counted. */
  isMeasured: boolean;
}

/** Time series of the last ten minutes for each service and server, one step per second. Memory is bounded: about 17 KB each. */
export class Statistics {
  readonly #series = new Map<string, Series>();
  #second: number;

  constructor(now: number) {
    this.#second = secondOf(now);
  }

  /** Takes a line of the log. */
  onEntry(entry: LogEntry, now: number): void {
    if (entry.type === 'decision') {
      this.#advance(now);
      for (const series of this.#both(entry.service, entry.server.name)) series.new[this.#at]! += 1;
    } else if (entry.type === 'end') {
      this.#advance(now);
      for (const series of this.#both(entry.service, entry.server)) this.#end(series, entry);
    }
  }

  /** Records the present state; drops the series of what is no longer configured. */
  onTick(now: number, services: Services): void {
    this.#advance(now);
    for (const name of this.#series.keys())
      if (!services.members.has(name) && services.named(name) === undefined) this.#series.delete(name);
    for (const service of services.list) {
      let active = 0;
      let rate = 0;
      for (const server of service.servers) {
        active += server.connections;
        rate += server.bytesPerSecond;
        this.#note(idOf(service, server), server.connections, server.bytesPerSecond);
      }
      this.#note(service.name, active, rate);
    }
  }

  /** New connections per second of a service or server. */
  newPerSecond(name: string): number {
    return this.#sum(name, RATE_STEPS, series => series.new) / RATE_STEPS;
  }

  bytesPerSecond(name: string): number {
    return this.#sum(name, RATE_STEPS, ({ bytes }) => bytes) / RATE_STEPS;
  }

  /** New connections of the last whole minute. */
  newInMinute(name: string): number {
    return this.#sum(name, 60, series => series.new);
  }

  /** The steps of the last minutes, whole ones, the oldest first. */
  view(minutes: number): { readonly from: number; readonly series: Record<string, SeriesView> } {
    const steps = Math.min(MAX_STEPS, Math.round(minutes * 60));
    const from = this.#second - steps;
    const series = [...this.#series].map(([name, of]) => [name, viewOf(of, from, steps)] as const);
    return { from: from * STEP_MS, series: Object.fromEntries(series) };
  }

  get #at(): number {
    return this.#second % RING;
  }

  #both(service: string, server: string): Series[] {
    return [service, `${service}/${server}`].flatMap(name => this.#of(name) ?? []);
  }

  #of(name: string): Series | undefined {
    if (!this.#series.has(name) && this.#series.size >= MAX_SERIES) return undefined;
    return entryOf(this.#series, name, () => emptySeries(this.#second));
  }

  #end(series: Series, { bytes, responseMs }: Extract<LogEntry, { type: 'end' }>): void {
    if (!series.isMeasured) series.bytes[this.#at]! += bytes.in + bytes.out;
    if (responseMs === undefined) return;
    series.responseSum[this.#at]! += responseMs;
    series.responses[this.#at]! += 1;
  }

  #note(name: string, active: number, bytesPerSecond: number): void {
    const series = this.#of(name);
    if (series === undefined) return;
    series.active[this.#at] = active;
    series.isMeasured ||= bytesPerSecond > 0;
    if (series.isMeasured) series.bytes[this.#at] = bytesPerSecond;
  }

  /** Begins the seconds up to now. */
  #advance(now: number): void {
    const second = secondOf(now);
    const first = Math.max(this.#second + 1, second - RING + 1);
    for (let at = first; at <= second; at++) for (const series of this.#series.values()) clear(series, at % RING);
    this.#second = Math.max(this.#second, second);
  }

  #sum(name: string, steps: number, of: (series: Series) => ArrayLike<number>): number {
    const series = this.#series.get(name);
    if (series === undefined) return 0;
    const values = of(series);
    let sum = 0;
    for (let second = this.#second - steps; second < this.#second; second++)
      if (second >= series.began) sum += values[second % RING]!;
    return sum;
  }
}

function viewOf(series: Series, from: number, steps: number): SeriesView {
  const read = (value: (at: number) => number | null, before: number | null) =>
    Array.from({ length: steps }, (_, i) => (from + i < series.began ? before : value((from + i) % RING)));
  return {
    new: read(at => series.new[at]!, 0),
    active: read(at => series.active[at]!, null),
    bytes: read(at => Math.round(series.bytes[at]!), 0),
    response: read(at => (series.responses[at]! > 0 ? series.responseSum[at]! / series.responses[at]! : null), null),
  };
}

function emptySeries(began: number): Series {
  const ints = () => new Uint32Array(RING);
  const floats = () => new Float64Array(RING);
  return { began, new: ints(), active: ints(), bytes: floats(), responseSum: floats(), responses: ints(), isMeasured: false };
}

function clear(series: Series, at: number): void {
  // Connections live on between two ticks.
  series.active[at] = series.active[(at + RING - 1) % RING]!;
  for (const values of [series.new, series.bytes, series.responseSum, series.responses]) values[at] = 0;
}

function secondOf(now: number): number {
  return Math.floor(now / STEP_MS);
}
