import { dirname } from 'node:path';
import { listen, type Server } from '../openflow/index.ts';
import { AlertDesk } from './alerts/alert-desk.ts';
import { Outside } from './api/outside.ts';
import { TICK_MS } from './app.ts';
import { type Clock, machineClock, type Random } from './core/clock.ts';
import type { Config } from './core/config.ts';
import type { ConfigDocument } from './core/config-file.ts';
import type { LogEntry } from './core/events.ts';
import { ElasticDesk } from './elasticity/elastic-desk.ts';
import { Engine } from './engine.ts';
import { SocketProbes } from './probing/socket-probe.ts';
import { Steering } from './steering.ts';
import { loadBook } from './strategies/user-book.ts';

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

/** Joins the deciders to the world: sockets, clock, log. Rejects with `ListenError`, or `ConfigError` for a strategy's file. */
export async function startController(document: ConfigDocument, options: ControllerOptions = {}): Promise<Controller> {
  const { onEntry = () => {}, clock = machineClock, random = Math.random, configFile, version = 'unknown' } = options;
  const { config } = document;
  const load = (of: ConfigDocument) =>
    loadBook(
      of.config,
      dirname(of.file),
      sentence => engine.warn(sentence),
      (path, message) => of.problem(path, message),
    );
  const engine: Engine = new Engine(config, await load(document), {
    ...{ clock, random, onDecision: seconds => outside.metrics.decided(seconds) },
    publish: entry => {
      outside.onEntry(entry);
      onEntry(entry);
      alerts.onEntry(entry);
    },
  });
  const { app, registry } = engine;
  const decide = engine.decide.bind(engine);
  const steering = new Steering(app, document, { load, decide });
  const current = () => steering.document.config;
  const alerts = new AlertDesk({ clock, random, current, log: line => engine.tell('alert', line) });
  const elastic = new ElasticDesk({ services: () => app.services.list, steering, tell: sentence => engine.warn(sentence) });
  const outside = new Outside({
    ...{ version, configFile, app, steering, address: config.listen.http, now: () => clock.now(), soon: setImmediate },
    ...{ alerts: () => alerts.open, onDefect: error => engine.defect(error) },
    ask: (dpid, request, timeoutMs) => registry.request(dpid, request, timeoutMs),
  });
  const { httpPort, openflow } = await listenOn(config, outside);
  openflow.on('connection', connection => registry.accept(connection));

  const sockets = new SocketProbes(clock);
  const ticking = setInterval(() => {
    decide(now => app.onTick(now));
    for (const asked of app.externalProbes())
      void sockets.probe(asked).then(outcome => decide(now => app.onExternal(asked.id, outcome, now)));
    engine.guard(() => alerts.onTick());
    engine.guard(now => elastic.onTick(now));
    engine.guard(now => outside.onTick(now));
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

/** Both listeners, or neither. */
async function listenOn({ listen: { openflow } }: Config, outside: Outside): Promise<{ httpPort: number; openflow: Server }> {
  const httpPort = await outside.listen().catch(error => {
    throw new ListenError('http', error);
  });
  try {
    return { httpPort, openflow: await listen(openflow) };
  } catch (error) {
    await outside.close();
    throw new ListenError('openflow', error);
  }
}
