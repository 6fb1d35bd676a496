import { describe, expect, it } from 'vitest';
import { OFPRR } from '../../../openflow/index.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { configWith, macOf, replyFrame, switchOf, tcpFrame, udpFrame, VIP, VIP_MAC, World } from './world.ts';

const { SYN, ACK, RST, FIN } = TCP;
const connectionDeletes = (outcome: { deletes: readonly { match?: object }[] }) =>
  outcome.deletes.filter(({ match = {} }) => 'tcpSrc' in match || 'udpSrc' in match);
const segmentsOf = (outcome: { packets: readonly { data: Uint8Array }[] }) =>
  outcome.packets.map(({ data }) => dissect(data)).filter(({ tcp }) => tcp !== undefined);

/** A connection of client 4 to server 1, answered or not. */
function opened(isAnswered: boolean, config = configWith()) {
  const { world, at } = World.ready(switchOf(1), config);
  const { flows } = world.syn(at, 4, 40_001);
  if (isAnswered) world.observed(at, 1, replyFrame(1, 4, 40_001, { seq: 5000, ack: 40_002, flags: SYN | ACK }));
  return { world, at, flows };
}

describe('a server that goes down', () => {
  it('takes its flows with it in the same turn, and tells the end with its reason when they have reported', () => {
    const { world, at, flows } = opened(true);
    world.syn(at, 4, 40_002);
    const down = world.portDown(at, 1);
    expect(connectionDeletes(down).map(({ match }) => match)).toEqual([flows[1]!.match, flows[0]!.match]);
    world.removed(at, flows[0]!, { reason: OFPRR.DELETE });
    expect(world.removed(at, flows[1]!, { reason: OFPRR.DELETE }).log).toMatchObject([
      { type: 'end', server: 'server1', why: 'server-down', responseMs: 0 },
    ]);
    expect(world.app.balancer.size).toBe(1);
  });

  it('resets a client that waits for its first answer with the number that it expects', () => {
    const { world, at } = opened(false);
    const [reset] = segmentsOf(world.portDown(at, 1));
    expect(reset!.ethernet).toMatchObject({ src: VIP_MAC, dst: macOf(4) });
    expect(reset!.ipv4).toMatchObject({ src: VIP, dst: '10.0.0.4' });
    expect(reset!.tcp).toMatchObject({ srcPort: 80, dstPort: 40_001, flags: RST | ACK, ack: 40_002 });
  });

  it('makes a client whose connection is open speak, and resets it with the number that it says it expects', () => {
    const { world, at } = opened(true);
    const [provoked, ...rest] = segmentsOf(world.portDown(at, 1));
    expect(rest).toEqual([]);
    expect(provoked!.tcp).toMatchObject({ flags: ACK, seq: 5000 });
    expect(provoked!.payload).toHaveLength(1);
    const answered = world.packetIn(at, 4, tcpFrame(4, 40_001, { flags: ACK, seq: 40_500 }));
    const [reset] = segmentsOf(answered);
    expect(reset!.tcp).toMatchObject({ flags: RST, seq: 77 });
  });

  it('gives a UDP client another server with its next packet', () => {
    const servers = [1, 2].map(number => ({ name: `dns${number}`, ip: `10.0.0.${number}`, port: 9000 }));
    const world = new World({ services: [{ name: 'dns', vip: VIP, protocol: 'udp', port: 53, servers }] });
    const at = switchOf(1);
    world.connect(at);
    for (const server of [1, 2]) world.answerProbe(at, server);
    expect(world.packetIn(at, 4, udpFrame(4, 5000)).log).toMatchObject([{ server: { name: 'dns1' } }]);
    expect(world.portDown(at, 1).packets.filter(({ data }) => dissect(data).udp)).toEqual([]);
    expect(world.packetIn(at, 4, udpFrame(4, 5000)).log).toMatchObject([{ type: 'decision', server: { name: 'dns2' } }]);
  });

  it('comes back with a part of its share and grows', () => {
    const { world, at } = opened(false, configWith({ slowStart: '10s', health: { type: 'arp', rise: 1 } }));
    world.portDown(at, 1);
    let port = 50_000;
    const chosen = (count: number) =>
      Array.from({ length: count }, () => world.syn(at, 5, port++))
        .flatMap(({ log }) => log.flatMap(entry => (entry.type === 'decision' ? [entry.server.name] : [])))
        .filter(name => name === 'server1').length;
    world.tick(2500);
    world.answerProbe(at, 1);
    expect(chosen(60)).toBeLessThan(10);
    world.tick(11_000);
    expect(chosen(60)).toBe(20);
  });

  it('is told with its service when nobody is left, and when somebody is again', () => {
    const { world, at } = World.ready(switchOf(1), configWith({ health: { type: 'arp', rise: 1 } }));
    world.portDown(at, 1);
    world.portDown(at, 2);
    const state = (how: string) => expect.objectContaining({ type: 'service', service: 'web', state: how });
    expect(world.portDown(at, 3).log).toContainEqual(state('down'));
    world.tick(2500);
    expect(world.answerProbe(at, 2).log).toContainEqual(state('up'));
  });
});

describe('what is seen of a connection', () => {
  it('counts it until its server has closed it, not until its flows are gone', () => {
    const { world, at, flows } = opened(true);
    const server = () => world.app.services.member('web/server1')!.server;
    expect(server().connections).toBe(1);
    expect(server().response).toEqual({ ms: 0, at: world.now });
    world.now += 250;
    world.observed(at, 1, replyFrame(1, 4, 40_001, { seq: 6000, ack: 40_500, flags: FIN | ACK }));
    expect(server().connections).toBe(0);
    expect(world.app.balancer.size).toBe(1);
    world.now += 12_000;
    for (const flow of flows) world.removed(at, flow);
    expect(server().connections).toBe(0);
    expect(world.app.balancer.size).toBe(0);
  });

  it('says how long it was open to the packet', () => {
    const { world, at, flows } = opened(true);
    world.now += 250;
    world.observed(at, 1, replyFrame(1, 4, 40_001, { seq: 6000, ack: 40_500, flags: FIN | ACK }));
    world.now += 12_000;
    world.removed(at, flows[0]!);
    expect(world.removed(at, flows[1]!).log).toMatchObject([{ type: 'end', durationMs: 250 }]);
  });

  it('takes no notice of direct traffic, of answers to other SYNs, and of garbage', () => {
    const { world, at } = opened(false);
    const { server } = world.app.services.member('web/server1')!;
    world.observed(at, 1, replyFrame(1, 4, 40_001, { seq: 5000, ack: 1, flags: SYN | ACK }));
    world.observed(at, 1, replyFrame(1, 5, 40_001, { seq: 5000, ack: 40_002, flags: RST | ACK }));
    world.observed(at, 1, new Uint8Array(20));
    expect(server.response).toBeUndefined();
    expect(server.connections).toBe(1);
  });

  it('takes a server out that refuses so many connections in a row', () => {
    const { world, at } = World.ready();
    const log = Array.from({ length: 15 }, (_, i) => {
      const port = 41_000 + i;
      const [decision] = world.syn(at, 4, port).log;
      if (decision?.type !== 'decision' || decision.server.name !== 'server1') return [];
      return world.observed(at, 1, replyFrame(1, 4, port, { seq: 0, ack: port + 1, flags: RST | ACK })).log;
    }).flat();
    expect(log).toContainEqual(expect.objectContaining({ type: 'server', server: 'server1', state: 'down' }));
  });
});
