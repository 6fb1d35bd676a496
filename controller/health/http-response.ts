/** What can be said of a response by the bytes that are there. */
export interface HttpResponse {
  readonly status: number;
  /** As far as it is there, without the framing of chunks. */
  readonly body: Uint8Array;
  /** Nothing more belongs to it. */
  readonly isComplete: boolean;
}

const CRLF = '\r\n';
const latin1 = new TextDecoder('latin1');

/**
 * Reads a response (RFC 9112) from the first bytes of a connection; `hasEnded`: there are no more. Undefined as long as its head
 * is not whole, `broken` when it will never be one. Interim responses (1xx) are passed over.
 */
export function readResponse(bytes: Uint8Array, hasEnded: boolean): HttpResponse | 'broken' | undefined {
  const text = latin1.decode(bytes);
  for (let at = 0; ; ) {
    if (!isStatusLine(text.slice(at))) return 'broken';
    const headEnd = text.indexOf(CRLF + CRLF, at);
    if (headEnd === -1) return undefined;
    const [statusLine, ...fields] = text.slice(at, headEnd).split(CRLF);
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine!)![1]);
    at = headEnd + 2 * CRLF.length;
    if (status >= 200) return { status, ...bodyOf(bytes.subarray(at), status, fieldsOf(fields), hasEnded) };
  }
}

/** Whether it begins as a status line does, as far as it goes (RFC 9112, 4). */
function isStatusLine(text: string): boolean {
  const pattern = 'HTTP/1.d ddd';
  const shown = [...text.slice(0, pattern.length)];
  return shown.every((char, i) => (pattern[i] === 'd' ? char >= '0' && char <= '9' : char === pattern[i]));
}

function fieldsOf(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

/** RFC 9112, 6.3. */
function bodyOf(rest: Uint8Array, status: number, fields: ReadonlyMap<string, string>, hasEnded: boolean) {
  if (status === 204 || status === 304) return { body: rest.subarray(0, 0), isComplete: true };
  if (/\bchunked$/i.test(fields.get('transfer-encoding') ?? '')) return unchunked(rest);
  const length = fields.get('content-length');
  if (length === undefined || !/^\d+$/.test(length)) return { body: rest, isComplete: hasEnded };
  return { body: rest.subarray(0, Number(length)), isComplete: rest.length >= Number(length) };
}

/** The data of the chunks that are there (RFC 9112, 7.1). */
function unchunked(rest: Uint8Array): { body: Uint8Array; isComplete: boolean } {
  const parts: Uint8Array[] = [];
  for (let at = 0; ; ) {
    const line = /^([0-9a-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n/i.exec(latin1.decode(rest.subarray(at, at + 256)));
    if (line === null) return { body: Buffer.concat(parts), isComplete: false };
    const size = Number.parseInt(line[1]!, 16);
    if (size === 0) return { body: Buffer.concat(parts), isComplete: true };
    const start = at + line[0].length;
    parts.push(rest.subarray(start, start + size));
    at = start + size + CRLF.length;
  }
}
