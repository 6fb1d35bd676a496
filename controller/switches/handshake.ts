import { type Message, type MessageInput, type MessageOf, OFPGT, OFPMPF_REPLY, type Port } from '../../openflow/index.ts';
import { COOKIES } from '../core/cookie.ts';
import { type Dpid, toDpid } from '../core/dpid.ts';
import type { Capabilities, Installed, InstalledFlow, InstalledGroup, InstalledMeter, Switch } from '../core/switch.ts';
import { nextRound, roundsIn } from './round.ts';
import { AFTER_TRIALS, TRIALS } from './trials.ts';

/** Transaction ids of the handshake; nothing else uses them. */
const FIRST_XID = 0x7700_0000;
const XIDS_EACH = 0x100;
/** Flows of ours that a switch may hold when it connects. */
const MAX_FLOWS = 4_200_000;
const WHOLE_PACKET = 0xffff; // OFPCML_NO_BUFFER

/** Switches that are known to work in order without barriers, by their `hw_desc`: that cannot be asked. */
const KEEP_ORDER: ReadonlySet<string> = new Set(['Open vSwitch', 'vipflow embedded switch']);

/** What a switch told of itself. */
export interface Introduction {
  readonly at: Switch;
  readonly installed: Installed;
}

type Description = Extract<MessageOf<'multipartReply'>, { kind: 'desc' }>['body'];

/** What is asked of a switch once it is known who it is: what it can do, its ports, and what it holds of ours. */
const QUESTIONS = {
  config: { type: 'setConfig', flags: 0, missSendLen: WHOLE_PACKET },
  desc: { type: 'multipartRequest', kind: 'desc' },
  ports: { type: 'multipartRequest', kind: 'portDesc' },
  groupFeatures: { type: 'multipartRequest', kind: 'groupFeatures' },
  meterFeatures: { type: 'multipartRequest', kind: 'meterFeatures' },
  ...TRIALS,
  ...AFTER_TRIALS,
  flows: { type: 'multipartRequest', kind: 'flow', body: COOKIES.ours },
  groups: { type: 'multipartRequest', kind: 'groupDesc' },
  meters: { type: 'multipartRequest', kind: 'meterConfig' },
  end: { type: 'barrierRequest' },
} as const satisfies Record<string, MessageInput>;

/**
 * The conversation with which a session begins, as a state machine without sockets or clocks: `begin`, then `take` for each message;
 * when `dpid` is known, `ask`; it is over when there is an `introduction` or a `problem`. It alone writes its fields.
 */
export class Handshake {
  dpid: Dpid | undefined;
  /** Whether more than who it is was asked. */
  isAsking = false;
  /** Whether it is known what flows the switch holds; what went before that is not among them. */
  knowsFlows = false;
  /** Why the switch cannot be served. */
  problem: string | undefined;
  introduction: Introduction | undefined;
  readonly #address: string;
  readonly #first: number;
  readonly #round: number | undefined;
  readonly #waiting = new Map<number, string>();
  readonly #refused = new Set<string>();
  readonly #ports: Port[] = [];
  readonly #installed = { flows: [] as InstalledFlow[], groups: [] as InstalledGroup[], meters: [] as InstalledMeter[] };
  #desc: Description | undefined;
  #groupTypes = 0;
  #maxMeters = 0;

  /** `serial`: counts the handshakes of a session. `known`: what the switch was before, when it is asked anew. */
  constructor(address: string, serial: number, known?: Switch) {
    this.#address = address;
    this.#first = FIRST_XID + ((serial * XIDS_EACH) & 0xff_ffff);
    this.dpid = known?.dpid;
    this.#round = known?.round;
  }

  begin(): MessageInput[] {
    this.#waiting.set(this.#first, 'features');
    return [{ type: 'featuresRequest', xid: this.#first }];
  }

  ask(): MessageInput[] {
    this.isAsking = true;
    return Object.entries(QUESTIONS).map(([name, message], i) => {
      const xid = this.#first + 1 + i;
      this.#waiting.set(xid, name);
      return { ...message, xid };
    });
  }

  /** Takes a message of the switch; false when it is none of the handshake's. */
  take(message: Message): boolean {
    const name = this.#waiting.get(message.xid);
    if (name === undefined) return false;
    switch (message.type) {
      case 'featuresReply':
        this.#identify(message);
        return true;
      case 'error':
        this.#refused.add(name);
        return true;
      case 'multipartReply':
        this.#collect(message);
        return true;
      case 'bundleControl':
        return true;
      case 'barrierReply':
        this.#conclude();
        return true;
      default:
        return false;
    }
  }

  #identify({ datapathId, auxiliaryId }: MessageOf<'featuresReply'>): void {
    // An auxiliary connection (6.3.6) is none of ours: we never open one, and it is not the switch.
    if (auxiliaryId !== 0) this.problem = 'it is an auxiliary connection, and only main ones are taken';
    else this.dpid = toDpid(datapathId);
  }

  #collect({ kind, body, flags }: MessageOf<'multipartReply'>): void {
    const { flows, groups, meters } = this.#installed;
    if (kind === 'desc') this.#desc = body;
    else if (kind === 'groupFeatures') this.#groupTypes = body.types;
    else if (kind === 'meterFeatures') this.#maxMeters = body.maxMeter;
    else if (kind === 'portDesc') this.#ports.push(...body);
    else if (kind === 'groupDesc') groups.push(...body);
    else if (kind === 'meterConfig') meters.push(...body);
    else if (kind === 'flow') {
      if (flows.length <= MAX_FLOWS) for (const flow of body) flows.push(flow);
      this.knowsFlows = (flags & OFPMPF_REPLY.MORE) === 0;
    }
    if (flows.length > MAX_FLOWS) this.problem = `it holds more than ${MAX_FLOWS} flows of ours`;
  }

  #conclude(): void {
    const missing = (['desc', 'ports', 'flows'] as const).find(name => this.#refused.has(name));
    if (missing !== undefined || this.#desc === undefined) {
      this.problem ??= `it does not answer what its ${missing ?? 'description'} is`;
      return;
    }
    const { mfrDesc, hwDesc, swDesc } = this.#desc;
    const keepsOrder = KEEP_ORDER.has(hwDesc);
    this.introduction = {
      at: {
        dpid: this.dpid!,
        address: this.#address,
        description: [...(keepsOrder ? [] : [mfrDesc]), hwDesc, swDesc].join(' '),
        can: this.#capabilities(keepsOrder),
        round: this.#round ?? nextRound(roundsIn(this.#installed.flows)),
        ports: new Map(this.#ports.map(port => [port.portNo, port])),
      },
      installed: this.#installed,
    };
  }

  #capabilities(keepsOrder: boolean): Capabilities {
    const tried = Object.keys(TRIALS).map(name => [name, !this.#refused.has(name)]);
    return {
      ...(Object.fromEntries(tried) as Record<keyof typeof TRIALS, boolean>),
      selectGroups: (this.#groupTypes & (1 << OFPGT.SELECT)) !== 0,
      meters: this.#maxMeters > 0,
      keepsOrder,
    };
  }
}
