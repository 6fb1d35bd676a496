import { fuzz } from './fuzz.ts';

/** Many mutated messages by hand: `npx tsx test/openflow/fuzz-run.ts 10000000 1`. */
const [count = '1000000', seed = '1'] = process.argv.slice(2);
const CHUNK = 250_000;
let [messages, decoded, refused, slowestMs] = [0, 0, 0, 0];
const started = performance.now();
for (let n = 0; messages < Number(count); n++) {
  const found = fuzz(Math.min(CHUNK, Number(count) - messages), Number(seed) + n);
  messages += found.messages;
  decoded += found.decoded;
  refused += found.refused;
  slowestMs = Math.max(slowestMs, found.slowestMs);
  for (const { hex, why } of found.failures) console.error(`${why}\n${hex}`);
  if (found.failures.length > 0) process.exitCode = 5;
}
const seconds = (performance.now() - started) / 1000;
console.log(
  JSON.stringify({ messages, decoded, refused, slowestMs: Number(slowestMs.toFixed(3)), seconds: Math.round(seconds) }),
);
