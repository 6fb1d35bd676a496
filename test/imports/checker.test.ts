import { describe, expect, it } from 'vitest';
import { cyclesOf } from './graph.ts';
import { differences } from './outside.ts';
import { isUnjudged } from './permissions.ts';
import { readSource } from './source.ts';
import { graphOf } from './tree.ts';

const importsOf = (text: string, file = 'a.ts') => readSource(file, text).imports.map(({ name }) => name);
const usesOf = (text: string, file = 'a.ts') =>
  readSource(file, text).uses.map(({ what, permission }) => `${what}: ${permission}`);

describe('the reader of imports', () => {
  it.each([
    ['a static import', `import { b } from './b.ts';`],
    ['an import over several lines', `import {\n  a,\n  b,\n} from './b.ts';`],
    ['a type import', `import type { B } from './b.ts';`],
    ['an import in a type', `export type B = import('./b.ts').B;`],
    ['a side-effect import', `import './b.ts';`],
    ['a re-export', `export { b } from './b.ts';`],
    ['a re-export of everything', `export * from './b.ts';`],
    ['a re-export of a type', `export type { B } from './b.ts';`],
    ['a dynamic import', `const b = async () => (await import('./b.ts')).b;`],
    ['a dynamic import with a template', 'await import(`./b.ts`);'],
    ['a require', `const b = require('./b.ts');`],
    ['a require of TypeScript', `import b = require('./b.ts');`],
    ['double quotes', `import { b } from "./b.ts"`],
  ])('sees %s', (_, text) => {
    expect(importsOf(text)).toEqual(['./b.ts']);
  });

  it('sees what a require of its own making loads', () => {
    const text = `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\nrequire('./b.ts');`;
    expect(importsOf(text)).toEqual(['node:module', './b.ts']);
  });

  it('sees imports of .tsx beside its elements', () => {
    const text = `import { Part } from './part.tsx';\nexport const Page = () => <p title="from './no.ts'">import './no.ts'<Part /></p>;`;
    expect(importsOf(text, 'page.tsx')).toEqual(['./part.tsx']);
  });

  it('takes comments, strings and regular expressions for no code', () => {
    const text = [
      `// import './no.ts'; setTimeout(f)`,
      `/* await import('./no.ts') */`,
      `const text = "import './no.ts'";`,
      'const more = `process.exit() require("fs")`;',
      `const pattern = /fetch\\(Date.now\\(\\)\\)/;`,
    ].join('\n');
    expect(readSource('a.ts', text)).toEqual({ imports: [], uses: [] });
  });
});

describe('the reader of uses', () => {
  it.each([
    [`import { readFileSync } from 'node:fs';`, 'node:fs: files'],
    [`import { readFile } from 'fs/promises';`, 'fs/promises: files'],
    [`import 'node:fs';`, 'node:fs: files'],
    [`export { readFileSync } from 'node:fs';`, 'node:fs: files'],
    [`await import('node:child_process');`, 'node:child_process: programs'],
    [`require('node:net');`, 'node:net: sockets'],
    [`import { isIP, connect } from 'node:net';`, 'node:net: sockets'],
    [`import { isIP, type Socket } from 'node:net';`, 'node:net: library'],
    [`import net from 'node:net';`, 'node:net: sockets'],
    [`import { inspect } from 'node:util';`, 'node:util: library'],
    [`import { setTimeout as later } from 'node:timers/promises';`, 'node:timers/promises: timers'],
    [`import { performance } from 'node:perf_hooks';`, 'node:perf_hooks: clock'],
    [`import { randomUUID } from 'node:crypto';`, 'node:crypto: chance'],
    [`import { Session } from 'node:inspector';`, 'node:inspector: process'],
    [`import { WebSocketServer } from 'ws';`, 'ws: sockets'],
    [`const { createTransport } = await import('nodemailer');`, 'nodemailer: sockets'],
    [`import { serve } from '@hono/node-server';`, '@hono/node-server: sockets'],
    [`import { tsImport } from 'tsx/esm/api';`, 'tsx/esm/api: code'],
  ])('finds the module of %s', (text, use) => {
    expect(usesOf(text)).toContain(use);
  });

  it.each([
    ['setTimeout(f, 1);', 'setTimeout: timers'],
    ['const later = setInterval;', 'setInterval: timers'],
    ['setImmediate(f); ', 'setImmediate: timers'],
    ['queueMicrotask(f);', 'queueMicrotask: timers'],
    ['globalThis.setTimeout(f);', 'setTimeout: timers'],
    [`globalThis['setTimeout'](f);`, 'setTimeout: timers'],
    ['globalThis.globalThis.setTimeout(f);', 'setTimeout: timers'],
    ['const { setTimeout: later } = globalThis;', 'globalThis: code'],
    ['const all = globalThis as never;', 'globalThis: code'],
    ['AbortSignal.timeout(1);', 'AbortSignal.timeout: timers'],
    ['Date.now();', 'Date.now: clock'],
    ['new Date();', 'Date: clock'],
    ['new Date;', 'Date: clock'],
    ['Date();', 'Date: clock'],
    ['new Date(...none);', 'Date: clock'],
    ['const { now } = Date;', 'Date: clock'],
    ['globalThis.Date.now();', 'Date.now: clock'],
    ['performance.now();', 'performance.now: clock'],
    ['process.hrtime.bigint();', 'process.hrtime: clock'],
    ['process.env.HOME;', 'process.env: process'],
    ['const { env } = process;', 'process: process'],
    [`process.getBuiltinModule('fs');`, 'process.getBuiltinModule: process'],
    ['Math.random();', 'Math.random: chance'],
    [`Math['random']();`, 'Math.random: chance'],
    ['const { random } = Math;', 'Math: chance'],
    ['crypto.randomUUID();', 'crypto.randomUUID: chance'],
    [`fetch('http://x');`, 'fetch: sockets'],
    ['const world = { fetch };', 'fetch: sockets'],
    [`new WebSocket('ws://x');`, 'WebSocket: sockets'],
    ['console.log(1);', 'console.log: console'],
    [`eval('1');`, 'eval: code'],
    [`new Function('return 1');`, 'Function: code'],
    ['await import(name);', 'import: code'],
    ['require(name);', 'require: code'],
    ['class Later extends Date {}', 'Date: clock'],
    ['const text = `at $'.concat('{Date.now()}`;'), 'Date.now: clock'],
    ['declare const process: never; process.exit();', 'process.exit: process'],
  ])('finds what is outside in %s', (text, use) => {
    expect(usesOf(text)).toContain(use);
  });

  it.each([
    ['a date of given numbers', 'new Date(ms); Date.parse(text); x instanceof Date; let y: Date;'],
    ['other mathematics', 'Math.max(1, Math.PI);'],
    ['a member of that name', 'clock.setTimeout(f); world.fetch(url); const x = { process: 1, Date() {} };'],
    ['a parameter', 'const ask = (fetch: F) => fetch(url);'],
    ['a name taken apart', 'const { setTimeout: later, fetch } = world; fetch(later);'],
    ['an own function', 'function fetch() {} fetch();'],
    ['an imported name', `import { setTimeout } from './clock.ts'; setTimeout(f);`],
    ['a type', 'let later: typeof setTimeout; type P = { process: ReturnType<typeof fetch> };'],
    ['a type of a module', `import type { Socket } from 'node:net'; type X = import('node:fs').Stats;`],
  ])('lets %s pass', (_, text) => {
    expect(usesOf(text)).toEqual([]);
  });

  it('knows where a name holds: the global is used outside of it', () => {
    expect(usesOf('const f = (fetch: F) => fetch(1);\nfetch(2);')).toEqual(['fetch: sockets']);
    expect(usesOf('{ const process = own; process.go(); }\nprocess.exit();')).toEqual(['process.exit: process']);
  });

  it('reads .tsx', () => {
    expect(usesOf('export const Later = () => <p onClick={() => setTimeout(f)}>Date.now()</p>;', 'a.tsx')).toEqual([
      'setTimeout: timers',
    ]);
  });

  it('lets types of a module pass beside a function that only computes', () => {
    expect(usesOf(`import { isIP, type Socket } from 'node:net';`)).toEqual(['node:net: library']);
  });

  it('says where', () => {
    expect(readSource('a.ts', '\n\nDate.now();').uses).toEqual([{ permission: 'clock', what: 'Date.now', line: 3 }]);
  });
});

