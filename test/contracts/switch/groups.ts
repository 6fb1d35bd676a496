import { expect, it } from 'vitest';
import { OFPFF, OFPRR } from '../../../openflow/index.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { OFPGC, OFPGT } from '../../../openflow/protocol/groups.ts';
import { OFPMF } from '../../../openflow/protocol/meters.ts';
import { apply, output, type SwitchRig, segment } from './rig.ts';

/** Groups and meters. */
export function groupContract(rig: SwitchRig): void {
  it('sends to all buckets of a group, and to the first that lives', async () => {
    const bucket = (port: number) => ({ watchPort: port, actions: [output(port)] });
    await rig.tell(
      { type: 'groupMod', groupId: 1, groupType: OFPGT.ALL, buckets: [2, 3].map(port => ({ actions: [output(port)] })) },
      { type: 'groupMod', groupId: 2, groupType: OFPGT.FF, buckets: [bucket(2), bucket(3)] },
      { type: 'flowMod', match: { inPort: 1 }, instructions: apply({ type: 'group', groupId: 1 }) },
      { type: 'flowMod', match: { inPort: 4 }, priority: 1, instructions: apply({ type: 'group', groupId: 2 }) },
    );
    expect(Object.keys(await rig.sent(1, segment(TCP.SYN)))).toEqual(['2', '3']);
    expect(Object.keys(await rig.sent(4, segment(TCP.SYN)))).toEqual(['2']);
    await rig.at.setLink(2, false);
    await rig.at.pass(1_000);
    expect(Object.keys(await rig.sent(4, segment(TCP.SYN)))).toEqual(['3']);
    await rig.at.setLink(2, true);
  });

  it('keeps a connection at its bucket, and uses all buckets', async () => {
    const buckets = [2, 3, 4].map(port => ({ weight: 1, actions: [output(port)] }));
    await rig.tell(
      { type: 'groupMod', groupId: 1, groupType: OFPGT.SELECT, buckets },
      { type: 'flowMod', match: {}, instructions: apply({ type: 'group', groupId: 1 }) },
    );
    const used = new Set<string>();
    for (let port = 1; port <= 24; port++) {
      const [first, again] = [await rig.sent(1, segment(TCP.SYN, port)), await rig.sent(1, segment(TCP.ACK, port))];
      expect(Object.keys(first)).toEqual(Object.keys(again));
      used.add(Object.keys(first).join());
    }
    expect([...used].sort()).toEqual(['2', '3', '4']);
  });

  it('removes the flows of a group that goes', async () => {
    await rig.tell(
      { type: 'groupMod', groupId: 1, buckets: [{ actions: [output(2)] }] },
      { type: 'flowMod', flags: OFPFF.SEND_FLOW_REM, instructions: apply({ type: 'group', groupId: 1 }) },
      { type: 'groupMod', command: OFPGC.DELETE, groupId: 1 },
    );
    expect(await rig.flows()).toEqual([]);
    expect(await rig.ofType('flowRemoved')).toMatchObject([{ reason: OFPRR.GROUP_DELETE }]);
  });

  it('drops what a meter does not let pass', async () => {
    const bands = [{ type: 'drop' as const, rate: 1, burstSize: 2 }];
    await rig.tell(
      { type: 'meterMod', meterId: 1, flags: OFPMF.PKTPS | OFPMF.BURST | OFPMF.STATS, bands },
      { type: 'flowMod', instructions: [{ type: 'meter', meterId: 1 }, ...apply(output(2))] },
    );
    for (let i = 0; i < 10; i++) await rig.at.inject(1, segment(TCP.SYN));
    const passed = (await rig.at.outputs()).length;
    expect([2, 3]).toContain(passed); // where time cannot be stopped, one more may pass
    await rig.at.pass(1_000);
    const { body } = await rig.controller.request({ type: 'multipartRequest', kind: 'meter' });
    expect(body).toMatchObject([{ packetInCount: 10n, bandStats: [{ packetBandCount: BigInt(10 - passed) }] }]);
  });
}
