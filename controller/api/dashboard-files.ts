import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the dashboard, as it is served. */
export interface DashboardFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same for readers that say `Accept-Encoding: gzip`. */
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** For `ETag`; with `Cache-Control: no-cache` a browser asks each time and mostly gets 304. */
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Headers that confine the page: nothing from other origins, nothing inline, no frames around it. `connect-src 'self'` covers the
 * WebSockets of the same address (CSP 3, 6.7.2.8).
 */
export const DASHBOARD_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The built page, by path: `/`, `/dashboard.js`, ... Read once. Empty when it was never built. */
export function dashboardFiles(): ReadonlyMap<string, DashboardFile> {
  // beside this file in a clone; the compiled package keeps it where the sources had it
  const folder = ['./dashboard/built/', '../../../controller/api/dashboard/built/']
    .map(path => new URL(path, import.meta.url))
    .find(url => existsSync(url));
  if (folder === undefined) return new Map();
  return new Map(readdirSync(folder).map(name => [name === 'index.html' ? '/' : `/${name}`, fileOf(new URL(name, folder))]));
}

function fileOf(url: URL): DashboardFile {
  const bytes = new Uint8Array(readFileSync(url));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  const gzip = new Uint8Array(gzipSync(bytes, { level: 9 }));
  return { type: TYPES[extname(url.pathname)] ?? 'application/octet-stream', bytes, gzip, etag };
}
