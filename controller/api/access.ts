import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { type ApiConfig, isLoopback, type Role, type TokenConfig } from '../core/config/api.ts';
import { SecretError } from '../core/config/secret.ts';
import type { ListenAddress } from '../core/config.ts';
import { entryOf } from '../core/entry-of.ts';

/** Wrong tokens that one address may send in `FAILURES_MS`; then it has to wait. */
export const MAX_FAILURES = 10;
export const FAILURES_MS = 60_000;
/** Addresses whose failures are remembered; beyond that the oldest is forgotten. */
const MAX_FAILING = 1000;

/** A request, as far as it matters who asks and from where. */
export interface Asker {
  /** The Host header. */
  readonly host: string | undefined;
  /** The Origin header: of a page in a browser. */
  readonly origin: string | undefined;
  readonly token: string | undefined;
  /** Address that it comes from. */
  readonly remote: string;
}

/** Why a request is not let in. */
export interface Denial {
  readonly status: 401 | 403 | 421 | 429;
  readonly detail: string;
  readonly retryAfterSec?: number;
}

/** Let in, with the name of the token; or not. */
export type Admission = { readonly by: string | undefined } | { readonly denial: Denial };

/** Decides who is let in. What it knows of tokens is the configuration in force. */
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
   * Whether the name under which we were asked is ours, and whether a page of ours asks: a page of another site must not reach us through
   * somebody's browser, under its own name neither (DNS rebinding). `isSafe`: an answer to another site's page could not be read by it.
   */
  checkPlace({ host, origin }: Asker, isSafe: boolean): Denial | undefined {
    if (host === undefined || !this.#isOurs(host))
      return {
        status: 421,
        detail: `this controller is not called ${host ?? 'nothing'}: ask by address, or add the name to api.hosts`,
      };
    if (isSafe || origin === undefined || isSame(origin, host)) return undefined;
    return { status: 403, detail: `a page of ${origin} may not do this` };
  }

  /** Who asks, if somebody with this role may. */
  checkRole(asker: Asker, needs: Role, now: number): Admission {
    const { tokens } = this.#config();
    if (tokens.length === 0) {
      if (this.#isLoopback) return { by: undefined };
      return denied(403, 'there is no token in api.tokens, and other machines can reach this address');
    }
    const waitMs = this.#waitMs(asker.remote, now);
    if (waitMs > 0) return denied(429, 'too many wrong tokens came from this address', Math.ceil(waitMs / 1000));
    if (asker.token === undefined) return denied(401, 'send `Authorization: Bearer TOKEN` with a token of api.tokens');
    const owner = ownerOf(asker.token, tokens);
    if (owner === undefined) {
      this.#fail(asker.remote, now);
      return denied(401, 'this token is not one of api.tokens');
    }
    if (needs === 'admin' && owner.role !== 'admin') return denied(403, 'this token has the role read, and this needs admin');
    return { by: owner.name };
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

function denied(status: Denial['status'], detail: string, retryAfterSec?: number): { readonly denial: Denial } {
  return { denial: { status, detail, ...(retryAfterSec !== undefined && { retryAfterSec }) } };
}

/** Whose a token is. Every one is compared, in a time that says nothing of how much of it is right. */
function ownerOf(token: string, tokens: ApiConfig['tokens']): TokenConfig | undefined {
  const given = digest(token);
  let owner: TokenConfig | undefined;
  for (const entry of tokens) {
    const right = revealed(entry.token);
    if (right !== undefined && timingSafeEqual(digest(right), given)) owner = owner?.role === 'admin' ? owner : entry;
  }
  return owner;
}

function revealed(secret: TokenConfig['token']): string | undefined {
  try {
    return secret.reveal();
  } catch (error) {
    if (error instanceof SecretError) return undefined;
    throw error;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
