import { expect, it } from 'vitest';
import { type ActionInput, OFP, OFPP, OFPR } from '../../../openflow/index.ts';
import { ARP_OP } from '../../../openflow/packet/arp.ts';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { verifyChecksums } from '../../../openflow/packet/verification.ts';
import { apply, CLIENT, output, SERVER, type SwitchRig, segment, TO_VIP, VIP } from './rig.ts';

/** What becomes of packets. */
export function packetContract(rig: SwitchRig): void {
  it('drops what no flow matches', async () => {
    expect(await rig.sent(1, segment(TCP.SYN))).toEqual({});
    expect(rig.heard).toEqual([]);
  });

  it('sends what misses to the controller, whole, when the table-miss entry says so', async () => {
    await rig.tell({ type: 'flowMod', cookie: 3n, instructions: apply(output(OFPP.CONTROLLER)) });
    await rig.at.inject(2, segment(TCP.SYN));
    const packetIn = { reason: OFPR.NO_MATCH, tableId: 0, cookie: 3n, match: { inPort: 2 }, bufferId: OFP.NO_BUFFER };
    expect(await rig.ofType('packetIn')).toMatchObject([{ ...packetIn, data: segment(TCP.SYN), totalLen: 57 }]);
  });

  it('rewrites in both directions with right checksums', async () => {
    const rewriting: ActionInput[] = [
      { type: 'setField', field: { ethDst: SERVER.mac } },
      { type: 'setField', field: { ipv4Dst: SERVER.ip } },
      { type: 'setField', field: { tcpDst: 8000 } },
    ];
    await rig.tell({ type: 'flowMod', priority: 400, match: TO_VIP, instructions: apply(...rewriting, output(2)) });
    const out = await rig.sent(1, segment(TCP.SYN));
    expect(Object.keys(out)).toEqual(['2']);
    expect(verifyChecksums(out[2]!)).toEqual({ ipv4: true, transport: true });
    expect(dissect(out[2]!)).toMatchObject({ ethernet: { dst: SERVER.mac }, ipv4: { dst: SERVER.ip }, tcp: { dstPort: 8000 } });
  });

  it('takes the flow of the highest priority, and goes from table to table with metadata', async () => {
    const onward = { type: 'gotoTable' as const, tableId: 1 };
    await rig.tell(
      { type: 'flowMod', priority: 1, match: { inPort: 1 }, instructions: apply(output(2)) },
      { type: 'flowMod', priority: 2, match: TO_VIP, instructions: [{ type: 'writeMetadata', metadata: 7n }, onward] },
      { type: 'flowMod', tableId: 1, priority: 1, match: { metadata: 7n }, instructions: apply(output(3)) },
    );
    expect(Object.keys(await rig.sent(1, segment(TCP.SYN)))).toEqual(['3']);
  });

  it('carries out the action set at the end, in its own order', async () => {
    const write: ActionInput[] = [output(3), { type: 'setField', field: { ethDst: SERVER.mac } }];
    await rig.tell({ type: 'flowMod', match: {}, instructions: [...apply(output(2)), { type: 'writeActions', actions: write }] });
    const out = await rig.sent(1, segment(TCP.SYN));
    expect(dissect(out[2]!).ethernet.dst).toBe(VIP.mac);
    expect(dissect(out[3]!).ethernet.dst).toBe(SERVER.mac);
  });

  it('sends nothing back where it came from, unless IN_PORT says so', async () => {
    await rig.tell({ type: 'flowMod', match: { inPort: 1 }, instructions: apply(output(1), output(2)) });
    await rig.tell({ type: 'flowMod', match: { inPort: 2 }, priority: 1, instructions: apply(output(OFPP.IN_PORT)) });
    expect(Object.keys(await rig.sent(1, segment(TCP.SYN)))).toEqual(['2']);
    expect(Object.keys(await rig.sent(2, segment(TCP.SYN)))).toEqual(['2']);
  });

  it('answers ARP by itself, with registers and moves', async () => {
    const answer: ActionInput[] = [
      { type: 'regMove', nBits: 48, src: 'ethSrc', dst: 'ethDst' },
      { type: 'setField', field: { ethSrc: VIP.mac } },
      { type: 'setField', field: { arpOp: ARP_OP.REPLY } },
      { type: 'regMove', nBits: 48, src: 'arpSha', dst: 'arpTha' },
      { type: 'regMove', nBits: 32, src: 'arpSpa', dst: 'arpTpa' },
      { type: 'setField', field: { arpSha: VIP.mac } },
      { type: 'setField', field: { arpSpa: VIP.ip } },
      output(OFPP.IN_PORT),
    ];
    const match = { ethType: 0x806, arpOp: ARP_OP.REQUEST, arpTpa: VIP.ip };
    expect(await rig.tell({ type: 'flowMod', match, instructions: apply(...answer) })).toEqual([]);
    const arp = { op: ARP_OP.REQUEST, sha: CLIENT.mac, spa: CLIENT.ip, tha: '00:00:00:00:00:00', tpa: VIP.ip };
    const out = await rig.sent(1, build({ ethernet: { src: CLIENT.mac, dst: 'ff:ff:ff:ff:ff:ff' }, arp } as never));
    expect(dissect(out[1]!)).toMatchObject({
      ethernet: { src: VIP.mac, dst: CLIENT.mac },
      arp: { op: ARP_OP.REPLY, sha: VIP.mac, spa: VIP.ip, tha: CLIENT.mac, tpa: CLIENT.ip },
    });
  });

  it('tells a SYN from what follows by its flags', async () => {
    const tcpFlags = { value: TCP.SYN, mask: TCP.SYN | TCP.ACK };
    await rig.tell(
      { type: 'flowMod', priority: 2, match: { ...TO_VIP, tcpFlags }, instructions: apply(output(2)) },
      { type: 'flowMod', priority: 1, match: TO_VIP, instructions: apply(output(3)) },
    );
    expect(Object.keys(await rig.sent(1, segment(TCP.SYN)))).toEqual(['2']);
    expect(Object.keys(await rig.sent(1, segment(TCP.ACK)))).toEqual(['3']);
    expect(Object.keys(await rig.sent(1, segment(TCP.SYN | TCP.ACK)))).toEqual(['3']);
  });

  it('carries out packet-outs: to ports, through the tables', async () => {
    await rig.tell({ type: 'flowMod', match: { inPort: 3 }, instructions: apply(output(4)) });
    const data = segment(TCP.SYN);
    await rig.tell({ type: 'packetOut', actions: [{ type: 'setField', field: { ethDst: SERVER.mac } }, output(1)], data });
    const [direct] = await rig.at.outputs();
    expect([direct!.port, dissect(direct!.frame).ethernet.dst]).toEqual([1, SERVER.mac]);
    await rig.tell({ type: 'packetOut', inPort: 3, actions: [output(OFPP.TABLE)], data });
    expect(await rig.at.outputs()).toEqual([{ port: 4, frame: data }]);
    await rig.tell({ type: 'packetOut', inPort: 3, actions: [output(OFPP.ALL)], data });
    const all = (await rig.at.outputs()).map(({ port }) => port).filter(port => port < OFPP.MAX);
    expect(all.sort()).toEqual([1, 2, 4]);
  });
}
