import { fieldNamed } from '../../../openflow/protocol/fields.ts';
import { type Place, placeNamed } from './field-place.ts';
import { AT, type FlowKey, FRAG, TAGGED } from './flow-key.ts';
import { PROTO } from './header.ts';
import type { Learned } from './lesson.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Run } from './run.ts';

/** What actions do outside the packet. */
export interface Services {
  output(run: Run, port: number): void;
  toController(run: Run, reason: number): void;
  /** Looks the packet up in a table, as if it came in by `inPort`. */
  resubmit(run: Run, tableId: number, inPort: number | undefined): void;
  group(run: Run, groupId: number): void;
  /** Shortens the timeouts of the flow that is carried out. */
  shorten(run: Run, idleTimeout: number, hardTimeout: number): void;
  hasGroup(groupId: number): boolean;
  hasMeter(meterId: number): boolean;
}

/** What is known where actions are compiled. */
export interface Scope {
  readonly services: Services;
  /** What the match makes sure of, and earlier actions added. */
  readonly key: FlowKey;
  /** Ports and groups the actions send to, for the filters of flow-mods and statistics. */
  readonly ports: number[];
  readonly groups: number[];
  /** What its `learn` actions teach, where that goes with the flow. */
  readonly learned: Learned[];
  /**
   * Why such packets cannot be given these actions, of each kind the first reason. Told in this order, as Open vSwitch tells
   * it, and behind what is wrong with the actions themselves.
   */
  bad: Refusal | undefined;
  inconsistent: Refusal | undefined;
  missing: Refusal | undefined;
}

/** The first reason why actions are refused, if there is one. */
export function refusalOf({ bad, inconsistent, missing }: Pick<Scope, 'bad' | 'inconsistent' | 'missing'>): Refusal | undefined {
  return bad ?? inconsistent ?? missing;
}

/** A scope for actions on packets that are known to have the values of `key`. */
export function newScope(services: Services, key: FlowKey): Scope {
  return { services, key, ports: [], groups: [], learned: [], bad: undefined, inconsistent: undefined, missing: undefined };
}

/** Notes when packets are not known to be such that an action makes sense. */
export function demand(scope: Scope, isSo: boolean): void {
  if (!isSo) scope.inconsistent ??= refuse.action('MATCH_INCONSISTENT');
}

type Need = readonly [place: Place, values: readonly number[] | 'present', hasPorts: boolean];

const needs = new Map<string, readonly Need[]>();

function needsOf(name: string): readonly Need[] {
  let list = needs.get(name);
  if (list === undefined) {
    list = Object.entries(fieldNamed(name)?.needs ?? {}).map(([other, values]): Need => {
      const isIcmp = values.includes(PROTO.ICMP as never) || values.includes(PROTO.ICMPV6 as never);
      return [placeNamed(other)!, values, other === 'ipProto' && !isIcmp];
    });
    needs.set(name, list);
  }
  return list;
}

/** Whether packets with these values have a field (7.2.3.6); ports are not in later fragments. */
export function hasField(key: FlowKey, name: string): boolean {
  for (const [{ at, size }, values, hasPorts] of needsOf(name)) {
    if (values === 'present') {
      if ((key.u16(AT.vlanTci) & TAGGED) === 0) return false;
      continue;
    }
    if (!values.includes(size === 1 ? key.bytes[at]! : key.u16(at))) return false;
    if (hasPorts && (key.bytes[AT.ipFrag]! & FRAG.LATER) !== 0) return false;
  }
  return true;
}
