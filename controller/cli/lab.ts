import { Command, InvalidArgumentError } from 'commander';
import { type LabName, labs } from '../../topologies/catalogue.ts';
import { REALISATIONS, type Realisation } from '../../topologies/control/lab-state.ts';
import { LabError } from '../../topologies/lab-error.ts';
import type { LabSpec } from '../../topologies/spec.ts';
import { type Config, configSchema } from '../core/config.ts';
import { nearest } from '../core/nearest.ts';
import { CliError, EXIT } from './exit.ts';
import { downCommand, execCommand, linkCommand, statusCommand } from './lab-commands.ts';
import { realisations } from './lab-realisations.ts';
import { LabSession } from './lab-session.ts';
import { stopSignal } from './stop-signal.ts';
import { tell, wrapped } from './terminal.ts';

const HELP_COLUMNS = 80;
/** Requests a second of an embedded lab's clients: one can still read along. */
const LOAD = 2;
const MAX_LOAD = 1000;

interface UpOptions {
  on: Realisation;
  requests: number;
  load?: number;
  once?: boolean;
  system?: boolean;
  controller?: { host: string; port: number };
  openflow: string;
  http: string;
}

export function labCommand(): Command {
  const names = Object.entries(labs).map(([name, { description }]) => {
    return `  ${name.padEnd(8)} ${wrapped(description, HELP_COLUMNS, 11)}`;
  });
  const up = new Command('up')
    .description('build a lab, with a controller beside it')
    .argument('[topology]', 'one of those below', 'single')
    .option('--on <realisation>', 'mininet: real Open vSwitch; embedded: all in this process, no root', realisation, 'mininet')
    .option('--requests <n>', 'send this many requests to the VIP and show who answered', wholeNumber, 0)
    .option('--once', 'end after the requests; exit code 0 only if all were answered')
    .option('--load <n>', 'requests a second that the clients of an embedded lab keep sending (2)', requestsPerSecond)
    .option('--system', "use the machine's own Open vSwitch instead of a private one")
    .option('--controller <host:port>', 'a controller that runs already, instead of starting one', controllerAddress)
    .option('--openflow <host:port>', 'where the controller waits for switches', '127.0.0.1:6653')
    .option('--http <host:port>', 'where the controller serves its log', '127.0.0.1:8080')
    .addHelpText(
      'after',
      `\nTopologies:\n${names.join('\n')}\n\nExamples:\n  vipflow lab up single --on embedded\n  vipflow lab up single --requests 20\n  vipflow lab up linear --controller 127.0.0.1:6653`,
    )
    .action(labUp);
  return new Command('lab')
    .description('a network to balance in')
    .enablePositionalOptions()
    .addCommand(up)
    .addCommand(statusCommand())
    .addCommand(execCommand())
    .addCommand(linkCommand())
    .addCommand(downCommand());
}

async function labUp(name: string, options: UpOptions): Promise<void> {
  const spec = specOf(name);
  const config = configOf(spec, options);
  const { on, once = false, system = false, requests, load = LOAD, controller } = options;
  if (system && on !== 'mininet') throw new CliError(EXIT.usage, `--system is for labs on Open vSwitch: use --on mininet.`);
  if (options.load !== undefined && on !== 'embedded')
    throw new CliError(EXIT.usage, '--load is for embedded labs: use --on embedded, or --requests.');
  const { prepare, start } = realisations[on];
  const problem = await prepare();
  if (problem) throw new CliError(EXIT.prerequisite, problem);
  const stopped = stopSignal();
  stopped.then(() => tell('ending the lab'));
  const session = new LabSession(spec, config, { once, requests, load, controller, realise: start({ system }) });
  try {
    const isDone = await Promise.race([session.run(stopped).then(() => true), stopped.then(() => false)]);
    if (!isDone && once) throw new CliError(EXIT.check, 'Stopped before all requests were answered.');
  } catch (error) {
    throw error instanceof LabError ? new CliError(LAB_EXIT[error.code] ?? EXIT.error, error.message) : error;
  } finally {
    await session.stop();
  }
}

/** Errors of a lab that mean that something has to be there first. */
const LAB_EXIT: Partial<Record<LabError['code'], number>> = {
  NO_MININET: EXIT.prerequisite,
  NO_OPEN_VSWITCH: EXIT.prerequisite,
  NO_PROGRAM: EXIT.prerequisite,
  NO_PYTHON: EXIT.prerequisite,
  NO_ROOT: EXIT.prerequisite,
  NAME_TAKEN: EXIT.prerequisite,
};

function specOf(name: string): LabSpec {
  const spec: LabSpec | undefined = Object.hasOwn(labs, name) ? labs[name as LabName] : undefined;
  if (spec !== undefined) return spec;
  const near = nearest(name, Object.keys(labs));
  throw new CliError(
    EXIT.usage,
    `There is no topology "${name}"${near ? `; did you mean "${near}"?` : `: there are ${Object.keys(labs).join(', ')}.`}`,
  );
}

function configOf({ services }: LabSpec, { openflow, http }: UpOptions): Config {
  const parsed = configSchema.safeParse({ listen: { openflow, http }, services });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new CliError(EXIT.usage, `--${path[1] === 'http' ? 'http' : 'openflow'}: ${message}.`);
}

function controllerAddress(text: string): { host: string; port: number } {
  const found = /^(?:tcp:)?(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const port = Number(found?.[3]);
  if (!found || port < 1 || port > 65535) throw new InvalidArgumentError('It must look like 127.0.0.1:6653');
  return { host: found[1] ?? found[2]!, port };
}

function realisation(text: string): Realisation {
  const found = REALISATIONS.find(name => name === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be ${REALISATIONS.join(' or ')}`);
  return found;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at most 999999');
  return Number(text);
}

function requestsPerSecond(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > MAX_LOAD)
    throw new InvalidArgumentError(`It must be a number from 0 to ${MAX_LOAD}`);
  return value;
}
