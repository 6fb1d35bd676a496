import { describe, expect, it } from 'vitest';
import { Access, FAILURES_MS, MAX_FAILURES } from '../../../controller/api/access.ts';
import type { ProblemError } from '../../../controller/api/problem.ts';
import { api, isLoopback } from '../../../controller/core/config/api.ts';
import { ConfigDocument } from '../../../controller/core/config-file.ts';
import { configWith } from '../connections/world.ts';
import { ADMIN, READ, TOKENS, words } from './api-world.ts';

const LOOPBACK = { host: '127.0.0.1', port: 8080 };
const requester = { host: '127.0.0.1:8080', origin: undefined, token: undefined, remote: '10.0.0.9' };
/** The status with which a check refuses; its result otherwise. */
const resultOf = (check: () => unknown): unknown => {
  try {
    return check();
  } catch (error) {
    return (error as ProblemError).status;
  }
};
const accessWith = (tokens = TOKENS, address = LOOPBACK) => new Access(() => api.parse(tokens), address);

describe('the name that was asked for', () => {
  it.each([
    ['127.0.0.1:8080', true],
    ['10.1.2.3', true],
    ['[::1]:8080', true],
    ['localhost:8080', true],
    ['LB.example:8080', true],
    ['lb.example.evil.example', false],
    ['evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['a b', false],
    ['', false],
    [undefined, false],
  ])('%s is ours: %s', (host, isOurs) => {
    expect(resultOf(() => accessWith().checkOrigin({ ...requester, host }, true))).toBe(isOurs ? undefined : 421);
  });

  it.each([
    ['http://127.0.0.1:8080', '127.0.0.1:8080', undefined],
    ['https://lb.example', 'lb.example', undefined],
    ['http://127.0.0.1', '127.0.0.1:8080', 403],
    ['http://evil.example', '127.0.0.1:8080', 403],
    ['null', '127.0.0.1:8080', 403],
  ])('a page of %s at %s is met with %s', (origin, host, status) => {
    const result = (isSafe: boolean) => resultOf(() => accessWith().checkOrigin({ ...requester, origin, host }, isSafe));
    expect(result(false)).toBe(status);
    expect(result(true)).toBeUndefined();
  });
});

describe('a token', () => {
  it.each([
    [READ, 'read', 'eyes'],
    [READ, 'admin', 403],
    [ADMIN, 'read', 'ops'],
    [ADMIN, 'admin', 'ops'],
    [`${ADMIN}x`, 'read', 401],
    [ADMIN.slice(1), 'read', 401],
    ['', 'read', 401],
    [undefined, 'read', 401],
  ] as const)('%s for what needs %s: %s', (token, needs, expected) => {
    expect(resultOf(() => accessWith().checkRole({ ...requester, token }, needs, 0))).toBe(expected);
  });

  it('may be changed while running, and where it is to be had may fail without letting anybody in', () => {
    process.env.VIPFLOW_TEST_TOKEN = 'first-token-0123456789';
    const access = accessWith({ tokens: [{ name: 'env', role: 'read', token: { env: 'VIPFLOW_TEST_TOKEN' } }] });
    const by = (token: string) => resultOf(() => access.checkRole({ ...requester, token }, 'read', 0));
    expect(by('first-token-0123456789')).toBe('env');
    process.env.VIPFLOW_TEST_TOKEN = 'second-token-0123456789';
    expect(by('first-token-0123456789')).toBe(401);
    expect(by('second-token-0123456789')).toBe('env');
    delete process.env.VIPFLOW_TEST_TOKEN;
    expect(by('second-token-0123456789')).toBe(401);
  });

  it('is not guessed: an address that was wrong often waits, others do not, and the wait ends', () => {
    const access = accessWith();
    const status = (token: string, remote: string, now: number) =>
      resultOf(() => access.checkRole({ ...requester, token, remote }, 'read', now));
    for (let i = 0; i < MAX_FAILURES; i++) expect(status('wrong', '10.0.0.9', i)).toBe(401);
    expect(status(READ, '10.0.0.9', 20)).toBe(429);
    expect(status(READ, '10.0.0.8', 20)).toBe('eyes');
    expect(status(READ, '10.0.0.9', FAILURES_MS)).toBe('eyes');
    expect(status('wrong', '10.0.0.9', FAILURES_MS)).toBe(401);
  });

  it('is needed by nobody on this machine where there is none, and by everybody elsewhere', () => {
    const result = (access: Access) => resultOf(() => access.checkRole(requester, 'read', 0));
    expect(resultOf(() => accessWith({}).checkRole(requester, 'admin', 0))).toBeUndefined();
    expect(result(accessWith({}, { host: '0.0.0.0', port: 8080 }))).toBe(403);
  });
});

describe('the settings of the API', () => {
  const problemsOf = (config: object) => {
    try {
      ConfigDocument.of({ ...configWith(), ...config }, words);
      return [];
    } catch (error) {
      return (error as { problems: { path: string; message: string }[] }).problems.map(
        ({ path, message }) => `${path}: ${message}`,
      );
    }
  };
  const token = { name: 'ops', token: ADMIN };

  it.each([
    [
      'other machines can connect and there is no token',
      { listen: { http: '0.0.0.0:8080' } },
      'listen.http: other machines can reach 0.0.0.0, and api.tokens is empty',
    ],
    [
      'the same with every address',
      { listen: { http: ':8080' } },
      'listen.http: other machines can reach 0.0.0.0, and api.tokens is empty',
    ],
    [
      'the same with IPv6',
      { listen: { http: '[::]:8080' } },
      'listen.http: other machines can reach ::, and api.tokens is empty',
    ],
    ['a token can be guessed', { api: { tokens: [{ ...token, token: 'short' }] } }, 'api.tokens.0.token: must have at least 16'],
    [
      'a token does not fit into a header',
      { api: { tokens: [{ ...token, token: 'a b c d e f g h i j k' }] } },
      'letters, digits',
    ],
    ['two tokens have one name', { api: { tokens: [token, token] } }, 'api.tokens.1.name: "ops" is already a token'],
    ['a role is none', { api: { tokens: [{ ...token, role: 'root' }] } }, 'api.tokens.0.role: must be read or admin'],
    ['a name has a port', { api: { hosts: ['lb.example:80'] } }, 'api.hosts.0: must be a host name without scheme and port'],
  ])('are refused when %s, with the place and what to do', (_title, config, message) => {
    expect(problemsOf(config).join('\n')).toContain(message);
    expect(problemsOf(config).join('\n')).not.toContain(ADMIN);
  });

  it('are right with a token where others can connect, and without on this machine', () => {
    expect(problemsOf({ listen: { http: '0.0.0.0:8080' }, api: { tokens: [token] } })).toEqual([]);
    expect(problemsOf({})).toEqual([]);
    expect(['127.0.0.1', '127.8.9.1', '::1', 'localhost'].every(host => isLoopback({ host }))).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example', 'lb.example'].some(host => isLoopback({ host }))).toBe(false);
  });
});
