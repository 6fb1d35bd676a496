import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../../../controller/cli/cli.ts';
import { stub } from '../controller-stub.ts';
import { printed } from '../printed.ts';
import { server, service } from '../views.ts';

const output = printed();
const script = async (shell: string) => {
  await runCli(['node', 'vipflow', 'completion', shell]);
  return output.out;
};

/** What bash offers after these words; the program's names come from a function in its place. */
function offered(text: string, ...words: string[]): string[] {
  const ask = `
vipflow() { echo "$3" | sed 's/servers/web\\/server1 web\\/server2/; s/services/web/'; }
${text}
COMP_WORDS=(vipflow ${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_vipflow; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', ask], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

describe('completion', () => {
  it('of bash offers commands, options and names', async () => {
    const text = await script('bash');
    expect(offered(text, 'ser').toSorted()).toEqual(['server', 'servers', 'service', 'services']);
    expect(offered(text, 'server', 'd')).toEqual(['drain']);
    expect(offered(text, 'server', 'drain', 'web/')).toEqual(['web/server1', 'web/server2']);
    expect(offered(text, 'server', 'drain', '--w')).toEqual(['--wait']);
    expect(offered(text, '--url', 'x', 'service', 'strategy', '')).toEqual(['web']);
    expect(offered(text, 'lab', 'up', '--req')).toEqual(['--requests']);
  });

  it.each(['zsh', 'fish'] as const)('of %s names every command', async shell => {
    const text = await script(shell);
    for (const word of ['doctor', 'connections', 'drain', 'strategy', 'wait', 'completion names servers'])
      expect(text).toContain(word);
    const { error, status, stderr } = spawnSync(shell, ['-n'], { input: text, encoding: 'utf8' });
    if (error === undefined) expect({ status, stderr }).toEqual({ status: 0, stderr: '' }); // where that shell is installed
  });

  it('gives the names of a controller, and nothing where there is none', async () => {
    const url = await stub({ 'GET /services': [service('web', [server('a'), server('b')])] });
    process.env.VIPFLOW_URL = url;
    await runCli(['node', 'vipflow', 'completion', 'names', 'servers']);
    process.env.VIPFLOW_URL = 'http://127.0.0.1:9';
    await runCli(['node', 'vipflow', 'completion', 'names', 'servers']);
    delete process.env.VIPFLOW_URL;
    expect(output).toEqual({ out: 'web/a\nweb/b\n', err: '' });
  });
});
