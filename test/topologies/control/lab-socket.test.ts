import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { labs } from '../../../topologies/catalogue.ts';
import type { ControlledLab } from '../../../topologies/control/controlled-lab.ts';
import { askLab, endLab, foundLabs } from '../../../topologies/control/found-labs.ts';
import { labRequests } from '../../../topologies/control/lab-requests.ts';
import { LabSocket } from '../../../topologies/control/lab-socket.ts';
import { runtimeFolders } from '../../../topologies/control/runtime-folder.ts';

let base: string;
const doors: LabSocket[] = [];
const folder = () => join(base, 'vipflow');

beforeEach(() => {
  base = mkdtempSync('/tmp/vipflow-sock-');
  vi.stubEnv('VIPFLOW_RUNTIME_DIR', folder());
});

afterEach(() => {
  for (const door of doors.splice(0)) door.close();
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true, force: true });
});

/** A lab that does nothing but tell what it was asked to do. */
function fake(asked: unknown[] = []): ControlledLab {
  return {
    spec: labs.two,
    on: 'embedded',
    startServers: async () => {},
    parts: async () => ({ switches: [], hosts: [], links: [], load: null }),
    ask: async () => [],
    exec: async (node, argv, { out, err, cancelled }) => {
      asked.push([node, ...argv]);
      out('said\n');
      err('complained\n');
      if (argv[0] === 'wait') await new Promise(resolve => cancelled.addEventListener('abort', resolve));
      if (argv[0] === 'wait') asked.push('cancelled');
      return 7;
    },
    link: async (...link) => void asked.push(link),
    onExit: () => {},
    stop: async () => {},
  };
}

async function open(asked: unknown[] = [], end = () => {}): Promise<LabSocket> {
  const around = { controller: '127.0.0.1:6653', log: null, since: '2026-11-23T10:00:00.000Z', pid: 1, end };
  const door: LabSocket = await LabSocket.open('two', labRequests(fake(asked), { ...around, name: () => door.name }));
  doors.push(door);
  return door;
}

const only = async () => (await foundLabs())[0]!;

describe('the socket of a running lab', () => {
  test('is for its owner alone, and gone when the lab is', async () => {
    const door = await open();
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    const [file] = readdirSync(folder());
    expect(file).toBe(`${door.name}.${process.pid}.sock`);
    expect(statSync(join(folder(), file!)).mode & 0o777).toBe(0o600);
    door.retire();
    expect(readdirSync(folder())).toEqual([]);
    expect(await foundLabs()).toEqual([]);
  });

  test('tells how the lab is', async () => {
    const door = await open();
    expect(await askLab(await only(), { do: 'state' })).toEqual({
      ...{ v: 1, name: door.name, topology: 'two', on: 'embedded', pid: 1, since: '2026-11-23T10:00:00.000Z' },
      ...{ controller: '127.0.0.1:6653', log: null, switches: [], hosts: [], links: [], load: null },
      services: [
        { name: 'web', protocol: 'tcp', vip: '10.0.0.100', port: 80 },
        { name: 'echo', protocol: 'udp', vip: '10.0.0.100', port: 53 },
      ],
    });
  });

  test('runs a command: what it says, and its exit code', async () => {
    const asked: unknown[] = [];
    await open(asked);
    const said: string[] = [];
    const sink = { out: (text: string) => said.push(`out ${text}`), err: (text: string) => said.push(`err ${text}`) };
    expect(await askLab(await only(), { do: 'exec', node: 'h1', argv: ['run', 'it'] }, sink)).toBe(7);
    expect(said).toEqual(['out said\n', 'err complained\n']);
    expect(asked).toEqual([['h1', 'run', 'it']]);
  });

  test('ends a command whose user went away', async () => {
    const asked: unknown[] = [];
    await open(asked);
    const late = askLab(await only(), { do: 'exec', node: 'h1', argv: ['wait'] }, { timeoutMs: 100 });
    await expect(late).rejects.toThrow('does not answer: its process seems to stand still');
    await expect.poll(() => asked).toEqual([['h1', 'wait'], 'cancelled']);
  });

  test('cuts links, and says what there is when there is no such thing', async () => {
    const asked: unknown[] = [];
    await open(asked);
    await askLab(await only(), { do: 'link', ends: ['s1', 'h1'], state: 'down' });
    expect(asked).toEqual([['s1', 'h1', 'down']]);
    const wrong = async (request: Parameters<typeof askLab>[1]) => expect(askLab(await only(), request)).rejects;
    await (await wrong({ do: 'link', ends: ['s1', 's1'], state: 'up' })).toMatchObject({
      name: 'RequestError',
      message: 'There is no link between s1 and s1 in this lab: there are h1 s1, h2 s1.',
    });
    await (await wrong({ do: 'exec', node: 'h9', argv: ['x'] })).toThrow('There is no h9 in this lab: there are h1, h2, s1.');
    await (await wrong({ do: 'link', ends: ['s1', 'h1'], state: 'sideways' as 'up' })).toThrow('of another version of vipflow?');
  });

  test('lets whoever ends the lab wait until it is gone', async () => {
    const order: string[] = [];
    const door: LabSocket = await open([], () => {
      door.retire();
      setTimeout(() => {
        order.push('gone');
        door.close();
      }, 50);
    });
    await endLab(await only());
    expect(order).toEqual(['gone']);
  });
});

describe('several labs', () => {
  test('get names of their own, and a name is free again when its lab is gone', async () => {
    const [first, second] = [await open(), await open()];
    expect([first.name, second.name]).toEqual(['two', 'two-2']);
    expect((await foundLabs()).map(({ name }) => name)).toEqual(['two', 'two-2']);
    first.close();
    expect((await open()).name).toBe('two');
  });

  test('that were killed are not found, and what they left is removed', async () => {
    await open();
    const stale = join(folder(), 'linear.99999.sock');
    const server = createServer().listen(join(base, 'moved.sock'));
    await new Promise(resolve => server.once('listening', resolve));
    symlinkSync(join(base, 'nobody'), join(folder(), 'no-lab'));
    // a socket that nobody listens on, as a killed process leaves it
    linkSync(join(base, 'moved.sock'), stale);
    await new Promise(resolve => server.close(resolve));
    expect(existsSync(stale)).toBe(true);
    expect((await foundLabs()).map(({ path }) => path)).not.toContain(stale);
    expect(existsSync(stale)).toBe(false);
    expect(readdirSync(folder())).toContain('no-lab');
  });
});

test("a folder that is a link, as another user could leave it, is not taken for the labs' own", async () => {
  mkdirSync(join(base, 'elsewhere'));
  symlinkSync(join(base, 'elsewhere'), folder());
  await expect(open()).rejects.toThrow(`${folder()} belongs to another user, or is no folder: remove it.`);
  expect(await foundLabs()).toEqual([]);
});

test('the folder is that of the login session where it is ours, and one of the user in any case', () => {
  vi.stubEnv('VIPFLOW_RUNTIME_DIR', undefined);
  vi.stubEnv('XDG_RUNTIME_DIR', base);
  const last = `/tmp/vipflow-${process.getuid!()}`;
  expect(runtimeFolders()).toEqual([join(base, 'vipflow'), last]);
  vi.stubEnv('XDG_RUNTIME_DIR', join(base, 'nothing'));
  expect(runtimeFolders()).toEqual([last]);
});
