import { roundRobin } from './round-robin.ts';
import type { Candidate, ConnectionKey, Pick, PickContext, Strategy } from './strategy.ts';

/** What an untrusted strategy may give for a pick: a candidate, or one with its reason. */
export type LoosePick<C extends Candidate> = C | (Omit<Pick<C>, 'rule'> & { readonly rule?: string });

/** A strategy that was not tested against the contract: a user's. */
export interface LooseStrategy<C extends Candidate = Candidate> {
  pick(connection: ConnectionKey, candidates: readonly C[], context: PickContext): LoosePick<C> | undefined;
  update?(candidate: C): void;
}

/**
 * Guards a strategy that may be wrong: when it throws, promises or picks no candidate, `report` gets the reason, and round robin picks
 * in its place. It cannot be stopped from never coming back. Its candidates come in an array of its own that it cannot change.
 */
export function guarded<C extends Candidate>(strategy: LooseStrategy<C>, report: (problem: string) => void): Strategy<C> {
  const fallback = roundRobin<C>();
  let of: readonly C[] | undefined;
  let shown: readonly C[] = [];
  let members = new Set<unknown>();

  const ask = (connection: ConnectionKey, context: PickContext): Pick<C> | string => {
    try {
      const given: unknown = strategy.pick(connection, shown, context);
      const { candidate, rule, score } = Object(members.has(given) ? { candidate: given } : given) as LooseParts<C>;
      if (!members.has(candidate)) return `picked ${kindOf(given)}, which is not a candidate`;
      const reason = typeof rule === 'string' && rule !== '' ? rule : 'rule of the file';
      if (typeof score !== 'function') return { candidate, rule: reason };
      return { candidate, rule: reason, score: other => soundScore(() => score(other), report) };
    } catch (error) {
      return `threw ${textOf(error)}`;
    }
  };

  return {
    pick(connection, candidates, context) {
      if (candidates.length === 0) return undefined;
      if (candidates !== of) {
        of = candidates;
        shown = Object.freeze([...candidates]);
        members = new Set(candidates);
      }
      const picked = ask(connection, context);
      if (typeof picked !== 'string') return picked;
      report(`${picked}; round robin picks instead`);
      const instead = fallback.pick(connection, candidates, context);
      return instead && { ...instead, rule: `${instead.rule}, because the strategy ${picked}` };
    },
    update(candidate) {
      fallback.update?.(candidate);
      try {
        strategy.update?.(candidate);
      } catch (error) {
        report(`threw in update: ${textOf(error)}`);
      }
    },
  };
}

type LooseParts<C> = Readonly<{ candidate: C; rule?: unknown; score?: unknown }>;

/** Not a number where it gives none. */
function soundScore(score: () => unknown, report: (problem: string) => void): number {
  try {
    const value = score();
    if (typeof value === 'number') return value;
    report(`scored ${kindOf(value)}, which is not a number`);
  } catch (error) {
    report(`threw in score: ${textOf(error)}`);
  }
  return Number.NaN;
}

/** What was given, in words. A promise is left to itself: its failure is nobody's. */
function kindOf(given: unknown): string {
  if (given instanceof Promise) {
    given.catch(() => {});
    return 'a promise';
  }
  if (typeof given === 'string') return JSON.stringify(given);
  if (typeof given === 'function') return 'a function';
  return typeof given === 'object' && given !== null ? 'an object' : String(given);
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
