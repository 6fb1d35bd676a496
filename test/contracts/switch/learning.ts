import { expect, it } from 'vitest';
import { type ActionInput, OFPBAC, OFPET, OFPFC, OFPFF, OFPRR } from '../../../openflow/index.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { type LearnSpec, NX_LEARN_F } from '../../../openflow/protocol/nicira-learn.ts';
import { apply, CLIENT, output, type SwitchRig, segment } from './rig.ts';

const TCP_ONLY = { ethType: 0x800, ipProto: 6 } as const;
const IS_IP: LearnSpec = { type: 'match', nBits: 16, from: 0x800n, to: { field: 'ethType', ofs: 0 } };
const FROM_SOURCE: LearnSpec = { type: 'match', nBits: 32, from: { field: 'ipv4Src', ofs: 0 }, to: { field: 'ipv4Src', ofs: 0 } };
const BACK: LearnSpec = { type: 'output', nBits: 16, from: { field: 'nxmInPort', ofs: 0 } };

type Learn = Extract<ActionInput, { readonly type: 'learn' }>;
const learn = (more: Partial<Learn> = {}): Learn => ({
  type: 'learn',
  tableId: 1,
  priority: 300,
  cookie: 5n,
  idleTimeout: 10,
  hardTimeout: 30,
  flags: NX_LEARN_F.SEND_FLOW_REM,
  specs: [IS_IP, FROM_SOURCE, BACK],
  ...more,
});

