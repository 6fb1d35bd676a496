import { Command } from 'commander';
import { readConfig } from '../files/config.ts';
import { configYaml } from '../files/config-yaml.ts';
import { examples } from '../help.ts';
import { counted } from '../screen/figures.ts';
import { output, print } from '../screen/terminal.ts';

export function checkCommand(): Command {
  return new Command('check')
    .description('check a configuration file; print each error as file:line:column')
    .summary('check a configuration file')
    .argument('<file>', 'such as vipflow.yaml')
    .option('--print', 'print the configuration as YAML, with all defaults, secrets blanked')
    .option('--json', 'print the configuration as JSON in the same way')
    .addHelpText('after', examples('vipflow check vipflow.yaml', 'vipflow check vipflow.yaml --print'))
    .action(check);
}

function check(file: string, { print: isPrinted = false, json = false }: { print?: boolean; json?: boolean }): void {
  const { config } = readConfig(file);
  const { services } = config;
  const servers = services.flatMap(one => one.servers).length;
  const sentence = `${file} is valid: ${counted(services.length, 'service')}, ${counted(servers, 'server')}.`;
  if (json) output(JSON.stringify(config));
  else if (isPrinted) process.stdout.write(configYaml(config));
  else output(sentence);
  if (isPrinted || json) print(sentence);
}
