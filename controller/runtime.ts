import { App, type AppEvent, TICK_MS } from './app.ts';
import type { Random, Scheduler, Timer } from './core/clock.ts';
import { type Command, messagesOf } from './core/command.ts';
import type { Config } from './core/config.ts';
import type { LogEntry, WriteLog } from './core/events.ts';
import type { ExternalOutcome, ExternalProbe } from './core/external-probe.ts';
import { Rarely } from './core/rarely.ts';
import type { StrategyBook } from './strategies/book.ts';
import type { Channel } from './switches/channel.ts';
import { Refusals } from './switches/refusals.ts';
import { Registry } from './switches/registry.ts';

/** The same warning is logged once in this time. */
const WARN_EVERY_MS = 60_000;
/** Switches are asked anew after a defect, but not more often than this. */
const RESYNC_EVERY_MS = 1000;

/** What the runtime needs of the world, real or simulated. */
export interface RuntimeOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Seconds on a clock that is never set. */
  readonly stopwatch: () => number;
  /** Gets each line of the log. */
  readonly publish: (entry: LogEntry) => void;
  /** Makes a probe from sockets of its own. */
  readonly probe: (asked: ExternalProbe, answer: (outcome: ExternalOutcome) => void) => void;
  /** What was decided about an event, before it is carried out; `seconds` is what that took. */
  readonly onTurn?: (event: AppEvent, commands: readonly Command[], seconds: number) => void;
  /** A decider threw. */
  readonly onDefect?: (error: Error) => void;
}

/**
 * The deciders at work, on real sockets and in the simulator: there is one door (`handle`), and one place that sends, logs and has probes
 * made. A decider that throws halfway leaves our books and the switches apart; so after a defect the switches are asked for all they
 * hold, as if they had just connected, and what differs is mended. The switch is the database.
 */
export class Runtime<C extends Channel = Channel> {
  readonly app: App;
  readonly registry: Registry<C>;
  readonly #options: RuntimeOptions;
  readonly #refusals = new Refusals();
  readonly #rarely = new Rarely(WARN_EVERY_MS);
  #ticking: Timer | undefined;
  #resyncAt = Number.NEGATIVE_INFINITY;
  #isResyncPlanned = false;

  constructor(config: Config, book: StrategyBook, options: RuntimeOptions) {
    const { scheduler, random } = options;
    this.#options = options;
    this.app = new App(config, random, book);
    this.registry = new Registry<C>(
      scheduler,
      event => this.handle(event),
      refusal => {
        const reported = this.#refusals.report(refusal, scheduler.now());
        if (reported !== undefined) this.log('switch', { state: 'refused', ...reported });
      },
    );
  }

  /** Time begins to pass. */
  start(): void {
    this.#ticking = this.#options.scheduler.after(TICK_MS, () => {
      this.start();
      this.handle({ type: 'tick' });
    });
  }

  /** Time stands still; what the switches carry goes on. */
  stop(): void {
    this.#ticking?.cancel();
  }

  /** The one door: decides about an event at the present time, and carries that out. False when a defect kept it from that. */
  handle(event: AppEvent): boolean {
    const { scheduler, stopwatch, onTurn } = this.#options;
    const began = stopwatch();
    const isDone = this.guard(() => {
      const commands = this.app.handle(event, scheduler.now());
      onTurn?.(event, commands, stopwatch() - began);
      this.#execute(commands);
    });
    // What was decided may not have been sent.
    if (!isDone) this.#resyncSoon();
    return isDone;
  }

  /** Does something. A defect in it is logged, costs this one thing, and ends nothing else. */
  guard(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.defect(error as Error);
      return false;
    }
  }

  /** Logs that something threw that should not. */
  defect(error: Error): void {
    this.#options.onDefect?.(error);
    this.log('warning', { message: `a defect, please report it: ${error.stack ?? 'without a place'}` });
  }

  /** Gives an operator a sentence, once a minute. */
  warn(message: string): void {
    const count = this.#rarely.allow(message, this.#options.scheduler.now());
    if (count === undefined) return;
    this.log('warning', { message: count === 0 ? message : `${message} (${count} more times)` });
  }

  /** Adds a line to the log that no decider wrote. */
  readonly log: WriteLog = (type, rest) => {
    const head = this.app.sequence.next<LogEntry['type']>(type, this.#options.scheduler.now());
    this.#options.publish({ ...head, ...(rest as object) } as LogEntry);
  };

  #resyncSoon(): void {
    if (this.#isResyncPlanned) return;
    this.#isResyncPlanned = true;
    const { scheduler } = this.#options;
    const waitMs = Math.max(0, this.#resyncAt + RESYNC_EVERY_MS - scheduler.now());
    scheduler.after(waitMs, () => {
      this.#isResyncPlanned = false;
      this.#resyncAt = scheduler.now();
      this.handle({ type: 'recover' });
      this.registry.resync();
    });
  }

  #execute(commands: readonly Command[]): void {
    const { publish, probe } = this.#options;
    for (const [dpid, messages] of messagesOf(commands)) this.registry.send(dpid, messages);
    for (const command of commands) {
      if (command.type === 'log') publish(command.entry);
      else if (command.type === 'probe')
        probe(command.probe, outcome => this.handle({ type: 'probed', id: command.probe.id, outcome }));
    }
  }
}
