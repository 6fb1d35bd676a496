import { describe, expect, it } from 'vitest';
import { configWith } from '../connections/world.ts';
import { ADMIN, ApiWorld, READ, TOKENS } from './api-world.ts';

const WEB = '/services/web';
const S1 = `${WEB}/servers/server1`;

describe('a request', () => {
  const guarded = () => ApiWorld.ready({ config: { ...configWith(), api: TOKENS } });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const paths = ['/status', '/services', WEB, S1, '/strategies', '/switches', '/switches/1', '/switches/1/flows', '/hosts'];
  const more = ['/links', '/connections', '/decisions', '/decisions/1', '/statistics', '/alerts', '/events', '/config'];
  const unsafe = [
    ['POST', '/services'],
    ['PATCH', WEB],
    ['DELETE', WEB],
    ['POST', `${WEB}/servers`],
    ['PATCH', S1],
    ['DELETE', S1],
    ['PUT', '/config'],
    ['POST', '/config/check'],
    ['POST', '/config/save'],
  ] as const;

  it.each([...paths, ...more])('needs a token for GET %s, and one to read is enough', async path => {
    const world = guarded();
    const without = await world.api('GET', path);
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="vipflow"']);
    expect((await world.api('GET', path, { headers: bearer('wrong-token-0123456789') })).status).toBe(401);
    expect([200, 404]).toContain((await world.api('GET', path, { headers: bearer(READ) })).status);
  });

  it.each(unsafe)('needs a token of an admin for %s %s', async (method, path) => {
    const world = guarded();
    const status = async (headers: Record<string, string>) => (await world.api(method, path, { body: {}, headers })).status;
    expect(await status({})).toBe(401);
    expect(await status(bearer(READ))).toBe(403);
    expect([401, 403]).not.toContain(await status(bearer(ADMIN)));
  });

  it('needs a token for metrics, and none for the page and the liveness check', async () => {
    const world = guarded();
    const status = async (path: string) => (await world.ask('GET', path)).status;
    expect(await Promise.all(['/metrics', '/flows', '/events'].map(status))).toEqual([401, 401, 401]);
    expect(await Promise.all(['/', '/healthz', '/openapi.json'].map(status))).toEqual([200, 200, 200]);
  });

  it('is logged with the name of its token', async () => {
    const world = guarded();
    await world.api('PATCH', S1, { body: { weight: 2 }, headers: bearer(ADMIN) });
    expect(world.entries.at(-1)).toMatchObject({ type: 'config', source: 'rest: ops' });
  });

  it('is refused when it comes from a page of another site, or under an unknown host name', async () => {
    const world = guarded();
    const from = (headers: Record<string, string>) =>
      world.api('PATCH', S1, { body: { weight: 2 }, headers: { ...bearer(ADMIN), ...headers } });
    expect((await from({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await from({ origin: 'null' })).status).toBe(403);
    expect((await from({ origin: 'http://127.0.0.1:8081', host: '127.0.0.1:8080' })).status).toBe(403);
    expect((await from({ origin: 'http://evil.example', host: 'evil.example' })).status).toBe(421);
    expect((await from({ origin: 'https://lb.example', host: 'lb.example' })).status).toBe(200);
    expect((await from({})).status).toBe(200);
    expect((await world.ask('GET', '/', { headers: { host: 'evil.example' } })).status).toBe(421);
  });

  it('has to wait after too many wrong tokens from its address', async () => {
    const world = guarded();
    for (let i = 0; i < 10; i++) await world.api('GET', '/status', { headers: bearer(`guess-${i}-0123456789`) });
    const { status, headers } = await world.api('GET', '/status', { headers: bearer(READ) });
    expect([status, headers.get('retry-after')]).toEqual([429, '60']);
    world.tick(60_000);
    expect((await world.api('GET', '/status', { headers: bearer(READ) })).status).toBe(200);
  });

  it('gets the security headers with every response', async () => {
    const world = guarded();
    for (const path of ['/', '/api/v1/status', '/nothing', '/openapi.json']) {
      const { headers } = await world.ask('GET', path);
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('is refused when other machines can connect and there are no tokens', async () => {
    const world = ApiWorld.ready({ address: { host: '0.0.0.0', port: 8080 } });
    expect((await world.api('GET', '/status')).status).toBe(403);
  });
});

describe('an unexpected error', () => {
  it('is reported to the controller, not to the client', async () => {
    const world = ApiWorld.ready();
    Object.defineProperty(world.world.app.network, 'places', {
      get: () => {
        throw new Error('secret detail');
      },
    });
    const { status, text } = await world.api('GET', '/hosts');
    expect([status, text.includes('secret detail'), world.defects.map(String)]).toEqual([500, false, ['Error: secret detail']]);
  });
});
