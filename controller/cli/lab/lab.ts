import { Command, InvalidArgumentError } from 'commander';
import { labs } from '../../../topologies/catalogue.ts';
import { REALISATIONS, type Realisation } from '../../../topologies/control/lab-state.ts';
import type { ListenAddress } from '../../core/config.ts';
import { wholeNumber } from '../argument.ts';
import { examples, glossary } from '../help.ts';
import { downCommand, execCommand, linkCommand, statusCommand } from './commands.ts';
import type { UpOptions } from './up.ts';

const MAX_LOAD = 1000;
const MAX_REQUESTS = 999_999;

export function labCommand(): Command {
  const up = new Command('up')
    .description('build a lab and start a controller for it')
    .argument('[topology]', 'one of the topologies below', 'single')
    .option('--on <realisation>', 'mininet: real Open vSwitch; embedded: in this process, without root', realisation, 'mininet')
    .option('--requests <n>', 'send <n> requests to the VIP and print which servers answered', wholeNumber(0, MAX_REQUESTS), 0)
    .option('--once', 'exit after the requests; with code 0 only if all were answered')
    .option('--load <n>', 'requests per second from the clients of an embedded lab (default: 2)', requestsPerSecond)
    .option('--system', 'use the Open vSwitch of this machine instead of a private one')
    .option('--controller <host:port>', 'use a running controller instead of starting one', controllerAddress)
    .option('--openflow <host:port>', 'where the controller listens for switches', '127.0.0.1:6653')
    .option('--http <host:port>', 'where the controller serves dashboard, REST and log', '127.0.0.1:8080')
    .addHelpText(
      'after',
      glossary('Topologies', 11, Object.entries(labs), ([name, { description }]) => [name, description]),
    )
    .addHelpText(
      'after',
      examples(
        'vipflow lab up single --on embedded',
        'vipflow lab up single --requests 20',
        'vipflow lab up linear --controller 127.0.0.1:6653',
      ),
    )
    .action(async (name: string, options: UpOptions) => (await import('./up.ts')).labUp(name, options));
  return new Command('lab')
    .description('build a lab network, inspect and change it')
    .enablePositionalOptions()
    .addCommand(up)
    .addCommand(statusCommand())
    .addCommand(execCommand())
    .addCommand(linkCommand())
    .addCommand(downCommand());
}

function controllerAddress(text: string): ListenAddress {
  const found = /^(?:tcp:)?(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const port = Number(found?.[3]);
  if (!found || port < 1 || port > 65535) throw new InvalidArgumentError('it must look like 127.0.0.1:6653');
  return { host: found[1] ?? found[2]!, port };
}

function realisation(text: string): Realisation {
  const found = REALISATIONS.find(name => name === text);
  if (found === undefined) throw new InvalidArgumentError(`it must be ${REALISATIONS.join(' or ')}`);
  return found;
}

function requestsPerSecond(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > MAX_LOAD)
    throw new InvalidArgumentError(`it must be a number from 0 to ${MAX_LOAD}`);
  return value;
}
