import { Command } from 'commander';
import { askLab, endLab, type FoundLab } from '../../../topologies/control/found-labs.ts';
import type { LabRequest } from '../../../topologies/control/lab-request.ts';
import { CliError, EXIT } from '../exit.ts';
import { print } from '../screen/terminal.ts';
import { ANSWER_MS, runningLabs, stateOf, theLab } from './running.ts';
import { labStatus } from './status.ts';

interface LabOption {
  lab?: string;
}

export function statusCommand(): Command {
  return forLab(new Command('status'))
    .description('how running labs are: switches, hosts, links')
    .option('--json', 'one JSON object a line for each lab')
    .action(async ({ lab, json = false }: LabOption & { json?: boolean }) => {
      const chosen = lab === undefined ? await runningLabs() : [await theLab(lab)];
      for (const one of chosen) {
        const state = await stateOf(one);
        process.stdout.write(`${json ? JSON.stringify(state) : labStatus(state)}\n`);
      }
    });
}

export function execCommand(): Command {
  const examples = ['vipflow lab exec h4 -- curl http://10.0.0.100/', 'vipflow lab exec h4 -- get http://10.0.0.100/ 10'];
  return forLab(new Command('exec'))
    .description("run a command in a host or a switch of a lab; ends with the command's exit code")
    .argument('<node>', 'such as h4 or s1')
    .argument('<command...>', 'the command and its arguments')
    .passThroughOptions()
    .addHelpText(
      'after',
      `\nOn Mininet any program; embedded: get and ping in a host, flows in a switch.\n\nExamples:\n  ${examples.join('\n  ')}`,
    )
    .action(async (node: string, words: string[], { lab }: LabOption) => {
      const argv = words[0] === '--' ? words.slice(1) : words; // what follows the node is passed on as it is
      if (argv.length === 0) throw new CliError(EXIT.usage, `Say what to run in ${node} after --.`);
      process.exitCode = (await ask(await theLab(lab), { do: 'exec', node, argv })) as number;
    });
}

export function linkCommand(): Command {
  return forLab(new Command('link'))
    .description('cut a link of a lab, or join it again')
    .argument('<one>', 'one end, such as s1')
    .argument('<other>', 'the other end, such as h3')
    .argument('<state>', 'down or up')
    .action(async (one: string, other: string, state: string, { lab }: LabOption) => {
      if (state !== 'up' && state !== 'down') throw new CliError(EXIT.usage, `A link goes down or up, not ${state}.`);
      await ask(await theLab(lab), { do: 'link', ends: [one, other], state }, ANSWER_MS);
      print(`the link between ${one} and ${other} is ${state}`);
    });
}

export function downCommand(): Command {
  return forLab(new Command('down'))
    .description('end a lab; waits until nothing is left of it')
    .action(async ({ lab }: LabOption) => {
      const found = await theLab(lab);
      await endLab(found);
      print(`the lab ${found.name} is gone`);
    });
}

const forLab = (command: Command) => command.option('--lab <name>', 'which one, when several run; see lab status');

function ask(lab: FoundLab, request: LabRequest, timeoutMs?: number): Promise<unknown> {
  const out = (text: string) => void process.stdout.write(text);
  const err = (text: string) => void process.stderr.write(text);
  return askLab(lab, request, { out, err, ...(timeoutMs !== undefined && { timeoutMs }) });
}
