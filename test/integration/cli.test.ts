import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labs } from '../../topologies/catalogue.ts';
import { findProgram } from '../../topologies/prerequisites.ts';
import { BalancedLab, sleep, until } from './balanced-lab.ts';
import { ANY_PORTS, asNobody, ran, root, vipflow, without } from './cli-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'vipflow-cli-'));
chmodSync(folder, 0o755); // nobody reads here, too
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const service = `services:
  - name: web
    vip: 10.0.0.100
    port: 80
    servers: [{ name: server1, ip: 10.0.0.1, port: 8000 }]
`;

function config(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o644 });
  return file;
}

/** Runs vipflow; what it says is one sentence without a stack. */
async function fails(argv: readonly string[]): Promise<{ code: number; sentence: string }> {
  const { code, out, err } = await ran(argv);
  expect(out).toBe('');
  expect(err).not.toMatch(/^ {4}at /m);
  return { code, sentence: err };
}

describe('what is wrong is one sentence with its remedy, and an exit code', () => {
  test('an unknown command', async () => {
    const sentence = 'vipflow: Unknown command "rnu"; the closest match is "run". See `vipflow --help`.\n';
    expect(await fails([vipflow, 'rnu'])).toEqual({ code: 2, sentence });
  });

  test('broken YAML, and each mistake in a configuration, at its line and column', async () => {
    const broken = config('broken.yaml', 'services:\n  - name: [web\n    vip: 10.0.0.100\n');
    expect(await fails([vipflow, 'run', '-c', broken])).toEqual({
      code: 3,
      sentence: expect.stringMatching(new RegExp(`^${broken}:3:5: .+\n$`)),
    });
    const wrong = config('wrong.yaml', service.replace('10.0.0.100', '10.0.0.300').replace('port: 80', 'prt: 80'));
    const { code, sentence } = await fails([vipflow, 'check', wrong]);
    expect(code).toBe(3);
    expect(sentence.split('\n').map(line => line.replace(`${wrong}:`, ''))).toEqual([
      '2:5: services.0.port: "port" is missing',
      '3:10: services.0.vip: "10.0.0.300" is not an IPv4 address',
      '4:5: services.0.prt: unknown setting; did you mean "port"?',
      '',
    ]);
  });

  test('a valid configuration is said to be valid', async () => {
    const file = config('valid.yaml', service);
    expect(await ran([vipflow, 'check', file])).toEqual({ code: 0, out: `${file} is valid: 1 service, 1 server.\n`, err: '' });
  });
});

describe('an address that cannot be had', () => {
  let taken: Server;
  let port: number;
  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
    port = (taken.address() as { port: number }).port;
  });
  afterAll(() => taken.close());

  test.each([
    ['openflow', 'OpenFlow'],
    ['http', 'the dashboard, REST and the log'],
  ])('a port in use for %s', async (listener, what) => {
    const inUse = (setting: string) =>
      `vipflow: Port ${port} for ${what} is in use by another program: stop it, or set ${setting} to another port.\n`;
    const other = listener === 'http' ? 'openflow' : 'http';
    const listen = `listen: { ${listener}: "127.0.0.1:${port}", ${other}: "127.0.0.1:0" }\n`;
    const file = config(`${listener}.yaml`, listen + service);
    expect(await fails([vipflow, 'run', '-c', file])).toEqual({ code: 4, sentence: inUse(`listen.${listener}`) });
    const lab = [vipflow, 'lab', 'up', `--${listener}`, `127.0.0.1:${port}`, `--${other}`, '127.0.0.1:0'];
    expect(await fails(lab)).toEqual({ code: 4, sentence: inUse(`--${listener}`) });
  });

  test('an address of another machine', async () => {
    const file = config('foreign.yaml', `listen: { openflow: "192.0.2.1:6653", http: "127.0.0.1:0" }\n${service}`);
    expect(await fails([vipflow, 'run', '-c', file])).toEqual({
      code: 4,
      sentence: 'vipflow: 192.0.2.1:6653 for OpenFlow is not an address of this machine: set listen.openflow to one that is.\n',
    });
  });
});

