import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { type Bridge, type BridgeReady, firstOutput } from './bridge.ts';
import { type CommandOptions, type CommandResult, finished, launch, launchInside } from './command.ts';

import { LabError } from './lab-error.ts';
import { childrenOf, enter, outerPids } from './namespace.ts';
import { serverProgram } from './programs.ts';
import type { Lab, LabNode } from './realisation.ts';
import type { LabSpec } from './spec.ts';

const STOP_TIMEOUT_MS = 20_000;

/** What a running lab stands on. */
export interface Foundation {
  readonly bridge: Bridge;
  readonly commands: Set<ChildProcessWithoutNullStreams>;
  readonly over: Promise<LabError | undefined>;
  readonly rootless: boolean;
  readonly run: string | undefined;
}

/** A lab on Mininet whose network is up. */
export class RunningLab implements Lab {
  readonly spec: LabSpec;
  readonly datapath: 'kernel' | 'user';
  readonly nodes: Readonly<Record<string, LabNode>>;
  readonly #lab: Foundation;
  readonly #env: Readonly<Record<string, string>>;
  #over = false;

  constructor(spec: LabSpec, ready: BridgeReady, lab: Foundation) {
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

  async exec(node: string, argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
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

  async startServers(): Promise<Record<string, ChildProcessWithoutNullStreams>> {
    const names = this.spec.hosts.filter(host => host.role === 'server').map(host => host.name);
    return Object.fromEntries(await Promise.all(names.map(async name => [name, await this.startServer(name)] as const)));
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
