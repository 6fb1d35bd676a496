import { Command } from 'commander';
import { readConfig } from './config-file.ts';

export function checkCommand(): Command {
  return new Command('check')
    .description('check a configuration; each mistake as file:line:column')
    .summary('check a configuration')
    .argument('<file>', 'such as vipflow.yaml')
    .addHelpText('after', '\nExample:\n  vipflow check vipflow.yaml')
    .action((file: string) => {
      const { services } = readConfig(file).config;
      const servers = services.reduce((count, { servers: pool }) => count + pool.length, 0);
      process.stdout.write(`${file} is valid: ${counted(services.length, 'service')}, ${counted(servers, 'server')}.\n`);
    });
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
