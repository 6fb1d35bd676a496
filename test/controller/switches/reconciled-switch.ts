import { type Command, messagesOf } from '../../../controller/core/command.ts';
import { COOKIES, readCookie } from '../../../controller/core/cookie.ts';
import type { DesiredState } from '../../../controller/core/desired-state.ts';
import type { Dpid } from '../../../controller/core/dpid.ts';
import { type LogEntry, Sequence } from '../../../controller/core/events.ts';
import { flowModOf } from '../../../controller/core/flow.ts';
import type { Switch } from '../../../controller/core/switch.ts';
import { type ControlDelay, Pipe } from '../../../controller/simulation/control-link.ts';
import { Reconciler } from '../../../controller/switches/reconciler.ts';
import { inSendOrder } from '../../../controller/switches/send-order.ts';
import type { Message, MessageInput } from '../../../openflow/index.ts';
import { VirtualClock } from '../../../topologies/embedded/clock.ts';
import { Random } from '../../../topologies/embedded/random.ts';
import { type Channel, EmbeddedSwitch } from '../../../topologies/embedded/switch/embedded-switch.ts';
import { switchOf } from '../connections/world.ts';

export const DPID = '0000000000000001' as Dpid;
export const TICK_MS = 50;

const ports = [1, 2, 3].map(number => ({ number, name: `s1-eth${number}`, mac: `02:00:00:00:01:0${number}` }));

/** An embedded switch in memory. */
export function embedded(clock: VirtualClock, plain = false): EmbeddedSwitch {
  return new EmbeddedSwitch({ name: 's1', dpid: DPID, ports, clock, plain, output: () => {} });
}

/** Whether a message only asks. */
export const isQuestion = ({ type }: MessageInput): boolean => type === 'multipartRequest' || type === 'barrierRequest';

/** A reconciler and the switch that it looks after; messages between them take their time and stay in order. */
export class ReconciledSwitch {
  readonly clock = new VirtualClock();
  readonly reconciler = new Reconciler(new Sequence(), () => 0);
  readonly log: LogEntry[] = [];
  /** What was sent, in its order on the wire. */
  readonly sent: MessageInput[] = [];
  /** Errors that answer no question. */
  readonly refused: Message[] = [];
  /** Somebody else's channel to the switch; its messages arrive at once. */
  readonly somebody: Channel;
  readonly at: EmbeddedSwitch;
  readonly #switches: ReadonlyMap<Dpid, Switch>;
  readonly #down: Pipe<MessageInput>;

  constructor({ plain = false, delay = { delayMs: 0, jitterMs: 0 } }: { plain?: boolean; delay?: ControlDelay } = {}) {
    const { clock } = this;
    this.at = embedded(clock, plain);
    this.#switches = new Map([[DPID, switchOf(1)]]);
    const random = new Random('delays');
    const up = new Pipe<Message>(clock, random, delay, message => this.#hear(message));
    const channel = this.at.channel(message => up.send(message));
    this.#down = new Pipe(clock, random, delay, message => channel.send(message));
    this.somebody = this.at.channel(() => {});
    this.reconciler.begin(DPID, { flows: [], groups: [], meters: [] }, clock.now());
    this.#tick();
  }

  /** A section is to be this from now on. */
  want(section: string, state: DesiredState): void {
    this.carryOut(this.reconciler.want(DPID, section, state));
  }

  carryOut(commands: readonly Command[]): void {
    for (const command of commands) if (command.type === 'log') this.log.push(command.entry);
    for (const message of inSendOrder(messagesOf(commands).get(DPID) ?? [], true)) {
      this.sent.push(message);
      this.#down.send(message);
    }
  }

  /** What was sent since it was asked last, but for questions. */
  takeChanges(): MessageInput[] {
    return this.sent.splice(0).filter(message => !isQuestion(message));
  }

  #hear(message: Message): void {
    const now = this.clock.now();
    if (message.type === 'multipartReply') this.carryOut(this.reconciler.onReply(DPID, message, now).commands);
    else if (message.type === 'flowRemoved') this.reconciler.onFlowRemoved(DPID, message, now);
    else if (message.type === 'error' && !this.reconciler.isOwn(message)) this.refused.push(message);
  }

  #tick(): void {
    this.carryOut(this.reconciler.onTick(this.#switches, this.clock.now()));
    this.clock.after(TICK_MS, () => this.#tick());
  }
}

/** What a switch holds: its flows, ours or those of others, without counters; its groups; its meters. As sorted lines. */
export function contentsOf(at: EmbeddedSwitch): { ours: string[]; foreign: string[]; groups: string[]; meters: string[] } {
  const contents = { ours: [] as string[], foreign: [] as string[], groups: [] as string[], meters: [] as string[] };
  const channel = at.channel(message => {
    if (message.type !== 'multipartReply') return;
    if (message.kind === 'groupDesc') contents.groups.push(...message.body.map(textOf));
    else if (message.kind === 'meterConfig') contents.meters.push(...message.body.map(textOf));
    else if (message.kind === 'flow')
      for (const { packetCount: _p, byteCount: _b, durationSec: _s, durationNsec: _n, flags: _f, ...flow } of message.body)
        contents[isOurs(flow.cookie) ? 'ours' : 'foreign'].push(textOf(flow));
  });
  channel.send({ type: 'multipartRequest', kind: 'flow', body: {} });
  channel.send({ type: 'multipartRequest', kind: 'groupDesc' });
  channel.send({ type: 'multipartRequest', kind: 'meterConfig' });
  channel.close();
  for (const lines of Object.values(contents)) lines.sort();
  return contents;
}

/** What a switch holds that was given these sections alone, and nothing ever happened to it. */
export function pureContents(sections: Iterable<DesiredState>, plain = false) {
  const at = embedded(new VirtualClock(), plain);
  const channel = at.channel(message => {
    if (message.type === 'error') throw new Error(`the test wants what no switch takes: ${JSON.stringify(message)}`);
  });
  for (const { groups = [], meters = [], flows = [] } of sections) {
    for (const group of groups) channel.send({ type: 'groupMod', ...group, buckets: [...group.buckets] });
    for (const meter of meters) channel.send({ type: 'meterMod', ...meter, bands: [...meter.bands] });
    for (const flow of flows) channel.send(flowModOf({ ...flow, reportsRemoval: true }));
  }
  const { ours, groups, meters } = contentsOf(at);
  return { ours, groups, meters };
}

function isOurs(cookie: bigint): boolean {
  const { cookie: value, cookieMask } = COOKIES.desired;
  return (cookie & cookieMask) === value || readCookie(cookie) !== undefined;
}

/** As text, whatever the order of the keys. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part) => {
    if (typeof part === 'bigint') return `0x${part.toString(16)}`;
    if (part instanceof Uint8Array) return [...part];
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part as object).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
