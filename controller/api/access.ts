import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { type ApiConfig, isLoopback, type Role, type TokenConfig } from '../core/config/api.ts';
import type { ListenAddress } from '../core/config.ts';
import { entryOf } from '../core/entry-of.ts';
import { ProblemError } from './problem.ts';

/** Wrong tokens that one address may send within `FAILURES_MS`; then it has to wait. */
export const MAX_FAILURES = 10;
export const FAILURES_MS = 60_000;
/** Addresses whose failures are counted; beyond that the oldest is dropped. */
const MAX_FAILING = 1000;

/** The properties of a request that decide on its admission. */
export interface Requester {
  /** The Host header. */
  readonly host: string | undefined;
  /** The Origin header, which browsers send. */
  readonly origin: string | undefined;
  readonly token: string | undefined;
  /** The peer's address. */
  readonly remote: string;
}

/** Decides who is admitted, by the tokens of the configuration in force. Throws `ProblemError` for the others. */
export class Access {
  readonly #config: () => ApiConfig;
  /** Only this machine can connect. */
  readonly #isLoopback: boolean;
  readonly #failures = new Map<string, { since: number; count: number }>();

  constructor(config: () => ApiConfig, address: ListenAddress) {
    this.#config = config;
    this.#isLoopback = isLoopback(address);
  }

  /**
   * Checks that Host names this controller, and that Origin is the same site: a page of another site must not reach the controller through
   * a browser, nor under a name of its own (DNS rebinding). `isSafe`: the response could not be read by a page of another site.
   */
  checkOrigin({ host, origin }: Requester, isSafe: boolean): void {
    if (host === undefined || !this.#isOurs(host))
      throw new ProblemError(421, `unknown host ${host ?? '(none)'}: use an IP address, or add the name to api.hosts`);
    if (isSafe || origin === undefined || isSame(origin, host)) return;
    throw new ProblemError(403, `requests from pages of ${origin} are not allowed`);
  }

  /** Checks that a request has the role that it needs; returns the name of its token. */
  checkRole({ token, remote }: Requester, needs: Role, now: number): string | undefined {
    const { tokens } = this.#config();
    if (tokens.length === 0) {
      if (this.#isLoopback) return undefined;
      throw new ProblemError(403, 'api.tokens is empty, and other machines can reach this address');
    }
    const waitMs = this.#waitMs(remote, now);
    if (waitMs > 0)
      throw new ProblemError(429, 'too many wrong tokens from this address', [], {
        'retry-after': `${Math.ceil(waitMs / 1000)}`,
      });
    if (token === undefined) throw unauthorized('token missing: send `Authorization: Bearer TOKEN` with a token of api.tokens');
    const owner = ownerOf(token, tokens);
    if (owner === undefined) {
      this.#fail(remote, now);
      throw unauthorized('unknown token');
    }
    if (needs === 'admin' && owner.role !== 'admin')
      throw new ProblemError(403, 'the role admin is required; this token has the role read');
    return owner.name;
  }

  #isOurs(host: string): boolean {
    const url = `http://${host}`;
    if (!URL.canParse(url)) return false;
    const { hostname } = new URL(url);
    const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
    return isAddress || hostname === 'localhost' || this.#config().hosts.includes(hostname);
  }

  #waitMs(remote: string, now: number): number {
    const failures = this.#failures.get(remote);
    if (failures === undefined) return 0;
    const left = failures.since + FAILURES_MS - now;
    if (left <= 0) this.#failures.delete(remote);
    return failures.count >= MAX_FAILURES ? left : 0;
  }

  #fail(remote: string, now: number): void {
    entryOf(this.#failures, remote, () => ({ since: now, count: 0 })).count += 1;
    if (this.#failures.size > MAX_FAILING) this.#failures.delete(this.#failures.keys().next().value!);
  }
}

function isSame(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === new URL(`http://${host}`).host;
}

function unauthorized(detail: string): ProblemError {
  return new ProblemError(401, detail, [], { 'www-authenticate': 'Bearer realm="vipflow"' });
}

/** The owner of a token. All are compared, in constant time. */
function ownerOf(token: string, tokens: ApiConfig['tokens']): TokenConfig | undefined {
  const given = digest(token);
  const owners = tokens.filter(entry => {
    const right = entry.token.tryReveal();
    return right !== undefined && timingSafeEqual(digest(right), given);
  });
  return owners.find(({ role }) => role === 'admin') ?? owners.at(-1);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
