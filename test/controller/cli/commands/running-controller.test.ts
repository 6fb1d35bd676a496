import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../../../../controller/cli/cli.ts';
import { Refusal, stub } from '../controller-stub.ts';
import { printed } from '../printed.ts';
import { decision, server, service } from '../views.ts';

const output = printed();
const folder = mkdtempSync(join(tmpdir(), 'vipflow-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function vipflow(...argv: string[]): Promise<{ code: unknown; out: string; err: string }> {
  process.exitCode = undefined;
  output.out = output.err = '';
  await runCli(['node', 'vipflow', ...argv]);
  return { code: process.exitCode ?? 0, ...output };
}

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

async function closedPort(): Promise<number> {
  const before = createServer().listen(0, '127.0.0.1');
  await once(before, 'listening');
  const { port } = before.address() as AddressInfo;
  await new Promise(resolve => before.close(resolve));
  return port;
}

const web = service('web', [server('server1'), server('server2', { state: 'drain' })]);

describe('a request', () => {
  it('without an answer says what to start', async () => {
    const port = await closedPort();
    expect(await vipflow('services', '--url', `127.0.0.1:${port}`)).toEqual({
      code: 4,
      out: '',
      err: expect.stringMatching(
        /^vipflow: No controller answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\): start one with `.*run -c vipflow\.yaml`, or set --url to its address\.\n$/,
      ),
    });
  });

  it('that another program answers is an error', async () => {
    const other = createServer((_request, response) => response.writeHead(404).end('<html>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { code, err } = await vipflow('services', '--url', `127.0.0.1:${(other.address() as AddressInfo).port}`);
    other.close();
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/is not a vipflow controller of this version \(HTTP 404\)/),
    });
  });

  it.each([
    [401, [], /^vipflow: The controller requires a token: .*--token or VIPFLOW_TOKEN\.\n$/],
    [401, ['--token', 'x'], /^vipflow: The controller rejects this token: /],
    [403, ['--token', 'x'], /^vipflow: You may not\. This requires a token with the role admin\.\n$/],
  ] as const)('refused with %d, with the options %j, says which token is required', async (status, argv, sentence) => {
    const url = await stub({ 'GET /services': new Refusal(status, 'you may not') });
    const { code, err } = await vipflow('services', '--url', url, ...argv);
    expect({ code, err }).toEqual({ code: 4, err: expect.stringMatching(sentence) });
  });

  it('sends the token, also out of a file', async () => {
    const asked: { token?: string }[] = [];
    const url = await stub({ 'GET /services': [] }, asked as never);
    await vipflow('services', '--url', `${url}/api/v1/`, '--token', `@${file('token', 'secret-token\n')}`);
    expect(asked[0]!.token).toBe('Bearer secret-token');
    expect(await vipflow('services', '--url', url, '--token', '@/nowhere')).toMatchObject({
      code: 2,
      err: 'vipflow: The file /nowhere does not exist.\n',
    });
  });
});

describe('lists', () => {
  it('are tables, or one JSON object a line', async () => {
    const url = await stub({ 'GET /services': [web], 'GET /services/web': web });
    expect((await vipflow('services', '--url', url)).out).toMatch(
      /^service +front +state[^\n]*\nweb +10\.0\.0\.100:80\/tcp +up +weighted-least-connections +1\/2 +24 +2\.5 +2\.5 MB\/s\n$/,
    );
    const { out } = await vipflow('servers', 'web', '--json', '--url', url);
    const rows = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(rows).toEqual(web.servers.map(one => ({ service: 'web', ...one })));
  });

  it('that are empty say so to people alone', async () => {
    const url = await stub({ 'GET /switches': [], 'GET /connections': { total: 0, items: [] } });
    expect(await vipflow('switches', '--url', url)).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringContaining('vipflow doctor'),
    });
    expect(await vipflow('switches', '--json', '--url', url)).toEqual({ code: 0, out: '', err: '' });
    expect((await vipflow('connections', '--client', '10.0.0.4', '--url', url)).err).toBe('No connection matches.\n');
  });
});

describe('explain', () => {
  it('takes the newest of a client, out of a recorded log as well', async () => {
    const end = { v: 1, seq: 9, type: 'end', of: 7, bytes: { in: 1, out: 2 }, durationMs: 5, why: 'fin' };
    const lines = [{ ...decision, seq: 3 }, decision, end].map(line => JSON.stringify(line));
    const log = file('flows.ndjson', `${lines.join('\n')}\n{"v":1,"se`);
    const { code, out, err } = await vipflow('explain', '10.0.0.4', '--log', log);
    expect(code).toBe(0);
    expect(out).toMatch(/^10\.0\.0\.4:40112 to web .* seq 7\n[\s\S]*ended after 5 ms \(closed\)/);
    expect(err).toContain('This is the newest decision; 1 earlier: explain 3');
    expect((await vipflow('explain', '3', '--log', log)).out).toContain('seq 3');
    expect(await vipflow('explain', '10.0.0.9', '--log', log)).toMatchObject({
      code: 1,
      err: expect.stringContaining('has no decision for 10.0.0.9'),
    });
  });

  it('says when a file is no log, and when what is asked for is neither client nor number', async () => {
    const log = file('other.txt', 'hello\nworld\n');
    expect(await vipflow('explain', '3', '--log', log)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Line 1 of .* is not JSON/),
    });
    expect(await vipflow('explain', 'web')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Invalid connection "web": it must be a client'),
    });
  });
});

