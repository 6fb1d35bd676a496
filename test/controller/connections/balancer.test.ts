import { describe, expect, it } from 'vitest';
import { OFPFF, OFPP, OFPRR } from '../../../openflow/index.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { dumpOf, frameTo, macOf, NO_EXTENSIONS, switchOf, tcpFrame, udpFrame, VIP, VIP_MAC, World } from './world.ts';

const outputOf = (packet: { actions: readonly { type: string }[] }) => packet.actions.at(-1) as { type: 'output'; port: number };
const serverOf = (world: World, at = switchOf(1), client = 4, port = 40_000) =>
  world.syn(at, client, port).log.flatMap(entry => (entry.type === 'decision' ? [entry.server.name] : []))[0];

describe('a new connection', () => {
  it('gets a reverse flow, a forward flow, and its first packet sent on, in that order', () => {
    const { world, at } = World.ready();
    const { flows, packets, log } = world.syn(at, 4, 40_001);
    expect(flows.map(({ match }) => match)).toEqual(
      [
        { ethType: 0x800, ipProto: 6, ipv4Src: '10.0.0.1', ipv4Dst: '10.0.0.4', tcpSrc: 8000, tcpDst: 40_001 },
        { ethType: 0x800, ipProto: 6, ipv4Src: '10.0.0.4', ipv4Dst: VIP, tcpSrc: 40_001, tcpDst: 80 },
      ].map(match => expect.objectContaining(match)),
    );
    expect(packets[0]!.actions).toEqual([
      { type: 'setField', field: { ethDst: macOf(1) } },
      { type: 'setField', field: { ipv4Dst: '10.0.0.1' } },
      { type: 'setField', field: { tcpDst: 8000 } },
      { type: 'output', port: 1 },
    ]);
    expect(packets[0]!.inPort).toBe(4);
    expect(log[0]).toMatchObject({
      type: 'decision',
      service: 'web',
      client: { ip: '10.0.0.4', port: 40_001 },
      server: { name: 'server1' },
      reason: {
        rule: 'next in turn',
        candidates: [
          { name: 'server1', score: 0 },
          { name: 'server2', score: 1 },
          { name: 'server3', score: 2 },
        ],
      },
    });
  });

  it('gives the client the virtual address only, and reports when its flows go', () => {
    const { world, at } = World.ready();
    const [reverse, forward] = world.syn(at, 4, 40_001).flows;
    const actions = JSON.stringify(reverse!.instructions);
    for (const value of [VIP, VIP_MAC]) expect(actions).toContain(value);
    for (const flow of [reverse!, forward!]) {
      expect(flow.flags! & OFPFF.SEND_FLOW_REM).toBeTruthy();
      expect(flow.idleTimeout).toBe(300);
      expect(JSON.stringify(flow.instructions)).toContain('finTimeout');
    }
  });

  it('does without extensions on a switch that has none', () => {
    const { world, at } = World.ready(switchOf(1, { can: NO_EXTENSIONS }));
    const { commands } = world.syn(at, 4, 40_001);
    expect(
      commands.some(command => command.type === 'send' && JSON.stringify(command.message, bigintText).includes('finTimeout')),
    ).toBe(false);
  });

  it('goes to each server in turn, clients with the same port included', () => {
    const { world, at } = World.ready();
    const chosen = [4, 5].flatMap(client => [1, 2, 3].map(port => serverOf(world, at, client, port)));
    expect(chosen).toEqual(['server1', 'server2', 'server3', 'server1', 'server2', 'server3']);
  });

  it('goes back out of the port it came in by when its server is there', () => {
    const { world, at } = World.ready();
    const { packets } = world.syn(at, 1, 40_001);
    expect(outputOf(packets[0]!).port).toBe(OFPP.IN_PORT);
  });
});

