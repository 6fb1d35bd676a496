import type { Moves } from './moves.ts';
import { type Scenario, serversOf } from './scenario.ts';
import { mean, quantile, variation } from './statistics.ts';

/** Points of a line over the time of a scenario. */
const POINTS = 40;
/** Pools of more servers are not drawn server by server. */
const MOST_DRAWN = 12;

/** The result of one request. */
export interface Served {
  /** When it began, after the start of the traffic. */
  readonly atMs: number;
  /** From the first SYN, or from the request on a connection that stands, to the last byte. */
  readonly ms: number;
  /** Number of the server that answered; undefined: it was lost. */
  readonly server: number | undefined;
}

/** Open connections at each server. */
export interface Sample {
  readonly atMs: number;
  readonly living: readonly number[];
}

/** The figures of one run. */
export interface Observed {
  readonly served: readonly Served[];
  readonly samples: readonly Sample[];
  /** Connections that are still open. */
  readonly unfinished: number;
  readonly moves: Pick<Moves, 'compared' | 'moved'>;
}

interface MeasureKind {
  /** Behind the point. */
  readonly digits: number;
  readonly isMoreBetter?: true;
  /** Compared by ratios: luck makes a time longer by a factor, not by a sum. */
  readonly isTime?: true;
}

const measures = <M extends string>(table: Readonly<Record<M, MeasureKind>>) => table;

/** The figures of one run that are compared. */
export const MEASURES = measures({
  // Response times in ms; a lost request counts as the timeout of the client, or a strategy that loses slow requests would look fast.
  meanMs: { digits: 1, isTime: true },
  p50Ms: { digits: 1, isTime: true },
  p95Ms: { digits: 0, isTime: true },
  p99Ms: { digits: 0, isTime: true },
  /** Answers per second. */
  perSecond: { digits: 1, isMoreBetter: true },
  /** Coefficient of variation of the requests that servers answered, each for its capacity. */
  imbalance: { digits: 2 },
  /** The same of their living connections: mean over time. */
  unevenness: { digits: 2 },
  /** Requests that were not answered. */
  lost: { digits: 1 },
  /** Answers that took longer than `lateMs`. */
  late: { digits: 1 },
  /** Of the clients that came before and after a change of the pool, the part whose server was still there and changed. 0 without a change. */
  moved: { digits: 2 },
});
export type Measure = keyof typeof MEASURES;

export interface Figures extends Readonly<Record<Measure, number>> {
  readonly requests: number;
  /** Clients that `moved` is a part of. */
  readonly compared: number;
  /** Requests answered by each server. */
  readonly byServer: readonly number[];
  /** Mean response time in each part of the duration; null where nobody came. */
  readonly overTime: readonly (number | null)[];
  /** Living connections of each server at the end of each part of the duration; empty for large pools. */
  readonly living: readonly (readonly number[])[];
}

/** The figures of what happened between the end of the warm-up and the end of the duration. */
export function figuresOf(scenario: Scenario, { served, samples, unfinished, moves }: Observed): Figures {
  const { warmUpMs, durationMs, lateMs, timeoutMs } = scenario;
  const counted = served.filter(({ atMs }) => atMs >= warmUpMs && atMs < durationMs);
  const answered = counted.filter(({ server }) => server !== undefined);
  const lost = counted.length - answered.length + unfinished;
  const times = Float64Array.from([...answered.map(({ ms }) => ms), ...Array<number>(lost).fill(timeoutMs)]).sort();
  const at = (part: number) => rounded(quantile(times, part) ?? 0);
  const servers = serversOf(scenario);
  const byServer = servers.map(() => 0);
  for (const { server } of answered) byServer[server! - 1]! += 1;
  const present = servers.filter(({ number, isSpare }) => byServer[number - 1]! > 0 || !isSpare);
  const measured = samples.filter(({ atMs, living }) => atMs >= warmUpMs && living.some(count => count > 0));
  const perCapacity = (values: readonly number[]) =>
    present.map(({ number, speed, workers }) => values[number - 1]! / (speed * workers));
  return {
    requests: counted.length + unfinished,
    meanMs: rounded(mean([...times])),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    perSecond: rounded((1000 * answered.length) / (durationMs - warmUpMs)),
    imbalance: rounded(variation(perCapacity(byServer))),
    unevenness: rounded(mean(measured.map(({ living }) => variation(perCapacity(living))))),
    lost,
    late: answered.filter(({ ms }) => ms > lateMs).length,
    compared: moves.compared,
    moved: moves.compared === 0 ? 0 : rounded(moves.moved / moves.compared),
    byServer,
    overTime: overTime(served, durationMs),
    living: byServer.length > MOST_DRAWN ? [] : livingOverTime(samples, durationMs),
  };
}

/** Ten thousandths are enough, and the same on every machine. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function overTime(served: readonly Served[], durationMs: number): (number | null)[] {
  const sums = Array.from({ length: POINTS }, () => ({ ms: 0, count: 0 }));
  for (const { atMs, ms, server } of served) {
    const part = sums[Math.floor((atMs / durationMs) * POINTS)];
    if (part === undefined || server === undefined) continue;
    part.ms += ms;
    part.count += 1;
  }
  return sums.map(({ ms, count }) => (count === 0 ? null : rounded(ms / count)));
}

function livingOverTime(samples: readonly Sample[], durationMs: number): number[][] {
  const partMs = durationMs / POINTS;
  const nobody = samples[0]?.living.map(() => 0) ?? [];
  return Array.from({ length: POINTS }, (_, i) => {
    const sample = samples.findLast(({ atMs }) => atMs <= (i + 1) * partMs);
    return [...(sample?.living ?? nobody)];
  });
}
