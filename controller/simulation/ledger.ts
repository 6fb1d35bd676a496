import type { AdoptedEntry, DecisionEntry, EndEntry, LogEntry, RefusedEntry, ServerEntry } from '../core/events.ts';
import { ipNumber, keyOf, type WireConnection } from './wire.ts';

/** A connection as the log has it. */
export interface LedgerRecord {
  readonly seq: number;
  readonly key: number;
  readonly dpid: string;
  readonly service: string;
  /** The server's name in its service, and its address. */
  readonly server: string;
  readonly serverIp: string;
  readonly protocol: 'tcp' | 'udp';
  readonly at: number;
  /** Its flows are not older than this. */
  readonly decidedAt: number;
  readonly wire: WireConnection | undefined;
  /** Adopted, and the log has two connections of this port and server that it may be. */
  readonly isEither: boolean;
  /** When its end was logged, or when it was clear that nobody will. */
  goneAt: number | undefined;
  /** Its server was taken out of the pool, and it was cut. */
  isCut: boolean;
  /** The line of its end may have been lost. */
  isDoubtful: boolean;
}

/** Keeps the books of the log: every decision and adoption has one end. */
export class Ledger {
  /** Of the controller that runs, by `seq`. */
  readonly living = new Map<number, LedgerRecord>();
  /** Of controllers that crashed, until the next one says what it found. */
  readonly orphans = new Set<LedgerRecord>();
  /** The servers that are up, as the log has it: `service/server`. */
  readonly up = new Set<string>();
  decisions = 0;
  ends = 0;
  /** The newest connection of each client's end, and the one before it. */
  readonly newest = new Map<number, LedgerRecord>();
  readonly before = new Map<number, LedgerRecord>();

  crashed(): void {
    for (const record of this.living.values()) this.orphans.add(record);
    this.living.clear();
  }

  /** Takes a line of the log; gives what is wrong with it. */
  take(entry: LogEntry, wire: WireConnection | undefined, now: number): string | undefined {
    switch (entry.type) {
      case 'decision':
        this.decisions += 1;
        this.#add(entry, { wire, at: now, decidedAt: now, isEither: false });
        return undefined;
      case 'adopted':
        return this.#adopt(entry, wire, now);
      case 'end':
        return this.#end(entry, now);
      case 'server':
        this.#judge(entry);
        return undefined;
      case 'config':
        for (const change of entry.changes) this.#changed(change);
    }
    return undefined;
  }

  /** Lines may have been lost: what lives now may end without one. */
  doubt(): void {
    for (const record of this.living.values()) record.isDoubtful = true;
  }

  /** A switch reported what it holds: what the controllers before left on it and is not adopted is gone. */
  settle(dpid: string, now: number): void {
    for (const record of this.orphans) {
      if (record.dpid !== dpid) continue;
      record.goneAt ??= now;
      this.orphans.delete(record);
    }
  }

  #judge({ service, server, state }: ServerEntry): void {
    if (state === 'up') {
      this.up.add(`${service}/${server}`);
      return;
    }
    this.up.delete(`${service}/${server}`);
    if (state === 'down') this.#cut(service, server);
  }

  /** `web/h1: state ready -> maintenance` ends what the server has. */
  #changed(change: string): void {
    const [, service, server] = /^(\S+)\/(\S+): state \S+ -> maintenance$/.exec(change) ?? [];
    if (service !== undefined) this.#cut(service, server!);
  }

  #cut(service: string, server: string): void {
    for (const record of this.living.values()) record.isCut ||= record.service === service && record.server === server;
  }

  #adopt(entry: AdoptedEntry, wire: WireConnection | undefined, now: number): string | undefined {
    const key = keyOfEntry(entry);
    const known = [this.newest.get(key), this.before.get(key)].filter(record => record !== undefined);
    const [same, ...others] = known.filter(record => record.serverIp === entry.server.ip);
    if (same !== undefined) this.orphans.delete(same);
    const isEither = others.length > 0;
    this.#add(entry, { wire: same === undefined ? wire : same.wire, at: now, decidedAt: same?.decidedAt ?? 0, isEither });
    if (same !== undefined) return undefined;
    return known.length === 0
      ? 'adopted a connection that was never decided'
      : `adopted a connection to ${entry.server.name} that was decided for ${known[0]!.server}`;
  }

  #end(entry: EndEntry, now: number): string | undefined {
    this.ends += 1;
    const record = this.living.get(entry.of);
    if (record === undefined) return `an end of line ${entry.of}, which is no living connection`;
    this.living.delete(entry.of);
    record.goneAt = now;
    return undefined;
  }

  #add(entry: DecisionEntry | AdoptedEntry, how: Pick<LedgerRecord, 'wire' | 'at' | 'decidedAt' | 'isEither'>): void {
    const { seq, dpid, service, protocol } = entry;
    const { name: server, ip: serverIp } = entry.server;
    const key = keyOfEntry(entry);
    const what = { seq, key, dpid, service, server, serverIp, protocol };
    const record = { ...what, ...how, goneAt: undefined, isCut: false, isDoubtful: false };
    this.living.set(seq, record);
    const before = this.newest.get(key);
    if (before !== undefined) this.before.set(key, before);
    this.newest.set(key, record);
  }
}

export function keyOfEntry({ protocol, client }: DecisionEntry | AdoptedEntry | RefusedEntry): number {
  return keyOf(protocol, ipNumber(client.ip), client.port);
}
