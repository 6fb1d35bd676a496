import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bridge, type BridgeReady, firstOutput } from './bridge.ts';
import { type CommandOptions, type CommandResult, finished, killGroup, launch, launchInside } from './command.ts';
import { LabError } from './lab-error.ts';
import { cleanLeftovers, runFolderPrefix, thisOwner } from './leftovers.ts';
import { childrenOf, enter, outerPids } from './namespace.ts';
import { assertPrograms, python } from './prerequisites.ts';
import { type ControllerAddress, type Relay, startRelay } from './relay.ts';
import type { LabHost, LabSpec } from './spec.ts';
import { assertValid } from './validation.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

export interface LabOptions {
  readonly on?: 'mininet';
  /** Uses the machine's Open vSwitch instead of a private one. */
  readonly system?: boolean;
  /** Where the switches' controller listens; 127.0.0.1:6653 unless given. It need not listen yet. */
  readonly controller?: ControllerAddress;
  /** Gets each line that the lab's programs say. */
  readonly onLog?: (line: string) => void;
}

export interface LabInterface {
  readonly name: string;
  /** The OpenFlow port number on a switch. */
  readonly port: number;
  readonly mac: string;
  /** The name of the interface at the other end of the link. */
  readonly peer: string;
}

/** A node as it runs: `pid` is that of its shell, as seen from here. */
export interface LabNode {
  readonly name: string;
  readonly kind: 'host' | 'switch';
  readonly pid: number;
  readonly ip?: string;
  readonly mac?: string;
  readonly dpid?: string;
  readonly interfaces: readonly LabInterface[];
}

/** A lab that is up. Every method rejects with a LabError. */
export interface Lab {
  readonly spec: LabSpec;
  readonly datapath: 'kernel' | 'user';
  readonly nodes: Readonly<Record<string, LabNode>>;
  /** The folder of the private Open vSwitch's sockets and logs; undefined on the machine's own. */
  readonly runFolder: string | undefined;
  /** Runs a command in a node until it ends. A code other than 0 is not an error. */
  exec(node: string, argv: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Starts a command in a node; `kill` signals the command itself. It ends with the lab at the latest. */
  spawn(node: string, argv: readonly string[]): ChildProcessWithoutNullStreams;
  link(one: string, other: string, state: 'up' | 'down'): Promise<void>;
  /** The output of `ovs-ofctl -O OpenFlow13 ...` on this lab's Open vSwitch; rejects when it fails. */
  ofctl(args: readonly string[]): Promise<string>;
  /** The output of `ovs-vsctl ...` on this lab's Open vSwitch; rejects when it fails. */
  vsctl(args: readonly string[]): Promise<string>;
  /** Starts the program of every server; resolves when all of them listen. */
  startServers(): Promise<void>;
  /** Starts the program of one server (again, after a `kill`). */
  startServer(host: string): Promise<ChildProcessWithoutNullStreams>;
  /** Calls back once when the lab is over: with nothing after a stop, else with the reason. */
  onExit(listener: (reason: LabError | undefined) => void): void;
  /** Ends everything; resolves when nothing is left. */
  stop(): Promise<void>;
}

/** Brings a lab up; rejects with a LabError that says what is missing, leaving nothing behind. */
export async function startLab(spec: LabSpec, options: LabOptions = {}): Promise<Lab> {
  assertValid(spec);
  assertPrograms();
  const { system = false, controller = { host: '127.0.0.1', port: 6653 } } = options;
  if (system && process.getuid?.() !== 0)
    throw new LabError('NO_ROOT', "The machine's Open vSwitch needs root: run with sudo, or leave out --system.");
  await cleanLeftovers();
  return system ? onMachine(spec, controller, options) : inSandbox(spec, controller, options);
}

async function inSandbox(spec: LabSpec, controller: ControllerAddress, options: LabOptions): Promise<Lab> {
  const run = mkdtempSync(runFolderPrefix());
  const socket = join(run, 'controller.sock');
  const relay = await startRelay(socket, controller);
  const rootless = process.getuid?.() !== 0;
  const namespaces = ['--net', ...(rootless ? ['--map-root-user'] : [])];
  return start({ spec, options, run, relay, rootless, argv: unshare(namespaces, ['--run', run]), target: `unix:${socket}` });
}

async function onMachine(spec: LabSpec, controller: ControllerAddress, options: LabOptions): Promise<Lab> {
  const target = 'path' in controller ? `unix:${controller.path}` : `tcp:${controller.host}:${controller.port}`;
  return start({ spec, options, rootless: false, argv: unshare([], []), target });
}

const unshare = (namespaces: readonly string[], sandbox: readonly string[]): string[] => [
  ...['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', ...namespaces],
  ...[python(), '-uB', script('sandbox.py'), ...sandbox, '--', python(), '-uB', script('bridge.py')],
];

interface Plan {
  readonly spec: LabSpec;
  readonly options: LabOptions;
  readonly argv: readonly string[];
  readonly target: string;
  readonly rootless: boolean;
  readonly run?: string;
  readonly relay?: Relay;
}

async function start({ spec, options, argv, target, rootless, run, relay }: Plan): Promise<Lab> {
  const bridge = new Bridge(argv, options.onLog ?? (() => {}));
  const commands = new Set<ChildProcessWithoutNullStreams>();
  const over = bridge.ended.then(async reason => {
    await relay?.close();
    await Promise.all([...commands].map(gone));
    if (run) rmSync(run, { recursive: true, force: true });
    return reason;
  });
  try {
    const ready = await bridge.start(
      { lab: spec, controller: target, sandboxed: run !== undefined, owner: thisOwner() },
      START_TIMEOUT_MS,
    );
    return new RunningLab(spec, ready, { bridge, commands, over, rootless, run });
  } catch (error) {
    await over;
    throw error;
  }
}

interface Running {
  readonly bridge: Bridge;
  readonly commands: Set<ChildProcessWithoutNullStreams>;
  readonly over: Promise<LabError | undefined>;
  readonly rootless: boolean;
  readonly run: string | undefined;
}

class RunningLab implements Lab {
  readonly spec: LabSpec;
  readonly datapath: 'kernel' | 'user';
  readonly nodes: Readonly<Record<string, LabNode>>;
  readonly #lab: Running;
  readonly #env: Readonly<Record<string, string>>;
  #over = false;

