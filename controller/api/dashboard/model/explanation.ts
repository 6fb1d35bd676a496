import type { DecisionEntry } from '../../../core/events.ts';

/** One candidate of a decision, as a bar: `fill` 0 to 1 of the worst score there was. */
export interface CandidateBar {
  readonly name: string;
  readonly score: number | undefined;
  readonly fill: number;
  readonly isChosen: boolean;
  readonly isShadowed: boolean;
}

/** Why this server: the candidates from the best to the worst, as far as the decision names them. */
export function candidateBars({ reason, server, shadow }: DecisionEntry): CandidateBar[] {
  const scores = reason.candidates.flatMap(({ score }) => (score === undefined ? [] : [score]));
  const worst = Math.max(0, ...scores);
  return reason.candidates
    .map(({ name, score }) => ({
      name,
      score,
      fill: score === undefined || worst <= 0 ? 0 : Math.max(0, score) / worst,
      isChosen: name === server.name,
      isShadowed: name === shadow?.server,
    }))
    .sort((a, b) => (a.score ?? 0) - (b.score ?? 0) || Number(b.isChosen) - Number(a.isChosen));
}

/** Candidates that were there and are not named. */
export function unnamed({ reason }: DecisionEntry): number {
  return Math.max(0, (reason.of ?? 0) - reason.candidates.length);
}
