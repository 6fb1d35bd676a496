import { expect, it } from 'vitest';
import {
  type ActionInput,
  encode,
  type MessageInput,
  OFPET,
  OFPFC,
  OFPFF,
  OFPRR,
  OFPTT,
  ONF_BCT,
  ONF_BF,
} from '../../../openflow/index.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { ALL_BITS, apply, CLEAN, output, type SwitchRig, segment, TO_VIP } from './rig.ts';

/** How flows come, change and go. */
export function flowContract(rig: SwitchRig): void {
  it('removes a flow that is not used, and says what it carried', async () => {
    const flags = OFPFF.SEND_FLOW_REM;
    await rig.tell({ type: 'flowMod', match: TO_VIP, cookie: 9n, flags, idleTimeout: 10, instructions: apply(output(2)) });
    await rig.at.inject(1, segment(TCP.SYN));
    await rig.at.pass(6_000);
    expect(await rig.flows()).toHaveLength(1);
    await rig.at.pass(8_000);
    expect(await rig.flows()).toEqual([]);
    const counted = { packetCount: 1n, byteCount: 57n, cookie: 9n, idleTimeout: 10, reason: OFPRR.IDLE_TIMEOUT, match: TO_VIP };
    expect(await rig.ofType('flowRemoved')).toMatchObject([counted]);
  });

  it('removes a flow whose time is over, used or not', async () => {
    await rig.tell({ type: 'flowMod', match: TO_VIP, flags: OFPFF.SEND_FLOW_REM, hardTimeout: 5 });
    await rig.at.pass(3_000);
    await rig.at.inject(1, segment(TCP.SYN));
    await rig.at.pass(4_000);
    expect(await rig.ofType('flowRemoved')).toMatchObject([{ reason: OFPRR.HARD_TIMEOUT, hardTimeout: 5 }]);
  });

  it('shortens the timeouts of a connection that ends', async () => {
    const actions: ActionInput[] = [{ type: 'finTimeout', finIdleTimeout: 3 }, output(2)];
    const flags = OFPFF.SEND_FLOW_REM;
    await rig.tell({ type: 'flowMod', match: TO_VIP, flags, idleTimeout: 300, instructions: apply(...actions) });
    await rig.at.inject(1, segment(TCP.FIN | TCP.ACK));
    await rig.at.pass(8_000);
    expect(await rig.ofType('flowRemoved')).toMatchObject([{ reason: OFPRR.IDLE_TIMEOUT, idleTimeout: 3 }]);
  });

  it('deletes by cookie, by match and by port', async () => {
    const flow = (priority: number, cookie: bigint, port: number): MessageInput => ({
      type: 'flowMod',
      priority,
      cookie,
      match: priority === 3 ? TO_VIP : {},
      instructions: apply(output(port)),
    });
    await rig.tell(flow(1, 0x11n, 1), flow(2, 0x12n, 2), flow(3, 0x23n, 3));
    const remove = { type: 'flowMod', command: OFPFC.DELETE, tableId: OFPTT.ALL } as const;
    await rig.tell({ ...remove, cookie: 0x20n, cookieMask: 0xf0n });
    expect((await rig.flows()).map(({ priority }) => priority).sort()).toEqual([1, 2]);
    await rig.tell({ ...remove, outPort: 1 });
    expect((await rig.flows()).map(({ priority }) => priority)).toEqual([2]);
    await rig.tell({ ...remove, match: TO_VIP });
    expect(await rig.flows()).toHaveLength(1);
    await rig.tell({ ...remove, command: OFPFC.DELETE_STRICT, priority: 1 });
    expect(await rig.flows()).toHaveLength(1);
    await rig.tell({ ...remove, command: OFPFC.DELETE_STRICT, priority: 2 });
    expect(await rig.flows()).toEqual([]);
  });

  it('changes what a flow does and keeps its cookie and timeouts', async () => {
    const flow = { type: 'flowMod', match: TO_VIP, cookie: 5n, idleTimeout: 100 } as const;
    await rig.tell({ ...flow, instructions: apply(output(2)) });
    await rig.tell({ ...flow, command: OFPFC.MODIFY, cookie: 0n, idleTimeout: 7, instructions: apply(output(3)) });
    expect(await rig.flows()).toMatchObject([{ cookie: 5n, idleTimeout: 100 }]);
    expect(Object.keys(await rig.sent(1, segment(TCP.SYN)))).toEqual(['3']);
    await rig.tell(...CLEAN, { ...flow, command: OFPFC.MODIFY, cookie: 0n });
    expect(await rig.flows()).toEqual([]);
  });

  it('replaces an equal flow without a word, and keeps its counters unless told otherwise', async () => {
    const flow = { type: 'flowMod', match: TO_VIP, flags: OFPFF.SEND_FLOW_REM } as const;
    await rig.tell({ ...flow, cookie: 1n });
    await rig.at.inject(1, segment(TCP.SYN));
    await rig.at.pass(1_000);
    await rig.tell({ ...flow, cookie: 2n });
    expect(await rig.flows()).toMatchObject([{ cookie: 2n, packetCount: 1n }]);
    await rig.tell({ ...flow, cookie: 3n, flags: OFPFF.SEND_FLOW_REM | OFPFF.RESET_COUNTS });
    expect(await rig.flows()).toMatchObject([{ cookie: 3n, packetCount: 0n }]);
    expect(rig.heard.filter(({ type }) => type === 'flowRemoved')).toEqual([]);
  });

  it('refuses to add what overlaps, when asked to look', async () => {
    await rig.tell({ type: 'flowMod', priority: 5, match: { inPort: 1 } });
    const overlapping = { type: 'flowMod', priority: 5, match: { ethType: 0x800 }, flags: OFPFF.CHECK_OVERLAP } as const;
    expect(await rig.tell(overlapping)).toMatchObject([{ errType: OFPET.FLOW_MOD_FAILED, code: 3 }]);
    expect(await rig.tell({ ...overlapping, priority: 6 })).toEqual([]);
  });

  it('carries out a bundle as a whole or not at all', async () => {
    const flags = ONF_BF.ATOMIC | ONF_BF.ORDERED;
    const bundle = (bundleId: number, ...mods: readonly MessageInput[]): MessageInput[] => [
      { type: 'bundleControl', bundleId, controlType: ONF_BCT.OPEN_REQUEST, flags },
      ...mods.map(
        mod => ({ type: 'bundleAdd', xid: 7, bundleId, flags, message: encode({ ...mod, xid: 7 }) }) satisfies MessageInput,
      ),
      { type: 'bundleControl', bundleId, controlType: ONF_BCT.COMMIT_REQUEST, flags },
    ];
    const good: MessageInput = { type: 'flowMod', match: TO_VIP, cookie: 4n };
    const bad: MessageInput = { type: 'flowMod', instructions: apply({ type: 'group', groupId: 9 }) };
    expect(await rig.tell({ type: 'flowMod', match: TO_VIP, cookie: 1n }, ...bundle(1, good, bad))).toMatchObject([
      { errType: OFPET.BAD_ACTION, code: 9, xid: 7 },
      { errType: OFPET.EXPERIMENTER, code: 2313 },
    ]);
    expect(await rig.flows()).toMatchObject([{ cookie: 1n }]);
    expect(await rig.tell(...bundle(2, good))).toEqual([]);
    expect(await rig.flows()).toMatchObject([{ cookie: 4n }]);
  });

  it('can be asked for extensions by a change of no flow', async () => {
    const actions: ActionInput[] = [
      { type: 'regMove', nBits: 16, src: 'tcpDst', dst: 'reg0' },
      { type: 'finTimeout', finIdleTimeout: 5 },
    ];
    const match = { ethType: 0x800, ipProto: 6, tcpFlags: 2 };
    const probe = { type: 'flowMod', command: OFPFC.MODIFY_STRICT, cookie: 1n, cookieMask: ALL_BITS, match } as const;
    expect(await rig.tell({ ...probe, instructions: apply(...actions) })).toEqual([]);
    expect(await rig.flows()).toEqual([]);
  });
}
