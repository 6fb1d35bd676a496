/** As much of HTTP/1.0 and 1.1 (RFC 1945, RFC 9112) as a lab's pages need. */

const CRLF = '\r\n';
const END = '\r\n\r\n';
/** A request head, and what a client collects of an answer, is at most this long. */
const MAX_HEAD = 65_536;
const MAX_REMEMBERED = 256;
const MAX_REMEMBERED_TEXT = 512;

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  503: 'Service Unavailable',
};

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly keepAlive: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Remembers what a function gave for a text: most of a lab's messages are the same again and again. */
function remembered<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return text => {
    let value = known.get(text);
    if (value === undefined) {
      value = make(text);
      if (known.size === MAX_REMEMBERED) known.clear();
      if (text.length <= MAX_REMEMBERED_TEXT) known.set(text, value);
    }
    return value;
  };
}

/** The bytes of a message, which nobody may change. */
export const bytesOf = remembered((text): Uint8Array => {
  const buffer = Buffer.from(text, 'latin1');
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
});

export function requestText(host: string, path: string, keepAlive: boolean): string {
  return `GET ${path} HTTP/1.0${CRLF}Host: ${host}${CRLF}${keepAlive ? `Connection: keep-alive${CRLF}` : ''}${CRLF}`;
}

/** Without `body` there is no length, and the end of the connection ends the answer. */
export function responseText(status: number, body: string | undefined, keepAlive: boolean): string {
  const length = body === undefined ? '' : `Content-Length: ${body.length}${CRLF}`;
  const connection = keepAlive ? `Connection: keep-alive${CRLF}` : '';
  const type = `Content-Type: text/plain; charset=utf-8${CRLF}`;
  return `HTTP/1.0 ${status} ${REASONS[status] ?? 'Unknown'}${CRLF}${type}${length}${connection}${CRLF}${body ?? ''}`;
}

/** Collects the requests of a connection, one after the other. */
export class RequestReader {
  #text = '';

  push(bytes: Uint8Array): void {
    this.#text += textOf(bytes);
  }

  /** The next request; undefined when it is not here whole, 'bad' when it cannot be one. */
  next(): HttpRequest | 'bad' | undefined {
    const end = this.#text.indexOf(END);
    if (end < 0) return this.#text.length > MAX_HEAD ? 'bad' : undefined;
    const { request, body } = parsedHead(this.#text.slice(0, end));
    const whole = end + END.length + body;
    if (!Number.isInteger(whole) || body < 0 || body > MAX_HEAD) return 'bad';
    if (this.#text.length < whole) return undefined;
    this.#text = this.#text.slice(whole);
    return request;
  }
}

/** The request of a head, and how many bytes of body it announces. */
const parsedHead = remembered(head => ({ request: parseRequest(head), body: Number(headerOf(head, 'content-length') ?? 0) }));

function parseRequest(head: string): HttpRequest | 'bad' {
  const lineEnd = head.indexOf(CRLF);
  const [method, target, version, ...rest] = (lineEnd < 0 ? head : head.slice(0, lineEnd)).split(' ');
  if (method === undefined || target === undefined || version === undefined || rest.length > 0) return 'bad';
  if (!target.startsWith('/') || !version.startsWith('HTTP/1.')) return 'bad';
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const connection = headerOf(head, 'connection')?.toLowerCase();
  const keepAlive = version === 'HTTP/1.0' ? connection === 'keep-alive' : connection !== 'close';
  return { method, path, query: question < 0 ? NO_QUERY : new URLSearchParams(target.slice(question + 1)), keepAlive };
}

const NO_QUERY = new URLSearchParams();

function headerOf(head: string, name: string): string | undefined {
  for (let at = head.indexOf(CRLF); at >= 0; ) {
    const start = at + CRLF.length;
    at = head.indexOf(CRLF, start);
    const colon = head.indexOf(':', start);
    if (colon - start === name.length && head.slice(start, colon).toLowerCase() === name)
      return head.slice(colon + 1, at < 0 ? undefined : at).trim();
  }
  return undefined;
}

/** Collects one answer. */
export class ResponseReader {
  #text = '';
  #head = -1;
  #length: number | undefined;

  /** True when the answer is here whole. */
  push(bytes: Uint8Array): boolean {
    this.#text += textOf(bytes);
    if (this.#head < 0) {
      const end = this.#text.indexOf(END);
      if (end < 0) return false;
      this.#head = end;
      const length = headerOf(this.#text.slice(0, end), 'content-length');
      this.#length = length === undefined ? undefined : Number(length);
    }
    return this.#length !== undefined && this.#text.length >= this.#head + END.length + this.#length;
  }

  /** True when the end of the connection is the end of the answer. */
  get endsWithConnection(): boolean {
    return this.#head >= 0 && this.#length === undefined;
  }

  /** The status and the body, without the last newline. Undefined before the head is here. */
  get response(): HttpResponse | undefined {
    if (this.#head < 0) return undefined;
    const start = this.#head + END.length;
    const body = this.#text.slice(start, this.#length === undefined ? undefined : start + this.#length);
    return { status: Number(this.#text.slice(9, 12)), body: body.endsWith('\n') ? body.slice(0, -1) : body };
  }
}
