import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ActionInput,
  type Connection,
  encode,
  type Match,
  type Message,
  type MessageInput,
  type MessageOf,
  type MessageType,
  OFP,
  OFPBRC,
  OFPET,
  OFPFC,
  OFPFF,
  OFPG,
  OFPP,
  OFPPC,
  OFPPR,
  OFPPS,
  OFPR,
  OFPRR,
  OFPTT,
  ONF_BCT,
  ONF_BF,
} from '../../openflow/index.ts';
import { ARP_OP } from '../../openflow/packet/arp.ts';
import { build } from '../../openflow/packet/build.ts';
import { dissect } from '../../openflow/packet/dissect.ts';
import { TCP } from '../../openflow/packet/tcp.ts';
import { verifyChecksums } from '../../openflow/packet/verification.ts';
import { OFPGC, OFPGT } from '../../openflow/protocol/groups.ts';
import { OFPM, OFPMC, OFPMF } from '../../openflow/protocol/meters.ts';
import { OFPCR_ROLE } from '../../openflow/protocol/roles.ts';

/** A switch with ports 1 to 4, whose time is in our hands. */
export interface SwitchUnderTest {
  /** A controller's connection to it; the first is to be used until another is asked for. */
  connect(): Promise<Connection>;
  /** A frame comes in by a port; resolves when the switch has done with it. */
  inject(port: number, frame: Uint8Array): Promise<void>;
  /** What left the ports since the last call. */
  outputs(): Promise<{ readonly port: number; readonly frame: Uint8Array }[]>;
  /** Lets time pass, and brings all counters up to date. */
  pass(ms: number): Promise<void>;
  setLink(port: number, up: boolean): Promise<void>;
  stop(): Promise<void>;
}

const CLIENT = { mac: '00:00:00:00:00:01', ip: '10.0.0.1' };
const VIP = { mac: '02:00:00:00:00:64', ip: '10.0.0.100' };
const SERVER = { mac: '00:00:00:00:00:02', ip: '10.0.0.2' };
const TO_VIP: Match = { ethType: 0x800, ipProto: 6, ipv4Dst: VIP.ip, tcpDst: 80 };
const ALL_BITS = 0xffff_ffff_ffff_ffffn;
const CLEAN: readonly MessageInput[] = [
  { type: 'flowMod', command: OFPFC.DELETE, tableId: OFPTT.ALL },
  { type: 'groupMod', command: OFPGC.DELETE, groupId: OFPG.ALL },
  { type: 'meterMod', command: OFPMC.DELETE, meterId: OFPM.ALL },
];

const output = (port: number): ActionInput => ({ type: 'output', port });
const apply = (...actions: readonly ActionInput[]) => [{ type: 'applyActions' as const, actions: [...actions] }];

function segment(flags: number, srcPort = 40_000): Uint8Array {
  return build({
    ethernet: { src: CLIENT.mac, dst: VIP.mac },
    ipv4: { src: CLIENT.ip, dst: VIP.ip },
    tcp: { srcPort, dstPort: 80, flags },
    payload: new Uint8Array([1, 2, 3]),
  });
}

