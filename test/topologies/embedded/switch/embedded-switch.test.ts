import { afterEach, describe, expect, it } from 'vitest';
import {
  type Connection,
  listen,
  type Message,
  type MessageInput,
  OFPP,
  opened,
  type Server,
} from '../../../../openflow/index.ts';
import { VirtualClock } from '../../../../topologies/embedded/clock.ts';
import { RealClock } from '../../../../topologies/embedded/real-clock.ts';
import { EmbeddedSwitch } from '../../../../topologies/embedded/switch/embedded-switch.ts';

const ports = [1, 2].map(number => ({ number, name: `s1-eth${number}`, mac: `02:00:00:00:01:0${number}` }));
const frame = new Uint8Array(60).fill(7);
const flow: MessageInput = {
  type: 'flowMod',
  idleTimeout: 10,
  instructions: [{ type: 'applyActions', actions: [{ type: 'output', port: 2 }] }],
};

/** The next controller's end of a connection to the server. */
function nextOf(server: Server): Promise<Connection> {
  return new Promise(resolve => server.once('connection', connection => resolve(opened(connection))));
}

describe('an embedded switch', () => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0)) await step();
  });

  it('speaks over TCP, keeps its flows while the controller is away, and comes back', async () => {
    const clock = new RealClock();
    const sent: number[] = [];
    const at = new EmbeddedSwitch({ name: 's1', dpid: '000000000000000a', ports, clock, output: port => sent.push(port) });
    const server = await listen({ host: '127.0.0.1', port: 0 });
    cleanUp.push(
      () => at.close(),
      () => clock.close(),
      () => server.close(),
    );
    const coming = nextOf(server);
    at.connect(server.address, { firstBackoffMs: 10 });
    const first = await coming;
    expect((await first.request({ type: 'featuresRequest' })).datapathId).toBe(10n);
    first.send(flow);
    await first.barrier();
    const again = nextOf(server);
    first.close();
    at.receive(1, frame);
    const second = await again;
    expect((await second.request({ type: 'multipartRequest', kind: 'flow' })).body).toMatchObject([{ packetCount: 1n }]);
    expect(sent).toEqual([2]);
  });

  it('speaks in memory, under a clock that is told to move', () => {
    const clock = new VirtualClock();
    const sent: number[] = [];
    const heard: Message[] = [];
    const at = new EmbeddedSwitch({ name: 's1', dpid: '0000000000000001', ports, clock, output: port => sent.push(port) });
    const channel = at.channel(message => heard.push(message));
    channel.send({ ...flow, flags: 1 });
    at.receive(1, frame);
    clock.run(9_000);
    at.receive(1, frame);
    clock.run(9_000);
    expect(at.datapath.flowCount()).toBe(1);
    clock.run(1_000);
    expect(at.datapath.flowCount()).toBe(0);
    expect(sent).toEqual([2, 2]);
    expect(heard).toMatchObject([{ type: 'flowRemoved', durationSec: 19, packetCount: 2n }]);
    channel.close();
    channel.send({ type: 'packetOut', actions: [{ type: 'output', port: OFPP.ALL }], data: frame });
    expect(sent).toEqual([2, 2]);
  });
});
