import type { MessageOf } from '../../openflow/index.ts';
import { type Command, log } from '../core/command.ts';
import { readCookie } from '../core/cookie.ts';
import type { DesiredState } from '../core/desired-state.ts';
import type { Dpid } from '../core/dpid.ts';
import { countOf, type Differences, type Sequence } from '../core/events.ts';
import type { Installed, InstalledFlow, Switch } from '../core/switch.ts';
import { Audit, AuditXids, isAuditXid, type Question } from './audit.ts';
import { Book, noDifferences } from './book.ts';
import { flowKey } from './contents.ts';
import { ForeignFlows } from './foreign-flows.ts';

/** How often it is looked whether a switch still holds what it should. */
export const AUDIT_EVERY_MS = 2000;
/** For each flow that is compared, audits follow each other so much slower: those of 4,000 hosts take 8 s. */
const AUDIT_MS_PER_FLOW = 1;
/** An audit whose answers do not come is given up. */
const AUDIT_PATIENCE_MS = 10_000;
/** A dump that is large, or that others cause, is asked for once in so long while nothing changes. */
const DUMP_AGAIN_MS = 30_000;
/** Names of things that differed, in a line of the log. */
const MAX_EXAMPLES = 5;

/** What came of an answer; with the flows of connections that the switch held when it was asked. */
interface AuditOutcome {
  readonly commands: readonly Command[];
  readonly connections?: { readonly dpid: Dpid; readonly flows: readonly InstalledFlow[]; readonly askedAt: number };
}

/** What is kept of one switch. */
interface Watched {
  readonly book: Book;
  nextAt: number;
  audit: Audit | undefined;
  /** Foreign flows when they were looked at last, and when. */
  foreign: { readonly count: number; readonly at: number };
  connectionsAt: number;
  /** The last dump of connections lacked some that their switch may only not have reported yet: the next audit asks again. */
  isDoubtful: boolean;
  /** Connections whose flows were put back since that was logged. */
  connections: number;
}

/**
 * Makes each switch hold what it should beside its connections: after every change, at the beginning of a session, and every few seconds
 * against what somebody else did. This is the one place that compares and that puts in order what differs.
 */
export class Reconciler {
  readonly #sequence: Sequence;
  readonly #connectionFlows: (dpid: Dpid) => number;
  readonly #switches = new Map<Dpid, Watched>();
  readonly #foreign: ForeignFlows;
  readonly #xids = new AuditXids();
  readonly #totals = new Map<Dpid, number>();

  /** `connectionFlows`: flows of connections that a switch should hold now. */
  constructor(sequence: Sequence, connectionFlows: (dpid: Dpid) => number) {
    this.#sequence = sequence;
    this.#connectionFlows = connectionFlows;
    this.#foreign = new ForeignFlows(sequence);
  }

  /** How much was put back in a switch, ever. */
  totalOf(dpid: Dpid): number {
    return this.#totals.get(dpid) ?? 0;
  }

  /** A session begins. `want` follows for each section, and then `settle`. */
  begin(dpid: Dpid, installed: Installed, now: number): void {
    this.forget(dpid);
    const never = { count: 0, at: Number.NEGATIVE_INFINITY };
    const rest = { audit: undefined, foreign: never, connectionsAt: never.at, isDoubtful: false, connections: 0 };
    this.#switches.set(dpid, { book: new Book(dpid, installed), nextAt: now + AUDIT_EVERY_MS, ...rest });
  }

  /** A section of what a switch should hold is this from now on. Gives what it has to be sent for that. */
  want(dpid: Dpid, section: string, state: DesiredState): Command[] {
    return this.#switches.get(dpid)?.book.want(section, state) ?? [];
  }

  /** All sections were said: what else the switch holds of ours goes. */
  settle(dpid: Dpid): Command[] {
    return this.#switches.get(dpid)?.book.removeOthers() ?? [];
  }

  forget(dpid: Dpid): void {
    this.#switches.delete(dpid);
    this.#foreign.forget(dpid);
  }

  /** Flows of connections that somebody had deleted were put back. */
  restoredConnections(dpid: Dpid, count: number): void {
    const watched = this.#switches.get(dpid);
    if (watched !== undefined) watched.connections += count;
  }

  /** A flow is gone. One that is still wanted was deleted by somebody else; what has timed out is its owner's matter. */
  onFlowRemoved(dpid: Dpid, { cookie, tableId, priority, match }: MessageOf<'flowRemoved'>, now: number): void {
    const watched = this.#switches.get(dpid);
    if (watched === undefined) return;
    if (readCookie(cookie)?.owner !== 'connection') {
      if (watched.book.wants(flowKey(tableId, priority, match))) watched.nextAt = now;
    } else if (watched.audit !== undefined) watched.audit.removed += 1;
  }

