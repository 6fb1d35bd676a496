import { randomUUID } from 'node:crypto';
import type { Answer, CommandOutput, ControlledLab } from '../../control/controlled-lab.ts';
import type { LabParts } from '../../control/lab-state.ts';
import type { LabError } from '../../lab-error.ts';
import type { LabSpec } from '../../spec.ts';
import type { RequestRecord } from '../http/visit.ts';
import { EmbeddedLab } from '../lab.ts';
import { Random } from '../random.ts';
import { RealClock } from '../real-clock.ts';
import type { ControllerLink } from '../switch/controller-link.ts';
import { EmbeddedSwitch } from '../switch/embedded-switch.ts';
import { execute } from './commands.ts';
import { Load } from './load.ts';
import { answerOf, visit } from './request.ts';

/** A controller that was away is found again within a second or two, as the Mininet lab's switches do. */
const MAX_BACKOFF_MS = 1000;

export interface LiveLabOptions {
  /** Where the switches' controller listens. It need not listen yet. */
  readonly controller: { readonly host: string; readonly port: number };
  /** Gets what became of each request of the load. */
  readonly onRequest?: (record: RequestRecord) => void;
}

/** A lab in this process and in real time, whose switches speak OpenFlow over TCP to a controller anywhere. */
export class LiveLab implements ControlledLab {
  readonly on = 'embedded';
  readonly spec: LabSpec;
  readonly lab: EmbeddedLab<EmbeddedSwitch>;
  /** What the clients do by themselves. */
  readonly load: Load;
  readonly #clock = new RealClock();
  readonly #random = new Random(randomUUID()); // else a lab that is started again would repeat its ports
  readonly #controllers: ReadonlyMap<string, ControllerLink>;
  readonly #exitListeners: ((reason: undefined) => void)[] = [];

  constructor(spec: LabSpec, { controller, onRequest = () => {} }: LiveLabOptions) {
    this.spec = spec;
    const makeSwitch = (place: ConstructorParameters<typeof EmbeddedSwitch>[0]) => new EmbeddedSwitch(place);
    this.lab = new EmbeddedLab(spec, { clock: this.#clock, random: this.#random, makeSwitch });
    this.#controllers = new Map(
      [...this.lab.switches].map(([name, s]) => [name, s.connect(controller, { maxBackoffMs: MAX_BACKOFF_MS })]),
    );
    const clients = spec.hosts.filter(({ role }) => role === 'client').map(({ name }) => this.lab.host(name));
    const { vip: ip, port } = spec.services.find(({ protocol }) => protocol === 'tcp')!;
    this.load = new Load(clients, this.#random.fork('load'), { ip, port }, onRequest);
  }

  /** They serve since they were made; now the switches hear where the hosts are. */
  async startServers(): Promise<void> {
    this.lab.announce();
  }

  async parts(): Promise<LabParts> {
    const { lab, spec, load } = this;
    return {
      switches: [...lab.switches].map(([name, { dpid }]) => ({ name, dpid, connected: this.#controllers.get(name)!.connected })),
      hosts: spec.hosts.map(({ name, ip, role }) => ({ name, ip, role, on: lab.host(name).up })),
      links: spec.links.map((ends, index) => ({ ends, up: lab.links[index]!.up })),
      load: load.state,
    };
  }

  async ask(name: string, url: string, count: number, everyMs: number): Promise<readonly Answer[]> {
    const host = this.lab.host(name);
    const asked = Array.from({ length: count }, async (_, i) => {
      await new Promise<void>(resolve => this.#clock.after(i * everyMs, resolve));
      return answerOf(await visit(host, this.#random, url));
    });
    return Promise.all(asked);
  }

  exec(node: string, argv: readonly string[], output: CommandOutput): Promise<number> {
    return execute({ lab: this.lab, clock: this.#clock, random: this.#random, node, output }, argv);
  }

  async link(one: string, other: string, state: 'up' | 'down'): Promise<void> {
    this.lab.link(one, other).setUp(state === 'up');
  }

  /** Whether a host is switched on. */
  isOn(name: string): boolean {
    return this.lab.host(name).up;
  }

  /** Switches a host off, without a word to anybody; or on again, with its programs running. Its cable stays plugged in. */
  power(name: string, on: boolean): void {
    const host = this.lab.host(name);
    if (host.up === on) return;
    const server = this.lab.servers.get(name);
    if (!on) {
      if (server === undefined) host.crash();
      else server.crash();
      return;
    }
    if (server === undefined) host.boot();
    else server.recover();
    host.announce();
  }

  onExit(listener: (reason: LabError | undefined) => void): void {
    this.#exitListeners.push(listener);
  }

  async stop(): Promise<void> {
    this.load.stop();
    for (const device of this.lab.switches.values()) device.close();
    this.#clock.close();
    for (const listener of this.#exitListeners.splice(0)) listener(undefined);
  }
}
