import { dirname } from 'node:path';
import { listen, type Server } from '../openflow/index.ts';
import { AlertRunner } from './alerts/alert-runner.ts';
import { HttpApi } from './api/http-api.ts';
import { TICK_MS } from './app.ts';
import { Autoscaler } from './autoscaling/autoscaler.ts';
import { type Clock, machineClock, type Random } from './core/clock.ts';
import type { Config } from './core/config.ts';
import type { ConfigDocument } from './core/config-file.ts';
import type { LogEntry } from './core/events.ts';
import { SocketProbes } from './health/socket-probe.ts';
import { LiveConfig } from './live-config.ts';
import { Runtime } from './runtime.ts';
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
  readonly liveConfig: LiveConfig;
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
      sentence => runtime.warn(sentence),
      (path, message) => of.problem(path, message),
    );
  const runtime: Runtime = new Runtime(config, await load(document), {
    ...{ clock, random, onDecision: seconds => httpApi.metrics.decided(seconds) },
    publish: entry => {
      httpApi.onEntry(entry);
      onEntry(entry);
      alerts.onEntry(entry);
    },
  });
  const { app, registry } = runtime;
  const decide = runtime.decide.bind(runtime);
  const liveConfig = new LiveConfig(app, document, { load, decide });
  const current = () => liveConfig.document.config;
  const alerts = new AlertRunner({ clock, random, current, log: line => runtime.tell('alert', line) });
  const autoscaler = new Autoscaler({ services: () => app.services.list, liveConfig, tell: sentence => runtime.warn(sentence) });
  const httpApi = new HttpApi({
    ...{ version, configFile, app, liveConfig, address: config.listen.http, now: () => clock.now(), soon: setImmediate },
    ...{ alerts: () => alerts.open, onDefect: error => runtime.defect(error) },
    ask: (dpid, request, timeoutMs) => registry.request(dpid, request, timeoutMs),
  });
  const { httpPort, openflow } = await listenOn(config, httpApi);
  openflow.on('connection', connection => registry.accept(connection));

  const sockets = new SocketProbes(clock);
  const ticking = setInterval(() => {
    decide(now => app.onTick(now));
    for (const asked of app.externalProbes())
      void sockets.probe(asked).then(outcome => decide(now => app.onExternal(asked.id, outcome, now)));
    runtime.guard(() => alerts.onTick());
    runtime.guard(now => autoscaler.onTick(now));
    runtime.guard(now => httpApi.onTick(now));
  }, TICK_MS);
  return {
    openflowPort: (openflow.address as { port: number }).port,
    httpPort,
    liveConfig,
    async stop() {
      clearInterval(ticking);
      autoscaler.stop();
      registry.close();
      await Promise.all([alerts.stop(), openflow.close(), httpApi.close()]);
    },
  };
}

/** Both listeners, or neither. */
async function listenOn({ listen: { openflow } }: Config, httpApi: HttpApi): Promise<{ httpPort: number; openflow: Server }> {
  const httpPort = await httpApi.listen().catch(error => {
    throw new ListenError('http', error);
  });
  try {
    return { httpPort, openflow: await listen(openflow) };
  } catch (error) {
    await httpApi.close();
    throw new ListenError('openflow', error);
  }
}
