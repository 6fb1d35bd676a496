import {
  decode,
  encode,
  type Match,
  type MessageInput,
  type MessageOf,
  OFPFC,
  OFPFF,
  OFPGC,
  OFPMC,
} from '../../openflow/index.ts';
import { isOurGroup } from '../core/cookie.ts';
import type { DesiredState, Group, Meter } from '../core/desired-state.ts';
import { type Flow, flowModOf } from '../core/flow.ts';
import type { Installed, InstalledFlow, InstalledGroup, InstalledMeter } from '../core/switch.ts';

export type Kind = 'flows' | 'groups' | 'meters';

/** A flow, group or meter that a switch holds, in a form in which what should be and what is are compared. */
export interface Held {
  readonly kind: Kind;
  /** What tells it from all others of its switch. */
  readonly key: string;
  /** All else that it is; equal texts do the same. */
  readonly text: string;
  /** For people. */
  readonly name: string;
  /** It is vipflow's, whoever installed it, as its cookie or number says. */
  readonly isOurs: boolean;
  remove(): MessageInput;
}

/** One that should be there. */
export interface Item extends Held {
  /** The message that brings it there; `isThere`: something else is under its key. */
  put(isThere: boolean): MessageInput;
}

/** What should be there, groups and meters first: flows use them. */
export function itemsOf({ flows = [], groups = [], meters = [] }: DesiredState): Item[] {
  return [...groups.map(groupItem), ...meters.map(meterItem), ...flows.map(flowItem)];
}

export function heldIn({ flows, groups, meters }: Installed): Held[] {
  return [...flows.map(heldFlow), ...groups.map(heldGroup), ...meters.map(heldMeter)];
}

/** The key of a flow, whatever the order of its fields. */
export function flowKey(table: number, priority: number, match: Match): string {
  return `flow ${table} ${priority} ${sorted(match)}`;
}

/** A switch writes a match and actions in its own way: what went through the codec compares with what comes from it. */
function decoded<M extends MessageInput>(message: M): MessageOf<M['type']> {
  return decode(encode(message)) as MessageOf<M['type']>;
}

function flowItem(flow: Flow): Item {
  // Whoever deletes it is noticed at once.
  const message = flowModOf({ ...flow, reportsRemoval: true });
  return { ...heldFlow(decoded(message)), put: () => message };
}

function heldFlow(flow: Pick<InstalledFlow, keyof InstalledFlow & keyof MessageOf<'flowMod'>>): Held {
  const { tableId, priority, match, cookie, idleTimeout, hardTimeout, flags, instructions } = flow;
  return {
    kind: 'flows',
    key: flowKey(tableId, priority, match),
    text: `${cookie} ${idleTimeout} ${hardTimeout} ${flags & OFPFF.SEND_FLOW_REM} ${plain(instructions)}`,
    name: `table ${tableId}, priority ${priority}, match ${plain(match)}`,
    isOurs: true,
    remove: () => {
      const { DELETE_STRICT: command } = OFPFC;
      return { type: 'flowMod', command, tableId, priority, cookie, cookieMask: ALL_BITS, match };
    },
  };
}

const ALL_BITS = 0xffff_ffff_ffff_ffffn;

function groupItem(group: Group): Item {
  const message = { type: 'groupMod' as const, ...group, buckets: [...group.buckets] };
  return { ...heldGroup(decoded(message)), put: isThere => ({ ...message, command: isThere ? OFPGC.MODIFY : OFPGC.ADD }) };
}

function heldGroup({ groupId, groupType, buckets }: Omit<InstalledGroup, 'length'>): Held {
  return {
    ...{ kind: 'groups', key: `group ${groupId}`, name: `group ${groupId}`, isOurs: isOurGroup(groupId) },
    text: `${groupType} ${plain(buckets)}`,
    remove: () => ({ type: 'groupMod', command: OFPGC.DELETE, groupId }),
  };
}

function meterItem(meter: Meter): Item {
  const message = { type: 'meterMod' as const, ...meter, bands: [...meter.bands] };
  return { ...heldMeter(decoded(message)), put: isThere => ({ ...message, command: isThere ? OFPMC.MODIFY : OFPMC.ADD }) };
}

function heldMeter({ meterId, flags, bands }: InstalledMeter): Held {
  return {
    ...{ kind: 'meters', key: `meter ${meterId}`, name: `meter ${meterId}`, isOurs: false },
    // A band without a burst has that of a second, and Open vSwitch says so.
    text: `${flags} ${plain(bands.map(band => ('burstSize' in band ? { ...band, burstSize: band.burstSize || band.rate } : band)))}`,
    remove: () => ({ type: 'meterMod', command: OFPMC.DELETE, meterId }),
  };
}

function sorted(match: Match): string {
  return plain(Object.fromEntries(Object.entries(match).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/**
 * As text in which equal things are equal. A zero is as good as nothing, since that is what the wire has for it; how much of a packet an
 * output gives on counts for the controller alone, which gets all of it (7.2.5); and Open vSwitch names the fields of its own actions by
 * their older numbers.
 */
function plain(value: unknown): string {
  return JSON.stringify(value, (key, part) => {
    if (part === 0 || key === 'maxLen') return undefined;
    if (typeof part === 'bigint') return String(part);
    if (typeof part === 'string') return part.replace(/^nxm([A-Z])/, (_prefix, first: string) => first.toLowerCase());
    return part instanceof Uint8Array ? [...part] : part;
  });
}
