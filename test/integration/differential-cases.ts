import fc, { type Arbitrary } from 'fast-check';
import { type MessageInput, OFPFC, OFPFF, OFPG, OFPP, OFPTT } from '../../openflow/index.ts';
import { OFPGC, OFPGT } from '../../openflow/protocol/groups.ts';
import { actions, GROUPS, instructions } from './differential-actions.ts';
import { type Kind, kind, matchOf, PORTS, PREREQUISITES, pick } from './differential-matches.ts';
import { packet } from './differential-packets.ts';

/** What both switches are given: their tables, then packets. */
export interface Case {
  readonly mods: readonly MessageInput[];
  readonly packets: readonly { readonly port: number; readonly frame: Uint8Array }[];
  /** What is changed when the packets have passed. */
  readonly later: readonly MessageInput[];
}

const flags = fc.oneof(
  { weight: 80, arbitrary: fc.constant(OFPFF.SEND_FLOW_REM) },
  { weight: 20, arbitrary: pick([0, OFPFF.CHECK_OVERLAP, OFPFF.RESET_COUNTS, OFPFF.NO_PKT_COUNTS, OFPFF.NO_BYT_COUNTS, 0x20]) },
);
const table = fc.oneof(
  { weight: 160, arbitrary: pick([0, 0, 0, 1, 2, 3]) },
  { weight: 4, arbitrary: pick([OFPTT.ALL, OFPTT.MAX]) },
);
const cookie = pick([0n, 1n, 2n, 0x100000001n]);
const mask = pick([0n, 0n, 1n, 0xffffffffffffffffn]);

const flowMod = (kinds: Arbitrary<Kind>): Arbitrary<MessageInput> =>
  kinds.chain(of =>
    fc.record({
      type: fc.constant('flowMod' as const),
      command: fc.oneof(
        { weight: 160, arbitrary: fc.constant(OFPFC.ADD) },
        { weight: 40, arbitrary: pick(Object.values(OFPFC)) },
        { weight: 1, arbitrary: fc.constant(7) },
      ),
      tableId: table,
      priority: pick([0, 1, 2, 3]),
      cookie,
      cookieMask: mask,
      flags,
      idleTimeout: pick([0, 0, 100]),
      hardTimeout: pick([0, 0, 200]),
      outPort: fc.oneof({ weight: 60, arbitrary: fc.constant(OFPP.ANY) }, { weight: 20, arbitrary: pick(PORTS) }),
      outGroup: fc.oneof({ weight: 80, arbitrary: fc.constant(OFPG.ANY) }, { weight: 20, arbitrary: pick(GROUPS) }),
      match: fc.oneof(
        { weight: 3, arbitrary: matchOf(of) },
        { weight: 3, arbitrary: fc.constant(PREREQUISITES[of]) },
        { weight: 2, arbitrary: fc.constant({}) },
      ),
      instructions: instructions(of),
    }),
  );

/** Only select and fast-failover groups may watch; now and then another one tries to. */
const watch = (groupType: number) =>
  fc.record({
    watchPort: fc.oneof(
      { weight: 60, arbitrary: fc.constant(OFPP.ANY) },
      { weight: groupType === OFPGT.FF ? 200 : groupType === OFPGT.SELECT ? 30 : 1, arbitrary: pick([1, 2, 9]) },
    ),
    watchGroup: fc.oneof(
      { weight: 100, arbitrary: fc.constant(OFPG.ANY) },
      { weight: groupType === OFPGT.FF ? 20 : 1, arbitrary: pick(GROUPS) },
    ),
  });

/** The buckets of a select group are all the same: which one is chosen is a switch's own business. */
const groupMod: Arbitrary<MessageInput> = fc.tuple(pick(Object.values(OFPGT)), kind).chain(([groupType, of]) => {
  const actionLists =
    groupType === OFPGT.SELECT
      ? actions(of, 3).chain(list => fc.array(fc.constant(list), { maxLength: 3 }))
      : fc.array(actions(of, 3), { maxLength: groupType === OFPGT.INDIRECT ? 1 : 3 });
  return fc.record({
    type: fc.constant('groupMod' as const),
    command: fc.oneof({ weight: 120, arbitrary: fc.constant(OFPGC.ADD) }, { weight: 40, arbitrary: pick(Object.values(OFPGC)) }),
    groupType: fc.constant(groupType),
    groupId: fc.oneof({ weight: 400, arbitrary: pick(GROUPS) }, { weight: 6, arbitrary: pick([OFPG.ALL, OFPG.ANY, OFPG.MAX]) }),
    buckets: actionLists.chain(lists =>
      fc.tuple(
        ...lists.map(list =>
          watch(groupType).map(watched => ({ weight: groupType === OFPGT.SELECT ? 1 : 0, ...watched, actions: list })),
        ),
      ),
    ),
  });
});

/**
 * Gives every match a priority of its own: which of two flows with the same priority a packet finds when it matches both is not
 * defined. Flows that ask for a check may have the priority of one that is there.
 */
function withPriorities(mods: readonly MessageInput[]): MessageInput[] {
  const known: string[] = [JSON.stringify({})];
  return mods.map(mod => {
    if (mod.type !== 'flowMod') return mod;
    // Open vSwitch keeps flows of its own in its last table, of which a deletion there may tell.
    if (mod.tableId === OFPTT.MAX && mod.command !== OFPFC.ADD) return { ...mod, tableId: 0, priority: 0, match: {} };
    const name = JSON.stringify(mod.match, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
    if (mod.flags === OFPFF.CHECK_OVERLAP && mod.command === OFPFC.ADD)
      return { ...mod, priority: (mod.priority ?? 0) % known.length };
    if (!known.includes(name)) known.push(name);
    return { ...mod, priority: known.indexOf(name) };
  });
}

/** Random tables and groups, and packets that meet them: of each case most are of the same few kinds. */
export const randomCase: Arbitrary<Case> = fc.array(kind, { minLength: 1, maxLength: 2 }).chain(own => {
  const kinds = fc.oneof({ weight: 5, arbitrary: pick(own) }, { weight: 1, arbitrary: kind });
  return fc
    .record({
      groups: fc.array(groupMod, { maxLength: 4 }),
      flows: fc.array(flowMod(kinds), { minLength: 2, maxLength: 14 }),
      moreGroups: fc.array(groupMod, { maxLength: 1 }),
      moreFlows: fc.array(flowMod(kinds), { maxLength: 3 }),
      packets: fc.array(packet(kinds), { minLength: 2, maxLength: 6 }),
      again: fc.array(fc.tuple(fc.nat(), pick([OFPFC.ADD, OFPFC.MODIFY]), pick([1, 5])), { maxLength: 2 }),
    })
    .map(({ groups, flows, moreGroups, moreFlows, packets, again }) => {
      const mods = withPriorities([...groups, ...flows, ...moreGroups, ...moreFlows]);
      const own = mods.filter(mod => mod.type === 'flowMod');
      const later = again.map(([nth, command, flags]) => ({ ...own[nth % own.length]!, command, flags, cookieMask: 0n }));
      return { mods, packets, later };
    });
});
