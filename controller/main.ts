import { dirname } from 'node:path';
import { listen, type Server } from '../openflow/index.ts';
import { AlertRunner } from './alerts/alert-runner.ts';
import { HttpApi } from './api/http-api.ts';
import { Autoscaler } from './autoscaling/autoscaler.ts';
import type { Scheduler } from './core/clock.ts';
import type { Config } from './core/config.ts';
import type { ConfigDocument } from './core/config-file.ts';
import type { LogEntry } from './core/events.ts';
import { SocketProbes } from './health/socket-probe.ts';
import { LiveConfig } from './live-config.ts';
import { machineClock, stopwatch } from './machine-clock.ts';
import { Runtime } from './runtime.ts';
import { loadBook } from './strategies/user-book.ts';
import { admit, type ConnectionChannel } from './switches/connection-channel.ts';

export interface ControllerOptions {
  /** Gets each line of the log. */
  readonly onEntry?: (entry: LogEntry) => void;
  readonly clock?: Scheduler;
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

/** Joins the runtime to the world: sockets, clock, log. Rejects with `ListenError`, or `ConfigError` for a strategy's file. */
export async function startController(document: ConfigDocument, options: ControllerOptions = {}): Promise<Controller> {
  const { onEntry = () => {}, clock = machineClock, configFile, version = 'unknown' } = options;
  const { config } = document;
  const load = (of: ConfigDocument) =>
    loadBook(
      of.config,
      dirname(of.file),
      sentence => runtime.warn(sentence),
      (path, message) => of.problem(path, message),
    );
  const sockets = new SocketProbes(clock);
  const runtime = new Runtime<ConnectionChannel>(config, await load(document), {
    ...{ scheduler: clock, random: Math.random, stopwatch },
    publish: entry => {
      httpApi.onEntry(entry);
      onEntry(entry);
      alerts.onEntry(entry);
    },
    probe: (asked, answer) => void sockets.probe(asked).then(answer),
    onTurn: (event, commands, seconds) => {
      const isDecided = commands.some(command => command.type === 'log' && command.entry.type === 'decision');
      if (isDecided) httpApi.metrics.decided(seconds);
      if (event.type !== 'tick') return;
      runtime.guard(() => alerts.onTick());
      runtime.guard(() => autoscaler.onTick(clock.now()));
      runtime.guard(() => httpApi.onTick(clock.now()));
    },
  });
  const { app, registry } = runtime;
  const liveConfig = new LiveConfig(document, { load, handle: event => runtime.handle(event), log: runtime.log });
  // The document follows when all of it was applied; the line that tells of it is written before.
  const current = () => app.config;
  const alerts = new AlertRunner({ clock, random: Math.random, current, log: line => runtime.log('alert', line) });
  const autoscaler = new Autoscaler({ services: () => app.services.list, liveConfig, warn: sentence => runtime.warn(sentence) });
  const httpApi = new HttpApi({
    ...{ version, configFile, app, liveConfig, address: config.listen.http, now: () => clock.now(), soon: setImmediate },
    ...{ alerts: () => alerts.open, onDefect: error => runtime.defect(error) },
    ask: async (dpid, request, timeoutMs) => {
      const channel = registry.channelOf(dpid);
      if (channel === undefined) throw new Error(`switch ${dpid} is not connected`);
      return channel.connection.request(request, timeoutMs === undefined ? {} : { timeoutMs });
    },
  });
  const { httpPort, openflow } = await listenOn(config, httpApi);
  openflow.on('connection', connection => admit(connection, registry));
  runtime.start();
  return {
    openflowPort: (openflow.address as { port: number }).port,
    httpPort,
    liveConfig,
    async stop() {
      runtime.stop();
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
