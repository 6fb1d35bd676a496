import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cyclesOf } from './imports/graph.ts';
import { differences } from './imports/outside.ts';
import { isUnjudged } from './imports/permissions.ts';
import { graphOf, root, sourcesOf } from './imports/tree.ts';

/** The rooms of the design, lowest first. A file may import from its own rank and from those below. */
const RANKS: readonly (readonly string[])[] = [
  ['openflow/wire'],
  ['openflow/protocol', 'openflow/packet'],
  ['openflow/codec.ts', 'openflow/framer.ts', 'openflow/describe', 'openflow/capture'],
  ['openflow/'],
  ['controller/core'],
  ['controller/strategies', 'controller/network'],
  ['controller/pool'],
  ['controller/connections', 'controller/health', 'controller/switches', 'controller/cluster'],
  ['controller/app', 'controller/server-health.ts', 'controller/switch-events.ts', 'controller/live-config.ts'],
  ['controller/runtime.ts'],
  ['controller/api', 'controller/alerts', 'controller/autoscaling', 'controller/proxy'],
  ['controller/main.ts', 'controller/machine-clock.ts', 'controller/simulation', 'controller/study'],
  ['controller/doctor', 'controller/cli'],
];

/** Rooms that share a rank and still may not know each other: they meet in the app alone. */
const STRANGERS = ['controller/connections', 'controller/health', 'controller/switches', 'controller/cluster'];

/** Who may know the labs. */
const KNOW_LABS = ['controller/cli/', 'controller/simulation/', 'controller/study/'];

const MAX_LINES = 350;
const MAX_MEDIAN = 65;
/** Files that still have to be split. */
const LONG: readonly string[] = [];

const library = sourcesOf('openflow');
const controller = sourcesOf('controller');
const labs = sourcesOf('topologies');
const files = [...library, ...controller, ...labs];
const graph = graphOf(files);
const edges = [...graph].flatMap(([from, all]) => all.map(to => ({ from, to, text: `${from} -> ${to}` })));
const textOf = (some: typeof edges): string[] => some.map(({ text }) => text);

const isLab = (file: string): boolean => file.startsWith('topologies/');
const rankOf = (file: string): number => RANKS.findIndex(rooms => rooms.some(room => file.startsWith(room)));

describe('imports', () => {
  it('are of files that are there', () => {
    expect(files.length).toBeGreaterThan(500);
    expect(textOf(edges.filter(({ to }) => !graph.has(to) && !existsSync(join(root, to))))).toEqual([]);
  });

  it('give every source file a rank', () => {
    expect(files.map(({ file }) => file).filter(file => !isLab(file) && rankOf(file) === -1)).toEqual([]);
  });

  it('go down only', () => {
    expect(textOf(edges.filter(({ from, to }) => !isLab(from) && !isLab(to) && rankOf(to) > rankOf(from)))).toEqual([]);
  });

  it('do not join parts that meet in the app alone', () => {
    const room = (file: string) => STRANGERS.find(name => file.startsWith(name));
    expect(textOf(edges.filter(({ from, to }) => room(from) && room(to) && room(from) !== room(to)))).toEqual([]);
  });

  it('make no cycles, not even of types', () => {
    expect(cyclesOf(graph)).toEqual([]);
  });

  it('keep labs apart from the controller, and binary-parser behind one file', () => {
    expect(textOf(edges.filter(({ from, to }) => isLab(from) && to.startsWith('controller/')))).toEqual([]);
    const users = files.filter(({ imports }) => imports.some(({ name }) => name.startsWith('binary-parser')));
    expect(users.map(({ file }) => file)).toEqual(['openflow/wire/fixed-run.ts']);
  });

  it('let only the command line, the simulator and the study know the labs', () => {
    const knows = (file: string) => isLab(file) || KNOW_LABS.some(room => file.startsWith(room));
    expect(textOf(edges.filter(({ from, to }) => isLab(to) && !knows(from)))).toEqual([]);
  });
});

describe('the outside', () => {
  it('is touched by those on the list alone, each in its own way', () => {
    expect(differences(files.flatMap(({ file, uses }) => uses.map(use => ({ file, ...use }))))).toEqual([]);
  });

  it('is not reached by a package that nobody has judged', () => {
    const unjudged = files.flatMap(({ file, imports }) =>
      imports.filter(({ name }) => isUnjudged(name)).map(({ name }) => `${file} -> ${name}`),
    );
    expect(unjudged).toEqual([]);
  });
});

describe('source files', () => {
  it(`have at most ${MAX_LINES} lines`, () => {
    const long = files.filter(({ lines }) => lines > MAX_LINES);
    expect(long.map(({ file }) => file).sort()).toEqual([...LONG].sort());
  });

  it(`of the controller have ${MAX_MEDIAN} lines or fewer, half of them`, () => {
    const lengths = controller.filter(({ file }) => !file.includes('/dashboard/')).map(({ lines }) => lines);
    const median = lengths.sort((a, b) => a - b)[Math.floor(lengths.length / 2)];
    expect(median).toBeLessThanOrEqual(MAX_MEDIAN);
  });
});