describe('a user who is nobody', () => {
  test('is told that a port needs root', async context => {
    await asStranger(context.skip);
    const first = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
    if (first <= 653) context.skip('everybody may listen on port 653 here');
    const file = config('root.yaml', `listen: { openflow: "127.0.0.1:653", http: "127.0.0.1:0" }\n${service}`);
    expect(await fails(asNobody([vipflow, 'run', '-c', file]))).toEqual({
      code: 4,
      sentence: 'vipflow: 127.0.0.1:653 for OpenFlow needs root: set listen.openflow to a port above 1023, or run as root.\n',
    });
  });

  test('is told what a lab without root needs', async context => {
    await asStranger(context.skip);
    if (existsSync('/dev/net/tun') && (statSync('/dev/net/tun').mode & 0o006) === 0o006) context.skip('labs need no root here');
    const { code, err } = await ran(asNobody([vipflow, 'lab', 'up', ...ANY_PORTS]));
    expect(code).toBe(4);
    expect(err).toMatch(/\nvipflow: .*(?:\/dev\/net\/tun|namespaces).*: run as root.*\n$/);
    expect(err).not.toMatch(/^ {4}at /m);
  });

  test.each([
    ['openvswitch-switch', 'ovs-vswitchd'],
    ['mininet', 'mnexec'],
  ])('is told to install %s where it is missing', async (name, program) => {
    await asStranger(reason => expect.fail(reason));
    expect(await fails(without(findProgram(program)!, asNobody([vipflow, 'lab', 'up', ...ANY_PORTS])))).toEqual({
      code: 4,
      sentence: `vipflow: ${name} must be installed: run \`sudo apt-get install ${name}\`.\n`,
    });
  });
});

/** Skips where others may not read this folder. */
async function asStranger(skip: (reason: string) => void): Promise<void> {
  const { code } = await ran(asNobody(['test', '-r', join(root, 'node_modules', 'tsx', 'package.json')]));
  if (code !== 0) skip('other users may not read this folder');
}

test('a fresh clone sets itself up with its first command, which npx finds without asking', {
  timeout: 300_000,
}, async context => {
  const clone = join(folder, 'clone');
  const { code: cloned } = await ran(['git', 'clone', '--quiet', '--depth=1', `file://${root}`, clone]);
  if (cloned !== 0) context.skip('this folder is no clone itself');
  const env = { npm_config_prefer_offline: 'true', npm_config_yes: 'false' };
  const { code, out, err } = await ran(['npx', 'vipflow', '--version'], { cwd: clone, env });
  if (/\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT)\b/.test(err)) context.skip('there is no way to the npm registry');
  expect(err.split('\n').filter(line => line !== '' && !line.startsWith('npm warn'))).toEqual([
    'vipflow: installing npm packages, once ...',
  ]);
  expect({ code, out }).toEqual({ code: 0, out: `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n` });
  const { out: changed } = await ran(['git', 'status', '--porcelain'], { cwd: clone });
  expect(changed).toBe('');
  expect((await ran(['./vipflow', 'check', 'docs/vipflow.yaml'], { cwd: clone })).err).toBe('');
});

test('a switch that speaks OpenFlow 1.0 alone is refused once with the remedy; others go on, and it may come back', async () => {
  const balanced = await BalancedLab.start(labs.linear);
  try {
    const { controller, lab } = balanced;
    await lab.vsctl(['set', 'bridge', 's2', 'protocols=OpenFlow10']);
    const refusals = () => controller.of('switch').filter(({ state }) => state === 'refused');
    await until('a refusal', () => refusals().length > 0);
    expect(refusals()[0]).toMatchObject({
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      reason: 'the peer offers OpenFlow 1.0, not 1.3: run `ovs-vsctl set bridge BRIDGE protocols=OpenFlow13` on the switch',
    });
    await sleep(4000); // it tries each second
    expect(refusals()).toHaveLength(1);
    const downs = () => controller.of('server').filter(({ state, service: name }) => state === 'down' && name === 'web');
    await until('the servers behind it are down', () => downs().length === 2);
    expect(await balanced.ask('h4', 'http://10.0.0.100/', '--count', '3')).toMatchObject(
      Array.from({ length: 3 }, () => ({ ok: true, body: 'Server 1' })),
    );
    await lab.vsctl(['set', 'bridge', 's2', 'protocols=OpenFlow13']);
    await until('s2 is back', () => controller.of('switch').filter(({ state }) => state === 'connected').length === 3);
  } finally {
    await balanced.stop();
  }
});
