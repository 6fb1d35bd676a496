import type { ConfigInput } from '../controller/core/config.ts';
import { BalancedLab } from '../test/integration/balanced-lab.ts';
import { labs } from '../topologies/catalogue.ts';

/** New connections a second through real Open vSwitch, one request each: straight to a server, through the VIP, and what `observe` costs. */

const COUNT = 1500;
const ROUNDS = 3;

if (process.getuid?.() !== 0) {
  process.stdout.write('skipped: a lab on Open vSwitch needs root\n');
  process.exit(0);
}

const observing = (observe: boolean) => (config: ConfigInput) => ({
  ...config,
  services: config.services.map(service => ({ ...service, observe })),
});
const at = await BalancedLab.start(labs.single);
const best = new Map<string, { perSecond: number; p50: number; p99: number }>();

async function run(what: string, client: string, url: string, ...more: string[]): Promise<void> {
  const began = performance.now();
  const answers = await at.ask(client, url, '--count', String(COUNT), ...more);
  const seconds = (performance.now() - began) / 1000;
  if (answers.some(({ ok }) => !ok)) throw new Error(`${what}: a request failed`);
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const found = { perSecond: COUNT / seconds, p50: times[COUNT / 2]!, p99: times[Math.floor(COUNT * 0.99)]! };
  if (found.perSecond > (best.get(what)?.perSecond ?? 0)) best.set(what, found);
}

try {
  for (let round = 0; round < ROUNDS; round++) {
    // from another client: a port of the VIP's is not to meet one of its own (docs/decisions.md, limits)
    await run('straight to a server', 'h5', 'http://10.0.0.1:8000/');
    for (const observe of [true, false]) {
      await at.configure(observing(observe));
      await run(`through the VIP, observe: ${observe}`, 'h4', 'http://10.0.0.100/');
      await run(`the same, 16 at a time, observe: ${observe}`, 'h4', 'http://10.0.0.100/', '--parallel', '16');
    }
  }
} finally {
  await at.stop();
}

process.stdout.write(`${COUNT} requests, each over a new connection, best of ${ROUNDS} rounds\n`);
for (const [what, { perSecond, p50, p99 }] of [...best].sort()) {
  const figures = `${perSecond.toFixed(0).padStart(6)}/s   p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms`;
  process.stdout.write(`${what.padEnd(44)} ${figures}\n`);
}
