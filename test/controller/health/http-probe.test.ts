import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpProbe, PAGE_LIMIT } from '../../../controller/health/http-probe.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { tcpSegment } from '../../../openflow/packet/tcp-message.ts';
import { answerTo, healthOf } from './network.ts';

const LOCAL = { mac: '02:56:0a:00:00:64', ip: '10.0.0.100', port: 61_000 };
const REMOTE = { mac: '00:00:00:00:00:01', ip: '10.0.0.1', port: 8000 };
const ISN = 4_294_967_290; // numbers wrap within the page
const FIN = TCP.FIN | TCP.ACK;
const PAGE = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nall good';

type Page = NonNullable<Parameters<typeof healthOf>[0]>['http'];

/** The server's side of one probe, a segment at a time. */
class Served {
  readonly probe: HttpProbe;
  /** The last outcome, and all flags that were sent since the last look. */
  outcome: unknown;
  request = '';
  #ackOfProbe = 0;
  #flags: number[] = [];
  lastAck = 0;
  lastWindow = 0;

  constructor(page: Page = {}, timeoutMs = 900) {
    const { http } = healthOf({ type: 'http', http: page });
    this.probe = new HttpProbe({ local: LOCAL, remote: REMOTE }, { http, timeoutMs }, 0, () => 0.25);
    this.#see(this.probe.frames);
  }

  accept(): this {
    const syn = dissect(this.probe.frames[0]!);
    this.#flags = [];
    return this.hear(answerTo(syn, TCP.SYN | TCP.ACK, { seq: ISN }));
  }

