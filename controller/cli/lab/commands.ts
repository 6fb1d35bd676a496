import { Argument, Command } from 'commander';
import { askLab, endLab, type FoundLab } from '../../../topologies/control/found-labs.ts';
import type { LabRequest } from '../../../topologies/control/lab-request.ts';
import { CliError, EXIT } from '../exit.ts';
import { examples } from '../help.ts';
import { output, print } from '../screen/terminal.ts';
import { ANSWER_MS, runningLabs, stateOf, theLab } from './running.ts';
import { labStatus } from './status.ts';

interface LabOption {
  lab?: string;
}

export function statusCommand(): Command {
  return forLab(new Command('status'))
    .description('print the state of running labs: switches, hosts, links')
    .option('--json', 'print one JSON object per lab')
    .action(async ({ lab, json = false }: LabOption & { json?: boolean }) => {
      const chosen = lab === undefined ? await runningLabs() : [await theLab(lab)];
      for (const one of chosen) {
        const state = await stateOf(one);
        output(json ? JSON.stringify(state) : labStatus(state));
      }
    });
}

export function execCommand(): Command {
  return forLab(new Command('exec'))
    .description('run a command in a host or a switch of a lab; exit with its exit code')
    .argument('<node>', 'a host or a switch, such as h4 or s1')
    .argument('<command...>', 'the command and its arguments')
    .passThroughOptions()
    .addHelpText('after', '\nOn Mininet: every program of the machine.\nEmbedded: get and ping in a host, flows in a switch.')
    .addHelpText(
      'after',
      examples('vipflow lab exec h4 -- curl http://10.0.0.100/', 'vipflow lab exec h4 -- get http://10.0.0.100/ 10'),
    )
    .action(async (node: string, words: string[], { lab }: LabOption) => {
      const argv = words[0] === '--' ? words.slice(1) : words; // what follows the node is passed on as it is
      if (argv.length === 0)
        throw new CliError(
          EXIT.usage,
          `Missing command: write it after --, as in \`vipflow lab exec ${node} -- ping 10.0.0.1\`.`,
        );
      process.exitCode = (await ask(await theLab(lab), { do: 'exec', node, argv })) as number;
    });
}

export function linkCommand(): Command {
  return forLab(new Command('link'))
    .description('take a link of a lab down, or bring it up again')
    .argument('<one>', 'one end, such as s1')
    .argument('<other>', 'the other end, such as h3')
    .addArgument(new Argument('<state>', 'new state of the link').choices(['down', 'up']))
    .action(async (one: string, other: string, state: 'down' | 'up', { lab }: LabOption) => {
      await ask(await theLab(lab), { do: 'link', ends: [one, other], state }, ANSWER_MS);
      print(`the link between ${one} and ${other} is ${state}`);
    });
}

export function downCommand(): Command {
  return forLab(new Command('down'))
    .description('stop a lab and wait until all of it is removed')
    .action(async ({ lab }: LabOption) => {
      const found = await theLab(lab);
      await endLab(found);
      print(`lab ${found.name} stopped`);
    });
}

const forLab = (command: Command) => command.option('--lab <name>', 'name of the lab, if several run (see lab status)');

function ask(lab: FoundLab, request: LabRequest, timeoutMs?: number): Promise<unknown> {
  const out = (text: string) => void process.stdout.write(text);
  const err = (text: string) => void process.stderr.write(text);
  return askLab(lab, request, { out, err, ...(timeoutMs !== undefined && { timeoutMs }) });
}
