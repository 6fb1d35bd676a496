import { beforeAll, expect, test, vi } from 'vitest';
import { labs } from '../../../../topologies/catalogue.ts';
import type { LiveLab } from '../../../../topologies/embedded/live/live-lab.ts';
import { balanced } from './balanced.ts';

let lab: LiveLab;

beforeAll(async () => {
  const at = await balanced(labs.two);
  lab = at.lab;
  const up = () => expect(at.logged('server').filter(({ state }) => state === 'up')).toHaveLength(2);
  await vi.waitFor(up, { timeout: 15_000 });
}, 30_000);

async function run(node: string, ...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const { signal } = new AbortController();
  const code = await lab.exec(node, argv, { out: text => (out += text), err: text => (err += text), cancelled: signal });
  return { code, out, err };
}

test('get asks for a page again and again', async () => {
  expect(await run('h2', 'get', 'http://10.0.0.100/', '3')).toEqual({ code: 0, out: 'Server 1\n'.repeat(3), err: '' });
  expect((await run('h2', 'get', '10.0.0.1:8000/client')).out).toMatch(/^10\.0\.0\.2:\d+\n$/);
});

test('get says why there is no answer', async () => {
  expect(await run('h2', 'get', '10.0.0.1:81')).toEqual({ code: 1, out: '', err: '10.0.0.1:81: refused\n' });
  expect(await run('h2', 'get', '10.0.0.1:8000/nothing')).toMatchObject({ code: 1, err: '10.0.0.1:8000/nothing: HTTP 404\n' });
});

test('ping has the time of each answer', async () => {
  const { code, out } = await run('h2', 'ping', '10.0.0.1', '1');
  expect(code).toBe(0);
  expect(out).toMatch(/^answer from 10\.0\.0\.1: seq=1 time=\d+\.\d\d ms\n1 of 1 answered\n$/);
  expect(await run('h2', 'ping', '10.0.0.77', '1')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/\n0 of 1 answered\n$/),
  });
});

test('flows prints the flow table of a switch', async () => {
  const { code, out } = await run('s1', 'flows');
  expect(code).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.filter(line => !/^cookie=0x[0-9a-f]+,duration=.*,table=\d,n_packets=\d+,.* actions=/.test(line))).toEqual([]);
});

test('arguments that are wrong are answered with how it is meant', async () => {
  expect(await run('h2', 'get')).toEqual({ code: 2, out: '', err: 'usage: get URL [COUNT]\n' });
  expect(await run('h2', 'get', 'https://10.0.0.1/')).toMatchObject({ code: 2 });
  expect(await run('h2', 'ping', '10.0.0.1', '0')).toMatchObject({ code: 2, err: 'usage: ping IP [COUNT]\n' });
});

test('a command that is not there is answered with those that are', async () => {
  const { code, err } = await run('h2', 'curl', 'http://10.0.0.100/');
  expect(code).toBe(127);
  expect(err).toMatch(/^There is no curl in h2, .*\n {2}get URL \[COUNT\] .*\n {2}ping IP \[COUNT\] .*\n$/);
  expect((await run('s1', 'ping')).err).toMatch(/\n {2}flows .*\n$/);
  expect(await run('h2', 'constructor')).toMatchObject({ code: 127 });
});

test('a host that is switched off runs nothing, and serves everything again when it is on', async () => {
  lab.power('h1', false);
  expect(await run('h1', 'ping', '10.0.0.2')).toEqual({ code: 1, out: '', err: 'h1 is switched off.\n' });
  lab.power('h1', true);
  expect((await run('h2', 'get', '10.0.0.1:8000')).out).toBe('Server 1\n');
  const answer = await new Promise<string>(resolve => {
    const host = lab.lab.host('h2');
    const socket = host.udp.bind({ datagram: ({ bytes }) => resolve(Buffer.from(bytes).toString()) })!;
    socket.send(host.path('10.0.0.1'), 9000, new Uint8Array(1));
  });
  expect(answer).toMatch(/^Server 1 10\.0\.0\.2:/);
});
