import { describe, expect, test } from 'vitest';
import { until } from './balanced-lab.ts';
import { ANY_PORTS, allGone, Cli, holderOf, inTerminal, lineOfDescent, vipflow } from './cli-process.ts';

const CTRL_C = '\u0003';
const up = [vipflow, 'lab', 'up', 'two', ...ANY_PORTS];
const npm = ['npm', 'run', 'lab', '--', ...ANY_PORTS];
const isUp = /The lab is up/;
const isBuilding = /building lab/;

/** Waits until the lab's processes are there, and notes them. */
async function lineage(cli: Cli) {
  return until('processes of a lab', () => {
    const found = lineOfDescent(cli.pid);
    return found.traces !== undefined && found;
  });
}

describe('a lab leaves nothing behind', () => {
  test('after Ctrl-C in a terminal, which is no error; and no line of it was wider than the terminal', async () => {
    const cli = new Cli(inTerminal([...up, '--requests', '4']));
    await cli.says(isUp);
    const all = await lineage(cli);
    cli.type(CTRL_C);
    expect(await cli.ended).toBe(0);
    await allGone(all);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    const lines = cli.out.replace(/\u001b\[\d+m/g, '').split(/\r?\n/);
    expect(lines.filter(line => line.length > 80)).toEqual([]);
    expect(lines.filter(line => line.includes(' > web > server1  round-robin: next in turn'))).toHaveLength(4);
    expect(lines).toContain(
      '4 of 4 requests answered, the slowest in'.concat(lines.find(line => line.startsWith('4 of 4'))!.slice(40)),
    );
    expect(lines).toContain(`  Server 1 ${'█'.repeat(40)}    4 100 %`);
    expect(lines.at(-2)).toBe('^Cstopping the lab');
  });

  test('after Ctrl-C of npm run lab', async () => {
    const cli = new Cli(inTerminal(npm), { env: { NO_COLOR: '1' } });
    await cli.says(isUp);
    const all = await lineage(cli);
    cli.type(CTRL_C);
    await cli.ended;
    await allGone(all);
    expect(cli.out.slice(cli.out.indexOf('listening'))).not.toContain('\u001b[');
  });

  test.each([
    ['Ctrl-C', (cli: Cli) => cli.type(CTRL_C)],
    ['SIGTERM', (cli: Cli) => process.kill(lineOfDescent(cli.pid).pids.find(pid => pid !== cli.pid)!, 'SIGTERM')],
  ])('after %s while it is still starting', async (_name, end) => {
    const cli = new Cli(inTerminal(up));
    await cli.says(isBuilding);
    const all = await lineage(cli);
    end(cli);
    expect(await cli.ended).toBe(0);
    await allGone(all);
    expect(cli.out).not.toMatch(isUp);
  });

  test.each([
    ['SIGTERM', 0],
    ['SIGHUP', 0],
    ['SIGKILL', 137],
  ] as const)('after %s of vipflow', async (signal, code) => {
    const cli = new Cli(up);
    await cli.says(isUp);
    const all = await lineage(cli);
    cli.child.kill(signal);
    expect(await cli.ended).toBe(code);
    await allGone(all);
  });

  test.each([isBuilding, isUp])('after SIGKILL of the npm that started it, when it has said %s', async said => {
    const cli = new Cli(npm);
    await cli.says(said);
    const all = await lineage(cli);
    cli.child.kill('SIGKILL');
    await allGone(all);
  });

  test('when nobody reads what it says', async () => {
    const cli = new Cli(['sh', '-c', '"$@" | head -1', 'sh', ...up, '--requests', '2']);
    await cli.says(isBuilding);
    const all = await lineage(cli);
    expect(await cli.ended).toBe(0);
    await allGone(all);
    expect(cli.out).toMatch(/switch 1 connected: .*\n$/);
    expect(cli.err).not.toContain('EPIPE');
  });
});

test('a lab that dies is told in one sentence, and is an error', async () => {
  const cli = new Cli(up);
  await cli.says(isUp);
  const all = await lineage(cli);
  process.kill(holderOf(cli.pid), 'SIGKILL');
  expect(await cli.ended).toBe(1);
  await allGone(all);
  expect(cli.err).toMatch(/\nvipflow: The lab ended by itself \(SIGKILL\)\..*\n$/);
  expect(cli.err).not.toContain('    at ');
});

test('a request that is not answered makes --once fail', async () => {
  const cli = new Cli([...up, '--requests', '2', '--once', '--controller', '127.0.0.1:9']);
  expect(await cli.ended).toBe(1);
  expect(cli.err).toMatch(/\nvipflow: No controller answers at 127.0.0.1:9: start it first, or omit --controller.\n$/);
});
