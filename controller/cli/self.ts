import { existsSync, readFileSync } from 'node:fs';

/** package.json lies two folders up in a clone, three up in the compiled package. */
const manifest = ['../../package.json', '../../../package.json']
  .map(path => new URL(path, import.meta.url))
  .find(path => existsSync(path));

export const version: string = manifest ? JSON.parse(readFileSync(manifest, 'utf8')).version : 'unknown';

/** How a user calls this program: in a clone, or where the package is installed. */
export const self = import.meta.url.endsWith('.ts') ? './vipflow' : 'npx vipflow';
