import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../controller/core/config.ts';
import { builtIn } from '../../controller/strategies/book.ts';
import type { Candidate } from '../../controller/strategies/strategy.ts';
import { labs } from '../../topologies/catalogue.ts';
import { BalancedLab, sleep, until } from './balanced-lab.ts';

type Service = ConfigInput['services'][number];

const WEB = 'http://10.0.0.100/';
const NAMES = ['server1', 'server2', 'server3'];

let at: BalancedLab;

beforeAll(async () => {
  at = await BalancedLab.start(labs.single, config => config);
});

afterAll(() => at?.stop());

/** The web service gets these settings; its servers these weights. */
async function use(more: Partial<Service>, weights: readonly number[] = [1, 1, 1]): Promise<void> {
  const servers = NAMES.map((name, i) => ({ name, ip: `10.0.0.${i + 1}`, port: 8000, weight: weights[i]! }));
  await at.configure(config => ({
    ...config,
    services: config.services.map(service =>
      service.name === 'web' ? { ...service, affinity: undefined, ...more, servers } : service,
    ),
  }));
  expect(at.controller.of('config').at(-1)!.state).toBe('applied');
}

/** Who answered so many requests in turn: `1`, `2`, `3`. */
async function pages(host: string, count: number, ...args: string[]): Promise<string[]> {
  const answers = await at.ask(host, WEB, '--count', String(count), ...args);
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  return answers.map(({ body }) => body.replace('Server ', ''));
}

const counts = (answers: readonly string[]) => ['1', '2', '3'].map(page => answers.filter(answer => answer === page).length);
const candidates: readonly Candidate[] = NAMES.map(name => {
  return { name, weight: 1, ramp: 1, connections: 0, response: undefined, bytesPerSecond: 0 };
});
describe("the report's six algorithms on real Open vSwitch", () => {
  test('round robin goes to each in turn, whoever asks', async () => {
    await use({ strategy: 'round-robin' });
    const [first, ...others] = await pages('h4', 9);
    const turn = (page: string, i: number) => String(((Number(page) - 1 + i) % 3) + 1);
    expect([first, ...others]).toEqual(Array.from({ length: 9 }, (_, i) => turn(first!, i)));
  });

  test('sticky round robin keeps a client at its server, spreads clients, and moves one whose server is gone', async () => {
    await use({ strategy: 'sticky-round-robin' });
    const [four, five] = [await pages('h4', 6), await pages('h5', 6)];
    expect([new Set(four).size, new Set(five).size]).toEqual([1, 1]);
    expect(four[0]).not.toBe(five[0]);
    await at.lab.link(`h${four[0]}`, 's1', 'down');
    const moved = await pages('h4', 4);
    expect(new Set(moved).size).toBe(1);
    expect(moved[0]).not.toBe(four[0]);
    expect(await pages('h5', 3)).toEqual(Array(3).fill(five[0]));
    await at.lab.link(`h${four[0]}`, 's1', 'up');
    await until(
      'it is back',
      () =>
        at.controller.of('server').findLast(({ server, service }) => service === 'web' && server === `server${four[0]}`)
          ?.state === 'up',
    );
    expect(await pages('h4', 2)).toEqual([moved[0], moved[0]]);
  });

  test('weighted round robin gives 5/1/1 without bursts', async () => {
    await use({ strategy: 'weighted-round-robin', slowStart: '0s' }, [5, 1, 1]);
    const answers = (await pages('h4', 14)).join('');
    expect(counts([...answers])).toEqual([10, 2, 2]);
    expect('1121311'.repeat(4)).toContain(answers);
  });

  test('hash sends a client address to the server of its table, and each port to that of its own', async () => {
    await use({ strategy: 'hash' });
    const [four, five] = [await pages('h4', 5), await pages('h5', 5)];
    const key = { protocol: 'tcp', clientPort: 1, vip: '10.0.0.100', port: 80 } as const;
    const context = { now: 0, random: () => 0 };
    const table = builtIn('hash').make<Candidate>({ by: 'client-ip' } as never);
    const expected = (clientIp: string) => table.pick({ ...key, clientIp }, candidates, context)!.candidate.name.slice(-1);
    expect(four).toEqual(Array(5).fill(expected('10.0.0.4')));
    expect(five).toEqual(Array(5).fill(expected('10.0.0.5')));

    await use({ strategy: { name: 'hash', by: '5-tuple' } });
    const answers = await at.ask('h4', WEB, '--count', '60');
    const ports = builtIn('hash').make<Candidate>({ by: '5-tuple' } as never);
    const told = answers.map(
      ({ localPort }) =>
        ports.pick({ ...key, clientIp: '10.0.0.4', clientPort: localPort! }, candidates, context)!.candidate.name,
    );
    expect(answers.map(({ body }) => body.replace('Server ', 'server'))).toEqual(told);
    expect(Math.min(...counts(answers.map(({ body }) => body.slice(-1))))).toBeGreaterThan(8);
  });

  test('least connections ends balanced in living connections, however many short ones come between', async () => {
    await use({ strategy: 'least-connections' });
    // six long ones, and between them short ones in numbers that no multiple of three hides
    const long: Promise<unknown>[] = [];
    for (let i = 0; i < 6; i++) {
      long.push(at.ask('h5', `${WEB}stream?seconds=6&everyMs=500`, '--count', '1', '--timeout', '10'));
      await until('it is decided', () => at.decisions().filter(({ client }) => client.ip === '10.0.0.5').length > 0);
      await sleep(120);
      await pages('h4', [1, 2, 4, 5, 1, 2][i]!);
    }
    const decisions = at
      .decisions()
      .filter(({ strategy, client }) => strategy === 'least-connections' && client.ip === '10.0.0.5');
    expect(NAMES.map(name => decisions.filter(({ server }) => server.name === name).length)).toEqual([2, 2, 2]);
    const { candidates: last } = at.decisions().at(-1)!.reason;
    expect(last.map(({ score }) => score)).toEqual([3, 3, 3]);
    await Promise.all(long);
  });

  test('least response time leaves a slow server alone, and tries it again', async () => {
    await use({
      strategy: { name: 'least-response-time', decay: '2s' },
      health: { type: 'http', interval: '300ms', timeout: '2s', http: { path: '/' } },
    });
    const stop = (await at.lab.exec('h1', ['ss', '-tlnpH', 'sport', '=', ':8000'])).stdout;
    const [, pid] = /pid=(\d+)/.exec(stop)!;
    await at.lab.exec('h1', ['kill', '-9', pid!]);
    const slow = at.lab.spawn('h1', ['/usr/bin/python3', '-u', '-c', SLOW_SERVER]);
    await until(
      'server1 is back',
      () =>
        at.controller.of('server').findLast(({ server, service }) => service === 'web' && server === 'server1')?.state === 'up',
    );
    await sleep(1500);
    const answers = counts(await pages('h4', 40));
    expect(answers[0]).toBeLessThan(8);
    expect(answers[1]! + answers[2]!).toBeGreaterThan(32);
    slow.kill('SIGKILL');
    await at.lab.startServer('h1');
  });
});