  constructor(spec: LabSpec, ready: BridgeReady, lab: Running) {
    this.spec = spec;
    this.datapath = ready.datapath;
    this.nodes = nodesOf(ready, lab.bridge.pid);
    this.#lab = lab;
    this.#env = lab.run ? { OVS_RUNDIR: lab.run, OVS_DBDIR: lab.run, OVS_LOGDIR: lab.run } : {};
    lab.bridge.ended.then(() => {
      this.#over = true;
    });
  }

  get runFolder(): string | undefined {
    return this.#lab.run;
  }

  exec(node: string, argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return finished(this.spawn(node, argv), `${node}: ${argv.join(' ')}`, options);
  }

  spawn(node: string, argv: readonly string[]): ChildProcessWithoutNullStreams {
    const target = this.nodes[node];
    if (!target) throw new LabError('FAILED', `There is no node ${node} in the lab '${this.spec.name}'.`);
    if (this.#over) throw new LabError('STOPPED', `The lab '${this.spec.name}' is over.`);
    const child = launchInside(enter(target.pid, this.#lab.rootless, argv), this.#env);
    this.#lab.commands.add(child);
    child.on('close', () => this.#lab.commands.delete(child));
    return child;
  }

  async link(one: string, other: string, state: 'up' | 'down'): Promise<void> {
    await this.#lab.bridge.request('link', { ends: [one, other], state });
  }

  ofctl(args: readonly string[]): Promise<string> {
    return this.#ovs(['ovs-ofctl', '-O', 'OpenFlow13', ...args]);
  }

  vsctl(args: readonly string[]): Promise<string> {
    return this.#ovs(['ovs-vsctl', '--timeout=10', ...args]);
  }

  async startServers(): Promise<void> {
    await Promise.all(this.spec.hosts.filter(host => host.role === 'server').map(host => this.startServer(host.name)));
  }

  async startServer(name: string): Promise<ChildProcessWithoutNullStreams> {
    const host = this.spec.hosts.find(candidate => candidate.name === name && candidate.role === 'server');
    if (!host) throw new LabError('FAILED', `${name} is no server of the lab '${this.spec.name}'.`);
    const child = this.spawn(name, serverProgram(host));
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words += chunk;
    });
    if ((await firstOutput(child)) === '')
      throw new LabError('FAILED', `The program of ${name} ended at once: ${words.trim().split('\n').at(-1)}`);
    return child;
  }

  onExit(listener: (reason: LabError | undefined) => void): void {
    this.#lab.over.then(listener);
  }

  async stop(): Promise<void> {
    await this.#lab.bridge.stop(STOP_TIMEOUT_MS);
    await this.#lab.over;
  }

  async #ovs(argv: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await finished(launch(argv, this.#env), argv.join(' '));
    if (code !== 0) throw new LabError('FAILED', `${argv.join(' ')} failed: ${stderr.trim()}`);
    return stdout;
  }
}

/** The command that serves a host's page. */
export function serverProgram(host: LabHost): string[] {
  const http = host.http === undefined ? [] : ['--http', `${host.http}`];
  const udp = host.udp === undefined ? [] : ['--udp', `${host.udp}`];
  return [python(), '-u', script('web.py'), '--page', host.page ?? host.name, ...http, ...udp];
}

/** The command that asks a URL again and again; see mininet/client.py for its arguments. */
export const clientProgram = (args: readonly string[]): string[] => [python(), '-u', script('client.py'), ...args];

/** The Python files lie beside this source, and beside the sources of the package that this was compiled in. */
function script(name: string): string {
  const here = fileURLToPath(new URL(`./mininet/${name}`, import.meta.url));
  return existsSync(here) ? here : fileURLToPath(new URL(`../../topologies/mininet/${name}`, import.meta.url));
}

function nodesOf(ready: BridgeReady, unsharePid: number): Record<string, LabNode> {
  const [init = 0] = childrenOf(unsharePid);
  const pids = outerPids(init);
  const nodes: Record<string, LabNode> = {};
  for (const [name, { pid, intfs, ...rest }] of Object.entries(ready.nodes)) {
    nodes[name] = {
      name,
      kind: rest.dpid === undefined ? 'host' : 'switch',
      pid: pids.get(pid) ?? 0,
      interfaces: intfs,
      ...rest,
    };
  }
  return nodes;
}

/** A command inside ended with the lab; the one that waits for it out here is given a moment. */
function gone(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => {
    const timer = setTimeout(() => killGroup(child), 2000);
    child.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