describe('the list of the outside', () => {
  const use = { file: 'controller/a.ts', permission: 'clock', what: 'Date.now', line: 3 } as const;

  it('lets a file do what it says, and a folder', () => {
    expect(differences([use], { 'controller/a.ts': ['clock'] })).toEqual([]);
    expect(differences([use], { 'controller/': ['clock'] })).toEqual([]);
  });

  it('lets nothing else pass', () => {
    const text = `controller/a.ts:3 uses Date.now without the permission 'clock'`;
    expect(differences([use], {})).toEqual([text]);
    expect(differences([use], { 'controller/b/': [] })).toEqual([text]);
    expect(differences([use], { 'controller/a.ts': [] })).toEqual([text]);
  });

  it('does not keep what nobody needs', () => {
    const list = { 'controller/a.ts': ['clock', 'files'], 'controller/gone.ts': ['timers'] } as const;
    expect(differences([use], list)).toEqual([
      `controller/a.ts no longer needs the permission 'files'`,
      `controller/gone.ts no longer needs the permission 'timers'`,
    ]);
  });

  it('knows which packages were judged', () => {
    expect(['zod', 'hono/body-limit', '@hono/node-server', 'node:fs', 'fs', './a.ts'].filter(isUnjudged)).toEqual([]);
    expect(['left-pad', '@hono/other', 'vipflow/openflow', '#inner'].filter(name => !isUnjudged(name))).toEqual([]);
  });
});

describe('the finder of cycles', () => {
  const graph = (texts: Record<string, string>) =>
    graphOf(Object.entries(texts).map(([file, text]) => ({ file, ...readSource(file, text) })));

  it('finds a cycle of types alone', () => {
    const texts = { 'x/a.ts': `import type { B } from './b.ts';`, 'x/b.ts': `import type { A } from './a.ts';` };
    expect(cyclesOf(graph(texts))).toEqual(['x/a.ts -> x/b.ts -> x/a.ts']);
  });

  it.each([`import('../x/a.ts');`, `import '../x/a.ts';`, `export * from '../x/a.ts';`, `require('../x/a.ts');`])(
    'finds a cycle by %s',
    text => {
      expect(cyclesOf(graph({ 'x/a.ts': `import { b } from '../y/b.tsx';`, 'y/b.tsx': text }))).toHaveLength(1);
    },
  );

  it('takes two ways to one file for no cycle', () => {
    const both = `import './b.ts'; import './c.ts';`;
    expect(cyclesOf(graph({ 'a.ts': both, 'b.ts': `import './d.ts';`, 'c.ts': `import './d.ts';`, 'd.ts': '' }))).toEqual([]);
  });
});
