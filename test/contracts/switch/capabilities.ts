import { expect, it } from 'vitest';
import {
  type ActionInput,
  type MessageInput,
  OFPBAC,
  OFPET,
  OFPFC,
  OFPG,
  OFPP,
  OFPTT,
  ONF_BCT,
} from '../../../openflow/index.ts';
import { OFPGFC, OFPGT } from '../../../openflow/protocol/groups.ts';
import { OFPM, OFPMF } from '../../../openflow/protocol/meters.ts';
import { ALL_BITS, apply, output, type SwitchRig, TO_VIP, VIP } from './rig.ts';

/** A table that no controller uses: flows can be tried in it. */
const TRIAL_TABLE = 100;
const TCP_ONLY = { ethType: 0x800, ipProto: 6 } as const;
const SELECT = 1 << OFPGT.SELECT;
const OUTPUT_AND_SET_FIELD = (1 << 0) | (1 << 25);
const ATOMIC = 1;

/** What a controller asks a switch at the beginning: what it can do, and what it holds. */
export function capabilityContract(rig: SwitchRig): void {
  it('says which groups it can have', async () => {
    const { body } = await rig.controller.request({ type: 'multipartRequest', kind: 'groupFeatures' });
    expect(body).toMatchObject({ types: 0xf, maxGroups: [0xffffff00, 0xffffff00, 0xffffff00, 0xffffff00] });
    expect(body.types & SELECT).toBe(SELECT);
    expect(body.capabilities).toBe(OFPGFC.SELECT_WEIGHT | OFPGFC.SELECT_LIVENESS | OFPGFC.CHAINING);
    expect(body.actions[OFPGT.SELECT]! & OUTPUT_AND_SET_FIELD).toBe(OUTPUT_AND_SET_FIELD);
  });

  it('says which meters it can have', async () => {
    const { body } = await rig.controller.request({ type: 'multipartRequest', kind: 'meterFeatures' });
    const capabilities = OFPMF.KBPS | OFPMF.PKTPS | OFPMF.BURST | OFPMF.STATS;
    expect(body).toEqual({ maxMeter: 262_144, bandTypes: 1 << 1, capabilities, maxBands: 8, maxColor: 0 });
  });

  it('describes its groups as they are', async () => {
    const groups = async () => (await rig.controller.request({ type: 'multipartRequest', kind: 'groupDesc' })).body;
    expect(await groups()).toEqual([]);
    const actions: ActionInput[] = [{ type: 'setField', field: { ethDst: VIP.mac } }, output(2)];
    const select = { groupId: 7, groupType: OFPGT.SELECT, buckets: [{ weight: 2, actions }] };
    const failover = { groupId: 9, groupType: OFPGT.FF, buckets: [{ watchPort: 3, actions: [output(3)] }] };
    await rig.tell({ type: 'groupMod', ...select }, { type: 'groupMod', ...failover });
    const said = [
      { ...select, buckets: [{ watchPort: OFPP.ANY, watchGroup: OFPG.ANY, ...select.buckets[0]! }] },
      { ...failover, buckets: [{ weight: 0, watchGroup: OFPG.ANY, ...failover.buckets[0]! }] },
    ];
    expect((await groups()).toSorted((a, b) => a.groupId - b.groupId)).toMatchObject(said);
  });

  it('describes its meters as they are: without a burst they have that of a second', async () => {
    const meters = async (meterId: number = OFPM.ALL) =>
      (await rig.controller.request({ type: 'multipartRequest', kind: 'meterConfig', body: { meterId } })).body;
    expect(await meters()).toEqual([]);
    const flags = OFPMF.PKTPS | OFPMF.STATS;
    await rig.tell(
      { type: 'meterMod', meterId: 1, flags: flags | OFPMF.BURST, bands: [{ type: 'drop', rate: 100, burstSize: 20 }] },
      { type: 'meterMod', meterId: 2, flags, bands: [{ type: 'drop', rate: 300, burstSize: 0 }] },
    );
    const first = { meterId: 1, flags: flags | OFPMF.BURST, bands: [{ type: 'drop', rate: 100, burstSize: 20 }] };
    const second = { meterId: 2, flags, bands: [{ type: 'drop', rate: 300, burstSize: 300 }] };
    expect((await meters()).toSorted((a, b) => a.meterId - b.meterId)).toEqual([first, second]);
    expect(await meters(2)).toEqual([second]);
    await expect(meters(3)).rejects.toMatchObject({ errType: OFPET.METER_MOD_FAILED, code: 3 });
  });

  const flows = [0x11n, 0x12n, 0x23n].map(
    (cookie, tableId): MessageInput => ({ type: 'flowMod', cookie, tableId, priority: tableId + 1 }),
  );
  const asked = [
    ['all, without a mask', { cookie: 0x11n }, [1, 2, 3]],
    ['some bits', { cookie: 0x1fn, cookieMask: 0xf0n }, [1, 2]],
    ['all bits', { cookie: 0x23n, cookieMask: ALL_BITS }, [3]],
    ['some bits in one table', { tableId: 1, cookie: 0x10n, cookieMask: 0xf0n }, [2]],
    ['bits that none has', { cookie: 0x30n, cookieMask: 0xf0n }, []],
  ] as const;

  it.each(asked)('sums up and dumps flows by cookie: %s', async (_, body, priorities) => {
    await rig.tell(...flows);
    const { body: sum } = await rig.controller.request({ type: 'multipartRequest', kind: 'aggregate', body });
    expect(sum.flowCount).toBe(priorities.length);
    const { body: dump } = await rig.controller.request({ type: 'multipartRequest', kind: 'flow', body });
    expect(dump.map(({ priority }) => priority).sort()).toEqual(priorities);
  });

  it.each([OFPFC.DELETE, OFPFC.DELETE_STRICT])('deletes by cookie alone what has its bits (command %i)', async command => {
    await rig.tell(...flows);
    const strict = command === OFPFC.DELETE_STRICT;
    const remove = { type: 'flowMod', command, tableId: strict ? 2 : OFPTT.ALL, priority: 3, cookieMask: 0xf0n } as const;
    await rig.tell({ ...remove, cookie: 0x30n });
    expect(await rig.flows()).toHaveLength(3);
    await rig.tell({ ...remove, cookie: 0x2fn });
    expect((await rig.flows()).map(({ priority }) => priority).sort()).toEqual([1, 2]);
  });

  const trials: readonly (readonly [name: string, match: Record<string, unknown>, action: ActionInput])[] = [
    ['fin_timeout', TCP_ONLY, { type: 'finTimeout', finIdleTimeout: 5 }],
    ['move', TCP_ONLY, { type: 'regMove', nBits: 16, src: 'tcpDst', dst: 'reg0' }],
    ['tcp_flags', { ...TCP_ONLY, tcpFlags: { value: 2, mask: 0x12 } }, output(1)],
    [
      'learn',
      TCP_ONLY,
      {
        type: 'learn',
        tableId: TRIAL_TABLE + 1,
        idleTimeout: 60,
        specs: [
          { type: 'match', nBits: 16, from: 0x800n, to: { field: 'ethType', ofs: 0 } },
          { type: 'match', nBits: 32, from: { field: 'ipv4Src', ofs: 0 }, to: { field: 'ipv4Src', ofs: 0 } },
          { type: 'load', nBits: 16, from: { field: 'tcpDst', ofs: 0 }, to: { field: 'reg0', ofs: 0 } },
        ],
      },
    ],
  ];

  it.each(trials)('takes a trial flow with %s, and forgets it', async (_, match, action) => {
    const flow = { type: 'flowMod', tableId: TRIAL_TABLE, cookie: 0x77n, match, instructions: apply(action) } as const;
    expect(await rig.tell(flow)).toEqual([]);
    expect(await rig.flows()).toMatchObject([{ tableId: TRIAL_TABLE, match }]);
    const remove = { command: OFPFC.DELETE, tableId: OFPTT.ALL, cookie: 0x77n, cookieMask: ALL_BITS };
    await rig.tell({ type: 'flowMod', ...remove });
    expect(await rig.flows()).toEqual([]);
  });

  it.each([
    ['a stranger', 0x00c0ffee, OFPBAC.BAD_EXPERIMENTER],
    ['Nicira, of a kind that is not there', 0x2320, OFPBAC.BAD_EXP_TYPE],
    ['the ONF, of a kind that is not there', 0x4f4e4600, OFPBAC.BAD_EXP_TYPE],
  ])('refuses an action of %s, and says of which message it was', async (_, experimenter, code) => {
    const data = new Uint8Array([0x27, 0x0f, 0, 0, 0, 0, 0, 0]);
    const flow = { type: 'flowMod', xid: 4711, instructions: apply({ type: 'experimenter', experimenter, data }) } as const;
    const before = { type: 'flowMod', tableId: TRIAL_TABLE, match: TO_VIP } as const;
    expect(await rig.tell(before, flow)).toMatchObject([{ xid: 4711, errType: OFPET.BAD_ACTION, code }]);
    expect(await rig.flows()).toMatchObject([{ tableId: TRIAL_TABLE }]);
  });

  it('opens a bundle and drops it again', async () => {
    const bundle = { type: 'bundleControl', bundleId: 5, flags: ATOMIC } as const;
    await rig.tell({ ...bundle, controlType: ONF_BCT.OPEN_REQUEST }, { ...bundle, controlType: ONF_BCT.DISCARD_REQUEST });
    expect(await rig.ofType('bundleControl', 2)).toMatchObject([
      { bundleId: 5, controlType: ONF_BCT.OPEN_REPLY, flags: 0 },
      { bundleId: 5, controlType: ONF_BCT.DISCARD_REPLY, flags: 0 },
    ]);
    const again = { ...bundle, controlType: ONF_BCT.DISCARD_REQUEST };
    expect(await rig.tell(again)).toMatchObject([{ errType: OFPET.EXPERIMENTER, code: 2302 }]);
  });
}