describe('a connection that is decided', () => {
  it('stays with its server however many of its packets arrive before its flows work', () => {
    const { world, at } = World.ready();
    const first = world.syn(at, 4, 40_001);
    for (let i = 0; i < 5; i++) {
      const again = world.syn(at, 4, 40_001);
      expect(again.packets).toEqual(first.packets.map(packet => ({ ...packet })));
      expect(again.flows).toEqual([]);
      expect(again.log).toEqual([]);
    }
    expect(world.syn(at, 4, 40_001, { flags: TCP.ACK, seq: 40_002 }).packets[0]!.actions).toEqual(first.packets[0]!.actions);
    expect(serverOf(world, at, 4, 40_002)).toBe('server2');
  });

  it('ends when both of its flows are gone, with what went through them', () => {
    const { world, at } = World.ready();
    const { flows, log } = world.syn(at, 4, 40_001);
    world.now += 6000;
    expect(world.removed(at, flows[0]!, { byteCount: 8123n, packetCount: 9n }).log).toEqual([]);
    const ended = world.removed(at, flows[1]!, { byteCount: 412n, packetCount: 6n });
    expect(ended.log).toMatchObject([
      {
        type: 'end',
        of: log[0]!.seq,
        service: 'web',
        server: 'server1',
        bytes: { in: 412 + 54, out: 8123 },
        packets: { in: 7, out: 9 },
        durationMs: 1000,
        why: 'fin',
      },
    ]);
    expect(world.app.balancer.size).toBe(0);
  });

  it.each([
    ['silence', { reason: OFPRR.IDLE_TIMEOUT, idleTimeout: 300 }, 'idle'],
    ['a FIN or RST, by the shortened timeout', { reason: OFPRR.IDLE_TIMEOUT, idleTimeout: 5 }, 'fin'],
  ])('says that it ended by %s', (_title, how, why) => {
    const { world, at } = World.ready();
    const [reverse, forward] = world.syn(at, 4, 40_001).flows;
    world.removed(at, forward!, how);
    expect(world.removed(at, reverse!, how).log).toMatchObject([{ type: 'end', why }]);
  });

  it('gets its flows back when somebody else deletes them, and is over when that goes on', () => {
    const { world, at } = World.ready();
    const [reverse, forward] = world.syn(at, 4, 40_001).flows;
    const deleted = { reason: OFPRR.DELETE, idleTimeout: 300 };
    for (let i = 0; i < 3; i++) {
      for (const flow of [forward!, reverse!]) {
        const { flows, log } = world.removed(at, flow, deleted);
        expect(flows).toEqual([flow]);
        expect(log).toEqual([]);
      }
    }
    expect(world.tick(100).log).toMatchObject([{ type: 'restored', connections: 1, total: 1 }]);
    world.removed(at, forward!, deleted);
    expect(world.removed(at, reverse!, deleted).log).toMatchObject([{ type: 'end', why: 'deleted' }]);
  });

  it('gets its server direction back at once when that alone was silent, and for good while the client goes on', () => {
    const { world, at } = World.ready();
    const { flows, packets } = world.packetIn(at, 4, udpFrame(4, 5000));
    expect(packets).toHaveLength(1);
    expect(world.removed(at, flows[0]!, { idleTimeout: 30 }).flows.map(({ match }) => match)).toEqual([flows[0]!.match]);
    world.tick(3000);
    expect(world.removed(at, flows[1]!, { idleTimeout: 30 }).deletes).toEqual([]);
  });

  it('loses the server direction that was put back when its client turns out to be silent, too', () => {
    const { world, at } = World.ready();
    const { flows } = world.packetIn(at, 4, udpFrame(4, 5000));
    world.removed(at, flows[0]!, { idleTimeout: 30 });
    world.tick(1000);
    const gone = world.removed(at, flows[1]!, { idleTimeout: 30 });
    expect(gone.deletes.map(({ match }) => match)).toEqual([flows[0]!.match]);
    expect(world.removed(at, flows[0]!, { reason: OFPRR.DELETE, idleTimeout: 30 }).log).toMatchObject([{ why: 'idle' }]);
  });

  it('gets its server direction back after a while when a closing side still sends', () => {
    const { world, at } = World.ready();
    const { flows } = world.syn(at, 4, 40_001);
    world.removed(at, flows[0]!, { idleTimeout: 5 });
    expect(world.tick(1000).flows).toEqual([]);
    expect(world.tick(2000).flows.map(({ match }) => match)).toEqual([flows[0]!.match]);
  });

  it('gets its server direction back when it is found without it', () => {
    const { world, at } = World.ready();
    const { flows } = world.packetIn(at, 4, udpFrame(4, 5000));
    const other = new World();
    const taken = other.connect({ ...at, round: 1 }, dumpOf([flows[1]!]));
    expect(taken.flows.map(({ match }) => match)).toEqual([flows[0]!.match]);
  });

  it('gets another server when its SYN comes again and its own server has gone down since', () => {
    const { world, at } = World.ready();
    const first = world.syn(at, 4, 40_001).log;
    expect(world.portDown(at, 1).deletes.filter(({ match }) => match?.tcpSrc !== undefined)).toHaveLength(2);
    const again = world.syn(at, 4, 40_001);
    expect(first).toMatchObject([{ type: 'decision', server: { name: 'server1' } }]);
    expect(again.log).toMatchObject([{ type: 'decision', server: { name: 'server2' } }]);
  });

  it('keeps its server after a restart when its SYN comes again before any other packet', () => {
    const { world, at } = World.ready();
    const { flows } = world.syn(at, 4, 40_001);
    const other = new World();
    const found = dumpOf(flows).map(flow => ({ ...flow, packetCount: 0n }));
    other.connect({ ...at, round: 1 }, found);
    const again = other.syn({ ...at, round: 1 }, 4, 40_001);
    expect(again.log).toEqual([]);
    expect(again.packets).toHaveLength(1);
  });

  it('is not installed again after a reconnect when another one has taken its port', () => {
    const { world, at } = World.ready();
    world.syn(at, 4, 40_001);
    const second = world.syn(at, 4, 40_001, { seq: 7 });
    const again = world.connect({ ...at, round: 1 }, []);
    expect(again.flows.map(({ cookie }) => cookie)).toEqual(second.flows.map(({ cookie }) => cookie));
    expect(again.log[0]).toMatchObject({ type: 'end', why: 'replaced' });
    expect(world.app.balancer.size).toBe(1);
  });

  it('is given up where the switch refuses a flow, and no new one is tried there for a minute', () => {
    const { world, at } = World.ready();
    world.syn(at, 4, 40_000);
    const { flows } = world.syn(at, 4, 40_001);
    const refused = world.refuse(at, flows[0]!);
    expect(refused.deletes).toHaveLength(2);
    expect(refused.log).toMatchObject([{ type: 'end', why: 'no-room' }, { type: 'warning' }, { type: 'table', state: 'full' }]);
    expect(world.refuse(at, flows[1]!).commands).toEqual([]);
    expect(world.app.balancer.size).toBe(1);
    expect(world.syn(at, 4, 40_001).log).toMatchObject([
      { type: 'refused', reason: { rule: 'the switch has no room for more flows' } },
    ]);
    world.tick(60_000);
    expect(world.syn(at, 4, 40_002).log).toMatchObject([{ type: 'decision' }]);
  });

  it('is installed anew from memory when the client speaks after its flow has gone', () => {
    const { world, at } = World.ready();
    const { flows } = world.syn(at, 4, 40_001);
    world.removed(at, flows[1]!, { idleTimeout: 300 });
    const again = world.syn(at, 4, 40_001, { flags: TCP.ACK, seq: 40_002 });
    expect(again.flows.map(({ match }) => match)).toEqual([flows[1]!.match]);
    expect(again.packets).toHaveLength(1);
  });

  it('moves with a client that comes to another switch', () => {
    const { world, at } = World.ready();
    const other = switchOf(2);
    world.connect(other);
    const first = world.syn(at, 4, 40_001);
    const moved = world.syn(other, 4, 40_001, { flags: TCP.ACK, seq: 40_002 });
    expect(moved.flows.map(({ match }) => match)).toEqual(first.flows.map(({ match }) => match));
    expect(moved.deletes).toHaveLength(2);
    expect(moved.log).toEqual([]);
  });
});

