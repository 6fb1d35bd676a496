import { listen } from '../openflow/index.ts';
import { serveHttp } from './api/http.ts';
import { LogStream } from './api/log-stream.ts';
import { App, TICK_MS } from './app.ts';
import { type Clock, machineClock, type Random } from './core/clock.ts';
import { type Command, messagesOf } from './core/command.ts';
import type { Config } from './core/config.ts';
import type { LogEntry } from './core/events.ts';
import { Refusals } from './switches/refusals.ts';
import { type Refusal, Registry } from './switches/registry.ts';

export interface ControllerOptions {
  /** Gets each line of the log. */
  readonly onEntry?: (entry: LogEntry) => void;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** A controller that runs. */
export interface Controller {
  readonly openflowPort: number;
  readonly httpPort: number;
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

/** Joins the deciders to the world: sockets, clock, log. Rejects with `ListenError`. */
export async function startController(config: Config, options: ControllerOptions = {}): Promise<Controller> {
  const { onEntry = () => {}, clock = machineClock, random = Math.random } = options;
  const app = new App(config, random);
  const stream = new LogStream();
  const publish = (entry: LogEntry) => {
    stream.publish(entry);
    onEntry(entry);
  };
  const refusals = new Refusals();
  const refused = (refusal: Refusal) => {
    const told = refusals.tell(refusal, clock.now());
    if (told !== undefined) publish({ ...app.sequence.next('switch', clock.now()), state: 'refused', ...told });
  };
  const registry = new Registry(event => decide(now => app.handle(event, now)), refused);
  /** A defect in a decider costs the one event that it met, and is told; connections go on. */
  const decide = (decider: (now: number) => readonly Command[]) => {
    const now = clock.now();
    try {
      execute(decider(now));
    } catch (error) {
      publish({ ...app.sequence.next('warning', now), message: `a defect, please report it: ${(error as Error).stack}` });
    }
  };
  const execute = (commands: readonly Command[]) => {
    for (const [dpid, messages] of messagesOf(commands)) registry.send(dpid, messages);
    for (const command of commands) if (command.type === 'log') publish(command.entry);
  };

  const http = await serveHttp(config.listen.http, stream).catch(error => {
    throw new ListenError('http', error);
  });
  const openflow = await listen(config.listen.openflow).catch(error => {
    http.close();
    throw new ListenError('openflow', error);
  });
  openflow.on('connection', connection => registry.accept(connection));
  const ticking = setInterval(() => decide(now => app.onTick(now)), TICK_MS);
  return {
    openflowPort: (openflow.address as { port: number }).port,
    httpPort: http.port,
    async stop() {
      clearInterval(ticking);
      registry.close();
      stream.close();
      await Promise.all([openflow.close(), new Promise(resolve => http.close(resolve))]);
    },
  };
}
