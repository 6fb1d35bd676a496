import fc from 'fast-check';
import { cookieOf } from '../../../controller/core/cookie.ts';
import type { DesiredState } from '../../../controller/core/desired-state.ts';
import type { Flow } from '../../../controller/core/flow.ts';
import { desiredCookie, PRIORITY, TABLE } from '../../../controller/core/pipeline.ts';
import { type ActionInput, type Match, type MessageInput, OFPFC, OFPG, OFPGC, OFPGT, OFPMC } from '../../../openflow/index.ts';
import { OFPM } from '../../../openflow/protocol/meters.ts';

const PLACES = 4;
const OURS = desiredCookie('base');
const FOREIGN = 0x1234n;

const matchOf = (section: number, n: number): Match => ({ ethType: 0x800, ipProto: 6, ipv4Dst: `10.${section}.0.${n}` });
const output = (port: number): ActionInput => ({ type: 'output', port });
const apply = (...actions: readonly ActionInput[]) => [{ type: 'applyActions' as const, actions: [...actions] }];
/** As vipflow's own groups have them. */
const groupId = (section: number, n: number) => 0x7600_0000 + section * 10 + n + 1;

const actions: fc.Arbitrary<ActionInput[]> = fc.constantFrom(
  [],
  [output(1)],
  [output(2)],
  [
    { type: 'setField' as const, field: { ipv4Dst: '10.9.9.9' } },
    { type: 'setField' as const, field: { tcpDst: 80 } },
    output(3),
  ],
);
const buckets = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 3 }), port: fc.integer({ min: 1, max: 3 }) }), {
  maxLength: 3,
});

type Buckets = readonly { readonly weight: number; readonly port: number }[];
const bucketsOf = (list: Buckets) =>
  list.map(({ weight, port }) => ({
    weight,
    actions: [{ type: 'setField' as const, field: { ethDst: `00:00:00:00:00:0${port}` } }, output(port)],
  }));
const bandsOf = (rate: number) => [{ type: 'drop' as const, rate, burstSize: 10 }];

const place = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const places = <T>(value: fc.Arbitrary<T>) => fc.array(place(value), { minLength: PLACES, maxLength: PLACES });

/** What a section may be: flows, groups of which its flows may make use, and meters. Each section has keys of its own. */
export function desiredState(section: number): fc.Arbitrary<DesiredState> {
  const flow = fc.record({ actions, isGrouped: fc.boolean(), hasNext: fc.boolean(), idle: fc.constantFrom(0, 0, 300) });
  return fc.record({ flows: places(flow), groups: places(buckets), meters: place(fc.integer({ min: 1, max: 9 })) }).map(drawn => {
    const flows = drawn.flows.flatMap((one, n): Flow[] => {
      if (one === undefined) return [];
      const group = one.isGrouped && drawn.groups[n] !== undefined ? groupId(section, n) : undefined;
      return [
        {
          table: TABLE.service,
          priority: PRIORITY.vip,
          match: matchOf(section, n),
          actions: group === undefined ? one.actions : [{ type: 'group', groupId: group }],
          cookie: OURS,
          idleTimeoutSec: one.idle,
          ...(one.hasNext && { next: TABLE.learn }),
        },
      ];
    });
    const groups = drawn.groups.flatMap((list, n) =>
      list === undefined ? [] : [{ groupId: groupId(section, n), groupType: OFPGT.SELECT, buckets: bucketsOf(list) }],
    );
    const meters = drawn.meters === undefined ? [] : [{ meterId: section + 1, flags: 1, bands: bandsOf(drawn.meters) }];
    return { flows, groups, meters };
  });
}

/** A group and a meter that are always wanted: a switch that is to hold none is not asked for any. */
export const BASE: DesiredState = {
  groups: [{ groupId: groupId(9, 9), groupType: OFPGT.SELECT, buckets: bucketsOf([{ weight: 1, port: 1 }]) }],
  meters: [{ meterId: 99, flags: 1, bands: bandsOf(5) }],
};