describe('server', () => {
  it('drain --wait prints the connections left whenever they change, and then that it is done', async () => {
    const left = [3, 3, 1, 0];
    const asked: { method: string; url: string; body: string }[] = [];
    const at = (connections: number) =>
      server('server2', { state: 'drain', connections, oldestMs: connections === 0 ? null : 14_000 });
    const answers = {
      'PATCH /services/web/servers/server2': at(3),
      'GET /services/web/servers/server2': () => at(left.shift() ?? 0),
    };
    const url = await stub(answers, asked);
    const { code, out, err } = await vipflow('server', 'drain', 'web/server2', '--wait', '--deadline', '1m', '--url', url);
    expect({ code, err }).toEqual({
      code: 0,
      err: 'web/server2: 3 connections (the oldest 14 s) left\nweb/server2: 1 connection (the oldest 14 s) left\n',
    });
    expect(out).toMatch(/^done: web\/server2 has no connection left/);
    expect(asked[0]).toMatchObject({ method: 'PATCH', body: '{"state":"drain"}' });
  });

  it('drain --json has a line for each change, and code 5 at the deadline', async () => {
    const busy = server('server2', { connections: 2 });
    const url = await stub({ 'PATCH /services/web/servers/server2': busy, 'GET /services/web/servers/server2': busy });
    const { code, out, err } = await vipflow(
      'server',
      'drain',
      'web/server2',
      '--wait',
      '--deadline',
      '10ms',
      '--json',
      '--url',
      url,
    );
    expect(code).toBe(5);
    expect(JSON.parse(out)).toMatchObject({ server: 'web/server2', connections: 2, oldestMs: 14_000 });
    expect(err).toBe('vipflow: web/server2 still has 2 connections (the oldest 14 s) after 10 ms; it goes on draining.\n');
  });

  it.each([
    [
      ['add', 'web/server9', '10.0.0.9:81', '--weight', '5'],
      'POST',
      '/services/web/servers',
      { name: 'server9', ip: '10.0.0.9', port: 81, weight: 5 },
    ],
    [
      ['add', 'web/server9', '10.0.0.9', '--state', 'standby'],
      'POST',
      '/services/web/servers',
      { name: 'server9', ip: '10.0.0.9', state: 'standby' },
    ],
    [
      ['add', 'web/server9', '[2001:db8::9]:81'],
      'POST',
      '/services/web/servers',
      { name: 'server9', ip: '2001:db8::9', port: 81 },
    ],
    [['weight', 'web/server1', '7'], 'PATCH', '/services/web/servers/server1', { weight: 7 }],
    [['maintenance', 'web/server1'], 'PATCH', '/services/web/servers/server1', { state: 'maintenance' }],
    [['remove', 'web/server1'], 'DELETE', '/services/web/servers/server1', undefined],
  ])('%j is one request', async (argv, method, path, body) => {
    const asked: { method: string; url: string; body: string }[] = [];
    const url = await stub({ [`${method} ${path}`]: server('server1') }, asked);
    expect((await vipflow('server', ...argv, '--url', url)).code).toBe(0);
    expect(asked).toEqual([{ method, url: `/api/v1${path}`, body: body === undefined ? '' : JSON.stringify(body) }]);
  });

  it.each([
    [['drain', 'web'], /Invalid server "web": write SERVICE\/SERVER, such as web\/server2/],
    [['drain', 'web/server1', '--deadline', '5s'], /The option --deadline requires --wait/],
    [['drain', 'web/server1', '--wait', '--deadline', '5'], /it must be a duration such as 60s, 5m or 500ms/],
    [['weight', 'web/server1', '0'], /whole number from 1 to 1000/],
    [['add', 'web/server1', 'h9'], /10\.0\.0\.9 or 10\.0\.0\.9:8000/],
  ])('%j is wrong usage', async (argv, sentence) => {
    expect(await vipflow('server', ...argv)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(sentence) });
  });
});

it('service strategy sends a name, or a name with its settings', async () => {
  const asked: { method: string; url: string; body: string }[] = [];
  const url = await stub(
    { 'PATCH /services/web': service('web', [], { strategy: { name: 'hash', options: { by: 'client' } } }) },
    asked,
  );
  await vipflow('service', 'strategy', 'web', 'random', '--url', url);
  const { out } = await vipflow('service', 'strategy', 'web', 'hash', '--set', 'by=client', '--set', 'size=7', '--url', url);
  await vipflow('service', 'shadow', 'web', 'none', '--url', url);
  expect(asked.map(({ body }) => JSON.parse(body))).toEqual([
    { strategy: 'random' },
    { strategy: { name: 'hash', by: 'client', size: 7 } },
    { shadow: null },
  ]);
  expect(out).toBe('web: hash (by client)\n');
});

it('config check and apply print each mistake with its place, and change nothing', async () => {
  const problems = [{ path: 'services.0.vip', message: 'is wrong', line: 3, column: 10 }];
  const url = await stub({
    'POST /config/check': { valid: false, problems, changes: [] },
    'PUT /config': new Refusal(422, 'not valid', { problems }),
    'POST /config/save': { file: '/etc/vipflow.yaml', writable: true, unsaved: false },
  });
  const yaml = file('vipflow.yaml', 'services: []');
  for (const word of ['check', 'apply'])
    expect(await vipflow('config', word, yaml, '--url', url)).toMatchObject({
      code: 3,
      err: `${yaml}:3:10: services.0.vip: is wrong\nvipflow: ${yaml} is invalid; nothing was changed.\n`,
    });
  expect((await vipflow('config', 'save', '--url', url)).out).toBe('saved to /etc/vipflow.yaml\n');
});
