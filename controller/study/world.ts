import { macBytes } from '../../openflow/wire/addresses.ts';
import { VirtualClock } from '../../topologies/embedded/clock.ts';
import type { Distribution } from '../../topologies/embedded/distribution.ts';
import type { Host } from '../../topologies/embedded/host/host.ts';
import type { HttpServer } from '../../topologies/embedded/http/server.ts';
import { EmbeddedLab } from '../../topologies/embedded/lab.ts';
import { Random } from '../../topologies/embedded/random.ts';
import type { Config, StrategyConfig } from '../core/config.ts';
import type { LogEntry } from '../core/events.ts';
import { ControlPlane } from '../simulation/control-plane.ts';
import { NEAR, WORLD } from '../simulation/settings.ts';
import { SimulatedController } from '../simulation/simulated-controller.ts';
import { SimulatedSwitch } from '../simulation/simulated-switch.ts';
import type { StrategyBook } from '../strategies/book.ts';
import { configOf, labOf, type Wish } from './place.ts';
import { type Happening, type Scenario, serversOf } from './scenario.ts';

/** ARP answers last for all of a run. */
const NEIGHBOR_LIFE_MS = 86_400_000;

/** One strategy in one scenario. */
export interface RunOptions {
  readonly scenario: Scenario;
  readonly strategy: StrategyConfig;
  readonly book: StrategyBook;
  readonly seed: string;
  /** Gets each line of the controller's log. */
  readonly onEntry?: (entry: LogEntry) => void;
}

/** The controller, one switch, the servers and the clients of a scenario, under one clock and one seed. */
export class StudyWorld {
  readonly clock = new VirtualClock(WORLD.epochMs);
  readonly servers: readonly HttpServer[];
  readonly clients: readonly Host[];
  readonly #config: () => Config;
  readonly #controller: SimulatedController;
  readonly #control: ControlPlane;
  readonly #wishes: Map<number, Wish>;

  constructor({ scenario, strategy, book, seed }: RunOptions, line: (entry: LogEntry) => void) {
    const { clock } = this;
    const planned = serversOf(scenario);
    const random = new Random(seed);
    this.#wishes = new Map(planned.map(({ number, isSpare }) => [number, isSpare ? undefined : 'ready']));
    this.#config = () => configOf(scenario, strategy, ({ number }) => this.#wishes.get(number));
    const observer = { line, defect: rethrow, turn: nothing, started: nothing, crashed: nothing };
    this.#controller = new SimulatedController(this.#config(), clock, random.fork('controller'), observer, book);
    const workers = new Map(planned.map(server => [`h${server.number}`, server.workers]));
    const lab = new EmbeddedLab(labOf(scenario), {
      clock,
      random: random.fork('lab'),
      makeSwitch: place => new SimulatedSwitch(place),
      host: { neighbors: { lifeMs: NEIGHBOR_LIFE_MS } },
      server: name => ({ service: scenario.serviceTime as Distribution, workers: workers.get(name)! }),
    });
    const switches = lab.switches.values();
    this.#control = new ControlPlane(clock, random.fork('control'), this.#controller, switches, NEAR, () => {});
    this.servers = planned.map(({ number }) => lab.server(`h${number}`));
    this.clients = [...lab.hosts.values()].slice(this.servers.length);
    for (const { number, speed } of planned) this.servers[number - 1]!.slowness = 1 / speed;
    this.#introduce();
  }

  /** The controller begins, the switch connects, and time passes until the servers are found. */
  start(): void {
    this.#controller.start();
    this.#control.start();
    this.clock.run(WORLD.trafficAtMs);
  }

  /** Lets something happen to a server, or to the configuration. */
  happen(happening: Happening): void {
    const server = this.servers[happening.server - 1]!;
    if (happening.do === 'add') this.#wish(happening.server, 'ready');
    else if (happening.do === 'remove') this.#wish(happening.server, undefined);
    else if (happening.do === 'drain') this.#wish(happening.server, 'drain');
    else if (happening.do === 'slow') server.slowness = 1 / happening.speed;
    else server[happening.do]();
  }

  /** Everybody knows everybody's MAC address, as with Mininet's `--arp`: a flood for each of n times m pairs would be the most of a run. */
  #introduce(): void {
    for (const { host } of this.servers)
      for (const { ipv4, mac } of this.clients) host.ipv4.neighbors.learn(ipv4.address, macBytes(mac)!, true);
  }

  #wish(number: number, wish: Wish): void {
    this.#wishes.set(number, wish);
    this.#controller.configure(this.#config());
  }
}

/** A defect ends the run: figures of a controller that threw would be worth nothing. */
function rethrow(error: Error): never {
  throw error;
}

function nothing(): void {}
