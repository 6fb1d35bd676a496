import { Command, InvalidArgumentError, Option } from 'commander';
import { FAULT_KINDS, FAULTS, type FaultKind } from '../../simulation/settings.ts';
import { type SimulationResult, simulate } from '../../simulation/simulation.ts';
import { unknownText, wholeNumber } from '../argument.ts';
import { CliError, EXIT } from '../exit.ts';
import { examples, glossary } from '../help.ts';
import { output, screen } from '../screen/terminal.ts';
import { self } from '../self.ts';

interface SimOptions {
  readonly seeds: number;
  readonly from: number;
  readonly seed?: string;
  readonly faults: readonly FaultKind[];
  readonly trace?: boolean;
}

export function simCommand(): Command {
  return new Command('sim')
    .description('run the controller, switches and hosts in memory under virtual time, inject faults and check invariants')
    .summary('test the controller in simulated networks with faults')
    .option('--seeds <n>', 'number of simulations', wholeNumber(0, MAX_SEED), 100)
    .option('--from <n>', 'number of the first seed', wholeNumber(0, MAX_SEED), 0)
    .option('--seed <word>', 'run one simulation, by its seed')
    .addOption(
      new Option('--faults <list>', 'all, none, or names separated by commas').default(FAULT_KINDS, 'all').argParser(faultList),
    )
    .option('--trace', 'print every event, packet by packet')
    .addHelpText(
      'after',
      glossary('Faults', 20, FAULT_KINDS, kind => [kind, FAULTS[kind].what]),
    )
    .addHelpText('after', examples('vipflow sim --seeds 500', 'vipflow sim --seed 42 --faults link-down,server-crash --trace'))
    .action(run);
}

function run({ seeds, from, seed, faults, trace = false }: SimOptions): void {
  const names = seed === undefined ? Array.from({ length: seeds }, (_, i) => String(from + i)) : [seed];
  const before = process.cpuUsage();
  const start = performance.now();
  const total = { seeds: 0, failed: 0, connections: 0, answered: 0, faults: 0, events: 0, simulatedMs: 0 };
  for (const name of names) {
    if (process.stdout.destroyed) return;
    const result = simulate({ seed: name, faults, ...(trace && { trace: output }) });
    total.seeds += 1;
    for (const key of ['connections', 'answered', 'faults', 'events', 'simulatedMs'] as const) total[key] += result[key];
    if (result.violations.length > 0) {
      total.failed += 1;
      output(failure(result, faults));
    } else if (seed !== undefined) output(`seed ${name}: ${result.lines} lines, hash ${result.hash}`);
  }
  const { user, system } = process.cpuUsage(before);
  const spent = `${((performance.now() - start) / 1000).toFixed(1)} s real, ${((user + system) / 1e6).toFixed(1)} s processor time`;
  output(
    `${total.seeds} seeds, ${total.failed} failed: ${total.connections} connections, ${total.answered} answers, ${total.faults} faults, ` +
      `${total.events} events, ${(total.simulatedMs / 1000).toFixed(0)} s simulated, ${spent}`,
  );
  if (total.failed > 0) throw new CliError(EXIT.check, `${total.failed} of ${total.seeds} seeds violated an invariant.`);
}

/** One line: the violated invariant, and the command that replays it. */
function failure({ seed, violations }: SimulationResult, faults: readonly FaultKind[]): string {
  const { law, text } = violations[0]!;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  const list = faults.length === FAULT_KINDS.length ? 'all' : faults.join(',') || 'none';
  const replay = `${self} sim --seed ${seed} --faults ${list} --trace`;
  return `seed ${seed} ${screen.colour.red(law)}: ${text.split('\n')[0]}${more}; replay: ${replay}`;
}

function faultList(text: string): readonly FaultKind[] {
  if (text === 'all') return FAULT_KINDS;
  if (text === 'none') return [];
  return text.split(',').map(word => {
    const found = FAULT_KINDS.find(kind => kind === word);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(unknownText('fault', word, FAULT_KINDS));
  });
}

const MAX_SEED = 999_999_999;
