import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { ConfigInput } from '../../controller/core/config.ts';
import type { DecisionEntry, EndEntry, LogEntry } from '../../controller/core/events.ts';
import { type Lab, startLab } from '../../topologies/lab.ts';
import { clientProgram } from '../../topologies/programs.ts';
import type { LabSpec } from '../../topologies/spec.ts';

const vipflow = fileURLToPath(new URL('../../vipflow', import.meta.url));

/** One answer, as topologies/mininet/client.py prints it. */
export interface Answer {
  readonly n: number;
  readonly ok: boolean;
  readonly status: number | null;
  readonly body: string;
  readonly ms: number;
  readonly localPort: number | null;
  readonly error: string | null;
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Waits until `check` gives something; the last failure is the error. */
export async function until<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 15_000,
): Promise<T> {
  const late = Date.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > late) throw new Error(`after ${timeoutMs} ms still not: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

export const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** `vipflow run` as a user starts it, with its log. */
export class RunningController {
  readonly log: LogEntry[] = [];
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  stderr = '';

  constructor(configFile: string) {
    this.#child = spawn(process.execPath, [vipflow, 'run', '--json', '-c', configFile], { stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: this.#child.stdout! }).on('line', line => this.log.push(JSON.parse(line) as LogEntry));
    this.#child.stderr!.on('data', chunk => {
      this.stderr += chunk;
    });
    this.ended = new Promise(resolve => this.#child.on('close', resolve));
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }

  of<T extends LogEntry['type']>(type: T): Extract<LogEntry, { type: T }>[] {
    return this.log.filter((entry): entry is Extract<LogEntry, { type: T }> => entry.type === type);
  }
}

/** A lab on real Open vSwitch with a controller in a process of its own. */
export class BalancedLab {
  readonly spec: LabSpec;
  readonly lab: Lab;
  readonly httpPort: number;
  controller: RunningController;
  readonly #folder: string;
  #config: ConfigInput;

  private constructor(
    spec: LabSpec,
    lab: Lab,
    httpPort: number,
    controller: RunningController,
    folder: string,
    config: ConfigInput,
  ) {
    this.#config = config;
    this.spec = spec;
    this.lab = lab;
    this.httpPort = httpPort;
    this.controller = controller;
    this.#folder = folder;
  }

  static async start(spec: LabSpec, change: (config: ConfigInput) => ConfigInput = config => config): Promise<BalancedLab> {
    const [openflowPort, httpPort] = [await freePort(), await freePort()];
    const folder = mkdtempSync(join(tmpdir(), 'vipflow-balance-'));
    const listen = { openflow: `127.0.0.1:${openflowPort}`, http: `127.0.0.1:${httpPort}` };
    const services = spec.services.map(service => ({
      ...service,
      servers: [...service.servers],
      idleTimeout: '20s',
      health: { interval: '500ms' },
    }));
    const config = change({ listen, services });
    writeFileSync(join(folder, 'vipflow.yaml'), stringify(config));
    const controller = new RunningController(join(folder, 'vipflow.yaml'));
    const lab = await startLab(spec, { controller: { host: '127.0.0.1', port: openflowPort } }).catch(async error => {
      await controller.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      throw error;
    });
    const balanced = new BalancedLab(spec, lab, httpPort, controller, folder, config);
    try {
      await lab.startServers();
      await balanced.serversUp();
    } catch (error) {
      await balanced.stop();
      throw new Error(`${(error as Error).message}; the controller said: ${controller.stderr}`, { cause: error });
    }
    return balanced;
  }

  /** Resolves when the running controller has found every server. */
  async serversUp(): Promise<void> {
    const hosts = new Set(this.spec.hosts.map(({ ip }) => ip));
    const all = this.#config.services.flatMap(({ servers }) => servers.filter(({ ip }) => hosts.has(ip))).length;
    await until('all servers up', () => this.controller.of('server').filter(({ state }) => state === 'up').length >= all);
  }

  /** Writes another configuration; resolves when the running controller has taken it. */
  async configure(change: (config: ConfigInput) => ConfigInput): Promise<void> {
    const before = this.controller.of('config').length;
    this.#config = change(this.#config);
    writeFileSync(join(this.#folder, 'vipflow.yaml'), stringify(this.#config));
    await until('the new configuration', () => this.controller.of('config').length > before);
  }

  /** Writes a file beside the configuration. */
  write(name: string, text: string): void {
    writeFileSync(join(this.#folder, name), text);
  }

  /** Starts the controller again, with the same configuration. */
  restart(): void {
    this.controller = new RunningController(join(this.#folder, 'vipflow.yaml'));
  }

  /** Requests from a client; see topologies/mininet/client.py for the arguments. */
  async ask(host: string, ...args: string[]): Promise<Answer[]> {
    const { stdout } = await this.lab.exec(host, clientProgram(args), { timeoutMs: 60_000 });
    return stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Answer);
  }

  decisions(): DecisionEntry[] {
    return this.controller.of('decision');
  }

  ends(): EndEntry[] {
    return this.controller.of('end');
  }

  /** A request to the running controller's REST interface: `/api/v1/switches`, `/metrics`. */
  rest(path: string, method = 'GET', body?: object): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.httpPort}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
  }

  /** The frames at a host's interface that tcpdump's filter lets through, as they come; resolves when it listens. */
  async capture(host: string, filter: string): Promise<{ readonly lines: readonly string[] }> {
    const lines: string[] = [];
    const program = this.lab.spawn(host, ['tcpdump', '-l', '-n', '-e', '-i', `${host}-eth0`, filter]);
    createInterface({ input: program.stdout }).on('line', line => lines.push(line));
    await new Promise<void>((resolve, reject) => {
      program.stderr.on('data', chunk => String(chunk).includes('listening') && resolve());
      program.on('close', code => reject(new Error(`tcpdump ended with ${code}`)));
    });
    return { lines };
  }

  async flows(name = 's1'): Promise<string[]> {
    const text = await this.lab.ofctl(['dump-flows', name]);
    return text.split('\n').filter(line => line.includes('table='));
  }

  async connectionFlows(name = 's1'): Promise<string[]> {
    return (await this.flows(name)).filter(line => line.includes('table=1,') && line.includes('priority=400'));
  }

  /** Resolves when no connection is left in the switch. */
  async quiet(name = 's1', timeoutMs = 40_000): Promise<void> {
    await until('no connection flows', async () => (await this.connectionFlows(name)).length === 0, timeoutMs);
  }

  async stop(): Promise<void> {
    await this.controller.kill('SIGKILL');
    await this.lab.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
