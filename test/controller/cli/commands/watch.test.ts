import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';

const vipflow = fileURLToPath(new URL('../../../../vipflow', import.meta.url));
const PATIENCE = { timeout: 60_000 };
const SOON = { timeout: 15_000 };
const line = JSON.stringify({ v: 1, seq: 1, time: '2026-11-22T10:00:00.123Z', type: 'warning', message: 'look  here' });

let log: WebSocketServer;
let paths: string[];
const children: ChildProcess[] = [];

/** A log that sends one line to each reader. */
async function openLog(port: number): Promise<number> {
  log = new WebSocketServer({ port, host: '127.0.0.1' });
  log.on('connection', (socket, { url }) => {
    paths.push(url!);
    socket.send(line);
  });
  await once(log, 'listening');
  return (log.address() as { port: number }).port;
}

function closeLog(): Promise<void> {
  for (const client of log.clients) client.terminate();
  return new Promise(resolve => log.close(() => resolve()));
}

let port: number;
beforeEach(async () => {
  paths = [];
  port = await openLog(0);
});
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await closeLog();
});

function start(command: string): { child: ChildProcess; output: { out: string; err: string }; ended: Promise<number | null> } {
  const child = spawn('sh', ['-c', `exec ${command}`, 'sh', vipflow], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const output = { out: '', err: '' };
  child.stdout!.on('data', chunk => {
    output.out += chunk;
  });
  child.stderr!.on('data', chunk => {
    output.err += chunk;
  });
  return { child, output, ended: new Promise(resolve => child.on('close', resolve)) };
}

describe('vipflow watch', PATIENCE, () => {
  it('prints with --json what was sent, says when the controller goes, and goes on when it is back; Ctrl-C is no error', async () => {
    const { child, output, ended } = start(`"$1" watch --json --events --url 127.0.0.1:${port}`);
    await vi.waitFor(() => expect(output.out).toBe(`${line}\n`), SOON);
    expect(paths).toEqual(['/events']);
    await closeLog();
    await vi.waitFor(() => expect(output.err).toMatch(/the controller disconnected; waiting until it is back\n$/), SOON);
    await openLog(port);
    await vi.waitFor(() => expect(output.out).toBe(`${line}\n${line}\n`), SOON);
    expect(paths).toEqual(['/events', '/events?since=1']); // it goes on behind the line it has seen
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    const watching = `watching ws://127.0.0.1:${port}/events; Ctrl-C stops\n`;
    expect(output.err).toBe(`${watching}the controller disconnected; waiting until it is back\n${watching}`);
  });

  it('ends without a word when the reader of its output has seen enough', async () => {
    const sending = setInterval(() => {
      for (const client of log.clients) client.send(line);
    }, 50);
    const { output, ended } = start(
      `bash -c '"$0" watch --url ws://127.0.0.1:${port}/flows/ | head -1; echo "\${PIPESTATUS[0]}"' "$1"`,
    );
    expect(await ended).toBe(0);
    clearInterval(sending);
    expect(output.out).toBe('10:00:00.123 warning: look  here\n0\n');
    expect(output.err).toBe(`watching ws://127.0.0.1:${port}/flows; Ctrl-C stops\n`);
    expect(paths).toEqual(['/flows']);
  });

  it('says that something else answers', async () => {
    const other = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { output, ended } = start(`"$1" watch --url http://127.0.0.1:${(other.address() as { port: number }).port}`);
    expect(await ended).toBe(1);
    other.close();
    expect(output.err).toMatch(/^vipflow: The server at ws:\/\/127\.0\.0\.1:\d+\/flows is not a vipflow log \(HTTP 404\): .*\n$/);
  });
});
