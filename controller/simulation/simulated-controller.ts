import type { Scheduler } from '../../topologies/embedded/clock.ts';
import type { Timer } from '../../topologies/embedded/event-queue.ts';
import type { Random } from '../../topologies/embedded/random.ts';
import { App, TICK_MS } from '../app.ts';
import { type Command, messagesOf } from '../core/command.ts';
import type { Config } from '../core/config.ts';
import type { Dpid } from '../core/dpid.ts';
import type { SwitchEvent } from '../core/switch-event.ts';
import { builtIn, type StrategyBook } from '../strategies/book.ts';
import type { ControlLink } from './control-link.ts';
import { SimulatedSession } from './simulated-session.ts';

/** One event, or the passing of time, and what the deciders made of it. */
export interface Turn {
  /** Counts the controllers of a world, from 1: each restart is another one. */
  readonly run: number;
  readonly event: SwitchEvent | undefined;
  readonly commands: readonly Command[];
}

export interface ControllerObserver {
  turn(turn: Turn): void;
  /** A decider threw. */
  defect(error: unknown, event: SwitchEvent | undefined): void;
  /** A controller began, with nothing in its memory. */
  started(run: number): void;
  crashed(run: number): void;
}

/** What `main.ts` is, in memory: joins the deciders to channels and a clock. It can crash and begin anew. */
export class SimulatedController {
  #config: Config;
  readonly #book: StrategyBook;
  readonly #clock: Scheduler;
  readonly #random: Random;
  readonly #observer: ControllerObserver;
  readonly #sessions = new Map<ControlLink, SimulatedSession>();
  readonly #byDpid = new Map<Dpid, SimulatedSession>();
  #app: App | undefined;
  #run = 0;
  #ticking: Timer | undefined;

  constructor(config: Config, clock: Scheduler, random: Random, observer: ControllerObserver, book: StrategyBook = builtIn) {
    this.#config = config;
    this.#book = book;
    this.#clock = clock;
    this.#random = random;
    this.#observer = observer;
  }

  get running(): boolean {
    return this.#app !== undefined;
  }

  /** Living connections it knows of. */
  get connections(): number {
    return this.#app?.connections ?? 0;
  }

  /** Switches whose sessions are ready. */
  get readySwitches(): number {
    let count = 0;
    for (const session of this.#byDpid.values()) if (session.at !== undefined) count += 1;
    return count;
  }

  start(): void {
    this.#run += 1;
    this.#app = new App(this.#config, this.#random.fork(`run ${this.#run}`).next, this.#book);
    this.#observer.started(this.#run);
    this.#wait();
  }

  /** Everything it knew is lost, and the channels break wherever they are. */
  crash(): void {
    const run = this.#run;
    this.#app = undefined;
    this.#ticking?.cancel();
    const links = [...this.#sessions.keys()];
    for (const session of this.#sessions.values()) session.abandon();
    this.#sessions.clear();
    this.#byDpid.clear();
    this.#observer.crashed(run);
    for (const link of links) link.cut('the controller crashed');
  }

  /** A switch connects. */
  accept(link: ControlLink): void {
    const session: SimulatedSession = new SimulatedSession(link, this.#clock, {
      event: event => this.#decide(event),
      identified: dpid => this.#byDpid.set(dpid, session),
    });
    this.#sessions.set(link, session);
  }

  receive(link: ControlLink, message: Parameters<SimulatedSession['receive']>[0]): void {
    this.#sessions.get(link)?.receive(message);
  }

  lost(link: ControlLink, reason: string): void {
    const session = this.#sessions.get(link);
    if (session === undefined) return;
    this.#sessions.delete(link);
    for (const [dpid, holder] of this.#byDpid) if (holder === session) this.#byDpid.delete(dpid);
    session.lost(reason);
  }

  #wait(): void {
    this.#ticking = this.#clock.after(TICK_MS, () => {
      this.#decide(undefined);
      this.#wait();
    });
  }

  /** Takes another configuration, as `live-config.ts` lets a running controller do. */
  configure(config: Config): void {
    this.#config = config;
    this.#turn(undefined, (app, now) => app.configure(config, 'simulation', now));
  }

  #decide(event: SwitchEvent | undefined): void {
    this.#turn(event, (app, now) => (event === undefined ? app.onTick(now) : app.handle(event, now)));
  }

  #turn(event: SwitchEvent | undefined, decide: (app: App, now: number) => Command[]): void {
    const app = this.#app;
    if (app === undefined) return;
    const now = this.#clock.now();
    let commands: Command[];
    try {
      commands = decide(app, now);
    } catch (error) {
      this.#observer.defect(error, event);
      return;
    }
    if (event !== undefined || commands.length > 0) this.#observer.turn({ run: this.#run, event, commands });
    for (const [dpid, messages] of messagesOf(commands)) this.#byDpid.get(dpid)?.send(messages);
  }
}
