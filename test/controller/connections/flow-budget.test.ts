import { describe, expect, it } from 'vitest';
import { FlowBudget } from '../../../controller/connections/exact/flow-budget.ts';
import type { Dpid } from '../../../controller/core/dpid.ts';
import { configWith, switchOf, World } from './world.ts';

const dpid = '0000000000000001' as Dpid;

describe('the budget of a switch', () => {
  it('says once when it is nearly full, when it is full, and when that is over', () => {
    const budget = new FlowBudget(200);
    const states = [10, 89, 90, 95, 99, 100, 99, 85, 81, 80, 95].map(connections => budget.judge(dpid, connections)?.state);
    expect(states).toEqual([
      ...[undefined, undefined, 'nearly-full', undefined, undefined, 'full'],
      ...['nearly-full', undefined, undefined, 'ok', 'nearly-full'],
    ]);
  });

  it('is what the switch itself says, where that is less', () => {
    const budget = new FlowBudget(200);
    budget.refused(dpid, 50, 0);
    expect(budget.judge(dpid, 50)).toEqual({ flows: 100, limit: 100, state: 'full' });
    expect(budget.has(dpid, 50, 1000)).toBe(false);
    expect(budget.has(dpid, 49, 1000)).toBe(true);
    expect(budget.judge(dpid, 60)?.state).toBe('ok');
  });

  it('is no more than is configured', () => {
    const at = switchOf(1);
    const { world } = World.ready(at, { ...configWith(), limits: { flowsPerSwitch: 6 } });
    const log = [1, 2, 3, 4].map(i => world.syn(at, 4, 40_000 + i).log[0]?.type);
    expect(log).toEqual(['decision', 'decision', 'decision', 'refused']);
    expect(world.tick(1000).log).toContainEqual(
      expect.objectContaining({ type: 'table', state: 'full', flows: 6, limit: 6, table: 1 }),
    );
    world.configure({ ...configWith(), limits: { flowsPerSwitch: 100 } });
    expect(world.tick(1000).log).toContainEqual(expect.objectContaining({ type: 'table', state: 'ok' }));
    expect(world.syn(at, 4, 40_004).log).toMatchObject([{ type: 'decision' }]);
  });
});
