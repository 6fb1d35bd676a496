import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inSendOrder } from '../../../controller/switches/send-order.ts';
import { type MessageInput, OFPFC, OFPGC, OFPMC } from '../../../openflow/index.ts';
import { BASE, desiredState } from './hostile-acts.ts';
import { ReconciledSwitch } from './reconciled-switch.ts';

const STEPS = ['delete', 'barrier', 'group', 'meter', 'flow', 'packet-out'] as const;
type Step = (typeof STEPS)[number];

const n = fc.nat(999);
const message: fc.Arbitrary<MessageInput> = fc.oneof(
  n.map(priority => ({ type: 'flowMod' as const, priority })),
  n.map(priority => ({ type: 'flowMod' as const, command: OFPFC.MODIFY_STRICT, priority })),
  n.map(priority => ({ type: 'flowMod' as const, command: OFPFC.DELETE, priority })),
  n.map(priority => ({ type: 'flowMod' as const, command: OFPFC.DELETE_STRICT, priority })),
  n.map(groupId => ({ type: 'groupMod' as const, command: OFPGC.ADD, groupId })),
  n.map(groupId => ({ type: 'groupMod' as const, command: OFPGC.MODIFY, groupId })),
  n.map(groupId => ({ type: 'groupMod' as const, command: OFPGC.DELETE, groupId })),
  n.map(meterId => ({ type: 'meterMod' as const, command: OFPMC.ADD, meterId })),
  n.map(meterId => ({ type: 'meterMod' as const, command: OFPMC.DELETE, meterId })),
  n.map(inPort => ({ type: 'packetOut' as const, inPort, actions: [], data: new Uint8Array() })),
);

function stepOf(one: MessageInput): Step {
  switch (one.type) {
    case 'groupMod':
      return one.command === OFPGC.DELETE ? 'delete' : 'group';
    case 'meterMod':
      return one.command === OFPMC.DELETE ? 'delete' : 'meter';
    case 'packetOut':
      return 'packet-out';
    case 'barrierRequest':
      return 'barrier';
    case 'flowMod':
      return one.command === OFPFC.DELETE || one.command === OFPFC.DELETE_STRICT ? 'delete' : 'flow';
    default:
      return 'flow';
  }
}

const isMonotone = (steps: readonly Step[]) =>
  steps.every((step, i) => i === 0 || STEPS.indexOf(steps[i - 1]!) <= STEPS.indexOf(step));

describe('the messages of one turn on the wire', () => {
  it('are all of them, each step in the order in which it was decided', () => {
    fc.assert(
      fc.property(fc.array(message), fc.boolean(), (turn, keepsOrder) => {
        const wire = inSendOrder(turn, keepsOrder).filter(({ type }) => type !== 'barrierRequest');
        for (const step of STEPS)
          expect(wire.filter(one => stepOf(one) === step)).toEqual(turn.filter(one => stepOf(one) === step));
        expect(wire).toHaveLength(turn.length);
      }),
    );
  });

  it('are deletes, a barrier, groups, meters, flows, packet-outs where the switch keeps order', () => {
    fc.assert(
      fc.property(fc.array(message), turn => {
        const steps = inSendOrder(turn, true).map(stepOf);
        expect(isMonotone(steps)).toBe(true);
        const isParted = steps.includes('delete') && steps.at(-1) !== 'delete';
        expect(steps.filter(step => step === 'barrier')).toHaveLength(isParted ? 1 : 0);
      }),
    );
  });

  it('have a barrier between any two steps where the switch does not', () => {
    fc.assert(
      fc.property(fc.array(message), turn => {
        const steps = inSendOrder(turn, false).map(stepOf);
        expect(isMonotone(steps.filter(step => step !== 'barrier'))).toBe(true);
        for (const [i, step] of steps.entries())
          if (i > 0 && step !== 'barrier' && steps[i - 1] !== 'barrier') expect(steps[i - 1]).toBe(step);
      }),
    );
  });

  it('bring each group before the flows that use it, whatever is wanted and whatever somebody had deleted', () => {
    fc.assert(
      fc.property(fc.array(desiredState(0), { maxLength: 4 }), states => {
        const world = new ReconciledSwitch();
        world.want('base', BASE);
        for (const state of states) {
          world.want('one', state);
          world.clock.run(1000);
          world.somebody.send({ type: 'groupMod', command: OFPGC.DELETE, groupId: 0xffff_fffc });
          world.clock.run(70_000);
        }
        // A flow that comes before its group is refused.
        expect(world.refused).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
