import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { program, runCli } from '../../../controller/cli/cli.ts';
import { spoken } from './spoken.ts';

const said = spoken();

it.each([
  ['an unknown command', ['rnu'], 2, /^vipflow: unknown command 'rnu'; did you mean run\? See `vipflow --help`\.\n$/],
  ['no command', [], 2, /^Usage: vipflow /],
  [
    'an unknown option',
    ['lab', 'up', '--oncee'],
    2,
    /^vipflow: unknown option '--oncee'; did you mean --once\? See `vipflow lab up --help`\.\n$/,
  ],
  ['an unknown topology', ['lab', 'up', 'singel'], 2, /^vipflow: There is no topology "singel"; did you mean "single"\?\n$/],
  ['a topology like no other', ['lab', 'up', 'x'], 2, /^vipflow: There is no topology "x": there are single, linear, two\.\n$/],
  [
    'a wrong number',
    ['lab', 'up', '--requests', '-3'],
    2,
    /^vipflow: option '--requests <n>' argument '-3' is wrong: it must be a whole number.*\n$/,
  ],
  [
    'a wrong address',
    ['lab', 'up', '--http', '127.0.0.1:99999'],
    2,
    /^vipflow: --http: must be HOST:PORT, such as 127\.0\.0\.1:8080, not .*\n$/,
  ],
  [
    'a wrong controller',
    ['lab', 'up', '--controller', 'x'],
    2,
    /^vipflow: .*argument 'x' is wrong: it must look like 127\.0\.0\.1:6653; see .*\n$/,
  ],
  [
    'no configuration',
    ['run'],
    2,
    /^vipflow: required option '-c, --config <file>' not specified; see `vipflow run --help`\.\n$/,
  ],
  ['a missing file', ['run', '-c', 'nowhere.yaml'], 3, /^vipflow: There is no file nowhere\.yaml: .*docs\/vipflow\.yaml\.\n$/],
  ['a folder', ['check', '/tmp'], 3, /^vipflow: \/tmp is a folder: name the file in it, such as \/tmp\/vipflow\.yaml\.\n$/],
  [
    'nobody at --url',
    ['watch', '--url', '127.0.0.1:9'],
    4,
    /^vipflow: No log at ws:\/\/127\.0\.0\.1:9\/flows \(connect ECONNREFUSED.*\n$/,
  ],
  [
    'a wrong --url',
    ['watch', '--url', 'ftp://x'],
    2,
    /^vipflow: --url must look like http:\/\/127\.0\.0\.1:8080, not ftp:\/\/x\.\n$/,
  ],
] as const)('%s is one sentence and an exit code', async (_title, argv, code, sentence) => {
  await runCli(['node', 'vipflow', ...argv]);
  expect(said.err).toMatch(sentence);
  expect(said.out).toBe('');
  expect(process.exitCode).toBe(code);
});

/** Every command of the tree. */
function wordsOf(command: Command, above: readonly string[] = []): (readonly string[])[] {
  return [above, ...command.commands.flatMap(one => wordsOf(one, [...above, one.name()]))];
}

const commands = wordsOf(await program());
it.each(commands.map(argv => ({ argv })))('the help of $argv fits 80 columns', async ({ argv }) => {
  await runCli(['node', 'vipflow', ...argv, '--help']);
  expect(said.out).toMatch(/^Usage: vipflow/);
  expect(said.out.split('\n').filter(line => line.length > 80)).toEqual([]);
  expect(said.err).toBe('');
  expect(process.exitCode).toBe(0);
});