describe('what cannot be served', () => {
  it.each([
    ['a closed TCP port', () => tcpFrame(4, 40_001, { dstPort: 81 }), 'tcp'],
    ['a TCP segment of no known connection', () => tcpFrame(4, 40_001, { flags: TCP.ACK }), 'tcp'],
    ['a closed UDP port', () => udpFrame(4, 40_001, 54), 'icmp'],
  ] as const)('is refused at once: %s', (_title, frame, layer) => {
    const { world, at } = World.ready();
    const { packets, flows } = world.packetIn(at, 4, frame());
    expect(flows).toEqual([]);
    const answer = dissect(packets[0]!.data);
    expect(answer.ipv4).toMatchObject({ src: VIP, dst: '10.0.0.4' });
    expect(answer.ethernet).toMatchObject({ src: VIP_MAC, dst: macOf(4) });
    expect(answer[layer]).toBeDefined();
    if (layer === 'tcp') expect(answer.tcp!.flags & TCP.RST).toBeTruthy();
    expect(outputOf(packets[0]!).port).toBe(4);
  });

  it('is refused with the reason when no server is up', () => {
    const world = new World();
    const at = switchOf(1);
    world.connect(at);
    const { packets, log } = world.syn(at, 4, 40_001);
    expect(dissect(packets[0]!.data).tcp).toMatchObject({ flags: TCP.RST | TCP.ACK, ack: 40_002 });
    expect(log).toMatchObject([
      {
        type: 'refused',
        reason: {
          rule: 'no server is up',
          servers: expect.arrayContaining([{ name: 'server1', state: 'unknown: has not answered yet' }]),
        },
      },
    ]);
  });

  it('is left alone when it is broken: no answer, no crash', () => {
    const { world, at } = World.ready();
    const whole = tcpFrame(4, 40_001);
    for (let length = 0; length < whole.length; length++) world.packetIn(at, 4, whole.slice(0, length));
    expect(world.app.balancer.size).toBe(0);
  });

  it('gets an answer to ping, because the address is there', () => {
    const { world, at } = World.ready();
    const ping = frameTo(4, { icmp: { type: 8, code: 0, id: 1, seq: 1 }, payload: new Uint8Array(8) });
    expect(dissect(world.packetIn(at, 4, ping).packets[0]!.data).icmp).toMatchObject({ type: 0, id: 1, seq: 1 });
  });
});

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
