import type { Scheduler, Timer } from '../../../controller/core/clock.ts';
import type { Dpid } from '../../../controller/core/dpid.ts';
import type { SwitchEvent } from '../../../controller/core/event.ts';
import type { Channel } from '../../../controller/switches/channel.ts';
import { type Refusal, Registry } from '../../../controller/switches/registry.ts';
import type { Session } from '../../../controller/switches/session.ts';
import type { Message, MessageInput } from '../../../openflow/index.ts';

/** Time that stands still until it is told to move. */
export class HandClock implements Scheduler {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly work: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, work: () => void): Timer {
    const timer = { at: this.#now + ms, work };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = due.at;
      due.work();
    }
    this.#now = end;
  }
}

/** A channel of which the other end is in our hands. */
export class FakeChannel implements Channel {
  readonly address: string;
  readonly sent: MessageInput[] = [];
  session: Session | undefined;
  /** Why it was closed by us. */
  closedBecause: string | undefined;

  constructor(address = '10.0.0.1:40001') {
    this.address = address;
  }

  send(message: MessageInput): void {
    this.sent.push(message);
  }

  close(reason: string): void {
    if (this.closedBecause !== undefined) return;
    this.closedBecause = reason;
    this.session?.closed(reason);
  }

  /** What was sent and not looked at yet. */
  take(): MessageInput[] {
    return this.sent.splice(0);
  }
}

/** A registry, its clock, and all that it gave on. */
export class Desk {
  readonly clock = new HandClock();
  readonly events: SwitchEvent[] = [];
  readonly refusals: Refusal[] = [];
  readonly registry = new Registry<FakeChannel>(
    this.clock,
    event => {
      this.events.push(event);
      this.onEvent(event);
    },
    refusal => this.refusals.push(refusal),
  );
  onEvent: (event: SwitchEvent) => void = () => {};

  accept(channel = new FakeChannel()): FakeChannel {
    channel.session = this.registry.accept(channel);
    return channel;
  }

  /** Types of the events so far, in their order. */
  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  get last(): SwitchEvent {
    return this.events.at(-1)!;
  }
}

export const DPID = '0000000000000001' as Dpid;

/** A switch says who it is. */
export function identify(channel: FakeChannel, { datapathId = 1n, auxiliaryId = 0 } = {}): void {
  const { xid } = channel.take().find(({ type }) => type === 'featuresRequest')!;
  const reply = { type: 'featuresReply', xid: xid!, datapathId, auxiliaryId, nBuffers: 0, nTables: 254, capabilities: 0 };
  channel.session!.receive({ ...reply, reserved: 0 } as unknown as Message);
}

const DESC = { mfrDesc: 'Nicira, Inc.', hwDesc: 'Open vSwitch', swDesc: '3.1', serialNum: '', dpDesc: '' };

/** Answers to what is asked in the handshake: by type or kind of the question; undefined: an error. */
export type Answers = Readonly<Record<string, object | undefined>>;

/** The answer of a switch to one question; `answers` says what it is otherwise. */
export function answerOf(question: MessageInput, answers: Answers = {}): Message | undefined {
  const xid = question.xid ?? 0;
  const error = { type: 'error', xid, errType: 1, code: 0, data: new Uint8Array() } as Message;
  if (question.type === 'barrierRequest') return { type: 'barrierReply', xid };
  if (question.type === 'bundleControl') return 'bundles' in answers ? error : ({ ...question, xid } as Message);
  if (question.type !== 'multipartRequest') return undefined;
  const { kind } = question;
  if (kind in answers && answers[kind] === undefined) return error;
  const usual: Record<string, object> = {
    desc: DESC,
    portDesc: [{ portNo: 1, hwAddr: '00:00:00:00:01:01', name: 'p1', config: 0, state: 0, curr: 0 }],
    groupFeatures: { types: 0xf },
    meterFeatures: { maxMeter: 100 },
    flow: [],
    groupDesc: [],
    meterConfig: [],
  };
  return { type: 'multipartReply', xid, flags: 0, kind, body: answers[kind] ?? usual[kind] } as Message;
}

/** Answers everything that was asked so far. */
export function answer(channel: FakeChannel, answers: Answers = {}): void {
  for (const question of channel.take()) {
    const reply = answerOf(question, answers);
    if (reply !== undefined) channel.session!.receive(reply);
  }
}

/** A switch that was asked everything and is ready. */
export function ready(desk: Desk, address?: string): FakeChannel {
  const channel = desk.accept(new FakeChannel(address));
  identify(channel);
  answer(channel);
  return channel;
}
