import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { program, runCli } from '../../../controller/cli/cli.ts';
import { printed } from './printed.ts';

const output = printed();

it.each([
  ['an unknown command', ['rnu'], 2, /^vipflow: Unknown command "rnu"; the closest match is "run"\. See `vipflow --help`\.\n$/],
  ['no command', [], 2, /^Usage: vipflow /],
  [
    'an unknown option',
    ['lab', 'up', '--oncee'],
    2,
    /^vipflow: Unknown option "--oncee"; the closest match is "--once"\. See `vipflow lab up --help`\.\n$/,
  ],
  ['an unknown topology', ['lab', 'up', 'singel'], 2, /^vipflow: Unknown topology "singel"; the closest match is "single"\.\n$/],
  ['a topology like no other', ['lab', 'up', 'x'], 2, /^vipflow: Unknown topology "x"; known names: single, linear, two\.\n$/],
  [
    'a wrong number',
    ['lab', 'up', '--requests', '-3'],
    2,
    /^vipflow: Invalid value "-3" for --requests <n>: it must be a whole number from 0 to 999999\. See `vipflow lab up --help`\.\n$/,
  ],
  [
    'a wrong address',
    ['lab', 'up', '--http', '127.0.0.1:99999'],
    2,
    /^vipflow: Invalid value for --http: must be HOST:PORT, such as 127\.0\.0\.1:8080, not .*\n$/,
  ],
  [
    'a wrong controller',
    ['lab', 'up', '--controller', 'x'],
    2,
    /^vipflow: Invalid value "x" for --controller <host:port>: it must look like 127\.0\.0\.1:6653\. See .*\n$/,
  ],
  ['no argument', ['check'], 2, /^vipflow: Missing argument <file>\. See `vipflow check --help`\.\n$/],
  [
    'an argument too many',
    ['check', 'a', 'b'],
    2,
    /^vipflow: Too many arguments: expected 1, got 2\. See `vipflow check --help`\.\n$/,
  ],
  [
    'an option without its value',
    ['watch', '--url'],
    2,
    /^vipflow: Missing value of option --url <url>\. See `vipflow watch --help`\.\n$/,
  ],
  [
    'a wrong choice',
    ['lab', 'link', 's1', 'h1', 'dwn'],
    2,
    /^vipflow: Invalid value "dwn" for <state>: it must be one of down, up\. See `vipflow lab link --help`\.\n$/,
  ],
  ['no configuration', ['run'], 2, /^vipflow: Missing option -c, --config <file>\. See `vipflow run --help`\.\n$/],
  [
    'a missing file',
    ['run', '-c', 'nowhere.yaml'],
    3,
    /^vipflow: The file nowhere\.yaml does not exist: .*docs\/vipflow\.yaml\.\n$/,
  ],
  ['a folder', ['check', '/tmp'], 3, /^vipflow: \/tmp is a folder: pass a file in it, such as \/tmp\/vipflow\.yaml\.\n$/],
  [
    'nobody at --url',
    ['watch', '--url', '127.0.0.1:9'],
    4,
    /^vipflow: No log answers at ws:\/\/127\.0\.0\.1:9\/flows \(connect ECONNREFUSED.*\n$/,
  ],
  [
    'a wrong --url',
    ['watch', '--url', 'ftp://x'],
    2,
    /^vipflow: Invalid value "ftp:\/\/x" for --url: it must look like http:\/\/127\.0\.0\.1:8080\.\n$/,
  ],
] as const)('%s is an error on one line with an exit code', async (_title, argv, code, sentence) => {
  await runCli(['node', 'vipflow', ...argv]);
  expect(output.err).toMatch(sentence);
  expect(output.out).toBe('');
  expect(process.exitCode).toBe(code);
});

/** Every command of the tree. */
function wordsOf(command: Command, above: readonly string[] = []): (readonly string[])[] {
  return [above, ...command.commands.flatMap(one => wordsOf(one, [...above, one.name()]))];
}

const commands = wordsOf(await program());
it.each(commands.map(argv => ({ argv })))('the help of $argv fits 80 columns', async ({ argv }) => {
  await runCli(['node', 'vipflow', ...argv, '--help']);
  expect(output.out).toMatch(/^Usage: vipflow/);
  expect(output.out.split('\n').filter(line => line.length > 80)).toEqual([]);
  expect(output.err).toBe('');
  expect(process.exitCode).toBe(0);
});