  /** A flow that has timed out is still wanted. */
  renew(dpid: Dpid, { tableId, priority, match }: MessageOf<'flowRemoved'>): Command[] {
    return this.#switches.get(dpid)?.book.renew(flowKey(tableId, priority, match)) ?? [];
  }

  /** Whether an error answers a question of an audit: then there is nothing to compare with. */
  isOwn({ xid }: MessageOf<'error'>): boolean {
    return isAuditXid(xid);
  }

  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[] {
    const commands: Command[] = [];
    for (const [dpid, watched] of this.#switches) {
      if (watched.audit !== undefined && now - watched.audit.askedAt > AUDIT_PATIENCE_MS) watched.audit = undefined;
      if (watched.audit !== undefined || !switches.has(dpid)) continue;
      if (now >= watched.nextAt) commands.push(...this.#begin(dpid, watched, now));
      else if (watched.connections > 0) commands.push(...this.#report(dpid, watched, noDifferences(), [], now));
    }
    return commands;
  }

  /** A part of an answer. */
  onReply(dpid: Dpid, message: MessageOf<'multipartReply'>, now: number): AuditOutcome {
    const watched = this.#switches.get(dpid);
    const audit = watched?.audit;
    if (watched === undefined || audit === undefined || !audit.take(message) || !audit.isComplete) return { commands: [] };
    watched.audit = undefined;
    const { questions, askedAt } = audit;
    if (questions.has('desired')) return { commands: this.#onAudit(dpid, watched, audit, now) };
    const foreign = audit.flows.filter(flow => !isOurs(flow));
    const commands = questions.has('foreign') ? this.#foreign.report(dpid, foreign, watched.book.flows, now) : [];
    if (!questions.has('connections')) return { commands };
    return { commands, connections: { dpid, flows: audit.flows.filter(isOurs), askedAt } };
  }

  #begin(dpid: Dpid, watched: Watched, now: number): Command[] {
    const { book } = watched;
    watched.nextAt = now + Math.max(AUDIT_EVERY_MS, book.size * AUDIT_MS_PER_FLOW);
    const more = (['groups', 'meters'] as const).filter(kind => book.has(kind));
    return this.#ask(dpid, watched, ['desired', 'counts', ...more], now);
  }

  #ask(dpid: Dpid, watched: Watched, questions: readonly Question[], now: number): Command[] {
    const audit = new Audit(dpid, questions, watched.book.turn, now);
    // Mostly what has gone by the time of the answer is reported before it; so each report counts once.
    audit.removed = -this.#connectionFlows(dpid);
    watched.audit = audit;
    return audit.ask(this.#xids);
  }

  #onAudit(dpid: Dpid, watched: Watched, audit: Audit, now: number): Command[] {
    const { commands, differences, names } = watched.book.mend(audit, audit.kinds, audit.asOf, now);
    const isNews = names.length > 0 || watched.connections > 0;
    const lines = isNews ? this.#report(dpid, watched, differences, names, now) : [];
    return [...commands, ...lines, ...this.#look(dpid, watched, audit, now)];
  }

  /** Asks on where the counts say that there is something else to be seen. */
  #look(dpid: Dpid, watched: Watched, audit: Audit, now: number): Command[] {
    const [ours = 0, all = 0] = audit.counts;
    const foreign = all - ours;
    const before = watched.foreign;
    const isForeignNews = foreign > 0 && (foreign !== before.count || now - before.at >= DUMP_AGAIN_MS);
    if (foreign === 0) this.#foreign.forget(dpid);
    if (foreign === 0 || isForeignNews) watched.foreign = { count: foreign, at: now };
    const isDue = watched.isDoubtful || now - watched.connectionsAt >= DUMP_AGAIN_MS;
    const isLacking = -audit.removed > ours - audit.flows.length && isDue;
    if (isLacking) watched.connectionsAt = now;
    watched.isDoubtful = isLacking && !watched.isDoubtful;
    const questions: Question[] = [];
    if (isForeignNews) questions.push('foreign');
    if (isLacking) questions.push('connections');
    return questions.length === 0 ? [] : this.#ask(dpid, watched, questions, now);
  }

  #report(dpid: Dpid, watched: Watched, differences: Differences, names: readonly string[], now: number): Command[] {
    const { connections } = watched;
    watched.connections = 0;
    const total = this.totalOf(dpid) + countOf(differences) + connections;
    this.#totals.set(dpid, total);
    const examples = names.slice(0, MAX_EXAMPLES);
    return [log({ ...this.#sequence.next('restored', now), dpid, ...differences, connections, examples, total })];
  }
}

function isOurs({ cookie }: InstalledFlow): boolean {
  return readCookie(cookie) !== undefined;
}
