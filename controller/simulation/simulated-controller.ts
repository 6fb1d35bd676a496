import type { Scheduler } from '../../topologies/embedded/clock.ts';
import type { Random } from '../../topologies/embedded/random.ts';
import type { AppEvent } from '../app.ts';
import type { Command } from '../core/command.ts';
import type { Config } from '../core/config.ts';
import type { LogEntry } from '../core/events.ts';
import { Runtime } from '../runtime.ts';
import { builtIn, type StrategyBook } from '../strategies/book.ts';
import type { Session } from '../switches/session.ts';
import type { ControlLink } from './control-link.ts';

export interface ControllerObserver {
  /** One event, or the passing of time, and what the deciders made of it. */
  turn(event: AppEvent, commands: readonly Command[]): void;
  /** A line of the log. */
  line(entry: LogEntry): void;
  /** A decider threw. */
  defect(error: Error): void;
  /** A controller began, with nothing in its memory. `run` counts those of a world, from 1. */
  started(run: number): void;
  crashed(run: number): void;
}

/** A defect that a world makes on purpose. */
export class MadeDefect extends Error {
  override readonly name = 'MadeDefect';
}

/** When a decider throws on purpose: in the middle, where it asks for chance, or when all is decided and nothing sent. */
export type DefectPoint = 'halfway' | 'after';

/** The runtime on a virtual clock and channels in memory. It can crash and begin anew. */
export class SimulatedController {
  #config: Config;
  readonly #book: StrategyBook;
  readonly #clock: Scheduler;
  readonly #random: Random;
  readonly #observer: ControllerObserver;
  readonly #sessions = new Map<ControlLink, Session>();
  #runtime: Runtime<ControlLink> | undefined;
  #run = 0;
  #defect: DefectPoint | undefined;

  constructor(config: Config, clock: Scheduler, random: Random, observer: ControllerObserver, book: StrategyBook = builtIn) {
    this.#config = config;
    this.#book = book;
    this.#clock = clock;
    this.#random = random;
    this.#observer = observer;
  }

  get running(): boolean {
    return this.#runtime !== undefined;
  }

  /** Living connections it knows of. */
  get connections(): number {
    return this.#runtime?.app.balancer.size ?? 0;
  }

  /** Switches whose sessions are ready. */
  get readySwitches(): number {
    return this.#runtime?.registry.readyCount ?? 0;
  }

  start(): void {
    this.#run += 1;
    const run = this.#run;
    const observer = this.#observer;
    const { next } = this.#random.fork(`run ${run}`);
    const runtime = new Runtime<ControlLink>(this.#config, this.#book, {
      scheduler: this.#clock,
      random: () => {
        this.#failAt('halfway');
        return next();
      },
      stopwatch: () => 0,
      publish: entry => observer.line(entry),
      probe: () => {},
      onTurn: (event, commands) => {
        this.#failAt('after');
        if (event.type !== 'tick' || commands.length > 0) observer.turn(event, commands);
      },
      onDefect: error => observer.defect(error),
    });
    this.#runtime = runtime;
    observer.started(run);
    runtime.start();
  }

  /** Everything it knew is lost, and the channels break wherever they are. */
  crash(): void {
    this.#runtime?.stop();
    this.#runtime?.registry.abandon();
    this.#runtime = undefined;
    this.#defect = undefined;
    const links = [...this.#sessions.keys()];
    this.#sessions.clear();
    this.#observer.crashed(this.#run);
    for (const link of links) link.close('the controller crashed');
  }

  /** A switch connects. */
  accept(link: ControlLink): void {
    this.#sessions.set(link, this.#runtime!.registry.accept(link));
  }

  receive(link: ControlLink, message: Parameters<Session['receive']>[0]): void {
    this.#sessions.get(link)?.receive(message);
  }

  lost(link: ControlLink, reason: string): void {
    const session = this.#sessions.get(link);
    this.#sessions.delete(link);
    session?.closed(reason);
  }

  /** Takes another configuration, as `live-config.ts` lets a running controller do. */
  configure(config: Config): void {
    this.#config = config;
    this.#runtime?.handle({ type: 'config', config, source: 'simulation' });
  }

  /** The next decider that gets to this point throws; undefined: none does. */
  fail(point: DefectPoint | undefined): void {
    this.#defect = point;
  }

  #failAt(point: DefectPoint): void {
    if (this.#defect !== point) return;
    this.#defect = undefined;
    throw new MadeDefect(`a decider threw on purpose, ${point}`);
  }
}
