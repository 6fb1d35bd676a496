import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labs } from '../../topologies/catalogue.ts';
import { BalancedLab, sleep, until } from './balanced-lab.ts';

const WEB = 'http://10.0.0.100/';
const CLIENT_MAC = '00:00:00:00:00:04';
/** Frames that may go everywhere while nobody can know better; the downloads have 50 a second each way. */
const HANDFUL = 5;

let net: BalancedLab;

beforeEach(async () => {
  net = await BalancedLab.start(labs.single);
});
afterEach(() => net?.stop());

describe('a long download', () => {
  /** Makes the switch forget a host after 2 s of silence instead of 300, where it forgets at all. */
  async function shorten(mac: string): Promise<void> {
    const flow = (await net.flows()).find(line => line.includes('table=2,') && line.includes(`dl_src=${mac} `));
    if (!flow?.includes('idle_timeout=')) return;
    const [, cookie, priority, match, actions] = /cookie=(\w+),.*priority=(\d+),(\S+) actions=(.*)$/.exec(flow)!;
    const fields = `cookie=${cookie},table=2,priority=${priority},idle_timeout=2,send_flow_rem,${match},actions=${actions}`;
    await net.lab.ofctl(['add-flow', 's1', fields]);
  }

  /** A download of so many seconds by h4, and the frames of it that arrive at h5, by whom they are for. */
  async function start(seconds: number) {
    const toClient = await net.capture('h5', 'tcp and dst host 10.0.0.4');
    const toServer = await net.capture('h5', 'tcp and src host 10.0.0.4');
    const ended = net.ask('h4', `${WEB}stream?seconds=${seconds}&everyMs=20`, '--count', '1', '--timeout', '6');
    await until('the download', () => net.decisions().length > 0);
    await sleep(500);
    const server = net.decisions()[0]!.server;
    return { toClient: toClient.lines, toServer: toServer.lines, ended, server };
  }

  async function expectUnicast({ toClient, toServer, ended }: Awaited<ReturnType<typeof start>>): Promise<void> {
    expect(await ended).toMatchObject([{ ok: true, status: 200, error: null }]);
    expect(toClient.length, toClient.at(-1)).toBeLessThanOrEqual(HANDFUL);
    expect(toServer.length, toServer.at(-1)).toBeLessThanOrEqual(HANDFUL);
    expect(net.ends().filter(({ why }) => why !== 'fin')).toEqual([]);
  }

  it('goes to its client alone when the switch has not learnt from client or server for longer than it remembers', async () => {
    const download = await start(8);
    // Its packets pass by the table that learns.
    await shorten(CLIENT_MAC);
    await shorten(`00:00:00:00:00:0${download.server.name.slice(-1)}`);
    await expectUnicast(download);
  });

  it('goes to its client alone when the switch lost all flows with its daemon', async () => {
    const download = await start(8);
    const daemon = readFileSync(join(net.lab.runFolder!, 'ovs-vswitchd.pid'), 'utf8').trim();
    await net.lab.exec('s1', ['kill', '-KILL', daemon]);
    await expectUnicast(download);
  });

  it('goes to its client alone when the controller was killed, and the switch forgot the client before it was back', async () => {
    const download = await start(9);
    await net.controller.kill('SIGKILL');
    await shorten(CLIENT_MAC);
    await shorten(`00:00:00:00:00:0${download.server.name.slice(-1)}`);
    await sleep(3500);
    net.restart();
    await net.serversUp();
    expect(net.controller.of('adopted')).toMatchObject([{ service: 'web', client: { ip: '10.0.0.4' } }]);
    await expectUnicast(download);
  });
});
