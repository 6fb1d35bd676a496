import { askLab, type FoundLab, foundLabs } from '../../../topologies/control/found-labs.ts';
import type { LabState } from '../../../topologies/control/lab-state.ts';
import { CliError, EXIT } from '../exit.ts';
import { self } from '../self.ts';

/** A lab answers at once, or its process stands still. */
export const ANSWER_MS = 10_000;

/** The labs that run. Throws `CliError` when there is none. */
export async function runningLabs(): Promise<FoundLab[]> {
  const labs = await foundLabs();
  if (labs.length > 0) return labs;
  throw new CliError(EXIT.prerequisite, `No lab of yours is running: start one with \`${self} lab up\`.`);
}

/** The lab of that name, or the only one that runs. Throws `CliError`. */
export async function theLab(name: string | undefined): Promise<FoundLab> {
  const labs = await runningLabs();
  const names = labs.map(lab => lab.name).join(', ');
  if (name === undefined && labs.length > 1)
    throw new CliError(EXIT.usage, `Several labs are running (${names}): name one with --lab.`);
  const found = name === undefined ? labs[0] : labs.find(lab => lab.name === name);
  if (found === undefined) throw new CliError(EXIT.usage, `No lab called ${name} is running: there is ${names}.`);
  return found;
}

/** How a lab is now. */
export async function stateOf(lab: FoundLab): Promise<LabState> {
  return (await askLab(lab, { do: 'state' }, { timeoutMs: ANSWER_MS })) as LabState;
}