/** Flows that the switch makes of packets (`learn`). */
export function learningContract(rig: SwitchRig): void {
  const teach = (action: Learn, ...more: readonly ActionInput[]) =>
    rig.tell({ type: 'flowMod', cookie: 77n, match: TCP_ONLY, instructions: apply(action, ...more) });
  const learned = async () => (await rig.flows()).filter(({ tableId }) => tableId === 1);

  it('learns a flow for the packets that follow', async () => {
    await teach(learn(), { type: 'resubmitTable', tableId: 1 });
    expect(await rig.sent(3, segment(TCP.SYN))).toEqual({});
    const flow = { priority: 300, cookie: 5n, idleTimeout: 10, hardTimeout: 30, flags: OFPFF.SEND_FLOW_REM };
    const match = { ethType: 0x800, ipv4Src: CLIENT.ip };
    expect(await learned()).toMatchObject([{ ...flow, match, instructions: apply({ ...output(3) } as ActionInput) }]);
    expect(Object.keys(await rig.sent(1, segment(TCP.ACK)))).toEqual(['3']);
  });

  it('learns the last packet, and counts on', async () => {
    await teach(learn(), { type: 'resubmitTable', tableId: 1 });
    await rig.at.inject(3, segment(TCP.SYN));
    await rig.at.inject(4, segment(TCP.ACK));
    await rig.at.pass(1_000);
    expect(await learned()).toMatchObject([{ packetCount: 1n, instructions: apply(output(4)) }]);
    expect(Object.keys(await rig.sent(1, segment(TCP.ACK)))).toContain('4');
  });

  it('copies parts of fields and constants into matches and actions', async () => {
    const specs: LearnSpec[] = [
      IS_IP,
      { type: 'match', nBits: 8, from: 6n, to: { field: 'ipProto', ofs: 0 } },
      { type: 'match', nBits: 24, from: { field: 'ipv4Src', ofs: 8 }, to: { field: 'ipv4Dst', ofs: 8 } },
      { type: 'load', nBits: 12, from: { field: 'tcpSrc', ofs: 4 }, to: { field: 'tcpDst', ofs: 0 } },
      { type: 'load', nBits: 16, from: 0x1f40n, to: { field: 'reg0', ofs: 4 } },
      { type: 'load', nBits: 48, from: { field: 'ethSrc', ofs: 0 }, to: { field: 'ethDst', ofs: 0 } },
    ];
    await teach(learn({ specs, finIdleTimeout: 2, finHardTimeout: 4 }));
    await rig.at.inject(1, segment(TCP.SYN, 40_000));
    const [flow] = await learned();
    expect(flow!.match).toEqual({ ...TCP_ONLY, ipv4Dst: { value: '10.0.0.0', mask: '255.255.255.0' } });
    const [instruction] = flow!.instructions;
    expect(instruction).toMatchObject({
      actions: [
        { type: 'finTimeout', finIdleTimeout: 2, finHardTimeout: 4 },
        { type: 'regLoad', bits: { ofs: 0, nBits: 12 }, value: 2500n },
        { type: 'regLoad', bits: { ofs: 4, nBits: 16 }, value: 8000n },
        { type: 'regLoad', bits: { ofs: 0, nBits: 48 }, value: 1n },
      ],
    });
  });

  it('gives the flow of a controller what it learns, and leaves its timeouts', async () => {
    const match = { ethType: 0x800, ipv4Src: CLIENT.ip };
    await rig.tell({ type: 'flowMod', tableId: 1, priority: 300, cookie: 1n, idleTimeout: 100, match });
    await teach(learn());
    await rig.at.inject(3, segment(TCP.SYN));
    const kept = { cookie: 5n, idleTimeout: 100, hardTimeout: 0, flags: 0 };
    expect(await learned()).toMatchObject([{ ...kept, instructions: apply(output(3)) }]);
  });

  it('forgets a learned flow when its time is over, and says so', async () => {
    await teach(learn());
    await rig.at.inject(3, segment(TCP.SYN));
    await rig.at.pass(14_000);
    expect(await learned()).toEqual([]);
    expect(await rig.ofType('flowRemoved')).toMatchObject([{ cookie: 5n, tableId: 1, reason: OFPRR.IDLE_TIMEOUT }]);
  });

  it('takes learned flows away with the flow that taught them, when asked to', async () => {
    await teach(learn({ flags: NX_LEARN_F.DELETE_LEARNED }));
    await rig.at.inject(3, segment(TCP.SYN));
    expect(await learned()).toHaveLength(1);
    await rig.tell({ type: 'flowMod', command: OFPFC.DELETE, tableId: 0, match: TCP_ONLY });
    await rig.at.pass(500);
    expect(await rig.flows()).toEqual([]);
  });

  it('learns from a packet-out', async () => {
    await rig.tell({ type: 'packetOut', inPort: 3, actions: [learn()], data: segment(TCP.SYN) });
    expect(await learned()).toMatchObject([{ instructions: apply(output(3)) }]);
  });

  const TO_REGISTER: LearnSpec = { type: 'load', nBits: 16, from: 1n, to: { field: 'reg0', ofs: 0 } };
  const fromMac = (nBits: number, ofs: number): LearnSpec => ({
    type: 'match',
    nBits,
    from: { field: 'ethSrc', ofs },
    to: { field: 'ethDst', ofs: 0 },
  });
  it.each([
    ['a table that cannot be', { tableId: 255 }, OFPBAC.BAD_ARGUMENT],
    ['a flag that it does not know', { flags: 8 }, OFPBAC.BAD_ARGUMENT],
    ['a constant as port', { specs: [{ type: 'output', nBits: 16, from: 3n }] }, OFPBAC.BAD_ARGUMENT],
    ['a match without what it needs', { specs: [FROM_SOURCE] }, OFPBAC.MATCH_INCONSISTENT],
    ['bits that are not there', { specs: [fromMac(48, 1)] }, OFPBAC.BAD_SET_LEN],
    [
      'a field that nobody may write',
      { specs: [TO_REGISTER, { ...TO_REGISTER, to: { field: 'ethType', ofs: 0 } }] },
      OFPBAC.BAD_SET_ARGUMENT,
    ],
  ] as const)('refuses to learn with %s', async (_, more, code) => {
    expect(await teach(learn(more as Partial<Learn>))).toMatchObject([{ errType: OFPET.BAD_ACTION, code }]);
  });
}
