import { constants } from 'node:os';
import type { Answer, CommandOutput, ControlledLab } from './control/controlled-lab.ts';
import type { LabParts } from './control/lab-state.ts';
import type { LabError } from './lab-error.ts';
import { clientProgram } from './programs.ts';
import type { Lab } from './realisation.ts';
import type { LabSpec } from './spec.ts';

/** A client gives up on a request after 5 s; and it needs a moment to start. */
const REQUEST_MS = 6_000;
const CLIENT_START_MS = 10_000;

/** A lab on Mininet behind the commands that every lab has. */
export class MininetLab implements ControlledLab {
  readonly on = 'mininet';
  readonly lab: Lab;
  /** Indices of the links that a command took down. */
  readonly #cut = new Set<number>();

  constructor(lab: Lab) {
    this.lab = lab;
  }

  get spec(): LabSpec {
    return this.lab.spec;
  }

  startServers(): Promise<unknown> {
    return this.lab.startServers();
  }

  async parts(): Promise<LabParts> {
    const { hosts, links, switches } = this.spec;
    const connected = switches.map(({ name }) => this.lab.vsctl(['get', 'controller', name, 'is_connected']));
    const states = await Promise.all(connected);
    return {
      switches: switches.map(({ name }, i) => {
        return { name, dpid: this.lab.nodes[name]?.dpid ?? '', connected: states[i]!.trim() === 'true' };
      }),
      hosts: hosts.map(({ name, ip, role }) => ({ name, ip, role, on: true })),
      links: links.map((ends, index) => ({ ends, up: !this.#cut.has(index) })),
      load: null,
    };
  }

  async ask(host: string, url: string, count: number, everyMs: number): Promise<readonly Answer[]> {
    const argv = clientProgram([url, '--count', String(count), '--interval', String(everyMs / 1000)]);
    const { stdout } = await this.lab.exec(host, argv, { timeoutMs: CLIENT_START_MS + count * REQUEST_MS });
    return stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Answer);
  }

  exec(node: string, argv: readonly string[], { out, err, cancelled }: CommandOutput): Promise<number> {
    const child = this.lab.spawn(node, argv);
    child.stdin.on('error', () => {}); // a command need not read its input
    child.stdin.end();
    child.stdout.setEncoding('utf8').on('data', out);
    child.stderr.setEncoding('utf8').on('data', err);
    const cancel = () => void child.kill('SIGTERM');
    cancelled.addEventListener('abort', cancel, { once: true });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  }

  async link(one: string, other: string, state: 'up' | 'down'): Promise<void> {
    await this.lab.link(one, other, state);
    const index = this.spec.links.findIndex(ends => ends.includes(one) && ends.includes(other));
    if (state === 'up') this.#cut.delete(index);
    else this.#cut.add(index);
  }

  onExit(listener: (reason: LabError | undefined) => void): void {
    this.lab.onExit(listener);
  }

  stop(): Promise<void> {
    return this.lab.stop();
  }
}
