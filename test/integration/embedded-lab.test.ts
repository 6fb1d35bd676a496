import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LabState } from '../../topologies/control/lab-state.ts';
import { until } from './balanced-lab.ts';
import { ANY_PORTS, asNobody, Cli, inTerminal, ran, root, vipflow } from './cli-process.ts';

const CTRL_C = '\u0003';
const isUp = /The lab is up/;
/** A choice, as it is printed. */
const CHOICE = / > web > server\d {2}round-robin: next in turn/;
/** How often a server was found. */
const isUpTimes = (text: string, server: string) => (text.match(new RegExp(`web/${server} is up`, 'g')) ?? []).length;
const choicesIn = (text: string) => text.match(new RegExp(CHOICE, 'g')) ?? [];

/** A folder of each test alone for the sockets of labs, so that other labs of this user are not met. */
let runtime: string;
let env: Record<string, string>;
const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync('/tmp/vipflow-it-');
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  runtime = join(newFolder(), 'run');
  env = { VIPFLOW_RUNTIME_DIR: runtime, NO_COLOR: '1' };
});

const lab = (...argv: string[]) => ran([vipflow, 'lab', ...argv], { env });
const status = async () => JSON.parse((await lab('status', '--json')).out) as LabState;

describe('npm start in a clone, by a user without any rights', () => {
  let clone: string;
  beforeAll(() => {
    clone = newFolder();
    for (const name of ['controller', 'openflow', 'topologies', 'package.json', 'package-lock.json', 'tsconfig.json', 'vipflow'])
      cpSync(join(root, name), join(clone, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
    chmodSync(clone, 0o755);
    mkdirSync(join(clone, 'home'));
    chmodSync(join(clone, 'home'), 0o777);
  });
  const start = (...more: string[]) => asNobody(['npm', 'start', '--', ...ANY_PORTS, ...more]);
  const nobody = () => ({
    cwd: clone,
    env: {
      ...env,
      VIPFLOW_RUNTIME_DIR: join(clone, 'home', 'run'),
      HOME: join(clone, 'home'),
      npm_config_cache: join(clone, 'home', 'npm'),
    },
  });

  test('sends its requests, shows who answered and ends well with --once', async () => {
    const { code, out, err } = await ran(start('--once', '--requests', '6'), nobody());
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(choicesIn(out)).toHaveLength(6);
    expect(out).toMatch(/\n6 of 6 requests answered, the slowest in \d+ ms\n(?: {2}Server \d █{40} {4}2 {2}33 %\n){3}/);
  });

  test('goes on without a terminal until it is told to end, and takes no keys there', async () => {
    const cli = new Cli(start(), nobody());
    await cli.says(CHOICE);
    expect(cli.err).not.toContain('keys:');
    cli.child.kill('SIGTERM');
    await cli.ended;
    await until('its socket is gone', () => sockets(join(clone, 'home', 'run')).length === 0);
  });

  test('in a terminal obeys keys, and ends with Ctrl-C', async () => {
    const cli = new Cli(inTerminal(start()), nobody());
    await cli.says(/keys: 1-3 server off or on, a next strategy/);
    await until('some choices', () => choicesIn(cli.out).length >= 3);
    cli.type('h1');
    await cli.says(/q {7}stop the lab/);
    await cli.says(/Server 1 \(h1, 10\.0\.0\.1\) is off: it no longer answers/);
    await cli.says(/web\/server1 is down: 3 TCP probes in a row unanswered/);
    await cli.says(/got no answer: timeout/);
    cli.type('1++');
    await cli.says(/is on again/);
    await cli.says(/\n10 requests per second/);
    await until('server1 is back', () => isUpTimes(cli.out, 'server1') === 2, 20_000);
    cli.type('a');
    await cli.says(/configuration applied \(a key\): web: strategy/);
    await cli.says(/ > web > server\d {2}sticky-round-robin: /);
    cli.type('s');
    await cli.says(/\n\d+ answers in the last 60 s\r?\n {2}Server 1 █/);
    cli.type(CTRL_C);
    expect(await cli.ended).toBe(0);
    expect(cli.out).toMatch(/\nstopping the lab\r?\n/);
  });

  test('ends with q', async () => {
    const cli = new Cli(inTerminal(start()), nobody());
    await cli.says(/keys: /);
    cli.type('q');
    expect(await cli.ended).toBe(0);
  });
});

describe.each(['embedded', 'mininet'] as const)('a lab on %s from another terminal', on => {
  const [get, silent] =
    on === 'embedded'
      ? [['get'], ['get', '10.0.0.1:81']]
      : [
          ['curl', '-s'],
          ['sh', '-c', 'exit 1'],
        ];

  test('tells how it is, runs commands in its hosts, cuts links, and ends', async () => {
    const cli = new Cli([vipflow, 'lab', 'up', 'single', '--on', on, ...ANY_PORTS], { env });
    await cli.says(isUp);
    // Open vSwitch tells up to 5 s late that it is connected
    await expect.poll(async () => (await status()).switches[0]?.connected, { timeout: 15_000, interval: 250 }).toBe(true);
    const pinged = on === 'embedded' ? ['10.0.0.1', '1'] : ['-c', '1', '10.0.0.1'];
    const [words, state, page, none, ping, unknown] = await Promise.all([
      lab('status'),
      status(),
      lab('exec', 'h4', '--', ...get, 'http://10.0.0.100/'),
      lab('exec', 'h4', '--', ...silent),
      lab('exec', 'h5', 'ping', ...pinged),
      lab('exec', 'h4', '--', 'no-such-program'),
    ]);
    expect(words.out).toMatch(new RegExp(`^single, ${on}, since .*, process ${cli.pid}\n`));
    expect(state).toMatchObject({ v: 1, name: 'single', on, pid: cli.pid, switches: [{ name: 's1', connected: true }] });
    expect(page).toMatchObject({ code: 0, out: expect.stringMatching(/^Server [123]\n$/), err: '' });
    expect([none.code, ping.code, unknown.code]).toEqual([1, 0, 127]);

    expect(await lab('link', 's1', 'h3', 'down')).toEqual({ code: 0, out: '', err: 'the link between s1 and h3 is down\n' });
    await cli.says(/web\/server3 is down: its port 3 went down/);
    const [cut, ...pages] = await Promise.all([
      status(),
      ...[1, 2, 3].map(() => lab('exec', 'h4', '--', ...get, 'http://10.0.0.100/')),
    ]);
    expect(cut.links.filter(({ up }) => !up)).toEqual([{ ends: ['h3', 's1'], up: false }]);
    expect(pages.map(({ out }) => out).filter(body => !/^Server [12]\n$/.test(body))).toEqual([]);
    expect((await lab('link', 'h3', 's1', 'up')).code).toBe(0);
    await until('server3 is back', () => isUpTimes(cli.out, 'server3') === 2, 30_000);

    expect(await lab('down')).toEqual({ code: 0, out: '', err: 'lab single stopped\n' });
    expect(await cli.ended).toBe(0);
    expect(sockets(runtime)).toEqual([]);
  }, 180_000);
});

describe('what is wrong with a command for a running lab', () => {
  const NONE = 'vipflow: You have no running lab: start one with `./vipflow lab up`.\n';

  test.each([['status'], ['down'], ['exec', 'h1', 'ping'], ['link', 's1', 'h1', 'down']])(
    'no lab is running: lab %s',
    async (...argv) => {
      const cli = ran(asNobody([vipflow, 'lab', ...argv]), { env });
      expect(await cli).toEqual({ code: 4, out: '', err: NONE });
    },
  );

  test('several are running, and none is named, or one that is not there; what is killed is not running', async () => {
    const up = [vipflow, 'lab', 'up', 'two', '--on', 'embedded', ...ANY_PORTS];
    const first = new Cli(up, { env });
    await first.says(isUp);
    const second = new Cli([...up, '--load', '0'], { env });
    await second.says(/lab status --lab two-2/);
    expect((await lab('status')).out.match(/^two\S*/gm)).toEqual(['two,', 'two-2']);
    const several = 'vipflow: Several labs are running (two, two-2): choose one with --lab.\n';
    expect(await lab('link', 's1', 'h1', 'down')).toEqual({ code: 2, out: '', err: several });
    const unknown = 'vipflow: Unknown lab "one"; known names: two, two-2.\n';
    expect(await lab('down', '--lab', 'one')).toEqual({ code: 2, out: '', err: unknown });
    expect((await lab('exec', '--lab', 'two-2', 'h2', 'get', '10.0.0.1:8000')).out).toBe('Server 1\n');
    first.child.kill('SIGKILL');
    await first.ended;
    expect((await status()).pid).toBe(second.pid);
    expect(await lab('link', 's1', 'h3', 'down')).toEqual({
      ...{ code: 2, out: '' },
      err: 'vipflow: There is no link between s1 and h3 in this lab: there are h1 s1, h2 s1.\n',
    });
    expect((await lab('down')).code).toBe(0);
    expect(await second.ended).toBe(0);
  });

  test('nothing to run', async () => {
    expect(await lab('exec', 'h4', '--')).toEqual({
      code: 2,
      out: '',
      err: 'vipflow: Missing command: write it after --, as in `vipflow lab exec h4 -- ping 10.0.0.1`.\n',
    });
  });

  test('options of the other realisation', async () => {
    const system = await lab('up', '--on', 'embedded', '--system');
    expect(system).toMatchObject({ code: 2, err: 'vipflow: The option --system requires --on mininet.\n' });
    expect((await lab('up', '--load', '3')).code).toBe(2);
    expect((await lab('up', '--on', 'moon')).err).toMatch(
      /Invalid value "moon" for --on <realisation>: it must be embedded or mininet\. See/,
    );
  });
});

test('an embedded lab goes on while its controller is killed and started again', async () => {
  const file = join(newFolder(), 'vipflow.yaml');
  const port = await freePort();
  const servers = [1, 2, 3].map(n => `      - { name: server${n}, ip: 10.0.0.${n}, port: 8000 }`).join('\n');
  const text = `services:\n  - name: web\n    vip: 10.0.0.100\n    port: 80\n    servers:\n${servers}\n`;
  writeFileSync(file, `listen: { openflow: '127.0.0.1:${port}', http: '127.0.0.1:0' }\n${text}`);
  const controller = () => new Cli([vipflow, 'run', '-c', file], { env });
  const first = controller();
  await first.says(/listening/);
  const up = [vipflow, 'lab', 'up', 'linear', '--on', 'embedded', '--controller', `127.0.0.1:${port}`, '--load', '0'];
  const cli = new Cli(up, { env });
  await cli.says(isUp);
  const long = new Cli([vipflow, 'lab', 'exec', 'h4', '--', 'get', 'http://10.0.0.100/slow?ms=8000'], { env });
  await first.says(CHOICE);
  first.child.kill('SIGKILL');
  await first.ended;
  await until('the lab sees it', async () => (await status()).switches.every(({ connected }) => !connected));
  expect((await lab('exec', 'h4', 'ping', '10.0.0.1', '1')).code).toBe(0); // the flows are still there

  const second = controller();
  await until('they are connected again', async () => (await status()).switches.every(({ connected }) => connected), 20_000);
  await until('all servers are up', () => isUpTimes(second.out, 'server\\d') === 3);
  const after = await lab('exec', 'h5', 'get', 'http://10.0.0.100/', '3');
  expect(after.out.split('\n').sort()).toEqual(['', 'Server 1', 'Server 2', 'Server 3']);
  await long.ended;
  expect((await lab('down')).code).toBe(0);
  expect(await cli.ended).toBe(0);
  second.child.kill('SIGTERM');
  await second.ended;
}, 180_000);

function sockets(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
