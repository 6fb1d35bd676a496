import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labs } from '../../topologies/catalogue.ts';
import { sleep, up } from './lab-traces.ts';

describe('the way to the controller', () => {
  let controller: Server;
  const taken: { at: number; socket: Socket; first: Buffer }[] = [];
  const HELLO = Buffer.from('0400000800000001', 'hex');
  const FEATURES_REQUEST = Buffer.from('0405000800000002', 'hex');

  beforeAll(async () => {
    controller = createServer(socket => {
      socket.on('error', () => {});
      socket.once('data', first => {
        taken.push({ at: performance.now(), socket, first });
        socket.write(Buffer.concat([HELLO, FEATURES_REQUEST]));
      });
    }).listen(0, '127.0.0.1');
    await once(controller, 'listening');
  });

  afterAll(() => {
    for (const { socket } of taken) socket.destroy();
    controller.close();
  });

  const back = async (times: number) => {
    const { port } = controller.address() as AddressInfo;
    controller.close();
    for (const { socket } of taken) socket.destroy();
    await sleep(6000); // enough tries for the switch's own pause to grow to 8 s
    controller.listen(port, '127.0.0.1');
    const start = performance.now();
    await expect.poll(() => taken.length, { timeout: 9000 }).toBe(times);
    return taken.at(-1)!.at - start;
  };

  test('a switch says hello in OpenFlow 1.3, and comes back within a second or two when its controller was away', async () => {
    const { port } = controller.address() as AddressInfo;
    const lab = await up(labs.two, { controller: { host: '127.0.0.1', port } });
    await expect.poll(() => taken.length, { timeout: 3000 }).toBe(1);
    expect(taken[0]!.first.subarray(0, 2)).toEqual(Buffer.from([4, 0]));
    await sleep(1000);
    expect(await back(2)).toBeLessThan(2500);
    await lab.stop();
  });

  test('also when there was no controller yet', async () => {
    const { port } = controller.address() as AddressInfo;
    taken.splice(0);
    controller.close();
    const lab = await up(labs.linear, { controller: { host: '127.0.0.1', port } });
    await sleep(6000);
    controller.listen(port, '127.0.0.1');
    const start = performance.now();
    await expect.poll(() => taken.length, { timeout: 9000 }).toBe(2);
    expect(taken[1]!.at - start).toBeLessThan(2500);
    await lab.stop();
  });
});