/** What somebody else does, and how often at most that makes the reconciler try one thing again. */
export interface HostileAct {
  readonly what: string;
  readonly messages: readonly MessageInput[];
  readonly tries: number;
}

/** Anything that somebody else does to the flows, groups and meters of so many sections, and flows of his own. */
export function hostileAct(sections: number): fc.Arbitrary<HostileAct> {
  const at = fc.tuple(fc.nat(sections - 1), fc.nat(PLACES - 1));
  const service = { type: 'flowMod', tableId: TABLE.service, priority: PRIORITY.vip } as const;
  const flowAct = (what: string, more: (changed: ActionInput[], match: Match) => object) =>
    fc.tuple(at, actions).map(([[section, n], changed]) => {
      const match = matchOf(section, n);
      return { what, tries: 1, messages: [{ ...service, match, ...more(changed, match) } as MessageInput] };
    });
  const groupAct = (what: string, more: (list: Buckets) => object) =>
    fc.tuple(at, buckets).map(([[section, n], list]) => {
      return { what, tries: 2, messages: [{ type: 'groupMod', groupId: groupId(section, n), ...more(list) } as MessageInput] };
    });
  const meterAct = (what: string, more: (rate: number) => object) =>
    fc.tuple(at, fc.integer({ min: 1, max: 9 })).map(([[section], rate]) => {
      return { what, tries: 2, messages: [{ type: 'meterMod', meterId: section + 1, ...more(rate) } as MessageInput] };
    });
  const everything: HostileAct = {
    what: 'everything deleted',
    tries: 2,
    messages: [
      { type: 'flowMod', command: OFPFC.DELETE, tableId: TABLE.service },
      { type: 'groupMod', command: OFPGC.DELETE, groupId: OFPG.ALL },
      { type: 'meterMod', command: OFPMC.DELETE, meterId: OFPM.ALL },
    ],
  };
  return fc.oneof(
    flowAct('flow deleted', () => ({ command: OFPFC.DELETE_STRICT })),
    flowAct('actions changed', changed => ({ command: OFPFC.MODIFY_STRICT, instructions: apply(...changed) })),
    flowAct('flow replaced', changed => ({ cookie: OURS, instructions: apply(...changed), hardTimeout: 1000 })),
    flowAct('another priority', changed => ({ cookie: OURS, priority: 599, instructions: apply(...changed) })),
    flowAct('cookie of nobody', changed => ({ cookie: FOREIGN, instructions: apply(...changed) })),
    flowAct('cookie of another owner', changed => ({ cookie: desiredCookie('observation'), instructions: apply(...changed) })),
    flowAct('cookie with more bits', () => ({ cookie: cookieOf({ round: 7, owner: 'base', serial: 3 }) })),
    groupAct('group deleted', () => ({ command: OFPGC.DELETE })),
    groupAct('buckets changed', list => ({ command: OFPGC.MODIFY, groupType: OFPGT.SELECT, buckets: bucketsOf(list) })),
    groupAct('type changed', list => ({ command: OFPGC.MODIFY, groupType: OFPGT.ALL, buckets: bucketsOf(list) })),
    groupAct('group added', list => ({ command: OFPGC.ADD, groupType: OFPGT.SELECT, buckets: bucketsOf(list) })),
    meterAct('meter deleted', () => ({ command: OFPMC.DELETE })),
    meterAct('bands changed', rate => ({ command: OFPMC.MODIFY, flags: 1, bands: bandsOf(rate) })),
    meterAct('meter added', rate => ({ command: OFPMC.ADD, flags: 1, bands: bandsOf(rate) })),
    fc.constant(everything),
  );
}

/** A flow that nobody but somebody else has to do with. */
export function foreignFlow(n: number): MessageInput {
  const match: Match = { ethType: 0x800, ipProto: 17, ipv4Dst: `10.99.0.${n}` };
  return {
    type: 'flowMod',
    tableId: TABLE.forward,
    priority: 60_000 + n,
    cookie: FOREIGN,
    match,
    instructions: apply(output(2)),
  };
}