/** What any OpenFlow 1.3 switch with Open vSwitch's extensions does for vipflow. */
export function switchContract(name: string, start: () => Promise<SwitchUnderTest>): void {
  describe(name, () => {
    let at: SwitchUnderTest;
    let controller: Connection;
    let heard: Message[] = [];

    beforeAll(async () => {
      at = await start();
      controller = await at.connect();
      controller.on('message', message => heard.push(message));
      controller.send({ type: 'setConfig', missSendLen: 0xffff });
      await controller.barrier();
    });
    afterAll(() => at?.stop());
    beforeEach(async () => {
      await tell(...CLEAN);
      await at.pass(100);
      await at.outputs();
      heard = [];
    });

    /** Sends messages and waits until they are done; gives the errors. */
    async function tell(...messages: readonly MessageInput[]): Promise<MessageOf<'error'>[]> {
      const before = heard.length;
      for (const message of messages) controller.send(message);
      await controller.barrier();
      return heard.slice(before).filter(message => message.type === 'error');
    }

    async function ofType<T extends MessageType>(type: T, count = 1): Promise<MessageOf<T>[]> {
      const found = (): MessageOf<T>[] => heard.filter((message): message is MessageOf<T> => message.type === type);
      for (let i = 0; i < 100 && found().length < count; i++) await new Promise(resolve => setTimeout(resolve, 10));
      return found();
    }

    async function sent(port: number, frame: Uint8Array): Promise<Record<number, Uint8Array>> {
      await at.inject(port, frame);
      return Object.fromEntries((await at.outputs()).map(one => [one.port, one.frame]));
    }

    async function flows() {
      return (await controller.request({ type: 'multipartRequest', kind: 'flow' })).body;
    }

    it('tells its number, its ports and what it is', async () => {
      const features = await controller.request({ type: 'featuresRequest' });
      expect(features).toMatchObject({ datapathId: 1n, auxiliaryId: 0, nBuffers: 0 });
      expect(features.nTables).toBeGreaterThanOrEqual(4);
      const { body } = await controller.request({ type: 'multipartRequest', kind: 'portDesc' });
      expect(
        body
          .map(({ portNo }) => portNo)
          .filter(portNo => portNo < OFPP.MAX)
          .sort(),
      ).toEqual([1, 2, 3, 4]);
      const desc = await controller.request({ type: 'multipartRequest', kind: 'desc' });
      expect(desc.body.hwDesc).not.toBe('');
    });

    it('drops what no flow matches', async () => {
      expect(await sent(1, segment(TCP.SYN))).toEqual({});
      expect(heard).toEqual([]);
    });

    it('sends what misses to the controller, whole, when the table-miss entry says so', async () => {
      await tell({ type: 'flowMod', cookie: 3n, instructions: apply(output(OFPP.CONTROLLER)) });
      await at.inject(2, segment(TCP.SYN));
      const packetIn = { reason: OFPR.NO_MATCH, tableId: 0, cookie: 3n, match: { inPort: 2 }, bufferId: OFP.NO_BUFFER };
      expect(await ofType('packetIn')).toMatchObject([{ ...packetIn, data: segment(TCP.SYN), totalLen: 57 }]);
    });

    it('rewrites in both directions with right checksums', async () => {
      const rewriting: ActionInput[] = [
        { type: 'setField', field: { ethDst: SERVER.mac } },
        { type: 'setField', field: { ipv4Dst: SERVER.ip } },
        { type: 'setField', field: { tcpDst: 8000 } },
      ];
      await tell({ type: 'flowMod', priority: 400, match: TO_VIP, instructions: apply(...rewriting, output(2)) });
      const out = await sent(1, segment(TCP.SYN));
      expect(Object.keys(out)).toEqual(['2']);
      expect(verifyChecksums(out[2]!)).toEqual({ ipv4: true, transport: true });
      expect(dissect(out[2]!)).toMatchObject({ ethernet: { dst: SERVER.mac }, ipv4: { dst: SERVER.ip }, tcp: { dstPort: 8000 } });
    });

    it('takes the flow of the highest priority, and goes from table to table with metadata', async () => {
      const onward = { type: 'gotoTable' as const, tableId: 1 };
      await tell(
        { type: 'flowMod', priority: 1, match: { inPort: 1 }, instructions: apply(output(2)) },
        { type: 'flowMod', priority: 2, match: TO_VIP, instructions: [{ type: 'writeMetadata', metadata: 7n }, onward] },
        { type: 'flowMod', tableId: 1, priority: 1, match: { metadata: 7n }, instructions: apply(output(3)) },
      );
      expect(Object.keys(await sent(1, segment(TCP.SYN)))).toEqual(['3']);
    });

    it('carries out the action set at the end, in its own order', async () => {
      const write: ActionInput[] = [output(3), { type: 'setField', field: { ethDst: SERVER.mac } }];
      await tell({ type: 'flowMod', match: {}, instructions: [...apply(output(2)), { type: 'writeActions', actions: write }] });
      const out = await sent(1, segment(TCP.SYN));
      expect(dissect(out[2]!).ethernet.dst).toBe(VIP.mac);
      expect(dissect(out[3]!).ethernet.dst).toBe(SERVER.mac);
    });

    it('sends nothing back where it came from, unless IN_PORT says so', async () => {
      await tell({ type: 'flowMod', match: { inPort: 1 }, instructions: apply(output(1), output(2)) });
      await tell({ type: 'flowMod', match: { inPort: 2 }, priority: 1, instructions: apply(output(OFPP.IN_PORT)) });
      expect(Object.keys(await sent(1, segment(TCP.SYN)))).toEqual(['2']);
      expect(Object.keys(await sent(2, segment(TCP.SYN)))).toEqual(['2']);
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
      expect(await tell({ type: 'flowMod', match, instructions: apply(...answer) })).toEqual([]);
      const arp = { op: ARP_OP.REQUEST, sha: CLIENT.mac, spa: CLIENT.ip, tha: '00:00:00:00:00:00', tpa: VIP.ip };
      const out = await sent(1, build({ ethernet: { src: CLIENT.mac, dst: 'ff:ff:ff:ff:ff:ff' }, arp } as never));
      expect(dissect(out[1]!)).toMatchObject({
        ethernet: { src: VIP.mac, dst: CLIENT.mac },
        arp: { op: ARP_OP.REPLY, sha: VIP.mac, spa: VIP.ip, tha: CLIENT.mac, tpa: CLIENT.ip },
      });
    });

    it('tells a SYN from what follows by its flags', async () => {
      const tcpFlags = { value: TCP.SYN, mask: TCP.SYN | TCP.ACK };
      await tell(
        { type: 'flowMod', priority: 2, match: { ...TO_VIP, tcpFlags }, instructions: apply(output(2)) },
        { type: 'flowMod', priority: 1, match: TO_VIP, instructions: apply(output(3)) },
      );
      expect(Object.keys(await sent(1, segment(TCP.SYN)))).toEqual(['2']);
      expect(Object.keys(await sent(1, segment(TCP.ACK)))).toEqual(['3']);
      expect(Object.keys(await sent(1, segment(TCP.SYN | TCP.ACK)))).toEqual(['3']);
    });

    it('removes a flow that is not used, and says what it carried', async () => {
      const flags = OFPFF.SEND_FLOW_REM;
      await tell({ type: 'flowMod', match: TO_VIP, cookie: 9n, flags, idleTimeout: 10, instructions: apply(output(2)) });
      await at.inject(1, segment(TCP.SYN));
      await at.pass(6_000);
      expect(await flows()).toHaveLength(1);
      await at.pass(8_000);
      expect(await flows()).toEqual([]);
      const counted = { packetCount: 1n, byteCount: 57n, cookie: 9n, idleTimeout: 10, reason: OFPRR.IDLE_TIMEOUT, match: TO_VIP };
      expect(await ofType('flowRemoved')).toMatchObject([counted]);
    });

    it('removes a flow whose time is over, used or not', async () => {
      await tell({ type: 'flowMod', match: TO_VIP, flags: OFPFF.SEND_FLOW_REM, hardTimeout: 5 });
      await at.pass(3_000);
      await at.inject(1, segment(TCP.SYN));
      await at.pass(4_000);
      expect(await ofType('flowRemoved')).toMatchObject([{ reason: OFPRR.HARD_TIMEOUT, hardTimeout: 5 }]);
    });

    it('shortens the timeouts of a connection that ends', async () => {
      const actions: ActionInput[] = [{ type: 'finTimeout', finIdleTimeout: 3 }, output(2)];
      const flags = OFPFF.SEND_FLOW_REM;
      await tell({ type: 'flowMod', match: TO_VIP, flags, idleTimeout: 300, instructions: apply(...actions) });
      await at.inject(1, segment(TCP.FIN | TCP.ACK));
      await at.pass(8_000);
      expect(await ofType('flowRemoved')).toMatchObject([{ reason: OFPRR.IDLE_TIMEOUT, idleTimeout: 3 }]);
    });

    it('deletes by cookie, by match and by port', async () => {
      const flow = (priority: number, cookie: bigint, port: number): MessageInput => ({
        type: 'flowMod',
        priority,
        cookie,
        match: priority === 3 ? TO_VIP : {},
        instructions: apply(output(port)),
      });
      await tell(flow(1, 0x11n, 1), flow(2, 0x12n, 2), flow(3, 0x23n, 3));
      const remove = { type: 'flowMod', command: OFPFC.DELETE, tableId: OFPTT.ALL } as const;
      await tell({ ...remove, cookie: 0x20n, cookieMask: 0xf0n });
      expect((await flows()).map(({ priority }) => priority).sort()).toEqual([1, 2]);
      await tell({ ...remove, outPort: 1 });
      expect((await flows()).map(({ priority }) => priority)).toEqual([2]);
      await tell({ ...remove, match: TO_VIP });
      expect(await flows()).toHaveLength(1);
      await tell({ ...remove, command: OFPFC.DELETE_STRICT, priority: 1 });
      expect(await flows()).toHaveLength(1);
      await tell({ ...remove, command: OFPFC.DELETE_STRICT, priority: 2 });
      expect(await flows()).toEqual([]);
    });

    it('changes what a flow does and keeps its cookie and timeouts', async () => {
      const flow = { type: 'flowMod', match: TO_VIP, cookie: 5n, idleTimeout: 100 } as const;
      await tell({ ...flow, instructions: apply(output(2)) });
      await tell({ ...flow, command: OFPFC.MODIFY, cookie: 0n, idleTimeout: 7, instructions: apply(output(3)) });
      expect(await flows()).toMatchObject([{ cookie: 5n, idleTimeout: 100 }]);
      expect(Object.keys(await sent(1, segment(TCP.SYN)))).toEqual(['3']);
      await tell(...CLEAN, { ...flow, command: OFPFC.MODIFY, cookie: 0n });
      expect(await flows()).toEqual([]);
    });

    it('replaces an equal flow without a word, and keeps its counters unless told otherwise', async () => {
      const flow = { type: 'flowMod', match: TO_VIP, flags: OFPFF.SEND_FLOW_REM } as const;
      await tell({ ...flow, cookie: 1n });
      await at.inject(1, segment(TCP.SYN));
      await at.pass(1_000);
      await tell({ ...flow, cookie: 2n });
      expect(await flows()).toMatchObject([{ cookie: 2n, packetCount: 1n }]);
      await tell({ ...flow, cookie: 3n, flags: OFPFF.SEND_FLOW_REM | OFPFF.RESET_COUNTS });
      expect(await flows()).toMatchObject([{ cookie: 3n, packetCount: 0n }]);
      expect(heard.filter(({ type }) => type === 'flowRemoved')).toEqual([]);
    });

    it('sends to all buckets of a group, and to the first that lives', async () => {
      const bucket = (port: number) => ({ watchPort: port, actions: [output(port)] });
      await tell(
        { type: 'groupMod', groupId: 1, groupType: OFPGT.ALL, buckets: [2, 3].map(port => ({ actions: [output(port)] })) },
        { type: 'groupMod', groupId: 2, groupType: OFPGT.FF, buckets: [bucket(2), bucket(3)] },
        { type: 'flowMod', match: { inPort: 1 }, instructions: apply({ type: 'group', groupId: 1 }) },
        { type: 'flowMod', match: { inPort: 4 }, priority: 1, instructions: apply({ type: 'group', groupId: 2 }) },
      );
      expect(Object.keys(await sent(1, segment(TCP.SYN)))).toEqual(['2', '3']);
      expect(Object.keys(await sent(4, segment(TCP.SYN)))).toEqual(['2']);
      await at.setLink(2, false);
      await at.pass(1_000);
      expect(Object.keys(await sent(4, segment(TCP.SYN)))).toEqual(['3']);
      await at.setLink(2, true);
    });

    it('keeps a connection at its bucket, and uses all buckets', async () => {
      const buckets = [2, 3, 4].map(port => ({ weight: 1, actions: [output(port)] }));
      await tell(
        { type: 'groupMod', groupId: 1, groupType: OFPGT.SELECT, buckets },
        { type: 'flowMod', match: {}, instructions: apply({ type: 'group', groupId: 1 }) },
      );
      const used = new Set<string>();
      for (let port = 1; port <= 24; port++) {
        const [first, again] = [await sent(1, segment(TCP.SYN, port)), await sent(1, segment(TCP.ACK, port))];
        expect(Object.keys(first)).toEqual(Object.keys(again));
        used.add(Object.keys(first).join());
      }
      expect([...used].sort()).toEqual(['2', '3', '4']);
    });

    it('removes the flows of a group that goes', async () => {
      await tell(
        { type: 'groupMod', groupId: 1, buckets: [{ actions: [output(2)] }] },
        { type: 'flowMod', flags: OFPFF.SEND_FLOW_REM, instructions: apply({ type: 'group', groupId: 1 }) },
        { type: 'groupMod', command: OFPGC.DELETE, groupId: 1 },
      );
      expect(await flows()).toEqual([]);
      expect(await ofType('flowRemoved')).toMatchObject([{ reason: OFPRR.GROUP_DELETE }]);
    });

    it('drops what a meter does not let pass', async () => {
      const bands = [{ type: 'drop' as const, rate: 1, burstSize: 2 }];
      await tell(
        { type: 'meterMod', meterId: 1, flags: OFPMF.PKTPS | OFPMF.BURST | OFPMF.STATS, bands },
        { type: 'flowMod', instructions: [{ type: 'meter', meterId: 1 }, ...apply(output(2))] },
      );
      for (let i = 0; i < 10; i++) await at.inject(1, segment(TCP.SYN));
      const passed = (await at.outputs()).length;
      expect([2, 3]).toContain(passed); // where time cannot be stopped, one more may pass
      await at.pass(1_000);
      const { body } = await controller.request({ type: 'multipartRequest', kind: 'meter' });
      expect(body).toMatchObject([{ packetInCount: 10n, bandStats: [{ packetBandCount: BigInt(10 - passed) }] }]);
    });

    it('carries out packet-outs: to ports, through the tables', async () => {
      await tell({ type: 'flowMod', match: { inPort: 3 }, instructions: apply(output(4)) });
      const data = segment(TCP.SYN);
      await tell({ type: 'packetOut', actions: [{ type: 'setField', field: { ethDst: SERVER.mac } }, output(1)], data });
      const [direct] = await at.outputs();
      expect([direct!.port, dissect(direct!.frame).ethernet.dst]).toEqual([1, SERVER.mac]);
      await tell({ type: 'packetOut', inPort: 3, actions: [output(OFPP.TABLE)], data });
      expect(await at.outputs()).toEqual([{ port: 4, frame: data }]);
      await tell({ type: 'packetOut', inPort: 3, actions: [output(OFPP.ALL)], data });
      const all = (await at.outputs()).map(({ port }) => port).filter(port => port < OFPP.MAX);
      expect(all.sort()).toEqual([1, 2, 4]);
    });

    it.each([
      ['a buffer it never gave', { type: 'packetOut', bufferId: 1, actions: [] }, OFPET.BAD_REQUEST, OFPBRC.BUFFER_UNKNOWN],
      ['an unknown group', { type: 'flowMod', instructions: apply({ type: 'group', groupId: 9 }) }, OFPET.BAD_ACTION, 9],
      [
        'a way back',
        { type: 'flowMod', tableId: 1, instructions: [{ type: 'gotoTable', tableId: 1 }] },
        OFPET.BAD_INSTRUCTION,
        2,
      ],
      ['a port without IP', { type: 'flowMod', match: { tcpDst: 80 } }, OFPET.BAD_MATCH, 9],
      [
        'an action on other packets',
        { type: 'flowMod', instructions: apply({ type: 'setField', field: { tcpDst: 80 } }) },
        2,
        10,
      ],
      ['an unknown meter', { type: 'flowMod', instructions: [{ type: 'meter', meterId: 9 }] }, OFPET.METER_MOD_FAILED, 2],
      ['all tables for an addition', { type: 'flowMod', tableId: OFPTT.ALL }, OFPET.FLOW_MOD_FAILED, 2],
      [
        'a group without buckets to point to',
        { type: 'groupMod', groupId: 1, groupType: OFPGT.INDIRECT },
        OFPET.GROUP_MOD_FAILED,
        1,
      ],
      [
        'a port that is not there',
        { type: 'portMod', portNo: 99, hwAddr: VIP.mac, config: 0, mask: 0 },
        OFPET.PORT_MOD_FAILED,
        0,
      ],
      ['a role it does not know', { type: 'roleRequest', role: 9 }, OFPET.ROLE_REQUEST_FAILED, 2],
    ] as const)('refuses %s', async (_, message, errType, code) => {
      expect(await tell(message as MessageInput)).toMatchObject([{ errType, code }]);
    });

    it('refuses to add what overlaps, when asked to look', async () => {
      await tell({ type: 'flowMod', priority: 5, match: { inPort: 1 } });
      const overlapping = { type: 'flowMod', priority: 5, match: { ethType: 0x800 }, flags: OFPFF.CHECK_OVERLAP } as const;
      expect(await tell(overlapping)).toMatchObject([{ errType: OFPET.FLOW_MOD_FAILED, code: 3 }]);
      expect(await tell({ ...overlapping, priority: 6 })).toEqual([]);
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
      expect(await tell({ type: 'flowMod', match: TO_VIP, cookie: 1n }, ...bundle(1, good, bad))).toMatchObject([
        { errType: OFPET.BAD_ACTION, code: 9, xid: 7 },
        { errType: OFPET.EXPERIMENTER, code: 2313 },
      ]);
      expect(await flows()).toMatchObject([{ cookie: 1n }]);
      expect(await tell(...bundle(2, good))).toEqual([]);
      expect(await flows()).toMatchObject([{ cookie: 4n }]);
    });

    it('can be asked for extensions by a change of no flow', async () => {
      const actions: ActionInput[] = [
        { type: 'regMove', nBits: 16, src: 'tcpDst', dst: 'reg0' },
        { type: 'finTimeout', finIdleTimeout: 5 },
      ];
      const match = { ethType: 0x800, ipProto: 6, tcpFlags: 2 };
      const probe = { type: 'flowMod', command: OFPFC.MODIFY_STRICT, cookie: 1n, cookieMask: ALL_BITS, match } as const;
      expect(await tell({ ...probe, instructions: apply(...actions) })).toEqual([]);
      expect(await flows()).toEqual([]);
    });

    it('tells when a link goes and comes', async () => {
      await at.setLink(3, false);
      await at.pass(1_000);
      const gone = (await ofType('portStatus')).at(-1)!;
      expect(gone).toMatchObject({ reason: OFPPR.MODIFY, desc: { portNo: 3 } });
      expect(gone.desc.state & OFPPS.LINK_DOWN).toBe(OFPPS.LINK_DOWN);
      heard = [];
      await at.setLink(3, true);
      await at.pass(1_000);
      expect((await ofType('portStatus')).at(-1)!.desc.state & OFPPS.LINK_DOWN).toBe(0);
    });

    it('sends nothing out of a port that may not forward', async () => {
      const { body } = await controller.request({ type: 'multipartRequest', kind: 'portDesc' });
      const { hwAddr } = body.find(({ portNo }) => portNo === 2)!;
      const portMod = { type: 'portMod', portNo: 2, hwAddr, mask: OFPPC.NO_FWD } as const;
      await tell({ type: 'flowMod', instructions: apply(output(2), output(3)) }, { ...portMod, config: OFPPC.NO_FWD });
      await at.pass(300);
      expect(Object.keys(await sent(1, segment(TCP.SYN)))).toEqual(['3']);
      await tell({ ...portMod, config: 0 });
      await at.pass(300);
      expect(Object.keys(await sent(1, segment(TCP.SYN)))).toEqual(['2', '3']);
    });

    it('counts what passes', async () => {
      await tell({ type: 'flowMod', match: TO_VIP, instructions: apply(output(2)) });
      for (let i = 0; i < 3; i++) await at.inject(1, segment(TCP.ACK));
      await at.pass(1_000);
      expect(await flows()).toMatchObject([{ packetCount: 3n, byteCount: 171n }]);
      const aggregate = await controller.request({ type: 'multipartRequest', kind: 'aggregate' });
      expect(aggregate.body).toMatchObject({ flowCount: 1, packetCount: 3n, byteCount: 171n });
      const table = await controller.request({ type: 'multipartRequest', kind: 'table' });
      expect(table.body[0]).toMatchObject({ tableId: 0, activeCount: 1 });
    });

    it('has one master, and refuses stale ones', async () => {
      const other = await at.connect();
      other.send({ type: 'setConfig', missSendLen: 0xffff });
      const role = (to: Connection, wanted: number, generationId: bigint) =>
        to.request({ type: 'roleRequest', role: wanted, generationId });
      const generation = (await role(controller, OFPCR_ROLE.NOCHANGE, 0n)).generationId;
      const next = generation === ALL_BITS ? 1n : generation + 1n;
      expect(await role(controller, OFPCR_ROLE.MASTER, next)).toMatchObject({ role: OFPCR_ROLE.MASTER, generationId: next });
      expect(await role(other, OFPCR_ROLE.MASTER, next + 1n)).toMatchObject({ role: OFPCR_ROLE.MASTER });
      expect(await ofType('roleStatus')).toMatchObject([{ role: OFPCR_ROLE.SLAVE }]);
      expect(await tell({ type: 'flowMod', match: TO_VIP })).toMatchObject([{ errType: 1, code: OFPBRC.IS_SLAVE }]);
      await expect(role(controller, OFPCR_ROLE.MASTER, next)).rejects.toMatchObject({
        errType: OFPET.ROLE_REQUEST_FAILED,
        code: 0,
      });
      await role(controller, OFPCR_ROLE.EQUAL, 0n);
      other.close();
    });

    it('sends only what is asked for', async () => {
      const before = await controller.request({ type: 'getAsyncRequest' });
      expect(before).toMatchObject({ packetInMask: [3, 0], portStatusMask: [7, 7], flowRemovedMask: [15, 0] });
      const { packetInMask, portStatusMask, flowRemovedMask } = before;
      await tell({ type: 'setAsync', packetInMask: [0, 0], portStatusMask, flowRemovedMask });
      await tell({ type: 'flowMod', instructions: apply(output(OFPP.CONTROLLER)) });
      await at.inject(1, segment(TCP.SYN));
      await tell({ type: 'setAsync', packetInMask, portStatusMask, flowRemovedMask });
      await at.inject(2, segment(TCP.SYN));
      expect((await ofType('packetIn')).map(({ match }) => match.inPort)).toEqual([2]);
    });
  });
}
