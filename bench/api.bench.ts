import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchSwitch } from './api-switch.ts';

/**
 * What readers of the log cost those who wait for a decision: 1,000 connections a second without readers and with 50 of them, one of
 * which does not read, in slices that take turns, so that whatever else the machine does meets both alike. The wait is seen from the switch.
 */

const PER_SECOND = 1000;
const SLICE_MS = 2000;
const SLICES = Number(process.argv[2] ?? 12);
/** Beside the p99 of all decisions the median of those of so many in a row: what another program does in one moment is not in it. */
const WINDOW = 500;
const READERS = 50;

const start = (name: string): ChildProcess =>
  fork(fileURLToPath(new URL(name, import.meta.url)), { execArgv: ['--import', 'tsx'] });
const controller = start('./api-controller.ts');
const readers = start('./api-readers.ts');
const [{ openflowPort, httpPort }] = (await once(controller, 'message')) as [{ openflowPort: number; httpPort: number }];
const at = await BenchSwitch.connect(openflowPort);
const probing = setInterval(() => at.answerProbes(), 500);

async function setReaders(count: number): Promise<number> {
  const told = once(readers, 'message');
  readers.send({ port: httpPort, count, stalled: count === 0 ? 0 : 1 });
  return ((await told) as [{ bytes: number }])[0].bytes;
}

/** Opens connections at an even pace; the waits for their decisions in milliseconds. */
async function slice(): Promise<number[]> {
  const began = Date.now();
  let opened = 0;
  at.waits = [];
  while (Date.now() - began < SLICE_MS) {
    const due = Math.floor(((Date.now() - began) / 1000) * PER_SECOND);
    for (; opened < due; opened++) at.open();
    await sleep(1);
  }
  await sleep(300);
  return at.waits;
}

/** A number that the controller tells of its process. */
async function processMetric(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  return Number(new RegExp(`^process_${name} (\\S+)`, 'm').exec(text)![1]);
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], q: number) => values[Math.min(values.length - 1, Math.floor(values.length * q))]!;
const windowsOf = (waits: readonly number[]) =>
  Array.from({ length: Math.floor(waits.length / WINDOW) }, (_, i) => sorted(waits.slice(i * WINDOW, (i + 1) * WINDOW)));

await sleep(1500);
await slice(); // compiled once
const found = { none: [] as number[][], some: [] as number[][] };
const memory = { none: 0, some: 0 };
const cpu = { none: 0, some: 0 };
let bytes = 0;
for (let i = 0; i < SLICES; i++) {
  for (const which of i % 2 === 0 ? (['none', 'some'] as const) : (['some', 'none'] as const)) {
    bytes += await setReaders(which === 'some' ? READERS : 0);
    await sleep(200);
    const before = await processMetric('cpu_seconds_total');
    found[which].push(await slice());
    cpu[which] += (await processMetric('cpu_seconds_total')) - before;
    memory[which] = Math.max(memory[which], (await processMetric('resident_memory_bytes')) / 2 ** 20);
  }
}
bytes += await setReaders(0);

process.stdout.write(
  `${PER_SECOND} decisions a second, ${SLICES} slices of ${SLICE_MS / 1000} s each, the wait in ms as the switch sees it:\n`,
);
const p99: number[] = [];
for (const [which, title] of [
  ['none', 'without readers'],
  ['some', `with ${READERS} readers, one stalled`],
] as const) {
  const waits = sorted(found[which].flat());
  const windows = sorted(found[which].flatMap(windowsOf).map(window => quantile(window, 0.99)));
  p99.push(quantile(waits, 0.99));
  const [half, most, calm] = [quantile(waits, 0.5), quantile(waits, 0.99), quantile(windows, 0.5)].map(ms => ms.toFixed(3));
  const core = (100 * cpu[which]) / ((SLICES * SLICE_MS) / 1000);
  const rest = `${memory[which].toFixed(0)} MiB  ${core.toFixed(0)} % of a core`;
  process.stdout.write(`  ${title.padEnd(32)} p50 ${half}  p99 ${most} (of ${WINDOW} in a row: ${calm})  ${rest}\n`);
}
process.stdout.write(`  p99 with readers is ${(p99[1]! / p99[0]!).toFixed(2)} times that without\n`);
process.stdout.write(`  readers took ${(bytes / 2 ** 20).toFixed(0)} MiB\n`);

clearInterval(probing);
at.close();
controller.disconnect();
readers.disconnect();
