import { describe, expect, it } from 'vitest';
import { type Match, type Message, type MessageInput, OFPFF, OFPP, OFPR, OFPRR } from '../../../../openflow/index.ts';
import { build } from '../../../../openflow/packet/build.ts';
import { dissect } from '../../../../openflow/packet/dissect.ts';
import { verifyChecksums } from '../../../../openflow/packet/verification.ts';
import { Datapath } from '../../../../topologies/embedded/switch/datapath.ts';
import type { Effect } from '../../../../topologies/embedded/switch/effect.ts';

const CLIENT = { mac: '00:00:00:00:00:01', ip: '10.0.0.1' };
const VIP = { mac: '02:00:00:00:00:64', ip: '10.0.0.100' };
const SERVER = { mac: '00:00:00:00:00:02', ip: '10.0.0.2' };

function start(): Datapath {
  const ports = [1, 2, 3].map(portNo => ({ portNo, name: `s1-eth${portNo}`, hwAddr: `02:00:00:00:01:0${portNo}` }));
  const datapath = new Datapath({ datapathId: 1n, ports }, 0);
  datapath.connect();
  return datapath;
}

function segment(flags: number): Uint8Array {
  return build({
    ethernet: { src: CLIENT.mac, dst: VIP.mac },
    ipv4: { src: CLIENT.ip, dst: VIP.ip },
    tcp: { srcPort: 40000, dstPort: 80, flags },
    payload: new Uint8Array([1, 2, 3]),
  });
}

const outputs = (effects: readonly Effect[]) => effects.flatMap(effect => (effect.type === 'output' ? [effect] : []));
const messages = (effects: readonly Effect[]): Message[] =>
  effects.flatMap(effect => (effect.type === 'send' ? [effect.message] : []));
const TCP_TO_VIP: Match = { ethType: 0x800, ipProto: 6, ipv4Dst: VIP.ip, tcpDst: 80 };
const toServer: MessageInput = {
  type: 'flowMod',
  priority: 400,
  cookie: 7n,
  idleTimeout: 300,
  flags: OFPFF.SEND_FLOW_REM,
  match: TCP_TO_VIP,
  instructions: [
    {
      type: 'applyActions',
      actions: [
        { type: 'setField', field: { ethDst: SERVER.mac } },
        { type: 'setField', field: { ipv4Dst: SERVER.ip } },
        { type: 'setField', field: { tcpDst: 8000 } },
        { type: 'finTimeout', finIdleTimeout: 5 },
        { type: 'output', port: 2 },
      ],
    },
  ],
};

describe('a datapath', () => {
  it('drops what no flow matches', () => {
    expect(start().receive(1, segment(2), 0)).toEqual([]);
  });

  it('rewrites a connection, with right checksums', () => {
    const datapath = start();
    expect(datapath.handle(toServer, 0)).toEqual([]);
    const frame = segment(2);
    const before = new Uint8Array(frame);
    const [out] = outputs(datapath.receive(1, frame, 10));
    expect(frame).toEqual(before);
    expect(out!.port).toBe(2);
    const packet = dissect(out!.frame);
    expect(packet.ethernet.dst).toBe(SERVER.mac);
    expect(packet.ipv4?.dst).toBe(SERVER.ip);
    expect(packet.tcp?.dstPort).toBe(8000);
    expect(verifyChecksums(out!.frame)).toMatchObject({ ipv4: true, transport: true });
  });

  it('sends what misses to the controller, when the table-miss entry says so', () => {
    const datapath = start();
    const actions = [{ type: 'output' as const, port: OFPP.CONTROLLER }];
    datapath.handle({ type: 'flowMod', cookie: 3n, instructions: [{ type: 'applyActions', actions }] }, 0);
    const frame = segment(2);
    expect(messages(datapath.receive(1, frame, 0))).toMatchObject([
      { type: 'packetIn', reason: OFPR.NO_MATCH, tableId: 0, cookie: 3n, match: { inPort: 1 }, data: frame },
    ]);
  });

  it('shortens the timeout of a flow whose connection ends, and says when it went', () => {
    const datapath = start();
    datapath.handle(toServer, 0);
    datapath.receive(1, segment(2), 0);
    expect(datapath.nextDeadline()).toBe(300_000);
    datapath.receive(1, segment(0x11), 1000);
    expect(datapath.nextDeadline()).toBe(6000);
    expect(datapath.tick(5999)).toEqual([]);
    expect(messages(datapath.tick(6000))).toMatchObject([
      { type: 'flowRemoved', reason: OFPRR.IDLE_TIMEOUT, idleTimeout: 5, packetCount: 2n, byteCount: 114n, match: TCP_TO_VIP },
    ]);
    expect(datapath.flowCount()).toBe(0);
  });
});
