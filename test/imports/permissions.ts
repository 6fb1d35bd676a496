import { isBuiltin } from 'node:module';

/** What a file may touch outside itself: each way out has a name. */
export type Permission =
  | 'files'
  | 'sockets'
  | 'programs'
  | 'timers'
  | 'clock'
  | 'chance'
  | 'process'
  | 'console'
  | 'machine'
  | 'code'
  | 'library';

/** Modules of Node by what they open. A module that is not here needs `process`, the widest permission. */
const NODE_MODULES: Readonly<Record<string, Permission>> = {
  fs: 'files',
  net: 'sockets',
  tls: 'sockets',
  http: 'sockets',
  http2: 'sockets',
  https: 'sockets',
  dgram: 'sockets',
  dns: 'sockets',
  child_process: 'programs',
  cluster: 'programs',
  worker_threads: 'programs',
  timers: 'timers',
  perf_hooks: 'clock',
  crypto: 'chance',
  os: 'machine',
  module: 'code',
  vm: 'code',
  // These compute. They are named too, because a pure file runs in a browser as well.
  assert: 'library',
  buffer: 'library',
  events: 'library',
  path: 'library',
  querystring: 'library',
  stream: 'library',
  string_decoder: 'library',
  url: 'library',
  util: 'library',
  zlib: 'library',
};

/** What only computes in a module that opens more. */
const COMPUTES: Readonly<Record<string, readonly string[]>> = {
  crypto: ['createHash', 'createHmac', 'timingSafeEqual'],
  http: ['STATUS_CODES'],
  net: ['isIP', 'isIPv4', 'isIPv6'],
};

/** Packages by what they open; undefined: nothing. A package that is not here is reported: it has to be judged first. */
const PACKAGES: Readonly<Record<string, Permission | undefined>> = {
  '@hono/node-server': 'sockets',
  '@hono/zod-openapi': undefined,
  'binary-parser': undefined,
  commander: 'process',
  hono: undefined,
  nodemailer: 'sockets',
  preact: undefined,
  'prom-client': undefined,
  tsx: 'code',
  typescript: undefined,
  undici: 'sockets',
  uplot: undefined,
  vite: 'files',
  ws: 'sockets',
  yaml: undefined,
  zod: undefined,
};

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

/** Whether an import is of a package that nobody has judged yet. */
export function isUnjudged(name: string): boolean {
  return !name.startsWith('.') && nodeModule(name) === undefined && !(packageOf(name) in PACKAGES);
}

/** The permission that an import needs, of these names or (undefined) of everything; undefined: none. */
export function permissionOfImport(name: string, names?: readonly string[]): Permission | undefined {
  if (name.startsWith('.')) return undefined;
  const builtIn = nodeModule(name);
  if (builtIn === undefined) return PACKAGES[packageOf(name)];
  const computes = COMPUTES[builtIn] ?? [];
  if (names !== undefined && names.length > 0 && names.every(one => computes.includes(one))) return 'library';
  return NODE_MODULES[builtIn] ?? 'process';
}

/** `node:fs/promises` and `fs/promises` are both `fs`. */
function nodeModule(name: string): string | undefined {
  const [first = ''] = name.replace(/^node:/, '').split('/');
  return name.startsWith('node:') || first in NODE_MODULES || isBuiltin(name) ? first : undefined;
}

/** How a global is used: one permission for all of it, or for each member; `''` is the thing itself, `*` any other member. */
export type GlobalRule = Permission | Readonly<Record<string, Permission | undefined>>;

/** `Date` and `globalThis` have rules of their own. */
export const GLOBALS: ReadonlyMap<string, GlobalRule> = new Map<string, GlobalRule>([
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame', 'requestIdleCallback'].map(
    name => [name, 'timers'] as const,
  ),
  ['AbortSignal', { timeout: 'timers' }],
  ['performance', 'clock'],
  ['process', { hrtime: 'clock', uptime: 'clock', '*': 'process', '': 'process' }],
  ['Math', { random: 'chance', '': 'chance' }],
  ['crypto', 'chance'],
  ['fetch', 'sockets'],
  ['WebSocket', 'sockets'],
  ['EventSource', 'sockets'],
  ['XMLHttpRequest', 'sockets'],
  ['console', 'console'],
  ['eval', 'code'],
  ['Function', { '': 'code' }],
  ['require', 'code'],
]);