  /** Sends bytes of the answer from `offset`. */
  answer(text: string | Uint8Array, offset = 0, flags: number = TCP.ACK): this {
    const payload = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    return this.hear(tcpSegment(REMOTE, LOCAL, { seq: (ISN + 1 + offset) >>> 0, ack: this.#ackOfProbe, flags }, payload));
  }

  hear(frame: Uint8Array, now = 10): this {
    const { frames, outcome } = this.probe.onPacket(dissect(frame), now);
    this.outcome = outcome ?? this.outcome;
    this.#see(frames);
    return this;
  }

  late(now: number): this {
    const { frames, outcome } = this.probe.onDeadline(now);
    this.outcome = outcome ?? this.outcome;
    this.#see(frames);
    return this;
  }

  flags(): number[] {
    return this.#flags.splice(0);
  }

  #see(frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      const { tcp, payload } = dissect(frame);
      this.#flags.push(tcp!.flags);
      this.lastAck = tcp!.ack;
      this.lastWindow = tcp!.window;
      const isFin = (tcp!.flags & TCP.FIN) !== 0;
      this.#ackOfProbe = (tcp!.seq + payload.length + (isFin ? 1 : 0)) >>> 0;
      if (payload.length > 0) this.request = new TextDecoder().decode(payload);
    }
  }
}

describe('an HTTP probe', () => {
  it('asks for the page over a connection of its own, and closes it when the answer is whole', () => {
    const served = new Served({ path: '/health?deep=1' }).accept();
    expect(served.request.split('\r\n')).toEqual([
      'GET /health?deep=1 HTTP/1.1',
      'Host: 10.0.0.100:8000',
      'User-Agent: vipflow-health',
      'Accept: */*',
      'Connection: close',
      '',
      '',
    ]);
    expect(served.flags()).toEqual([TCP.ACK | TCP.PSH]);
    served.answer(PAGE);
    expect(served.outcome).toEqual({ kind: 'answered', ms: 10, reason: 'answers 200' });
    expect(served.flags()).toEqual([FIN]);
    served.answer('', PAGE.length, FIN);
    expect(served.flags()).toEqual([TCP.ACK]);
    expect(served.lastAck).toBe((ISN + 1 + PAGE.length + 1) >>> 0);
  });

  it('names the host that is configured', () => {
    expect(new Served({ host: 'shop.example' }).accept().request).toContain('\r\nHost: shop.example\r\n');
  });

  it('reads an answer that comes in any pieces, in any order, more than once', () => {
    const pieces = fc.uniqueArray(fc.integer({ min: 1, max: PAGE.length - 1 }), { maxLength: 8 });
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(1000), { maxLength: 20 }), (cuts, order) => {
        const served = new Served({ body: 'all good' }).accept();
        const edges = [0, ...cuts.toSorted((a, b) => a - b), PAGE.length];
        const segments = edges.slice(1).map((end, i) => [edges[i]!, PAGE.slice(edges[i], end)] as const);
        for (const pick of order) {
          const [at, text] = segments[pick % segments.length]!;
          if (served.outcome === undefined) served.answer(text, at);
        }
        for (const [at, text] of segments) if (served.outcome === undefined) served.answer(text, at);
        expect(served.outcome).toMatchObject({ kind: 'answered' });
      }),
      { seed: 1 },
    );
  });

  it.each<[string, Page, string, string, string]>([
    ['a status out of its range', {}, 'HTTP/1.1 503 Busy\r\n\r\n', 'wrong', 'answers 503'],
    ['a status of a list', { status: [200, '500-503'] }, 'HTTP/1.1 503 Busy\r\n\r\n', 'answered', 'answers 503'],
    ['a status between those of a list', { status: [200, '500-503'] }, 'HTTP/1.1 301 No\r\n\r\n', 'wrong', 'answers 301'],
    ['a redirection, by default', {}, 'HTTP/1.1 302 Found\r\n\r\n', 'answered', 'answers 302'],
    ['a page with the text', { body: 'good' }, PAGE, 'answered', 'answers 200'],
    ['a page without the text', { body: 'bad' }, PAGE, 'wrong', 'answers 200 without "bad"'],
    ['the text in the head alone', { body: 'Content' }, PAGE, 'wrong', 'answers 200 without "Content"'],
    ['another protocol', {}, '220 mail.example ESMTP\r\n', 'wrong', 'answers something that is not HTTP'],
    ['nothing', {}, '', 'wrong', 'accepts the connection and closes it'],
    ['half a header', {}, 'HTTP/1.1 200 OK\r\nServ', 'wrong', 'closes the connection in the middle of a header'],
  ])('judges %s', (_title, page, text, kind, reason) => {
    const served = new Served(page).accept().answer(text, 0, FIN);
    expect(served.outcome).toMatchObject({ kind, reason });
  });

  it('reads no more of a page than its limit, and offers the server no more', () => {
    const page = `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(2 * PAGE_LIMIT)}`;
    for (const [body, kind] of [
      ['never', 'wrong'],
      [undefined, 'answered'],
    ] as const) {
      const served = new Served(body === undefined ? {} : { body }).accept();
      served.flags();
      for (let at = 0; at < PAGE_LIMIT && served.outcome === undefined; at += 1400) {
        expect(served.lastWindow).toBe(PAGE_LIMIT - at);
        served.answer(page.slice(at, at + 1400), at);
      }
      expect(served.outcome).toMatchObject({ kind });
      expect(served.flags().at(-1)).toBe(TCP.RST);
      expect(served.answer('more', PAGE_LIMIT).flags()).toEqual([TCP.RST]);
    }
  });

  it('takes a refusal and a reset for what they are', () => {
    const syn = dissect(
      new HttpProbe({ local: LOCAL, remote: REMOTE }, { ...healthOf({}), timeoutMs: 900 }, 0, () => 0.25).frames[0]!,
    );
    expect(new Served().hear(answerTo(syn, TCP.RST | TCP.ACK)).outcome).toEqual({
      kind: 'refused',
      reason: 'port 8000 refuses connections',
    });
    const served = new Served().accept();
    expect(served.answer('', 5, TCP.RST).outcome).toBeUndefined();
    expect(served.answer('', 0, TCP.RST).outcome).toMatchObject({
      kind: 'wrong',
      reason: 'accepts the connection and resets it',
    });
  });

  it('does not listen to a page that acknowledges what was never sent', () => {
    const served = new Served().accept();
    served.flags();
    const forged = (ack: number) =>
      tcpSegment(REMOTE, LOCAL, { seq: (ISN + 1) >>> 0, ack: ack >>> 0, flags: FIN }, new TextEncoder().encode(PAGE));
    for (const ack of [0, 2 ** 30, 2 ** 30 + 2000, 2 ** 31]) served.hear(forged(ack));
    expect([served.outcome, served.flags()]).toEqual([undefined, []]);
    expect(served.answer(PAGE).outcome).toMatchObject({ kind: 'answered' });
  });

  it('repeats what may be lost, the SYN as well as the request', () => {
    expect(new Served().late(299).late(300).flags()).toEqual([TCP.SYN, TCP.SYN]);
    const served = new Served().accept();
    expect(served.late(300).late(600).flags()).toEqual(Array(3).fill(TCP.ACK | TCP.PSH));
  });

  it('tells a port that is silent from a program that is', () => {
    expect(new Served().late(300).late(600).late(900).outcome).toEqual({ kind: 'silent', reason: 'no answer from port 8000' });
    const hung = new Served().accept();
    hung.flags();
    expect(hung.late(900).outcome).toEqual({ kind: 'wrong', reason: 'accepts the connection and sends nothing' });
    expect(hung.flags()).toEqual([TCP.RST]);
  });

  it('is content with a page that has no end, unless it has to find a text in it', () => {
    const endless = 'HTTP/1.1 200 OK\r\n\r\nline 1\n';
    expect(new Served().accept().answer(endless).late(900).outcome).toMatchObject({ kind: 'answered' });
    expect(new Served({ body: 'line 2' }).accept().answer(endless).late(900).outcome).toMatchObject({ kind: 'wrong' });
  });

  it('takes any segments in any state without an error', () => {
    const segment = fc.record({
      seq: fc.integer({ min: -20, max: 60 }),
      ack: fc.integer({ min: -3, max: 130 }),
      flags: fc.nat(0x3f),
      payload: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 12 }), fc.boolean(), (segments, isOpen) => {
        const served = isOpen ? new Served().accept() : new Served();
        for (const { seq, ack, flags, payload } of segments)
          served.hear(tcpSegment(REMOTE, LOCAL, { seq: (ISN + seq) >>> 0, ack: (2 ** 30 + ack) >>> 0, flags }, payload));
      }),
      { seed: 1 },
    );
  });
});
