import type { ConfigInput } from '../controller/core/config.ts';
import { BalancedLab, sleep, until } from '../test/integration/balanced-lab.ts';
import { labs } from '../topologies/catalogue.ts';

/** How long it takes until what happens to a server is known, on real Open vSwitch, under 60 new connections a second. */

const ROUNDS = Number(process.argv.slice(2).find(word => /^\d+$/.test(word)) ?? 5);
const WEB = 'http://10.0.0.100/';
const health = { interval: '500ms', timeout: '300ms', fall: 2, rise: 2 };

if (process.getuid?.() !== 0) {
  process.stdout.write('skipped: a lab on Open vSwitch needs root\n');
  process.exit(0);
}

const settings = (config: ConfigInput): ConfigInput => ({
  ...config,
  services: config.services.map(service => ({ ...service, health, slowStart: '1s' })),
});
const at = await BalancedLab.start(labs.single, settings);
const times = new Map<string, number[]>();
const note = (what: string, ms: number) => times.set(what, [...(times.get(what) ?? []), ms]);
const state = (name: string, wanted: 'up' | 'down', from: number) =>
  until(`${name} ${wanted}`, () => {
    const last = at.controller.of('server').findLast(({ service, server }) => service === 'web' && server === name);
    return last?.state === wanted && Date.parse(last.time) >= from ? Date.parse(last.time) - from : undefined;
  });

try {
  for (let round = 0; round < ROUNDS; round++) {
    const load = at.ask('h4', WEB, '--count', '720', '--interval', '0.0166', '--parallel', '64', '--timeout', '3');
    const streams = at.ask('h5', `${WEB}stream?seconds=12&everyMs=200`, '--count', '3', '--parallel', '3', '--timeout', '14');
    await sleep(1000);

    const silent = Date.now();
    await at.lab.exec('h1', ['ip', 'addr', 'flush', 'dev', 'h1-eth0']);
    note('a host falls silent: out of use', await state('server1', 'down', silent));
    const back = Date.now();
    await at.lab.exec('h1', ['ip', 'addr', 'add', '10.0.0.1/8', 'dev', 'h1-eth0']);
    note('it answers again: in use', await state('server1', 'up', back));

    const cut = Date.now();
    await at.lab.link('h2', 's1', 'down');
    note('a cable is pulled: out of use', await state('server2', 'down', cut));
    const joined = Date.now();
    await at.lab.link('h2', 's1', 'up');
    note('it is back: in use', await state('server2', 'up', joined));

    const [, pid] = /pid=(\d+)/.exec((await at.lab.exec('h3', ['ss', '-tlnpH', 'sport', '=', ':8000'])).stdout)!;
    const killed = Date.now();
    await at.lab.exec('h3', ['kill', '-9', pid!]);
    note('a program dies: out of use', await state('server3', 'down', killed));
    await at.lab.startServer('h3');
    await state('server3', 'up', Date.now());

    const begun = new Map(at.decisions().map(({ client, time }) => [`${client.ip}:${client.port}`, Date.parse(time)]));
    for (const { error, localPort, ms } of await streams) {
      const reset = (begun.get(`10.0.0.5:${localPort}`) ?? 0) + ms;
      if (error === 'reset' && reset > silent && reset < cut)
        note('a host falls silent: its open connections reset', reset - silent);
    }
    const answers = await load;
    note('requests of 720 that failed', answers.filter(({ ok }) => !ok).length);
  }
} finally {
  await at.stop();
}

const text = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const of = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!);
  return `${String(of(0.5)).padStart(8)} ${String(of(1)).padStart(8)}   (${values.length})`;
};
process.stdout.write(`${ROUNDS} rounds, probes every 500 ms, fall 2, rise 2; ms\n${' '.repeat(52)}median    worst\n`);
for (const [what, values] of times) process.stdout.write(`${what.padEnd(48)} ${text(values)}\n`);
