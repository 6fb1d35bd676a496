import { TCP } from '../../openflow/packet/tcp.ts';
import type { Scheduler } from '../../topologies/embedded/clock.ts';
import type { LabSpec } from '../../topologies/spec.ts';
import type { AppEvent } from '../app.ts';
import { TOGETHER_MS } from '../connections/exact/lifetimes.ts';
import type { Command } from '../core/command.ts';
import type { AdoptedEntry, DecisionEntry, EndEntry, LogEntry } from '../core/events.ts';
import type { Disturbances } from './disturbances.ts';
import type { Facts } from './facts.ts';
import { firstPacketError } from './first-packet.ts';
import { keyOfEntry, Ledger, type LedgerRecord } from './ledger.ts';
import { BOUNDS } from './settings.ts';
import { FrameView, ipNumber, ipText, isFor, keyOf, nameOf, WireConnection } from './wire.ts';

/** The laws of a world, by name (`docs/simulation.md` says each precisely). */
export type Law = 'one-server' | 'only-up' | 'first-packet' | 'no-leak' | 'answered' | 'base' | 'no-throw' | 'books';

export interface Violation {
  readonly law: Law;
  readonly at: number;
  readonly text: string;
}

const MAX_VIOLATIONS = 20;

/** Checks the laws while the world runs: every line of the log, and every frame on a host's link. */
export class Invariants {
  readonly violations: Violation[] = [];
  readonly ledger = new Ledger();
  /** The connections that clients opened, the newest of each of their ports. */
  readonly wires = new Map<number, WireConnection>();
  readonly #clock: Scheduler;
  readonly #disturbances: Disturbances;
  readonly #facts: Facts;
  readonly #onViolation: (violation: Violation) => void;
  readonly #view = new FrameView();
  /** A server's host by its address. */
  readonly #hostOfIp: ReadonlyMap<string, string>;
  /** A server's host by `address:port`, as numbers. */
  readonly #backs: ReadonlyMap<number, string>;
  readonly #serverIps: ReadonlySet<number>;
  readonly #vips: ReadonlySet<number>;

  constructor(
    spec: LabSpec,
    clock: Scheduler,
    disturbances: Disturbances,
    facts: Facts,
    onViolation: (violation: Violation) => void,
  ) {
    this.#clock = clock;
    this.#disturbances = disturbances;
    this.#facts = facts;
    this.#onViolation = onViolation;
    this.#hostOfIp = new Map(spec.hosts.filter(({ role }) => role === 'server').map(({ ip, name }) => [ip, name]));
    const servers = spec.services.flatMap(service => service.servers);
    this.#backs = new Map(servers.map(({ ip, port }) => [ipNumber(ip) * 0x10000 + port, this.#hostOfIp.get(ip)!]));
    this.#serverIps = new Set(servers.map(({ ip }) => ipNumber(ip)));
    this.#vips = new Set(spec.services.map(({ vip }) => ipNumber(vip)));
  }

  fail(law: Law, text: string): void {
    const violation = { law, at: this.#clock.now(), text };
    if (this.violations.length < MAX_VIOLATIONS) this.violations.push(violation);
    this.#onViolation(violation);
  }

  /** Every turn of the controller, before its commands are sent. */
  turn(event: AppEvent, commands: readonly Command[]): void {
    const isn = event.type === 'packetIn' ? this.#isnOf(event.message.data) : undefined;
    for (const command of commands) if (command.type === 'log') this.#entry(command.entry, isn);
    const error = firstPacketError(commands);
    if (error !== undefined) this.fail('first-packet', error);
    if (event.type === 'ready') this.ledger.settle(event.at.dpid, this.#clock.now());
  }

  /** A client gave a frame to its link. */
  clientSent(client: string, frame: Uint8Array): void {
    const view = this.#view;
    if (!view.read(frame)) return;
    const key = keyOf(view.protocol, view.src, view.srcPort);
    const known = this.wires.get(key);
    if (!this.#vips.has(view.dst)) {
      if (known !== undefined) known.straightTo = view.dst;
      return;
    }
    const now = this.#clock.now();
    const begins = view.protocol === 'udp' ? known === undefined : view.opens && known?.isn !== view.seq;
    if (!begins) {
      if (known !== undefined) known.lastAt = now;
      return;
    }
    const wire = new WireConnection(key, client, view.seq, now);
    this.wires.set(key, wire);
    if (view.protocol === 'udp') return;
    this.#clock.after(BOUNDS.synAnswerMs, () => {
      const answerMs = BOUNDS.synAnswerMs + BOUNDS.synAgainMs;
      if (wire.challenged) this.#clock.after(BOUNDS.synAgainMs, () => this.#isAnswered(wire, answerMs));
      else this.#isAnswered(wire, BOUNDS.synAnswerMs);
    });
  }

