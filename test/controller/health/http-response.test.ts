import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readResponse } from '../../../controller/health/http-response.ts';

const encoder = new TextEncoder();
const read = (text: string, hasEnded = false) => {
  const response = readResponse(encoder.encode(text), hasEnded);
  return typeof response === 'object' ? { ...response, body: new TextDecoder().decode(response.body) } : response;
};
const OK = 'HTTP/1.1 200 OK\r\n';

describe('a response', () => {
  it.each<[string, string, boolean, unknown]>([
    ['nothing yet', '', false, undefined],
    ['half a status line', 'HTTP/1.1 2', false, undefined],
    ['a head without its end', `${OK}Content-Length: 5\r\n`, false, undefined],
    ['a whole body', `${OK}Content-Length: 5\r\n\r\nhello`, false, { status: 200, body: 'hello', isComplete: true }],
    ['half a body', `${OK}content-length:5\r\n\r\nhel`, false, { status: 200, body: 'hel', isComplete: false }],
    ['more than its length', `${OK}Content-Length: 2\r\n\r\nhello`, false, { status: 200, body: 'he', isComplete: true }],
    ['a body to the end of the connection', `${OK}\r\nhel`, false, { status: 200, body: 'hel', isComplete: false }],
    ['the same when it has ended', `${OK}\r\nhello`, true, { status: 200, body: 'hello', isComplete: true }],
    [
      'chunks',
      `${OK}Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`,
      false,
      { status: 200, body: 'hello', isComplete: true },
    ],
    ['a cut chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`, true, { status: 200, body: 'hel', isComplete: false }],
    [
      'chunks that are none',
      `${OK}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`,
      true,
      { status: 200, body: '', isComplete: false },
    ],
    ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', false, { status: 204, body: '', isComplete: true }],
    [
      'an interim response first',
      `HTTP/1.1 103 Early\r\nLink: x\r\n\r\n${OK}\r\n`,
      true,
      { status: 200, body: '', isComplete: true },
    ],
    ['a status without a reason', 'HTTP/1.0 503\r\n\r\n', true, { status: 503, body: '', isComplete: true }],
    ['another protocol', 'SSH-2.0-OpenSSH\r\n', false, 'broken'],
    ['another protocol from its first byte', '2', false, 'broken'],
    ['a status of two digits', 'HTTP/1.1 20\r\n', false, 'broken'],
  ])('is read: %s', (_title, text, hasEnded, expected) => {
    expect(read(text, hasEnded)).toEqual(expected);
  });

  it('is never read differently when more of it is there', () => {
    const whole = encoder.encode(
      `HTTP/1.1 100 Continue\r\n\r\n${OK}Transfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n`,
    );
    for (let end = 0; end <= whole.length; end++) {
      const response = readResponse(whole.subarray(0, end), false);
      expect(response).not.toBe('broken');
      if (typeof response !== 'object') continue;
      expect(response.status).toBe(200);
      expect('hello world'.startsWith(new TextDecoder().decode(response.body))).toBe(true);
    }
  });

  it('takes any bytes and ends', () => {
    const begun = fc
      .uint8Array({ maxLength: 300 })
      .map(bytes => Uint8Array.from([...encoder.encode(`${OK}Transfer-Encoding: chunked\r\n\r\n`), ...bytes]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), begun), fc.boolean(), (bytes, hasEnded) => {
        const response = readResponse(bytes, hasEnded);
        if (typeof response === 'object') expect(response.body.length).toBeLessThanOrEqual(bytes.length);
      }),
      { seed: 1 },
    );
  });
});
