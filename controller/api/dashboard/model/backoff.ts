/** The first wait, doubled each time; never longer than the last. */
const FIRST_MS = 250;
const LONGEST_MS = 8000;

/** How long to wait before try number `attempt` (from 0): between half and all of the doubled wait, so that pages do not come in step. */
export function waitMs(attempt: number, random: () => number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(full / 2 + (full / 2) * random());
}
