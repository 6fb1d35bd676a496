import { dirname } from 'node:path';
import { listen } from '../openflow/index.ts';
import { AlertDesk } from './alerts/alert-desk.ts';
import { Outside } from './api/outside.ts';
import { App, TICK_MS } from './app.ts';
import { type Clock, machineClock, type Random } from './core/clock.ts';
import { type Command, messagesOf } from './core/command.ts';
import type { Config } from './core/config.ts';
import type { ConfigDocument } from './core/config-file.ts';
import type { LogEntry } from './core/events.ts';
import { Rarely } from './core/rarely.ts';
import { ElasticDesk } from './elasticity/elastic-desk.ts';
import { SocketProbes } from './probing/socket-probe.ts';
import { Steering } from './steering.ts';
import { loadBook } from './strategies/user-book.ts';
import { Refusals } from './switches/refusals.ts';
import { type Refusal, Registry } from './switches/registry.ts';

export interface ControllerOptions {
  /** Gets each line of the log. */
  readonly onEntry?: (entry: LogEntry) => void;
  readonly clock?: Clock;
  readonly random?: Random;
  /** The file that the configuration is of, when it may be written back there on request. */
  readonly configFile?: string;
  /** Of this program, for those who ask. */
  readonly version?: string;
}

/** A controller that runs. */
export interface Controller {
  readonly openflowPort: number;
  readonly httpPort: number;
  /** The way to another configuration. */
  readonly steering: Steering;
  stop(): Promise<void>;
}

/** One of the listeners of the configuration could not bind; `cause` is the system's error. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly listener: keyof Config['listen'];

  constructor(listener: keyof Config['listen'], cause: unknown) {
    super(`listen.${listener}: ${(cause as Error).message}`, { cause });
    this.listener = listener;
  }
}

/** What a user's strategy does wrong is told once in this time. */
const STRATEGY_TOLD_EVERY_MS = 60_000;

/** Joins the deciders to the world: sockets, clock, log. Rejects with `ListenError`, or `ConfigError` for a strategy's file. */
export async function startController(document: ConfigDocument, options: ControllerOptions = {}): Promise<Controller> {
  const { onEntry = () => {}, clock = machineClock, random = Math.random, configFile, version = 'unknown' } = options;
  const { config } = document;
  const rarely = new Rarely(STRATEGY_TOLD_EVERY_MS);
  const warn = (message: string) => {
    const count = rarely.tell(message, clock.now());
    if (count === undefined) return;
    const text = count === 0 ? message : `${message} (${count} more times)`;
    publish({ ...app.sequence.next('warning', clock.now()), message: text });
  };
  const load = (of: ConfigDocument) => loadBook(of.config, dirname(of.file), warn, (path, message) => of.problem(path, message));
  const app = new App(config, random, await load(document));
  const publish = (entry: LogEntry) => {
    outside.onEntry(entry);
    onEntry(entry);
    alerts.onEntry(entry);
  };
  const defect = ({ stack }: Error) =>
    publish({ ...app.sequence.next('warning', clock.now()), message: `a defect, please report it: ${stack}` });
  const refusals = new Refusals();
  const refused = (refusal: Refusal) => {
    const told = refusals.tell(refusal, clock.now());
    if (told !== undefined) publish({ ...app.sequence.next('switch', clock.now()), state: 'refused', ...told });
  };
  const registry = new Registry(event => decide(now => app.handle(event, now)), refused);
  /** A defect in a decider costs the one event that it met, and is told; connections go on. */
  const decide = (decider: (now: number) => readonly Command[]) => {
    const now = clock.now();
    const began = process.hrtime.bigint();
    try {
      const commands = decider(now);
      execute(commands);
      if (commands.some(isDecision)) outside.metrics.decided(Number(process.hrtime.bigint() - began) / 1e9);
    } catch (error) {
      defect(error as Error);
    }
  };
  const execute = (commands: readonly Command[]) => {
    for (const [dpid, messages] of messagesOf(commands)) registry.send(dpid, messages);
    for (const command of commands) if (command.type === 'log') publish(command.entry);
  };

  const steering = new Steering(app, document, { load, decide });
  const alerts = new AlertDesk({
    ...{ clock, random, current: () => steering.document.config },
    log: line => publish({ ...app.sequence.next('alert', clock.now()), ...line }),
  });
  const sockets = new SocketProbes(clock);
  const elastic = new ElasticDesk({ services: () => app.services.list, steering, tell: warn });
  const outside = new Outside({
    ...{ version, configFile, app, steering, address: config.listen.http, now: () => clock.now() },
    ...{
      alerts: () => alerts.open,
      ask: (dpid, request, timeoutMs) => registry.request(dpid, request, timeoutMs),
      soon: setImmediate,
      onDefect: defect,
    },
  });

  const httpPort = await outside.listen().catch(error => {
    throw new ListenError('http', error);
  });
  const openflow = await listen(config.listen.openflow).catch(error => {
    void outside.close();
    throw new ListenError('openflow', error);
  });
  openflow.on('connection', connection => registry.accept(connection));
  const ticking = setInterval(() => {
    decide(now => app.onTick(now));
    for (const asked of app.externalProbes(clock.now()))
      void sockets.probe(asked).then(outcome => decide(now => app.onExternal(asked.id, outcome, now)));
    decide(() => alerts.onTick());
    elastic.onTick(clock.now());
    outside.onTick(clock.now());
  }, TICK_MS);
  return {
    openflowPort: (openflow.address as { port: number }).port,
    httpPort,
    steering,
    async stop() {
      clearInterval(ticking);
      elastic.stop();
      registry.close();
      await Promise.all([alerts.stop(), openflow.close(), outside.close()]);
    },
  };
}

function isDecision(command: Command): boolean {
  return command.type === 'log' && command.entry.type === 'decision';
}
