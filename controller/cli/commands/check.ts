import { Command } from 'commander';
import { readConfig } from '../files/config.ts';
import { configYaml } from '../files/config-yaml.ts';
import { counted } from '../screen/figures.ts';
import { print } from '../screen/terminal.ts';

export function checkCommand(): Command {
  return new Command('check')
    .description('check a configuration file; print each error as file:line:column')
    .summary('check a configuration file')
    .argument('<file>', 'such as vipflow.yaml')
    .option('--print', 'print the configuration as YAML, with all defaults, secrets blanked')
    .option('--json', 'print the configuration as JSON in the same way')
    .addHelpText('after', '\nExamples:\n  vipflow check vipflow.yaml\n  vipflow check vipflow.yaml --print')
    .action(check);
}

function check(file: string, { print: isPrinted = false, json = false }: { print?: boolean; json?: boolean }): void {
  const { config } = readConfig(file);
  const { services } = config;
  const servers = services.reduce((count, { servers: pool }) => count + pool.length, 0);
  const sentence = `${file} is valid: ${counted(services.length, 'service')}, ${counted(servers, 'server')}.`;
  if (json) process.stdout.write(`${JSON.stringify(config)}\n`);
  else if (isPrinted) process.stdout.write(configYaml(config));
  else process.stdout.write(`${sentence}\n`);
  if (isPrinted || json) print(sentence);
}
