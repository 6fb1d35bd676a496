import { Command } from 'commander';
import { loadConfig } from '../core/config-file.ts';
import { strategyNames } from '../strategies/catalogue.ts';

export function checkCommand(): Command {
  return new Command('check')
    .description('check a configuration and say what is wrong, with file:line:column')
    .argument('<file>', 'such as vipflow.yaml')
    .addHelpText('after', '\nExample:\n  vipflow check vipflow.yaml')
    .action((file: string) => {
      const { services } = loadConfig(file, { strategies: strategyNames });
      const servers = services.reduce((count, { servers: pool }) => count + pool.length, 0);
      process.stdout.write(`${file} is valid: ${services.length} service(s), ${servers} server(s).\n`);
    });
}
