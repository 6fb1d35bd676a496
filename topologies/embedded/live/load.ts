import type { LabLoad } from '../../control/lab-state.ts';
import type { Timer } from '../event-queue.ts';
import type { Host } from '../host/host.ts';
import { type RequestRecord, VISIT, Visit } from '../http/visit.ts';
import type { Random } from '../random.ts';
import type { Target } from './request.ts';

/** A client that waits longer is told that nobody answers. */
const TIMEOUT_MS = 2000;
/** Over how long a share is counted. */
export const SHARE_MS = 60_000;

/** Clients that take turns to ask a service, so many times a second, for as long as they are let. */
export class Load {
  readonly #hosts: readonly Host[];
  readonly #random: Random;
  readonly #target: Target;
  readonly #onRequest: (record: RequestRecord) => void;
  #recent: { readonly at: number; readonly body: string }[] = [];
  #perSecond = 0;
  #turn = 0;
  #answered = 0;
  #failed = 0;
  #timer: Timer | undefined;

  constructor(hosts: readonly Host[], random: Random, target: Target, onRequest: (record: RequestRecord) => void) {
    this.#hosts = hosts;
    this.#random = random;
    this.#target = target;
    this.#onRequest = onRequest;
  }

  get state(): LabLoad {
    return { requestsPerSecond: this.#perSecond, answered: this.#answered, failed: this.#failed };
  }

  /** Requests a second from now on, of all clients together; 0 for none. */
  set(perSecond: number): void {
    this.#perSecond = perSecond;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (perSecond > 0 && this.#hosts.length > 0) this.#ask();
  }

  stop(): void {
    this.set(0);
  }

  /** How many answers of the last minute each page had, the given ones first. */
  shares(pages: readonly string[]): Map<string, number> {
    const shares = new Map(pages.map(page => [page, 0]));
    this.#forget();
    for (const { body } of this.#recent) shares.set(body, (shares.get(body) ?? 0) + 1);
    return shares;
  }

  #ask(): void {
    const host = this.#hosts[this.#turn++ % this.#hosts.length]!;
    this.#timer = host.clock.after(1000 / this.#perSecond, () => this.#ask());
    if (!host.up) return;
    const options = { ...VISIT, ...this.#target, timeoutMs: TIMEOUT_MS };
    new Visit(host, this.#random, options, { record: record => this.#record(record), done: () => {} });
  }

  #record(record: RequestRecord): void {
    if (record.error === undefined) {
      this.#answered++;
      this.#recent.push({ at: record.end, body: record.body });
      this.#forget();
    } else this.#failed++;
    this.#onRequest(record);
  }

  #forget(): void {
    const oldest = (this.#hosts[0]?.clock.now() ?? 0) - SHARE_MS;
    const kept = this.#recent.findIndex(({ at }) => at > oldest);
    if (kept !== 0) this.#recent = kept < 0 ? [] : this.#recent.slice(kept);
  }
}
