import { beforeEach, describe, expect, it } from 'vitest';
import type { DesiredState } from '../../../controller/core/desired-state.ts';
import type { RestoredEntry } from '../../../controller/core/events.ts';
import type { Flow } from '../../../controller/core/flow.ts';
import { desiredCookie, PRIORITY, TABLE } from '../../../controller/core/pipeline.ts';
import { AUDIT_EVERY_MS } from '../../../controller/switches/reconciler.ts';
import { type MessageInput, OFPFC, OFPGC, OFPGT, OFPMC, OFPP } from '../../../openflow/index.ts';
import { contentsOf, pureContents, ReconciledSwitch } from './reconciled-switch.ts';

const cookie = desiredCookie('base');
const flow = (n: number, port = 1): Flow => ({
  table: TABLE.service,
  priority: PRIORITY.vip,
  match: { ethType: 0x800, ipv4Dst: `10.0.0.${n}` },
  actions: [{ type: 'output', port }],
  cookie,
});
const group = (port = 1) => ({
  groupId: 0x7600_0001,
  groupType: OFPGT.SELECT,
  buckets: [{ weight: 1, actions: [{ type: 'output' as const, port }] }],
});
const meter = (rate = 5) => ({ meterId: 1, flags: 1, bands: [{ type: 'drop' as const, rate, burstSize: 0 }] });
const deleteOf = ({ table: tableId, priority, match }: Flow): MessageInput => ({
  ...{ type: 'flowMod', command: OFPFC.DELETE_STRICT },
  ...{ tableId, priority, match },
});

let world: ReconciledSwitch;
const restored = () => world.log.filter((entry): entry is RestoredEntry => entry.type === 'restored');
const warnings = () => world.log.flatMap(entry => (entry.type === 'warning' ? [entry.message] : []));

beforeEach(() => {
  world = new ReconciledSwitch();
});

describe('a change of ours between the question of an audit and its answer', () => {
  const DELAY_MS = 100;
  const ALL: DesiredState = { flows: [flow(1)], groups: [group()], meters: [meter()] };
  const rows: readonly (readonly [string, DesiredState, DesiredState])[] = [
    ['a new flow', { flows: [] }, { flows: [flow(1)] }],
    ['a changed flow', { flows: [flow(1)] }, { flows: [flow(1, 2)] }],
    ['a flow that goes', { flows: [flow(1)] }, { flows: [] }],
    ['a new group with its flow', ALL, { ...ALL, groups: [group(), { ...group(2), groupId: 0x7600_0002 }] }],
    ['a changed group', ALL, { ...ALL, groups: [group(3)] }],
    ['a group that goes', ALL, { ...ALL, groups: [] }],
    ['a changed meter', ALL, { ...ALL, meters: [meter(9)] }],
    ['a meter that goes', ALL, { ...ALL, meters: [] }],
  ];

  it.each(rows)('is not undone: %s', (_what, before, after) => {
    // Wherever the change falls between question and answer.
    for (const afterMs of [0, 1, 50, 99, 100, 101, 150, 199, 200, 201]) {
      world = new ReconciledSwitch({ delay: { delayMs: DELAY_MS, jitterMs: 0 } });
      world.want('one', before);
      world.clock.run(AUDIT_EVERY_MS - 1);
      world.takeChanges();
      while (!world.sent.some(({ type }) => type === 'multipartRequest')) world.clock.step();
      world.clock.run(afterMs);
      world.want('one', after);
      const said = world.takeChanges();
      expect(said.length).toBeGreaterThan(0);
      world.clock.run(3 * AUDIT_EVERY_MS);
      expect(world.takeChanges()).toEqual([]);
      const { foreign: _foreign, ...held } = contentsOf(world.at);
      expect(held).toEqual(pureContents([after]));
      expect(world.log).toEqual([]);
    }
  });
});

describe('what somebody else insists on', () => {
  /** Deletes a flow whenever it is there, for so long; gives how often it was put back. */
  function insist(forMs: number): number {
    let count = 0;
    for (let passed = 0; passed < forMs; passed += 500) {
      world.somebody.send(deleteOf(flow(1)));
      world.clock.run(500);
      count += world.takeChanges().length;
    }
    return count;
  }

  it('is put right three times a minute, and the rest is looked after as ever', () => {
    world.want('one', { flows: [flow(1), flow(2)] });
    world.takeChanges();
    expect(insist(20_000)).toBe(3);
    world.somebody.send(deleteOf(flow(2)));
    world.clock.run(AUDIT_EVERY_MS + 100);
    expect(world.takeChanges()).toMatchObject([{ match: flow(2).match }]);
    expect(insist(30_000)).toBe(0);
    expect(insist(20_000)).toBe(3);
    expect(restored()).toHaveLength(7);
    expect(restored().at(-1)).toMatchObject({ total: 7, flows: { missing: 1, changed: 0, surplus: 0 } });
  });

  it('goes for surplus of ours, too', () => {
    const { table: tableId, priority, match } = flow(9);
    let deletes = 0;
    for (let i = 0; i < 20; i++) {
      world.somebody.send({ type: 'flowMod', tableId, priority, match, cookie });
      world.clock.run(AUDIT_EVERY_MS);
      deletes += world.takeChanges().length;
    }
    expect(deletes).toBe(3);
  });
});

