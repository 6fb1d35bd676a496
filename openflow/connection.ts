import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { decode, encode, headerOf, type Message, type MessageInput, type MessageOf } from './codec.ts';
import { type Clock, realClock } from './connection/clock.ts';
import { ErrorBudget } from './connection/error-budget.ts';
import { KeepAlive } from './connection/keep-alive.ts';
import { LIMITS, type Limits } from './connection/limits.ts';
import { agrees, HELLO, versionsOf } from './connection/negotiation.ts';
import { Outbox } from './connection/outbox.ts';
import { type CloseCode, Closed, VersionMismatch } from './connection/reasons.ts';
import { type ReplyTo, type Request, Requests } from './connection/requests.ts';
import { Framer } from './framer.ts';
import { OFPBRC, OFPET, OFPHFC } from './protocol/errors.ts';
import { MESSAGES } from './protocol/messages.ts';
import { DecodeError, type ErrorReply } from './wire/errors.ts';
import { cutText } from './wire/text.ts';

/** Which end of the channel this is (6.1): it decides which messages the other end may send. */
export type Role = 'controller' | 'switch';

/** How a connection behaves; limits that are not given have their defaults. */
export interface ConnectionOptions extends Partial<Limits> {
  readonly role?: Role;
  readonly clock?: Clock;
  /** Runs a function at the end of this turn of the event loop. */
  readonly defer?: (fn: () => void) => void;
}

/** What a connection tells. */
export interface ConnectionEvents {
  /** The version is agreed; messages may be sent. */
  ready: [];
  /** A message that no request waits for. */
  message: [message: Message];
  /** A malformed message that was answered and dropped. Not an end, and may be ignored. */
  error: [error: DecodeError];
  /** What waited to be sent has left. */
  drain: [];
  /** The end, once. */
  close: [reason: Closed];
}

const ERROR_CODE = MESSAGES.error[0];
const HELLO_CODE = MESSAGES.hello[0];
/** How much of a refused message goes back with the error: at least 64 bytes (7.4.4). */
const ERROR_DATA = 64;

/** One live OpenFlow channel over a socket: version negotiation, transaction ids, requests, keep-alive, limits. */
export class Connection extends EventEmitter<ConnectionEvents> {
  readonly socket: Duplex;
  readonly role: Role;
  readonly limits: Limits;
  readonly #clock: Clock;
  readonly #defer: (fn: () => void) => void;
  readonly #framer: Framer;
  readonly #outbox: Outbox;
  readonly #requests: Requests;
  readonly #errors: ErrorBudget;
  readonly #keepAlive: KeepAlive;
  #state: 'opening' | 'ready' | 'closed' = 'opening';
  #reason: Closed | undefined;
  #handshake: unknown;
  #xid = 0;
  #congested = false;

