import type { HealthConfig } from '../core/config.ts';
import { readResponse } from './http-response.ts';

type Page = HealthConfig['http'];

export interface Verdict {
  readonly isHealthy: boolean;
  /** The answer came to its end, so that the connection can be closed politely. */
  readonly isWhole: boolean;
  readonly reason: string;
}

/** What a server did instead: before the first byte of its answer, and after it. */
const CUT = {
  fin: ['closes it', 'closes the connection'],
  reset: ['resets it', 'resets the connection'],
  limit: ['sends nothing', 'sends too much'],
  timeout: ['sends nothing', 'falls silent'],
} as const;

/** Why no more bytes will come: the server closed or reset the connection, the limit or the time is reached. */
export type StreamEnd = keyof typeof CUT;

/** The request (RFC 9112, 3); the connection is for it alone. */
export function requestOf({ path, host }: Page, ip: string, port: number): Uint8Array {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host ?? (port === 80 ? ip : `${ip}:${port}`)}`,
    'User-Agent: vipflow-health',
    'Accept: */*',
    'Connection: close',
  ];
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
}

/** What the bytes of an answer say of the server; undefined as long as it takes more of them. `end`: no more will come. */
export function verdictOf(page: Page, bytes: Uint8Array, end: StreamEnd | undefined): Verdict | undefined {
  const hasEnded = end !== undefined;
  const response = readResponse(bytes, end === 'fin');
  const bad = (reason: string, isWhole = false): Verdict => ({ isHealthy: false, isWhole, reason });
  if (response === 'broken') return bad('answers something that is not HTTP');
  if (response === undefined) {
    if (!hasEnded) return undefined;
    const [silence, cut] = CUT[end];
    return bad(bytes.length === 0 ? `accepts the connection and ${silence}` : `${cut} in the middle of a header`);
  }
  const { status, body, isComplete: isWhole } = response;
  if (!page.status.some(({ from, to }) => from <= status && status <= to)) return bad(`answers ${status}`, isWhole);
  const good: Verdict = { isHealthy: true, isWhole, reason: `answers ${status}` };
  if (page.body === undefined) return isWhole || hasEnded ? good : undefined;
  if (Buffer.from(body.buffer, body.byteOffset, body.length).includes(page.body)) return good;
  return isWhole || hasEnded ? bad(`answers ${status} without ${JSON.stringify(page.body)}`, isWhole) : undefined;
}
