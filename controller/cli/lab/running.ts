import { askLab, type FoundLab, foundLabs } from '../../../topologies/control/found-labs.ts';
import type { LabState } from '../../../topologies/control/lab-state.ts';
import { sentence, unknownText } from '../argument.ts';
import { CliError, EXIT } from '../exit.ts';
import { self } from '../self.ts';

/** A lab that has not answered after this time is stuck. */
export const ANSWER_MS = 10_000;

/** The running labs of this user. Rejects with `CliError` when there is none. */
export async function runningLabs(): Promise<FoundLab[]> {
  const labs = await foundLabs();
  if (labs.length > 0) return labs;
  throw new CliError(EXIT.prerequisite, `You have no running lab: start one with \`${self} lab up\`.`);
}

/** The running lab of that name, or the only one. Rejects with `CliError` when there is none, or several. */
export async function theLab(name: string | undefined): Promise<FoundLab> {
  const labs = await runningLabs();
  const names = labs.map(lab => lab.name);
  if (name === undefined && labs.length > 1)
    throw new CliError(EXIT.usage, `Several labs are running (${names.join(', ')}): choose one with --lab.`);
  const found = name === undefined ? labs[0] : labs.find(lab => lab.name === name);
  if (found === undefined) throw new CliError(EXIT.usage, sentence(unknownText('lab', name ?? '', names)));
  return found;
}

/** The state of a running lab. */
export async function stateOf(lab: FoundLab): Promise<LabState> {
  return (await askLab(lab, { do: 'state' }, { timeoutMs: ANSWER_MS })) as LabState;
}
