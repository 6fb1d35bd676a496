import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labs } from '../../topologies/catalogue.ts';
import { BalancedLab, until } from './balanced-lab.ts';
import { Cli, inTerminal, ran, vipflow } from './cli-process.ts';

/** The command line against a running controller, with real hosts and Open vSwitch behind it. */

const WEB = 'http://10.0.0.100/';

let balanced: BalancedLab;
beforeAll(async () => {
  balanced = await BalancedLab.start(labs.single);
});
afterAll(() => balanced?.stop());

const argvOf = (words: string) => [process.execPath, vipflow, ...words.split(' '), '--url', `127.0.0.1:${balanced.httpPort}`];
const said = (words: string) => ran(argvOf(words));

/** Connections of h4 that stay open until they are let go; one after the other, so that they go round. */
async function held(count: number): Promise<() => Promise<void>> {
  const program = `
import socket, sys
held = [socket.create_connection(('10.0.0.100', 80)) for _ in range(${count})]
print('held', flush=True)
sys.stdin.read()`;
  const child = balanced.lab.spawn('h4', ['python3', '-c', program]);
  await once(child.stdout, 'data');
  return async () => {
    const closed = once(child, 'close');
    child.stdin.end();
    await closed;
  };
}

/** The servers chosen from the `from`th decision on. */
const chosenSince = (from: number) =>
  balanced
    .decisions()
    .slice(from)
    .map(({ server }) => server.name);

describe('vipflow server drain', () => {
  it('waits under traffic until the last connection has gone, and says what is left meanwhile; no request fails', async () => {
    const release = await held(6);
    const traffic = balanced.ask('h5', WEB, '--count', '80', '--interval', '0.05');
    const drain = new Cli(argvOf('server drain web/server2 --wait --deadline 20s'));
    await drain.says(/web\/server2: [2-9] connections \(the oldest [\d.]+ m?s\) left\n/);
    const drainedAt = balanced.decisions().length;
    await until('some more requests', () => balanced.decisions().length > drainedAt + 12);
    expect(drain.child.exitCode).toBe(null);
    await release();
    expect(await drain.ended).toBe(0);
    expect(drain.out).toMatch(/^done: web\/server2 has no connection left \(after [\d.]+ m?s\)\n$/);
    expect((await traffic).filter(({ ok }) => !ok)).toEqual([]);
    expect(new Set(chosenSince(drainedAt))).toEqual(new Set(['server1', 'server3']));
  });

  it('gives up at the deadline with exit code 5 and what is left; the server goes on draining', async () => {
    expect(await said('server ready web/server2')).toMatchObject({ code: 0, out: expect.stringMatching(/^web\/server2: up/) });
    const release = await held(3);
    const { code, err } = await said('server drain web/server2 --wait --deadline 700ms');
    expect({ code, err }).toEqual({
      code: 5,
      err: expect.stringMatching(
        /vipflow: web\/server2 still has 1 connection \(the oldest [\d.]+ m?s\) after 700 ms; it goes on draining\.\n$/,
      ),
    });
    expect((await said('servers web')).out).toMatch(/^web\/server2 .* drain /m);
    await release();
    await said('server ready web/server2');
  });
});

it('a strategy and a weight count from the next connection on', async () => {
  expect(await said('service strategy web weighted-round-robin')).toMatchObject({ code: 0, out: 'web: weighted-round-robin\n' });
  await said('server weight web/server1 3');
  const before = balanced.decisions().length;
  await balanced.ask('h4', WEB, '--count', '20');
  const counts = { server1: 0, server2: 0, server3: 0 };
  for (const name of chosenSince(before)) counts[name as keyof typeof counts] += 1;
  expect(counts).toEqual({ server1: 12, server2: 4, server3: 4 });
  const { err } = await said('service strategy web wieghted-round-robin');
  expect(err).toMatch(/did you mean "weighted-round-robin"\?\n$/);
});

describe('about one client', () => {
  let release: () => Promise<void>;
  beforeAll(async () => {
    release = await held(1);
  });
  afterAll(() => release?.());

  it('connections, explain and flows agree with the decision and with Open vSwitch', async () => {
    const decision = balanced.decisions().at(-1)!;
    const client = `${decision.client.ip}:${decision.client.port}`;
    const { out } = await said(`connections --client ${client} --json`);
    expect(JSON.parse(out)).toMatchObject({ id: decision.seq, server: decision.server.name, closed: false });

    const explained = await said(`explain ${client}`);
    expect(explained.code).toBe(0);
    expect(explained.out).toContain(`went to ${decision.server.name} (${decision.server.ip}:8000) by weighted-round-robin`);
    expect(explained.out).toMatch(new RegExp(`^> ${decision.server.name} +-?[\\d.]+$`, 'm'));
    expect(explained.out).toContain('no end logged yet');

    const raw = (await said('flows 1 --raw')).out.split('\n').filter(line => line.includes(`tp_src=${decision.client.port}`));
    const own = (await balanced.flows()).filter(line => line.includes(`tp_src=${decision.client.port}`));
    const matchIn = (line: string) => /priority=400,\S+/.exec(line)?.[0];
    expect(raw.map(matchIn)).toEqual(own.map(matchIn));
    expect(raw).toHaveLength(1);
  });

  it('watch goes on where it was', async () => {
    const { seq } = balanced.decisions().at(-1)!;
    const watch = new Cli(argvOf(`watch --json --since ${seq - 1}`));
    await watch.says(new RegExp(`"seq":${seq},`));
    watch.child.kill('SIGINT');
    expect(await watch.ended).toBe(0);
  });
});

it('a server is added and removed while it runs', async () => {
  expect(await said('server add web/server9 10.0.0.9:8000 --weight 2')).toMatchObject({
    code: 0,
    out: 'web/server9: unknown, weight 2, 0 connections\n',
  });
  expect(await said('server remove web/server9')).toEqual({ code: 0, out: 'web/server9 is removed\n', err: '' });
  expect((await said('servers web')).out).not.toContain('server9');
});

it('top fills the terminal, and leaves it as it was', async () => {
  const top = new Cli(inTerminal(argvOf('top')));
  await top.says(/server1 .*up/);
  top.type('q');
  expect(await top.ended).toBe(0);
  const frames = top.out.split('\u001b[H').slice(1);
  for (const frame of frames) expect(frame.split('\n')).toHaveLength(24);
  expect(top.out).toMatch(/^[\s\S]*\[\?1049h[\s\S]*\[\?1049l[\s\S]{0,8}$/);
});

it('a name that is not there is one sentence with a nearer one', async () => {
  expect(await said('server drain web/servr2')).toMatchObject({
    code: 2,
    err: 'vipflow: Unknown server "servr2" in service "web"; did you mean "server2"?\n',
  });
});
