import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { serverProgram } from '../../topologies/programs.ts';
import { freePort } from './balanced-lab.ts';

const REQUESTS = 80;
/** Threads that begin at the same time may pass each other; one that is left behind falls back by more than this. */
const PASSED = 8;

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

it('a server of a lab serves its queue in the order in which requests came: none is left behind', async () => {
  const port = await freePort();
  const [command, ...args] = serverProgram({ name: 'h1', role: 'server', ip: '127.0.0.1', http: port });
  const work = ['--service', '{"kind":"constant","ms":10}', '--workers', '1'];
  const server = spawn(command!, [...args, ...work], { stdio: ['ignore', 'pipe', 'inherit'] });
  ended.push(() => server.kill('SIGKILL'));
  await once(server.stdout, 'data');
  const answered: number[] = [];
  const asked: Promise<unknown>[] = [];
  for (let n = 0; n < REQUESTS; n++) {
    asked.push(fetch(`http://127.0.0.1:${port}/`).then(answer => answer.text().then(() => answered.push(n))));
    await wait(5);
  }
  await Promise.all(asked);
  const passed = answered.map((n, i) => i - n);
  expect(Math.max(...passed)).toBeLessThanOrEqual(PASSED);
});
