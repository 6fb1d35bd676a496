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
import type { DesiredState, Group, Meter } from '../core/desired-state.ts';
import { type Flow, flowModOf } from '../core/flow.ts';
import type { Installed, InstalledFlow, InstalledGroup, InstalledMeter } from '../core/switch.ts';

export type Kind = 'flows' | 'groups' | 'meters';

/** A flow, group or meter, in a form in which what should be and what is are compared. */
export interface Item {
  readonly kind: Kind;
  /** What tells it from all others of its switch. */
  readonly key: string;
  /** All else that it is; equal texts do the same. */
  readonly text: string;
  /** For people. */
  readonly name: string;
  /** The message that brings it there; `isThere`: something else is under its key. */
  put(isThere: boolean): MessageInput;
  remove(): MessageInput;
}

/** What should be there, as items. */
export function itemsOf({ flows = [], groups = [], meters = [] }: DesiredState): Item[] {
  return [...groups.map(groupItem), ...meters.map(meterItem), ...flows.map(flowItem)];
}

/** What a switch holds, as items that can be removed. */
export function installedItems({ flows, groups, meters }: Installed): Item[] {
  return [...flows.map(installedFlow), ...groups.map(installedGroup), ...meters.map(installedMeter)];
}

/** The key of a flow, whatever the order of its fields. */
export function flowKey(table: number, priority: number, match: Match): string {
  return `flow ${table} ${priority} ${sorted(match)}`;
}

function flowItem(flow: Flow): Item {
  // Whoever deletes it is noticed at once.
  const message = flowModOf({ ...flow, reportsRemoval: true });
  // A switch writes a match and actions in its own way; what went through the codec compares with what comes from it.
  const { tableId, priority, match, instructions, cookie, idleTimeout, flags } = decode(encode(message)) as MessageOf<'flowMod'>;
  return {
    ...flowHead(tableId, priority, match),
    text: flowText({ cookie, idleTimeout, hardTimeout: 0, flags, instructions }),
    put: () => message,
    remove: () => strictDelete(flow.table, flow.priority, flow.match, flow.cookie),
  };
}

function installedFlow(flow: InstalledFlow): Item {
  const { tableId, priority, match, cookie } = flow;
  return {
    ...flowHead(tableId, priority, match),
    text: flowText(flow),
    put: () => ({ ...flow, type: 'flowMod' }),
    remove: () => strictDelete(tableId, priority, match, cookie),
  };
}

function flowHead(table: number, priority: number, match: Match) {
  const key = flowKey(table, priority, match);
  return { kind: 'flows' as const, key, name: `table ${table}, priority ${priority}, match ${plain(match)}` };
}

type FlowContents = Pick<InstalledFlow, 'cookie' | 'idleTimeout' | 'hardTimeout' | 'flags' | 'instructions'>;

function flowText({ cookie, idleTimeout, hardTimeout, flags, instructions }: FlowContents): string {
  return `${cookie} ${idleTimeout} ${hardTimeout} ${flags & OFPFF.SEND_FLOW_REM} ${plain(instructions)}`;
}

function strictDelete(tableId: number, priority: number, match: Match, cookie: bigint): MessageInput {
  const { DELETE_STRICT: command } = OFPFC;
  return { type: 'flowMod', command, tableId, priority, cookie, cookieMask: ALL_BITS, match };
}

const ALL_BITS = 0xffff_ffff_ffff_ffffn;

function groupItem(group: Group): Item {
  const message = { type: 'groupMod', ...group, buckets: [...group.buckets] } as const;
  const { groupType, groupId, buckets } = decode(encode(message)) as MessageOf<'groupMod'>;
  return {
    ...installedGroup({ groupType, groupId, buckets }),
    put: isThere => ({ ...message, command: isThere ? OFPGC.MODIFY : OFPGC.ADD }),
  };
}

function installedGroup({ groupId, groupType, buckets }: InstalledGroup): Item {
  return {
    kind: 'groups',
    key: `group ${groupId}`,
    text: `${groupType} ${plain(buckets)}`,
    name: `group ${groupId}`,
    put: () => ({ type: 'groupMod', command: OFPGC.ADD, groupId, groupType, buckets: [...buckets] }),
    remove: () => ({ type: 'groupMod', command: OFPGC.DELETE, groupId }),
  };
}

function meterItem(meter: Meter): Item {
  const message = { type: 'meterMod', ...meter, bands: [...meter.bands] } as const;
  const { flags, meterId, bands } = decode(encode(message)) as MessageOf<'meterMod'>;
  return {
    ...installedMeter({ flags, meterId, bands }),
    put: isThere => ({ ...message, command: isThere ? OFPMC.MODIFY : OFPMC.ADD }),
  };
}

function installedMeter({ meterId, flags, bands }: InstalledMeter): Item {
  return {
    kind: 'meters',
    key: `meter ${meterId}`,
    // A band without a burst has that of a second, and Open vSwitch says so.
    text: `${flags} ${plain(bands.map(band => ('burstSize' in band ? { ...band, burstSize: band.burstSize || band.rate } : band)))}`,
    name: `meter ${meterId}`,
    put: () => ({ type: 'meterMod', command: OFPMC.ADD, flags, meterId, bands: [...bands] }),
    remove: () => ({ type: 'meterMod', command: OFPMC.DELETE, meterId }),
  };
}

function sorted(match: Match): string {
  const names = Object.keys(match).sort();
  return plain(Object.fromEntries(names.map(name => [name, match[name as keyof Match]])));
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