describe("a user's own algorithm", () => {
  const picks = (expression: string) => `
    export function strategy() {
      return { pick: (connection, candidates) => ${expression} };
    }`;
  const warned = (pattern: RegExp) =>
    until(String(pattern), () => at.controller.of('warning').find(({ message }) => pattern.test(message)));

  test('is a file, is loaded anew when it changes, and is reported when it is wrong, while requests are answered', async () => {
    at.write('mine.ts', picks('candidates.find(({ name }: { name: string }) => name === "server2")'));
    await use({ strategy: './mine.ts' });
    await until('all are up', () =>
      NAMES.every(
        name =>
          at.controller.of('server').findLast(({ server, service }) => service === 'web' && server === name)?.state === 'up',
      ),
    );
    expect(await pages('h4', 4)).toEqual(['2', '2', '2', '2']);
    const { reason } = at.decisions().at(-1)!;
    expect(reason.rule).not.toBe('');
    const before = at.controller.of('config').length;
    at.write('mine.ts', picks('candidates.at(-1)'));
    await until('it is loaded anew', () => at.controller.of('config').length > before);
    expect(await pages('h4', 4)).toEqual(['3', '3', '3', '3']);

    at.write('mine.ts', picks('{ throw new Error("no idea") }'));
    await until('it is loaded anew', () => at.controller.of('config').length > before + 1);
    expect(counts(await pages('h4', 6))).toEqual([2, 2, 2]);
    await warned(/the strategy \.\/mine\.ts threw .*no idea.*round robin picks instead/);

    at.write('mine.ts', 'export const strategy = 7;');
    const refused = await until('it is refused', () => at.controller.of('config').findLast(({ state }) => state === 'refused'));
    expect(refused.changes[0]).toMatch(/vipflow\.yaml:\d+:\d+: services\.0\.strategy: .*mine\.ts: the file exports no function/);
    expect(counts(await pages('h4', 3))).toEqual([1, 1, 1]);
  });
});

/** A page that takes 300 ms. */
const SLOW_SERVER = `
import http.server, socketserver, time
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.3)
        self.send_response(200)
        self.send_header('Content-Length', '9')
        self.end_headers()
        self.wfile.write(b'Server 1\\n')
    def log_message(self, *args): pass
class Web(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
Web(('', 8000), Page).serve_forever()
`;
