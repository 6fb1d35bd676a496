import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { firstOutput } from '../../../topologies/bridge.ts';
import { JsonLines } from '../../../topologies/json-lines.ts';
import { type Lab, startLab } from '../../../topologies/lab.ts';
import { clientProgram, serverProgram } from '../../../topologies/programs.ts';
import { ConfigDocument } from '../../core/config-file.ts';
import type { LogEntry } from '../../core/events.ts';
import { startController } from '../../main.ts';
import { type Figures, figuresOf, type Served } from '../../study/figures.ts';
import { Moves } from '../../study/moves.ts';
import { configInputOf, labOf, VIP } from '../../study/place.ts';
import { type Scenario, serversOf } from '../../study/scenario.ts';
import { plannedArrivals } from '../../study/traffic.ts';
import { CliError, EXIT } from '../exit.ts';
import { vocabulary } from '../files/config.ts';
import type { Contestant } from './plan.ts';

/** Each client is a network namespace of its own: a real lab has fewer of them. */
const MOST_CLIENTS = 8;
const MOST_SERVERS = 16;
/** The only switch (`place.ts`). */
const SWITCH = 's1';
/** The longest wait for the servers. */
const SERVERS_UP_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** The scenario with at most 8 client addresses, as a real lab has them. Throws `CliError` for a scenario that a real lab cannot run. */
export function onMininet(scenario: Scenario): Scenario {
  const refuse = (what: string) => new CliError(EXIT.usage, `The scenario ${scenario.name} cannot run on Mininet: ${what}.`);
  if (serversOf(scenario).length > MOST_SERVERS) throw refuse(`it has more than ${MOST_SERVERS} servers`);
  if (scenario.connections.some(({ requests }) => requests > 1)) throw refuse('its connections carry more than one request');
  const other = scenario.happenings.find(({ do: what }) => what !== 'hang' && what !== 'recover');
  if (other !== undefined) throw refuse(`it contains the event ${other.do}, and Mininet supports hang and recover only`);
  return { ...scenario, clients: Math.min(scenario.clients, MOST_CLIENTS) };
}

/** One scenario on real Open vSwitch: one lab, and a new controller for each run. */
export class MininetTestbed {
  readonly #scenario: Scenario;
  readonly #port: number;
  #starting: Promise<Lab> | undefined;
  #servers: ReadonlyMap<number, ChildProcessWithoutNullStreams> = new Map();

  /** `port`: where the controllers of the runs listen for the switch; one that is free. */
  constructor(scenario: Scenario, port: number) {
    this.#scenario = scenario;
    this.#port = port;
  }

  async start(): Promise<void> {
    this.#starting = startLab(labOf(this.#scenario), { controller: { host: '127.0.0.1', port: this.#port } });
    await this.#starting;
  }

  /** One strategy with one seed. */
  async run({ strategy }: Contestant, seed: string): Promise<Figures> {
    const moves = new Moves();
    const up = new Set<string>();
    const onEntry = (entry: LogEntry) => {
      moves.onEntry(entry);
      if (entry.type !== 'server') return;
      if (entry.state === 'up') up.add(entry.server);
      else up.delete(entry.server);
    };
    const listen = { openflow: `127.0.0.1:${this.#port}`, http: '127.0.0.1:0' };
    const document = ConfigDocument.of({ listen, ...configInputOf(this.#scenario, strategy) }, vocabulary);
    // A new controller would adopt the connections of the run before.
    await (await this.#starting!).ofctl(['del-flows', SWITCH]);
    const controller = await startController(document, { onEntry });
    try {
      await this.#serve();
      const awaited = serversOf(this.#scenario).filter(({ isSpare }) => !isSpare).length;
      const late = performance.now() + SERVERS_UP_MS;
      while (up.size < awaited) {
        if (performance.now() > late)
          throw new CliError(EXIT.error, `Not all servers answered through the switch within ${SERVERS_UP_MS / 1000} s.`);
        await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS));
      }
      moves.begin();
      const served = await this.#traffic(seed);
      return figuresOf(this.#scenario, { served, samples: [], unfinished: 0, moves });
    } finally {
      await Promise.all([...this.#servers.values()].map(ended));
      await controller.stop();
    }
  }

  async stop(): Promise<void> {
    const lab = await this.#starting?.catch(() => undefined);
    await lab?.stop();
  }

  /** Servers of this run alone: those of the run before may have a queue of its requests. */
  async #serve(): Promise<void> {
    const lab = await this.#starting!;
    const started = serversOf(this.#scenario).map(async ({ number, workers, speed }) => {
      const host = lab.spec.hosts.find(({ name }) => name === `h${number}`)!;
      const service = ['--service', JSON.stringify(this.#scenario.serviceTime), '--workers', `${workers}`, '--speed', `${speed}`];
      const child = lab.spawn(host.name, [...serverProgram(host), ...service, '--seed', host.name]);
      child.stderr.resume();
      if ((await firstOutput(child)) === '') throw new CliError(EXIT.error, `The program of server ${host.name} exited at once.`);
      return [number, child] as const;
    });
    this.#servers = new Map(await Promise.all(started));
  }

  /** All clients ask at the moments that the simulated ones do. */
  async #traffic(seed: string): Promise<Served[]> {
    const lab = await this.#starting!;
    const arrivals = plannedArrivals(this.#scenario, seed);
    const clients = lab.spec.hosts.filter(({ role }) => role === 'client').map(({ name }) => name);
    const timers = this.#scenario.happenings.map(({ atMs, do: what, server }) =>
      setTimeout(() => this.#servers.get(server)!.kill(what === 'hang' ? 'SIGSTOP' : 'SIGCONT'), atMs),
    );
    try {
      const asked = clients.map((name, i) => {
        const moments = arrivals.filter(({ client }) => client === i).map(({ atMs }) => atMs);
        return this.#ask(lab, name, moments);
      });
      return (await Promise.all(asked)).flat();
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }

  async #ask(lab: Lab, client: string, moments: readonly number[]): Promise<Served[]> {
    if (moments.length === 0) return [];
    const url = `http://${VIP}/`;
    const child = lab.spawn(client, clientProgram([url, '--schedule', '--timeout', `${this.#scenario.timeoutMs / 1000}`]));
    const served: Served[] = [];
    const lines = new JsonLines();
    child.stdout.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) {
        const { n, ok, ms, body } = line as { n: number; ok: boolean; ms: number; body: string };
        served.push({ atMs: moments[n - 1]!, ms, server: ok ? Number(body.slice(1)) : undefined });
      }
    });
    child.stderr.resume();
    child.stdin.end(JSON.stringify(moments));
    await new Promise(resolve => child.on('close', resolve));
    return served;
  }
}

function ended(child: ChildProcessWithoutNullStreams): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => {
    child.on('close', resolve);
    child.kill('SIGKILL');
  });
}
