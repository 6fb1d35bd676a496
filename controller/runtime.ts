import { App } from './app.ts';
import type { Clock, Random } from './core/clock.ts';
import { type Command, messagesOf } from './core/command.ts';
import type { Config } from './core/config.ts';
import type { LogEntry } from './core/events.ts';
import { Rarely } from './core/rarely.ts';
import type { StrategyBook } from './strategies/book.ts';
import { Refusals } from './switches/refusals.ts';
import { type Refusal, Registry } from './switches/registry.ts';

/** The same warning is told once in this time. */
const WARNED_EVERY_MS = 60_000;

export interface RuntimeOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Gets each line of the log. */
  readonly publish: (entry: LogEntry) => void;
  /** A new connection was decided, and its messages sent, in so long. */
  readonly onDecision: (seconds: number) => void;
}

/** The deciders at work: what the switches tell becomes commands, which are carried out in one place. */
export class Runtime {
  readonly app: App;
  readonly registry: Registry;
  readonly #options: RuntimeOptions;
  readonly #refusals = new Refusals();
  readonly #rarely = new Rarely(WARNED_EVERY_MS);

  constructor(config: Config, book: StrategyBook, options: RuntimeOptions) {
    this.#options = options;
    this.app = new App(config, options.random, book);
    this.registry = new Registry(
      event => this.decide(now => this.app.handle(event, now)),
      refusal => this.#refused(refusal),
    );
  }

  /** Runs a decider at the present time. A defect in it costs the one event that it met, and is told; connections go on. */
  decide(decider: (now: number) => readonly Command[]): void {
    const began = process.hrtime.bigint();
    this.guard(now => {
      const commands = decider(now);
      this.#execute(commands);
      if (commands.some(isDecision)) this.#options.onDecision(Number(process.hrtime.bigint() - began) / 1e9);
    });
  }

  /** Does something at the present time. A defect in it is told, and ends nothing else. */
  guard(work: (now: number) => void): void {
    try {
      work(this.#options.clock.now());
    } catch (error) {
      this.defect(error as Error);
    }
  }

  /** Tells an operator a sentence, once a minute. */
  warn(message: string): void {
    const count = this.#rarely.tell(message, this.#options.clock.now());
    if (count === undefined) return;
    this.tell('warning', { message: count === 0 ? message : `${message} (${count} more times)` });
  }

  defect({ stack = 'without a place' }: Error): void {
    this.tell('warning', { message: `a defect, please report it: ${stack}` });
  }

  /** Adds a line to the log that no decider has said. */
  tell<T extends LogEntry['type']>(type: T, rest: Omit<Extract<LogEntry, { type: T }>, 'v' | 'seq' | 'time' | 'type'>): void {
    const head = this.app.sequence.next<LogEntry['type']>(type, this.#options.clock.now());
    this.#options.publish({ ...head, ...(rest as object) } as LogEntry);
  }

  #refused(refusal: Refusal): void {
    const told = this.#refusals.tell(refusal, this.#options.clock.now());
    if (told !== undefined) this.tell('switch', { state: 'refused', ...told });
  }

  #execute(commands: readonly Command[]): void {
    for (const [dpid, messages] of messagesOf(commands)) this.registry.send(dpid, messages);
    for (const command of commands) if (command.type === 'log') this.#options.publish(command.entry);
  }
}

function isDecision(command: Command): boolean {
  return command.type === 'log' && command.entry.type === 'decision';
}
