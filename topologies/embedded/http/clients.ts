import { draw } from '../distribution.ts';
import type { Timer } from '../event-queue.ts';
import type { Host } from '../host/host.ts';
import type { Random } from '../random.ts';
import { type Arrivals, nextArrival, type OpenArrivals } from './arrivals.ts';
import { type RequestRecord, VISIT, Visit, type VisitOptions, type VisitOutlet } from './visit.ts';

export interface ClientsOptions extends VisitOptions {
  readonly arrivals: Arrivals;
  /** Visits at most. */
  readonly count: number;
}

export interface ClientsStatistics {
  /** Visits. */
  started: number;
  inProgress: number;
  /** Requests. */
  answered: number;
  failed: number;
}

/** Clients that come to a server again and again, from some hosts, and what became of each of their requests. */
export class Clients implements VisitOutlet {
  readonly statistics: ClientsStatistics = { started: 0, inProgress: 0, answered: 0, failed: 0 };
  readonly #hosts: readonly Host[];
  readonly #random: Random;
  readonly #options: ClientsOptions;
  readonly #record: (record: RequestRecord) => void;
  readonly #timers = new Set<Timer>();
  #startedAt = 0;
  #stopped = true;

  constructor(
    hosts: readonly Host[],
    random: Random,
    options: Partial<ClientsOptions> & Pick<ClientsOptions, 'ip' | 'port' | 'arrivals'>,
    record: (record: RequestRecord) => void,
  ) {
    this.#hosts = hosts;
    this.#random = random;
    this.#options = { ...VISIT, count: Number.POSITIVE_INFINITY, ...options };
    this.#record = record;
    if (hosts.length === 0) throw new RangeError('clients need a host');
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#startedAt = this.#clock.now();
    const { arrivals } = this.#options;
    if (arrivals.kind === 'closed')
      for (let user = 0; user < arrivals.users; user++) this.#after(draw(arrivals.think, this.#random));
    else this.#open(arrivals, 0);
  }

  /** Nobody comes any more; who is there finishes. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  get #clock() {
    return this.#hosts[0]!.clock;
  }

  #open(arrivals: OpenArrivals, ms: number): void {
    const next = nextArrival(arrivals, ms, this.#random);
    if (next === Number.POSITIVE_INFINITY) return;
    this.#wait(this.#startedAt + next, () => {
      this.#visit();
      this.#open(arrivals, next);
    });
  }

  #after(ms: number): void {
    this.#wait(this.#clock.now() + ms, () => this.#visit());
  }

  #wait(time: number, run: () => void): void {
    if (this.#stopped || this.statistics.started + this.#promised >= this.#options.count) return;
    const timer = this.#clock.at(time, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }

  /** In a closed loop each user who is thinking will come. */
  get #promised(): number {
    return this.#timers.size;
  }

  #visit(): void {
    const { statistics } = this;
    const host = this.#hosts.length === 1 ? this.#hosts[0]! : this.#random.choice(this.#hosts);
    statistics.started++;
    statistics.inProgress++;
    new Visit(host, this.#random, this.#options, this);
  }

  /** For a visit. */
  record(record: RequestRecord): void {
    if (record.error === undefined) this.statistics.answered++;
    else this.statistics.failed++;
    this.#record(record);
  }

  /** For a visit. */
  done(): void {
    this.statistics.inProgress--;
    const { arrivals } = this.#options;
    if (arrivals.kind === 'closed') this.#after(draw(arrivals.think, this.#random));
  }
}
