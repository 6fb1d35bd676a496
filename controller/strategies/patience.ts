import type { Candidate, ResponseTime } from './strategy.ts';

/** A server that has not answered for so long is late: a client has then sent its SYN three times (RFC 6298: after 1 s and 2 s more). */
export const LATE_MS = 3000;

/** While a server is waited for, its time is brought up to date in steps of this part of the decay. */
const STEP = 0.01;

/** How it stands with a server since its last measurement. */
interface Trial {
  readonly measured: ResponseTime | undefined;
  /** Of the first connection that was placed there since and is waited for. */
  since?: number | undefined;
  /** What the waiting says. */
  assumed?: ResponseTime;
}

/**
 * What is known of response times, also where no answer comes. A measurement fades, so that a slow server is tried again; but while a server
 * is being tried, it must not fade on, or a silent server would seem better and better. A connection that is not answered within `LATE_MS`
 * counts as a measurement of that time, which fades in its turn until the server is tried again.
 */
export class Patience<C extends Candidate> {
  readonly #decay: number;
  #of: readonly C[] | undefined;
  #trials = new Map<string, Trial>();

  /** `decay` is the time in milliseconds in which a measurement fades to a third. */
  constructor(decay: number) {
    this.#decay = decay;
  }

  follow(candidates: readonly C[]): void {
    if (candidates === this.#of) return;
    this.#of = candidates;
    const before = this.#trials;
    this.#trials = new Map(candidates.map(({ name, response }) => [name, trialOf(response, before.get(name))]));
  }

  /** The response time to count with; undefined where nothing is known. */
  estimate({ name, response }: C): ResponseTime | undefined {
    return this.#trials.get(name)?.assumed ?? response;
  }

  /** A connection was placed there. */
  placed({ name }: C, now: number): void {
    const trial = this.#trials.get(name)!;
    trial.since ??= now;
  }

  /** A measurement may have come. */
  update({ name, response }: C): void {
    const trial = this.#trials.get(name);
    if (trial !== undefined) this.#trials.set(name, trialOf(response, trial));
  }

  /** Whether waiting for this server has made its estimate worse since it was asked for last. */
  worsens(candidate: C, now: number): boolean {
    const trial = this.#trials.get(candidate.name)!;
    if (trial.since === undefined) return false;
    const known = this.estimate(candidate);
    const waitedMs = now - trial.since;
    const frozenMs = known && known.ms * Math.exp(Math.min(0, known.at - trial.since) / this.#decay);
    if (waitedMs >= LATE_MS) {
      trial.since = undefined;
      trial.assumed = { ms: Math.max(waitedMs, frozenMs ?? 0), at: now };
      return true;
    }
    if (frozenMs === undefined || now - known!.at < STEP * this.#decay) return false;
    trial.assumed = { ms: frozenMs, at: now };
    return true;
  }
}

function trialOf(response: ResponseTime | undefined, before: Trial | undefined): Trial {
  return before !== undefined && before.measured === response ? before : { measured: response };
}
