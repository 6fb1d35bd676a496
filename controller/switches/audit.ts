import { type MessageOf, OFPMPF_REPLY } from '../../openflow/index.ts';
import { type Command, send } from '../core/command.ts';
import { COOKIES, FOREIGN_COOKIES } from '../core/cookie.ts';
import type { Dpid } from '../core/dpid.ts';
import type { Installed, InstalledFlow, InstalledGroup, InstalledMeter } from '../core/switch.ts';
import type { Kind } from './contents.ts';

/** Transaction ids of these questions; nothing else uses them. */
const FIRST_XID = 0x7600_0000;
const LAST_XID = 0x76ff_ffff;

/** Whether an answer or an error is about a question of an audit. */
export function isAuditXid(xid: number): boolean {
  return xid >= FIRST_XID && xid <= LAST_XID;
}

/** Numbers for questions, each used once in a long time. */
export class AuditXids {
  #last = FIRST_XID;

  next(): number {
    this.#last = this.#last >= LAST_XID ? FIRST_XID : this.#last + 1;
    return this.#last;
  }
}

const QUESTIONS = {
  /** Our flows, but for those of connections. */
  desired: [{ kind: 'flow', body: COOKIES.desired }],
  /** How many flows are ours, and how many there are. */
  counts: [
    { kind: 'aggregate', body: COOKIES.ours },
    { kind: 'aggregate', body: {} },
  ],
  groups: [{ kind: 'groupDesc' }],
  meters: [{ kind: 'meterConfig' }],
  connections: [{ kind: 'flow', body: COOKIES.connections }],
  foreign: FOREIGN_COOKIES.map(body => ({ kind: 'flow' as const, body })),
} as const;

export type Question = keyof typeof QUESTIONS;

/** Questions to one switch, asked at one moment, and what was answered so far. */
export class Audit implements Installed {
  readonly dpid: Dpid;
  readonly questions: ReadonlySet<Question>;
  readonly askedAt: number;
  /** Turn of the book. */
  readonly asOf: number;
  readonly flows: InstalledFlow[] = [];
  readonly groups: InstalledGroup[] = [];
  readonly meters: InstalledMeter[] = [];
  /** How many flows are ours, and how many there are. */
  readonly counts: number[] = [];
  /** Reports of removed flows of connections since it was asked. */
  removed = 0;
  readonly #open = new Map<number, Question>();

  constructor(dpid: Dpid, questions: readonly Question[], asOf: number, now: number) {
    this.dpid = dpid;
    this.questions = new Set(questions);
    this.askedAt = now;
    this.asOf = asOf;
  }

  /** What the answers tell of. */
  get kinds(): ReadonlySet<Kind> {
    const others = (['groups', 'meters'] as const).filter(kind => this.questions.has(kind));
    return new Set<Kind>(['flows', ...others]);
  }

  get isComplete(): boolean {
    return this.#open.size === 0;
  }

  /** The questions, as messages. */
  ask(xids: AuditXids): Command[] {
    return [...this.questions].flatMap(question =>
      QUESTIONS[question].map(request => {
        const xid = xids.next();
        this.#open.set(xid, question);
        return send(this.dpid, { type: 'multipartRequest', xid, ...request });
      }),
    );
  }

  /** Takes a part of an answer; false when it is to none of these questions. */
  take(message: MessageOf<'multipartReply'>): boolean {
    if (!this.#open.has(message.xid)) return false;
    if (message.kind === 'flow') this.flows.push(...message.body);
    else if (message.kind === 'groupDesc') this.groups.push(...message.body);
    else if (message.kind === 'meterConfig') this.meters.push(...message.body);
    else if (message.kind === 'aggregate') this.counts.push(message.body.flowCount);
    if ((message.flags & OFPMPF_REPLY.MORE) === 0) this.#open.delete(message.xid);
    return true;
  }
}
