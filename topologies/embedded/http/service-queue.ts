import type { Scheduler } from '../clock.ts';
import type { Timer } from '../event-queue.ts';

/** A piece of work. */
export interface Job {
  /** How long a worker is busy with it; asked when it begins. */
  serviceMs(): number;
  done(): void;
}

export interface QueueStatistics {
  arrived: number;
  served: number;
  /** Found neither a worker nor a place to wait. */
  rejected: number;
  inProgress: number;
  queued: number;
  /** Of all workers together. */
  busyMs: number;
  /** Of all jobs that began: from arriving to beginning. */
  waitedMs: number;
  /** Of all jobs that are done: from arriving to done. */
  stayedMs: number;
}

interface Entry {
  readonly job: Job;
  readonly arrivedAt: number;
  beganAt: number;
  timer: Timer | undefined;
}

/**
 * Work that arrives, waits in line (first in, first out) and is done by some workers, each one piece at a time: the queue
 * of a server. With Poisson arrivals and exponential service times it is M/M/c of queueing theory, and with a limit M/M/c/K.
 */
export class ServiceQueue {
  readonly statistics: QueueStatistics = {
    arrived: 0,
    served: 0,
    rejected: 0,
    inProgress: 0,
    queued: 0,
    busyMs: 0,
    waitedMs: 0,
    stayedMs: 0,
  };
  readonly #clock: Scheduler;
  readonly #workers: number;
  readonly #limit: number;
  #waiting: Entry[] = [];
  #head = 0;
  readonly #running = new Set<Entry>();
  /** Finished while frozen. */
  #late: Entry[] = [];
  #frozen = false;
  #jobMs = 0;
  #since: number;

  /** `limit`: how many may wait. */
  constructor(clock: Scheduler, workers: number, limit = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#workers = workers;
    this.#limit = limit;
    this.#since = clock.now();
  }

  /** The integral of the number of jobs here over time, in job-milliseconds: divided by the time it is their mean number. */
  get jobMs(): number {
    this.#integrate();
    return this.#jobMs;
  }

  /** False when there is no place for it. */
  submit(job: Job): boolean {
    const { statistics } = this;
    statistics.arrived++;
    const free = !this.#frozen && statistics.inProgress < this.#workers;
    if (!free && statistics.queued >= this.#limit) {
      statistics.rejected++;
      return false;
    }
    this.#integrate();
    const entry: Entry = { job, arrivedAt: this.#clock.now(), beganAt: 0, timer: undefined };
    if (free) this.#begin(entry);
    else {
      this.#waiting.push(entry);
      statistics.queued++;
    }
    return true;
  }

  /** Nothing begins and nothing is finished until `thaw`: the process hangs. */
  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    const late = this.#late;
    this.#late = [];
    for (const entry of late) this.#finish(entry);
    this.#beginNext();
  }

  /** Everything is forgotten: the process died. */
  clear(): void {
    this.#integrate();
    for (const { timer } of this.#running) timer?.cancel();
    this.#running.clear();
    this.#waiting = [];
    this.#head = 0;
    this.#late = [];
    this.#frozen = false;
    this.statistics.inProgress = 0;
    this.statistics.queued = 0;
  }

  #begin(entry: Entry): void {
    const { statistics } = this;
    const now = this.#clock.now();
    entry.beganAt = now;
    statistics.inProgress++;
    statistics.waitedMs += now - entry.arrivedAt;
    this.#running.add(entry);
    entry.timer = this.#clock.after(entry.job.serviceMs(), () => {
      if (this.#frozen) this.#late.push(entry);
      else this.#finish(entry);
    });
  }

  #finish(entry: Entry): void {
    this.#integrate();
    const { statistics } = this;
    const now = this.#clock.now();
    this.#running.delete(entry);
    statistics.inProgress--;
    statistics.served++;
    statistics.busyMs += now - entry.beganAt;
    statistics.stayedMs += now - entry.arrivedAt;
    this.#beginNext();
    entry.job.done();
  }

  #beginNext(): void {
    const { statistics } = this;
    while (!this.#frozen && statistics.queued > 0 && statistics.inProgress < this.#workers) {
      const entry = this.#waiting[this.#head++]!;
      if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#head);
        this.#head = 0;
      }
      statistics.queued--;
      this.#begin(entry);
    }
  }

  #integrate(): void {
    const now = this.#clock.now();
    this.#jobMs += (this.statistics.inProgress + this.statistics.queued) * (now - this.#since);
    this.#since = now;
  }
}