  #isAnswered(wire: WireConnection, withinMs: number): void {
    const { key, client, openedAt } = wire;
    if (wire.answeredAt !== undefined || wire.refusedAt !== undefined || this.wires.get(key) !== wire) return;
    if (this.#opensUndisturbed(client, wire.server ?? this.#decided(key), openedAt, this.#clock.now()))
      this.fail('answered', `${nameOf(key)}: no answer to its SYN within ${withinMs} ms`);
  }

  /** A frame of a client arrived at its switch. */
  switchGot(frame: Uint8Array): void {
    const view = this.#view;
    if (!view.read(frame) || !this.#vips.has(view.dst)) return;
    const wire = this.wires.get(keyOf(view.protocol, view.src, view.srcPort));
    if (wire === undefined || !wire.owns(view)) return;
    wire.in.packets += 1;
    wire.in.bytes += frame.length;
  }

  /** A switch gave a frame to a client's link. */
  switchSent(client: string, clientMac: Uint8Array, frame: Uint8Array): void {
    const view = this.#view;
    if (!view.read(frame)) return;
    const key = keyOf(view.protocol, view.dst, view.dstPort);
    const wire = this.wires.get(key);
    if (this.#vips.has(view.src)) this.#covered(wire);
    if (!isFor(frame, clientMac)) return;
    if (this.#vips.has(view.src)) {
      if (wire === undefined) return;
      wire.out.packets += 1;
      wire.out.bytes += frame.length;
      wire.lastAt = this.#clock.now();
      if ((view.flags & TCP.RST) !== 0) this.#refused(key);
    } else if (this.#serverIps.has(view.src)) this.#leaked(client, key, view.src, view.srcPort);
  }

  /** A client got a frame. */
  clientGot(frame: Uint8Array): void {
    const view = this.#view;
    if (!view.read(frame) || view.protocol !== 'tcp' || !this.#vips.has(view.src)) return;
    const wire = this.wires.get(keyOf('tcp', view.dst, view.dstPort));
    if (wire !== undefined && (view.flags & TCP.SYN) !== 0) wire.answeredAt ??= this.#clock.now();
  }

  /** A switch gave a frame to a server's link. */
  serverSent(server: string, frame: Uint8Array): void {
    const view = this.#view;
    if (!view.read(frame)) return;
    if (this.#vips.has(view.src)) this.#covered(this.wires.get(keyOf(view.protocol, view.dst, view.dstPort)));
    if (this.#backs.get(view.dst * 0x10000 + view.dstPort) !== server) return;
    const key = keyOf(view.protocol, view.src, view.srcPort);
    const wire = this.wires.get(key);
    if (wire === undefined || !wire.owns(view)) return;
    // Not balanced: the client resets what it got under the server's address.
    if (wire.straightTo === view.dst && (view.flags & TCP.RST) !== 0) return;
    const record = this.ledger.newest.get(key);
    const logged = this.#decided(key);
    // After a defect the line that would say so may have been lost.
    const isUntold = () => this.#disturbances.had(wire.openedAt, this.#clock.now(), 'defect');
    if (logged !== server && !this.#isLeaving(key, server) && !isUntold()) {
      this.fail('books', `${nameOf(key)}: a packet reached ${server}, and the log says ${logged ?? 'nothing'}`);
    }
    if (wire.server !== undefined && wire.server !== server && !this.#mayMove(wire, record)) {
      this.fail('one-server', `${nameOf(key)}: went to ${wire.server}, and now to ${server}`);
    }
    wire.server = server;
  }

  /** A frame of a server arrived at its switch. */
  serverGave(frame: Uint8Array): void {
    const view = this.#view;
    if (!view.read(frame)) return;
    const wire = this.wires.get(keyOf(view.protocol, view.dst, view.dstPort));
    if (wire === undefined) return;
    wire.previousOutAt = wire.lastOutAt;
    wire.lastOutAt = this.#clock.now();
    wire.closedOut ||= (view.flags & (TCP.FIN | TCP.RST)) !== 0;
    wire.challenged ||= wire.answeredAt === undefined && (view.flags & (TCP.SYN | TCP.ACK)) === TCP.ACK;
  }

  /** What became of a request. `explained` by the faults of its way, or a failure. */
  answered(client: string, key: number, from: number, error: string | undefined): void {
    if (error === undefined) return;
    const wire = this.wires.get(key);
    const now = this.#clock.now();
    const server = wire?.server ?? this.#decided(key);
    const opened = Math.min(from, wire?.openedAt ?? from);
    if (this.#disturbances.explain(opened, now, client, server)) return;
    if (error === 'refused' && this.#poolDisturbed(now)) return;
    if (!this.#opensUndisturbed(client, server, opened, wire?.answeredAt ?? now)) return;
    if (wire?.refusedAt !== undefined && this.#poolDisturbed(wire.refusedAt)) return;
    this.fail('answered', `${nameOf(key)}: ${error} after ${(now - from).toFixed(1)} ms (server ${server ?? 'none'})`);
  }

  #decided(key: number): string | undefined {
    const record = this.ledger.newest.get(key);
    return record && this.#hostOfIp.get(record.serverIp);
  }

  /** The initial sequence number of the SYN that was decided about; it may have waited while its port was used anew. */
  #isnOf(frame: Uint8Array): number | undefined {
    const view = this.#view;
    return view.read(frame) && view.opens ? view.seq : undefined;
  }

  #wireOf(entry: DecisionEntry | AdoptedEntry, isn: number | undefined): WireConnection | undefined {
    const wire = this.wires.get(keyOfEntry(entry));
    return isn === undefined || wire?.isn === isn ? wire : undefined;
  }

  #entry(entry: LogEntry, isn: number | undefined): void {
    const now = this.#clock.now();
    const isChoice = entry.type === 'decision' || entry.type === 'adopted';
    const wire = isChoice ? this.#wireOf(entry, isn) : undefined;
    if (entry.type === 'decision') this.#chosen(entry, wire, now);
    if (entry.type === 'end') this.#counted(entry, now);
    if (entry.type === 'refused' && entry.protocol === 'udp') this.wires.delete(keyOfEntry(entry));
    const wrong = this.ledger.take(entry, wire, now);
    if (wrong !== undefined && !this.#disturbances.had(0, now, 'defect')) this.fail('books', wrong);
  }

  /** A decision is for a server that is up: in the log, and in the world since long enough to be noticed. */
  #chosen(entry: DecisionEntry, wire: WireConnection | undefined, now: number): void {
    const { service, server } = entry;
    const key = keyOfEntry(entry);
    if (!this.ledger.up.has(`${service}/${server.name}`)) {
      this.fail('only-up', `${nameOf(key)}: sent to ${server.name}, which the log has not as up`);
    }
    if (!this.#facts.isReady(service, server.name)) {
      this.fail('only-up', `${nameOf(key)}: sent to ${server.name}, which the configuration holds back`);
    }
    const host = this.#hostOfIp.get(server.ip)!;
    const dead = this.#facts.unreachable(host, now, this.#disturbances);
    if (dead !== undefined) this.fail('only-up', `${nameOf(key)}: sent to ${server.name}, which ${dead}`);
    if (wire === undefined) return;
    wire.decisions += 1;
    const before = this.ledger.newest.get(key);
    if (before?.wire !== wire || before.serverIp !== server.ip || before.isEither || before.isCut) return;
    if (this.ledger.living.get(before.seq) === before)
      this.fail('books', `${nameOf(key)}: decided twice, lines ${before.seq} and ${entry.seq}`);
  }

  /** The counters of an `end` are what the links saw, where nothing was lost on the way. */
  #counted(entry: EndEntry, now: number): void {
    const record = this.ledger.living.get(entry.of);
    const { wire } = record ?? {};
    if (record === undefined || wire === undefined || wire.decisions !== 1 || this.wires.get(record.key) !== wire) return;
    // What passes of the earlier connection counts for a flow of this one.
    if (wire.challenged) return;
    if (record.protocol === 'udp') this.wires.delete(record.key);
    const server = this.#hostOfIp.get(record.serverIp);
    if (this.#disturbances.explain(wire.openedAt, now, wire.client, server, 'control')) return;
    const seen = `${wire.in.packets}/${wire.in.bytes} in, ${wire.out.packets}/${wire.out.bytes} out`;
    const counted = `${entry.packets.in}/${entry.bytes.in} in, ${entry.packets.out}/${entry.bytes.out} out`;
    if (seen === counted) return;
    this.fail('books', `${nameOf(record.key)}: the links saw ${seen} (packets/bytes), and the log says ${counted}`);
  }

  #refused(key: number): void {
    const wire = this.wires.get(key)!;
    if (wire.answeredAt !== undefined || wire.refusedAt !== undefined) return;
    const now = this.#clock.now();
    wire.refusedAt = now;
    const server = wire.server ?? this.#decided(key);
    if (!this.#opensUndisturbed(wire.client, server, wire.openedAt, now) || this.#poolDisturbed(now)) return;
    this.fail('answered', `${nameOf(key)}: refused, and no fault explains it`);
  }

  /** A client got a packet of a server under the server's own address. */
  #leaked(client: string, key: number, ip: number, port: number): void {
    const record = this.ledger.newest.get(key);
    const now = this.#clock.now();
    if (record === undefined || ipNumber(record.serverIp) !== ip || record.goneAt !== undefined) return;
    // What its server sent before it heard of the end is on its way.
    if (record.isCut) return;
    if (this.#disturbances.had(record.at, now, 'table-full')) return;
    if (this.ledger.orphans.has(record) && this.#facts.mayHaveExpired(record.wire, now)) return;
    if (this.#mayBeSilent(record, now)) return;
    this.fail('no-leak', `${nameOf(key)}: ${client} sees ${record.server} as ${ipText(ip)}:${port}`);
  }

  /** A packet of a server used its flow, wherever it was flooded to. */
  #covered(wire: WireConnection | undefined): void {
    if (wire !== undefined) wire.coveredAt = this.#clock.now();
  }

  /** The server said nothing for so long that its flow went, and nobody has put it back yet. */
  #mayBeSilent({ wire, protocol, at, decidedAt }: LedgerRecord, now: number): boolean {
    if (wire !== undefined && now <= wire.barefacedUntil) return true;
    const isClosed = wire?.closedOut ?? false;
    const patience = isClosed ? TOGETHER_MS + BOUNDS.restoreMs : BOUNDS.restoreMs;
    const goneAt = Math.max(
      ...[wire?.coveredAt ?? at, wire?.previousOutAt ?? at]
        // The flow of a later decision is younger than the connection.
        .map(lastUse => this.#facts.reverseExpiresAt(protocol, Math.max(lastUse, decidedAt), isClosed))
        .filter(time => time <= now),
    );
    if (wire !== undefined) wire.barefacedUntil = goneAt + patience;
    return now - goneAt <= patience || this.#disturbances.explain(goneAt, now, 'control');
  }

  /** A client that has no answer to its SYN may get another server; a UDP client, when the log had the end of what was before. */
  #mayMove({ key, answeredAt }: WireConnection, record: LedgerRecord | undefined): boolean {
    const before = this.ledger.before.get(key);
    const isNew = record !== undefined && before !== undefined && before.serverIp !== record.serverIp;
    if (!isNew) return false;
    return before.isCut || (record.protocol === 'udp' ? before.goneAt !== undefined : answeredAt === undefined);
  }

  /** The connection before was cut at this server, and the switch is slow to hear of it. */
  #isLeaving(key: number, server: string): boolean {
    const before = this.ledger.before.get(key);
    const now = this.#clock.now();
    if (before?.isCut !== true || this.#hostOfIp.get(before.serverIp) !== server) return false;
    return this.#disturbances.explain(now - BOUNDS.switchSettleMs, now, 'control');
  }

  #opensUndisturbed(client: string, server: string | undefined, from: number, until: number): boolean {
    return !this.#disturbances.explain(from, until, client, server, 'control');
  }

  /** Every server was disturbed so lately that it may still be out of the pool, or is held back. */
  #poolDisturbed(now: number): boolean {
    return [...this.#hostOfIp].every(
      ([ip, host]) => this.#facts.isHeldBack(ip) || this.#disturbances.explain(now - BOUNDS.recoverMs, now, host, 'control'),
    );
  }
}
