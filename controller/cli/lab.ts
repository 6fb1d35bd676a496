import { Command, InvalidArgumentError } from 'commander';
import { type LabName, labs } from '../../topologies/catalogue.ts';
import { LabError } from '../../topologies/lab-error.ts';
import { ensureDebianPackages, LAB_PACKAGES } from '../../topologies/prerequisites.ts';
import type { LabSpec } from '../../topologies/spec.ts';
import { type Config, configSchema } from '../core/config.ts';
import { nearest } from '../core/nearest.ts';
import { CliError, EXIT } from './exit.ts';
import { LabSession } from './lab-session.ts';
import { stopSignal } from './stop-signal.ts';
import { tell, wrapped } from './terminal.ts';

const HELP_COLUMNS = 80;

interface UpOptions {
  requests: number;
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
    .description('build a lab of real Open vSwitch and Mininet, with a controller beside it')
    .argument('[topology]', 'one of those below', 'single')
    .option('--requests <n>', 'send this many requests to the VIP and show who answered', wholeNumber, 0)
    .option('--once', 'end after the requests; exit code 0 only if all were answered')
    .option('--system', "use the machine's own Open vSwitch instead of a private one")
    .option('--controller <host:port>', 'a controller that runs already, instead of starting one', controllerAddress)
    .option('--openflow <host:port>', 'where the controller waits for switches', '127.0.0.1:6653')
    .option('--http <host:port>', 'where the controller serves its log', '127.0.0.1:8080')
    .addHelpText(
      'after',
      `\nTopologies:\n${names.join('\n')}\n\nExamples:\n  vipflow lab up single --requests 20\n  vipflow lab up linear --controller 127.0.0.1:6653`,
    )
    .action(labUp);
  return new Command('lab').description('a network to balance in').addCommand(up);
}

async function labUp(name: string, options: UpOptions): Promise<void> {
  const spec = specOf(name);
  const config = configOf(spec, options);
  const problem = await ensureDebianPackages(LAB_PACKAGES, line => tell(`setting up: ${line}`));
  if (problem) throw new CliError(EXIT.prerequisite, problem);
  const { once = false, system = false, requests, controller } = options;
  const stopped = stopSignal();
  stopped.then(() => tell('ending the lab'));
  const session = new LabSession(spec, config, { once, system, requests, controller });
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

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at most 999999');
  return Number(text);
}
