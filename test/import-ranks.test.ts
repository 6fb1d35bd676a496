import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The houses of the design, lowest first. A file may import from its own house and from those below. */
const RANKS: readonly (readonly string[])[] = [
  ['openflow/wire'],
  ['openflow/protocol', 'openflow/packet'],
  ['openflow/codec.ts', 'openflow/framer.ts', 'openflow/describe', 'openflow/capture'],
  ['openflow/'],
  ['controller/core'],
  ['controller/strategies', 'controller/network'],
  ['controller/pool'],
  ['controller/connections', 'controller/health', 'controller/switches'],
  ['controller/app.ts', 'controller/live-config.ts'],
  ['controller/api', 'controller/alerts', 'controller/autoscaling', 'controller/cluster'],
  ['controller/main.ts', 'controller/runtime.ts', 'controller/simulation', 'controller/study'],
  ['controller/doctor', 'controller/cli'],
];

/** Houses that share a rank and still may not know each other. */
const STRANGERS = ['controller/connections', 'controller/health', 'controller/switches'];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:import|export)\s[^;]*?from '([^']+)'|import\('([^']+)'\)/g)].map(match => match[1] ?? match[2]!);
}

function rankOf(file: string): number {
  return RANKS.findIndex(houses => houses.some(house => file.startsWith(house)));
}

const files = [...sources('openflow'), ...sources('controller')];
const edges = files.flatMap(edgesOf);

function edgesOf(from: string): { from: string; to: string }[] {
  return importsOf(from)
    .filter(name => name.startsWith('.'))
    .map(name => ({ from, to: join(dirname(from), name) }));
}

describe('imports', () => {
  it('give every source file a rank', () => {
    expect(files.filter(file => rankOf(file) === -1)).toEqual([]);
  });

  it('go down only', () => {
    const up = edges.filter(({ from, to }) => !to.startsWith('topologies/') && rankOf(to) > rankOf(from));
    // The barrel `openflow/index.ts` is the library's outside: only those above the library use it.
    expect(up.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('do not join parts that meet in the app alone', () => {
    const house = (file: string) => STRANGERS.find(name => file.startsWith(name));
    const joined = edges.filter(({ from, to }) => house(from) && house(to) && house(from) !== house(to));
    expect(joined.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('make no cycles', () => {
    const next = new Map<string, string[]>();
    const labs = sources('topologies').flatMap(edgesOf);
    for (const { from, to } of [...edges, ...labs]) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file) || path.includes(file)) return;
      for (const to of next.get(file) ?? []) walk(to, [...path, file]);
      done.add(file);
    };
    for (const file of next.keys()) walk(file, []);
    expect(cycles).toEqual([]);
  });

  it('keep labs apart from the controller, and binary-parser behind one file', () => {
    const fromLabs = sources('topologies').flatMap(from =>
      importsOf(from).map(name => `${from} -> ${join(dirname(from), name)}`),
    );
    expect(fromLabs.filter(edge => edge.includes('-> controller/'))).toEqual([]);
    const users = files.filter(file => importsOf(file).some(name => name.startsWith('binary-parser')));
    expect(users).toEqual(['openflow/wire/fixed-run.ts']);
  });

  it('let only the command line, the simulator and the study know the labs', () => {
    const knows = (file: string) =>
      ['controller/cli/', 'controller/simulation/', 'controller/study/'].some(house => file.startsWith(house));
    const users = edges.filter(({ from, to }) => to.startsWith('topologies/') && !knows(from));
    expect(users).toEqual([]);
  });

  it('leave clocks, timers and chance to main', () => {
    const impure = /\b(Date\.now|setTimeout|setInterval|Math\.random|performance\.now)\b/;
    // the dashboard runs in a browser: there it is its own main
    const dashboard = 'controller/api/dashboard/';
    const allowed = ['controller/core/clock.ts', 'controller/main.ts', 'controller/cli/', 'openflow/', dashboard];
    const users = files.filter(
      file => !allowed.some(place => file.startsWith(place)) && impure.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(users).toEqual([]);
  });
});
