import type { MessageInput, MessageOf, Port } from '../../openflow/index.ts';
import type { Dpid } from '../core/dpid.ts';
import { cookieMask, cookieOf } from '../core/pipeline.ts';
import type { InstalledFlow, Switch } from '../core/switch.ts';
import { nextRound, roundsIn } from './round.ts';

/** What a switch told about itself. */
export interface Introduction {
  readonly at: Switch;
  readonly installed: readonly InstalledFlow[];
  readonly description: string;
  /** It carries messages out in their order, also without barriers. */
  readonly keepsOrder: boolean;
}

/** What a switch answered to the questions. */
export interface Answers {
  readonly desc: Extract<MessageOf<'multipartReply'>, { kind: 'desc' }>['body'];
  readonly ports: readonly Port[];
  readonly flows: readonly InstalledFlow[];
}

const WHOLE_PACKET = 0xffff; // OFPCML_NO_BUFFER

/** Packets come to the controller whole. */
export const CONFIGURATION = {
  type: 'setConfig',
  flags: 0,
  missSendLen: WHOLE_PACKET,
} as const satisfies MessageInput;

/** Everything the deciders need: who it is, its ports, and which of our flows it holds. */
export const QUESTIONS = {
  desc: { type: 'multipartRequest', kind: 'desc' },
  ports: { type: 'multipartRequest', kind: 'portDesc' },
  flows: {
    type: 'multipartRequest',
    kind: 'flow',
    body: { cookie: cookieOf({ round: 0, owner: 'base' }), cookieMask: cookieMask() },
  },
} as const satisfies Record<string, MessageInput>;

/** Switches that have Open vSwitch's actions and matches and work in order, by their `hw_desc`; whether they have bundles (EXT-230). */
const KNOWN: Readonly<Record<string, { readonly hasBundles: boolean }>> = {
  'Open vSwitch': { hasBundles: true },
  'vipflow embedded switch': { hasBundles: true },
};

export function introductionOf(dpid: Dpid, address: string, { desc, ports, flows }: Answers): Introduction {
  const { mfrDesc, hwDesc, swDesc } = desc;
  const known = Object.hasOwn(KNOWN, hwDesc) ? KNOWN[hwDesc] : undefined;
  const at: Switch = {
    dpid,
    address,
    isOpenVswitch: known !== undefined,
    hasBundles: known?.hasBundles ?? false,
    round: nextRound(roundsIn(flows)),
    ports: new Map(ports.map(port => [port.portNo, port])),
  };
  const description = [...(known === undefined ? [mfrDesc] : []), hwDesc, swDesc].join(' ');
  return { at, installed: flows, description, keepsOrder: known !== undefined };
}