  constructor(socket: Duplex, options: ConnectionOptions = {}) {
    super();
    const { role = 'controller', clock = realClock, defer = setImmediate, ...limits } = options;
    this.socket = socket;
    this.role = role;
    this.limits = { ...LIMITS, ...limits };
    this.#clock = clock;
    this.#defer = defer;
    this.#framer = new Framer({ maxLength: this.limits.maxMessageLength });
    this.#outbox = new Outbox(socket, defer);
    this.#requests = new Requests(clock, this.limits.maxRequests, this.limits.maxReplyBytes);
    this.#errors = new ErrorBudget(clock, this.limits.errorsPerSecond);
    this.#handshake = clock.setTimeout(
      () => this.#end('handshake', `no HELLO within ${this.limits.handshakeMs} ms`),
      this.limits.handshakeMs,
    );
    const times = { afterMs: this.limits.echoAfterMs, timeoutMs: this.limits.echoTimeoutMs };
    this.#keepAlive = new KeepAlive(
      clock,
      times,
      () => this.#state === 'ready' && this.send({ type: 'echoRequest' }),
      silentMs => this.#end('silent', `no answer to an echo request, silent for ${Math.round(silentMs)} ms`),
    );
    socket.on('data', (chunk: Uint8Array) => this.#onData(chunk));
    socket.on('drain', () => this.#onDrain());
    socket.on('end', () => this.#end('peer', 'the peer closed the connection'));
    socket.on('close', () => this.#end('peer', 'the peer closed the connection'));
    socket.on('error', error => this.#end('socket', error.message, { cause: error }));
    this.send(HELLO);
  }

  /** Whether the version is agreed and the connection lives. */
  get ready(): boolean {
    return this.#state === 'ready';
  }

  /** Why the connection ended, once it has. */
  get closed(): Closed | undefined {
    return this.#reason;
  }

  /** Bytes the peer has not taken yet. Over `maxUnsentBytes` the connection is closed. */
  get unsentBytes(): number {
    return this.#outbox.unsent;
  }

  /** Whether the peer reads slower than it is sent to: better wait for `drain`. */
  get congested(): boolean {
    return this.#congested;
  }

  /** Requests that wait for an answer. */
  get outstanding(): number {
    return this.#requests.size;
  }

  /** Errors that were kept back because there were too many. */
  get suppressedErrors(): number {
    return this.#errors.suppressed;
  }

  /**
   * Sends a message at the end of this turn, with all others of the turn, and gives its transaction id: the message's
   * own `xid` (an answer has its request's), or a new one. On a closed connection it does nothing. Throws `EncodeError`.
   */
  send(message: MessageInput): number {
    const xid = message.xid ?? this.#nextXid();
    if (this.#state === 'closed') return xid;
    this.#outbox.add(message.xid === xid ? message : Object.assign({}, message, { xid }));
    this.#watchUnsent();
    return xid;
  }

  /**
   * Sends a request and waits for its answer, all parts of a multipart reply together. Rejects with `RequestRefused` when
   * the peer answers with an error, `RequestFailed` without an answer in time, `Closed` when the connection ends.
   */
  async request<const R extends Request>(message: R, options: { readonly timeoutMs?: number } = {}): Promise<ReplyTo<R>> {
    if (this.#reason !== undefined) throw this.#reason;
    this.#requests.checkRoom();
    const xid = message.xid ?? this.#nextXid();
    const reply = this.#requests.add(xid, message, options.timeoutMs ?? this.limits.requestMs);
    try {
      this.send({ ...message, xid } as MessageInput);
    } catch (error) {
      this.#requests.forget(xid);
      throw error;
    }
    return reply;
  }

  /** Waits until the peer has processed everything that was sent before (7.3.8). */
  async barrier(options?: { readonly timeoutMs?: number }): Promise<void> {
    await this.request({ type: 'barrierRequest' }, options);
  }

  /** Stops reading from the socket: the peer has to wait. */
  pause(): void {
    this.socket.pause();
  }

  /** Reads on. */
  resume(): void {
    this.socket.resume();
  }

  /** Sends what waits and ends the connection. */
  close(reason = 'closed here'): void {
    this.#end('local', reason);
  }

  #nextXid(): number {
    do {
      this.#xid = this.#xid >= 0xffffffff ? 1 : this.#xid + 1;
    } while (this.#requests.has(this.#xid));
    return this.#xid;
  }

  #onData(chunk: Uint8Array): void {
    if (this.#state === 'closed') return;
    this.#keepAlive.heard();
    let frames: readonly Uint8Array[];
    try {
      frames = this.#framer.push(chunk);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#onBadLength(error);
      return;
    }
    this.#onFrames(frames, 0);
  }

  #onFrames(frames: readonly Uint8Array[], from: number): void {
    for (let i = from; i < frames.length; i++) {
      const wasOpening = this.#state === 'opening';
      this.#onFrame(frames[i]!);
      if (this.#isClosed()) return;
      // Who waits for `ready` has to get to listen before the messages that came with the HELLO.
      if (wasOpening && this.#state === 'ready' && i + 1 < frames.length) {
        this.#goOnLater(frames, i + 1);
        return;
      }
    }
    if (this.#framer.broken !== undefined) this.#onBadLength(this.#framer.broken);
  }

  #goOnLater(frames: readonly Uint8Array[], from: number): void {
    this.socket.pause();
    this.#defer(() => {
      if (this.#isClosed()) return;
      this.socket.resume();
      this.#onFrames(frames, from);
    });
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #onBadLength(error: DecodeError): void {
    this.#outbox.add({ type: 'error', errType: OFPET.BAD_REQUEST, code: OFPBRC.BAD_LEN });
    this.#end('malformed', error.message, { cause: error });
  }

  #onFrame(frame: Uint8Array): void {
    if (this.#state === 'opening') this.#onOpening(frame);
    else {
      const message = this.#decoded(frame);
      if (message !== undefined) this.#onMessage(message, frame);
    }
  }

  #decoded(frame: Uint8Array): Message | undefined {
    try {
      return decode(frame);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#onMalformed(frame, error);
      return undefined;
    }
  }

  #onMessage(message: Message, frame: Uint8Array): void {
    if (message.type === 'hello') this.#onHello(message, frame);
    else if (message.type === 'echoRequest') this.send({ type: 'echoReply', xid: message.xid, data: message.data });
    else if (!maySend(message, this.role)) this.#refuse(frame, { errType: OFPET.BAD_REQUEST, code: OFPBRC.BAD_TYPE });
    else if (!this.#requests.answer(message, frame.length) && message.type !== 'echoReply') this.emit('message', message);
  }

  /** Before the versions are agreed only HELLO counts, and an ERROR that refuses ours (6.3.1). */
  #onOpening(frame: Uint8Array): void {
    const { version, code } = headerOf(frame);
    if (code === HELLO_CODE) {
      const hello = this.#decoded(frame);
      if (hello?.type === 'hello') this.#onHello(hello, frame);
      else this.#end('malformed', 'a malformed HELLO');
    } else if (code === ERROR_CODE && frame.length >= 12) {
      const said = cutText(frame.subarray(12));
      const incompatible = frame[8] === 0 && frame[9] === 0 && frame[10] === 0 && frame[11] === OFPHFC.INCOMPATIBLE;
      this.#shut(
        incompatible ? new VersionMismatch([version], said) : new Closed('handshake', `the peer refused our HELLO: ${said}`),
      );
    } else this.#end('handshake', `a message of type ${code} before HELLO`);
  }

  #onHello(hello: MessageOf<'hello'>, frame: Uint8Array): void {
    const { version, xid } = headerOf(frame);
    if (!agrees(hello, version)) {
      const mismatch = new VersionMismatch(versionsOf(hello, version));
      const text = new TextEncoder().encode('OpenFlow 1.3 (version 0x04) is spoken here');
      const error = encode({ type: 'error', xid, errType: OFPET.HELLO_FAILED, code: OFPHFC.INCOMPATIBLE, data: text });
      error[0] = Math.min(version, 4); // an error has the same form in every version; the peer reads its own
      this.#outbox.addFrame(error);
      this.#shut(mismatch);
    } else if (this.#state === 'opening') {
      this.#state = 'ready';
      this.#clock.clearTimeout(this.#handshake);
      this.emit('ready');
    }
  }

  #onMalformed(frame: Uint8Array, error: DecodeError): void {
    if (frame[1] !== ERROR_CODE) this.#refuse(frame, error.reply!);
    if (this.listenerCount('error') > 0) this.emit('error', error);
  }

  #refuse(frame: Uint8Array, { errType, code }: ErrorReply): void {
    if (!this.#errors.take()) return;
    this.send({ type: 'error', xid: headerOf(frame).xid, errType, code, data: frame.subarray(0, ERROR_DATA) });
  }

  #watchUnsent(): void {
    const { unsent } = this.#outbox;
    if (unsent > this.limits.maxUnsentBytes) {
      this.#end('unread', `the peer does not read: ${unsent} bytes wait for it`);
      this.socket.destroy();
    } else if (unsent > this.socket.writableHighWaterMark) this.#congested = true;
  }

  #onDrain(): void {
    this.#congested = false;
    if (this.#state !== 'closed') this.emit('drain');
  }

  #end(code: CloseCode, message: string, options?: ErrorOptions): void {
    if (this.#state !== 'closed') this.#shut(new Closed(code, message, options));
  }

  #shut(reason: Closed): void {
    this.#state = 'closed';
    this.#reason = reason;
    this.#clock.clearTimeout(this.#handshake);
    this.#keepAlive.stop();
    this.#outbox.flush();
    this.socket.end();
    if (!this.socket.destroyed) {
      const timer = this.#clock.setTimeout(() => this.socket.destroy(), this.limits.closeMs);
      this.socket.once('close', () => this.#clock.clearTimeout(timer));
      this.socket.resume();
    }
    this.#requests.rejectAll(reason);
    this.emit('close', reason);
  }
}

/** Whether the other end of this role's channel may send such a message; an unknown type nobody may. */
function maySend(message: Message, role: Role): boolean {
  if (message.type === 'unknown') return false;
  const from = (MESSAGES as Readonly<Record<string, readonly unknown[]>>)[message.type]?.[3];
  return from === undefined || from !== role;
}
