import { entryOf } from '../../../core/entry-of.ts';
import type { LogEntry } from '../../../core/events.ts';

/** Over how long a rate is counted. */
const WINDOW_S = 10;
/** A client that has been silent for longer is no longer drawn. */
const CLIENT_FORGOTTEN_MS = 120_000;
/** Clients that are remembered; the one that was silent longest gives way. */
const MAX_CLIENTS = 200;

/** New connections per second of whatever a key stands for, out of the decisions that came. */
export class Activity {
  /** The last seconds since the epoch, each with the decisions of its keys. */
  readonly #seconds = new Map<number, Map<string, number>>();
  readonly #clients = new Map<string, number>();

  /** `now` in milliseconds since the epoch. */
  add(line: LogEntry, now: number): void {
    if (line.type !== 'decision' && line.type !== 'refused') return;
    const { ip } = line.client;
    this.#clients.delete(ip);
    this.#clients.set(ip, now);
    if (this.#clients.size > MAX_CLIENTS) this.#clients.delete(this.#clients.keys().next().value!);
    this.#count(`client ${ip} ${line.service}`, now);
    this.#count(`switch ${line.service} ${line.dpid}`, now);
    if (line.type === 'decision') this.#count(`server ${line.service}/${line.server.name}`, now);
  }

  /** Per second, over the last ten seconds. */
  rate(key: string, now: number): number {
    const before = Math.floor(now / 1000) - WINDOW_S;
    let sum = 0;
    for (const [second, counts] of this.#seconds) if (second > before) sum += counts.get(key) ?? 0;
    return sum / WINDOW_S;
  }

  /** Addresses of clients that were heard lately, in the order of their addresses. */
  clients(now: number): string[] {
    for (const [ip, at] of this.#clients) if (now - at > CLIENT_FORGOTTEN_MS) this.#clients.delete(ip);
    return [...this.#clients.keys()].sort(byAddress);
  }

  #count(key: string, now: number): void {
    const second = Math.floor(now / 1000);
    const counts = entryOf(this.#seconds, second, () => new Map<string, number>());
    counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const old of this.#seconds.keys()) if (old <= second - WINDOW_S) this.#seconds.delete(old);
  }
}

/** 10.0.0.9 before 10.0.0.10. */
export function byAddress(a: string, b: string): number {
  const padded = (ip: string) => ip.replace(/\d+/g, digits => digits.padStart(3, '0'));
  return padded(a) < padded(b) ? -1 : 1;
}