describe('an audit', () => {
  it('logs what was missing, changed and surplus, of each kind', () => {
    world.want('one', { flows: [flow(1), flow(2)], groups: [group()], meters: [meter()] });
    world.clock.run(100);
    const { table: tableId, priority } = flow(1);
    for (const message of [
      deleteOf(flow(1)),
      { type: 'flowMod', command: OFPFC.MODIFY_STRICT, tableId, priority, match: flow(2).match, instructions: [] },
      { type: 'flowMod', tableId, priority: priority + 1, match: flow(2).match, cookie },
      { type: 'groupMod', command: OFPGC.ADD, ...group(2), groupId: 0x7600_0007 },
      { type: 'groupMod', command: OFPGC.ADD, ...group(2), groupId: 7 },
      { type: 'groupMod', command: OFPGC.MODIFY, ...group(3) },
      { type: 'meterMod', command: OFPMC.DELETE, meterId: 1 },
    ] satisfies MessageInput[])
      world.somebody.send(message);
    world.clock.run(AUDIT_EVERY_MS);
    expect(restored()).toMatchObject([
      {
        flows: { missing: 1, changed: 1, surplus: 1 },
        groups: { missing: 0, changed: 1, surplus: 1 },
        meters: { missing: 1, changed: 0, surplus: 0 },
        total: 6,
      },
    ]);
    expect(restored()[0]!.examples).toHaveLength(5);
  });

  it('follows a deletion at once, because the switch tells of it', () => {
    world.want('one', { flows: [flow(1)] });
    world.clock.run(AUDIT_EVERY_MS + 100);
    world.somebody.send(deleteOf(flow(1)));
    world.takeChanges();
    world.clock.run(100);
    expect(world.takeChanges()).toHaveLength(1);
  });

  it('asks for no groups and no meters where none are wanted', () => {
    world.want('one', { flows: [flow(1)] });
    world.clock.run(3 * AUDIT_EVERY_MS);
    const kinds = new Set(world.sent.flatMap(message => (message.type === 'multipartRequest' ? [message.kind] : [])));
    expect([...kinds].sort()).toEqual(['aggregate', 'flow']);
  });

  it('is given up after 10 s without an answer, and the next one asks again', () => {
    world = new ReconciledSwitch({ delay: { delayMs: 20_000, jitterMs: 0 } });
    const questions = () => world.sent.splice(0).filter(({ type }) => type === 'multipartRequest').length;
    world.clock.run(AUDIT_EVERY_MS + 50);
    expect(questions()).toBe(3);
    world.clock.run(9000);
    expect(questions()).toBe(0);
    world.clock.run(1200);
    expect(questions()).toBe(3);
  });
});

describe("somebody else's flow", () => {
  const { table: tableId, match } = flow(1);
  const foreign = { type: 'flowMod', tableId, priority: 60_000, match, cookie: 0x99n } as const;

  it('is reported once where it takes packets before ours, again when it came back, and never touched', () => {
    world.want('one', { flows: [flow(1)] });
    world.somebody.send(foreign);
    world.clock.run(100_000);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toContain('cookie 0x99');
    world.somebody.send({ ...foreign, command: OFPFC.DELETE_STRICT });
    world.clock.run(10_000);
    world.somebody.send(foreign);
    world.clock.run(10_000);
    expect(warnings()).toHaveLength(2);
    expect(contentsOf(world.at).foreign).toHaveLength(1);
    expect(restored()).toEqual([]);
  });

  it.each([
    ['lies below ours', { ...foreign, priority: PRIORITY.vip - 1 }],
    ['is in another table', { ...foreign, tableId: TABLE.learn }],
    ['takes other packets', { ...foreign, match: { ethType: 0x800, ipv4Dst: '10.0.0.7' } }],
  ])('is nobody else’s business where it %s', (_why, message) => {
    world.want('one', { flows: [flow(1)] });
    world.somebody.send(message);
    world.clock.run(100_000);
    expect(world.log).toEqual([]);
    expect(contentsOf(world.at).foreign).toHaveLength(1);
  });

  it('is reported with ten others, and the rest is counted', () => {
    world.want('one', { flows: [{ ...flow(1), match: {}, actions: [{ type: 'output', port: OFPP.CONTROLLER }] }] });
    for (let i = 0; i < 25; i++) world.somebody.send({ ...foreign, priority: 40_000 + i });
    world.clock.run(AUDIT_EVERY_MS + 100);
    expect(warnings()).toHaveLength(11);
    expect(warnings().at(-1)).toContain('15 more');
  });
});
