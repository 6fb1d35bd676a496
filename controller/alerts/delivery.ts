import type { Random } from '../core/clock.ts';
import type { AlertChannelConfig } from '../core/config/alert-channel.ts';
import { durationText } from '../core/duration.ts';
import type { AlertEntry } from '../core/events.ts';
import type { DeliveryError, FailureKind } from './failure.ts';

/** Messages that wait for one channel; beyond that the oldest is dropped. */
export const MAX_QUEUE = 100;
/** A message that could not be delivered in this time, or in this many attempts, is dropped. */
export const MAX_AGE_MS = 3_600_000;
export const MAX_TRIES = 20;
const HOUR_MS = 3_600_000;

/** Waits before the next attempt: the first, doubled after each failure, up to the longest. */
export const BACKOFF = {
  temporary: { firstMs: 1000, maxMs: 300_000 },
  rejected: { firstMs: 1000, maxMs: 300_000 },
  permanent: { firstMs: 300_000, maxMs: 3_600_000 },
} as const satisfies Record<FailureKind, { firstMs: number; maxMs: number }>;
/** A wait is up to a quarter shorter or longer, so that channels of one gateway do not retry at the same time. */
const JITTER = 0.25;

/** The time limit of an attempt, and the number of messages an hour. */
type Limits = Pick<AlertChannelConfig, 'timeoutMs' | 'rate'>;

/** A message to send now. */
export interface Attempt<M> {
  readonly message: M;
  /** Messages before it that were dropped since the last delivery. */
  readonly missed: number;
}

/** A channel fails, or works again; for the log. */
type Report = Pick<AlertEntry, 'state' | 'message'>;

/**
 * The queue of one channel: which message is tried when, which is dropped, and what is reported. One attempt at a time, in
 * order. It only decides; its owner sends the message and reports the result.
 */
export class Delivery<M> {
  readonly #name: string;
  limits: Limits;
  #queue: { readonly message: M; readonly at: number; tries: number }[] = [];
  #startedAt: number | undefined;
  #retryAt = 0;
  #failures = 0;
  #failedAs: FailureKind | undefined;
  /** When it stopped working; undefined while it works. */
  #troubledAt: number | undefined;
  /** Kinds of failures that were reported since then. */
  readonly #reported = new Set<FailureKind | 'crowded'>();
  #missed = 0;
  #credit: number;
  #creditAt = 0;

  constructor(name: string, limits: Limits) {
    this.#name = name;
    this.limits = limits;
    this.#credit = limits.rate;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  add(message: M, now: number): Report[] {
    this.#queue.push({ message, at: now, tries: 0 });
    if (this.#queue.length <= MAX_QUEUE) return [];
    this.#queue.splice(this.#startedAt === undefined ? 0 : 1, 1); // the one that is being tried stays
    this.#missed += 1;
    const reason = `more than ${MAX_QUEUE} messages wait; the oldest are dropped`;
    return this.#trouble('crowded', reason, 'find the cause of so many alerts, or raise `rate`', now);
  }

  /** The message to try now; undefined while there is nothing to do. */
  next(now: number): Attempt<M> | undefined {
    if (this.#startedAt !== undefined || now < this.#retryAt) return undefined;
    while (this.#queue.length > 0 && now - this.#queue[0]!.at > MAX_AGE_MS) this.#giveUp();
    const head = this.#queue[0];
    if (head === undefined || !this.#mayTry(head.tries, now)) return undefined;
    this.#startedAt = now;
    head.tries += 1;
    return { message: head.message, missed: this.#missed };
  }

  /** Whether the current attempt has exceeded its time limit. */
  isOverdue(now: number): boolean {
    return this.#startedAt !== undefined && now - this.#startedAt >= this.limits.timeoutMs;
  }

  onSuccess(now: number): Report[] {
    this.#startedAt = undefined;
    this.#queue.shift();
    const [troubledAt, missed] = [this.#troubledAt, this.#missed];
    this.#failures = 0;
    this.#failedAs = undefined;
    this.#troubledAt = undefined;
    this.#reported.clear();
    this.#missed = 0;
    if (troubledAt === undefined) return [];
    const lost = missed === 0 ? 'no message was lost' : `${missed} ${missed === 1 ? 'message was' : 'messages were'} dropped`;
    const after = durationText(Math.max(1000, Math.round((now - troubledAt) / 1000) * 1000));
    return [{ state: 'resolved', message: `channel ${this.#name} works again after ${after}; ${lost}` }];
  }

  onFailure({ kind, message, remedy, retryAfterMs = 0 }: DeliveryError, now: number, random: Random): Report[] {
    this.#startedAt = undefined;
    this.#failures = kind === this.#failedAs ? this.#failures + 1 : 1;
    this.#failedAs = kind;
    const { firstMs, maxMs } = BACKOFF[kind];
    const waitMs = Math.min(maxMs, firstMs * 2 ** (this.#failures - 1));
    this.#retryAt = now + Math.max(waitMs * (1 - JITTER + 2 * JITTER * random()), Math.min(retryAfterMs, HOUR_MS));
    if (kind === 'rejected' || this.#queue[0]!.tries >= MAX_TRIES) this.#giveUp();
    return this.#trouble(kind, message, remedy, now);
  }

  /** Retries at once, because the settings may have changed. */
  hurry(): void {
    this.#retryAt = 0;
    this.#failures = 0;
  }

  /** Reports each kind of failure once, until the channel works again. */
  #trouble(kind: FailureKind | 'crowded', reason: string, remedy: string, now: number): Report[] {
    if (this.#reported.has(kind)) return [];
    this.#reported.add(kind);
    this.#troubledAt ??= now;
    return [{ state: 'undelivered', message: `channel ${this.#name}: ${reason}; ${remedy}` }];
  }

  #giveUp(): void {
    this.#queue.shift();
    this.#missed += 1;
  }

  /** A token bucket of one hour's messages; only the first attempt of a message takes a token. */
  #mayTry(tries: number, now: number): boolean {
    const { rate } = this.limits;
    this.#credit = Math.min(rate, this.#credit + ((now - this.#creditAt) * rate) / HOUR_MS);
    this.#creditAt = now;
    if (tries > 0) return true;
    if (this.#credit < 1) return false;
    this.#credit -= 1;
    return true;
  }
}
