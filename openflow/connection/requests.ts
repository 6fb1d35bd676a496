import type { Message, MessageInput, MessageOf, MessageType } from '../codec.ts';
import { OFPMPF_REPLY } from '../protocol/multiparts.ts';
import type { Clock } from './clock.ts';
import { type Closed, RequestFailed, RequestRefused } from './reasons.ts';

/** Which message answers which. */
export const REPLIES = {
  echoRequest: 'echoReply',
  featuresRequest: 'featuresReply',
  getConfigRequest: 'getConfigReply',
  multipartRequest: 'multipartReply',
  barrierRequest: 'barrierReply',
  queueGetConfigRequest: 'queueGetConfigReply',
  roleRequest: 'roleReply',
  getAsyncRequest: 'getAsyncReply',
  bundleControl: 'bundleControl',
  tlvTableRequest: 'tlvTableReply',
} as const satisfies Partial<Record<MessageType, MessageType>>;

type RequestType = keyof typeof REPLIES;
/** A message that is answered. */
export type Request = Extract<MessageInput, { readonly type: RequestType }>;
/** The answer to a request: for a multipart request, the reply of the same kind. */
export type ReplyTo<R extends Request> = R extends { readonly type: 'multipartRequest'; readonly kind: infer K }
  ? Extract<MessageOf<'multipartReply'>, { readonly kind: K }>
  : MessageOf<(typeof REPLIES)[R['type']]>;

interface Pending {
  readonly request: Request;
  readonly expected: MessageType;
  readonly resolve: (reply: Message) => void;
  readonly reject: (error: Error) => void;
  readonly timer: unknown;
  parts: MessageOf<'multipartReply'>[];
  bytes: number;
}

/** The requests that wait for an answer, by transaction id. */
export class Requests {
  readonly #pending = new Map<number, Pending>();
  readonly #clock: Clock;
  readonly #maxRequests: number;
  readonly #maxReplyBytes: number;

  constructor(clock: Clock, maxRequests: number, maxReplyBytes: number) {
    this.#clock = clock;
    this.#maxRequests = maxRequests;
    this.#maxReplyBytes = maxReplyBytes;
  }

  get size(): number {
    return this.#pending.size;
  }

  has(xid: number): boolean {
    return this.#pending.has(xid);
  }

  /** Throws when as many requests wait as may. */
  checkRoom(): void {
    if (this.#pending.size >= this.#maxRequests) {
      throw new RequestFailed('too-many', `${this.#pending.size} requests wait for an answer already`);
    }
  }

  /** Waits for the answer to a request that goes out with this xid. */
  add<R extends Request>(xid: number, request: R, timeoutMs: number): Promise<ReplyTo<R>> {
    return new Promise<ReplyTo<R>>((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        this.#pending.delete(xid);
        reject(new RequestFailed('timeout', `no answer to ${nameOf(request)} within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#pending.set(xid, {
        request,
        expected: REPLIES[request.type],
        resolve: resolve as (reply: Message) => void,
        reject,
        timer,
        parts: [],
        bytes: 0,
      });
    });
  }

  /** Gives a message to the request it answers; false when it answers none. */
  answer(message: Message, bytes: number): boolean {
    const pending = this.#pending.get(message.xid);
    if (pending === undefined) return false;
    if (message.type === 'error') {
      this.#remove(message.xid, pending);
      pending.reject(new RequestRefused(nameOf(pending.request), message.errType, message.code, message.data));
      return true;
    }
    if (message.type !== pending.expected) return false;
    if (message.type !== 'multipartReply') {
      this.#remove(message.xid, pending);
      pending.resolve(message);
      return true;
    }
    return this.#part(message, pending, bytes);
  }

  /** A multipart reply may come in any number of messages; all but the last have MORE (7.3.5). */
  #part(message: MessageOf<'multipartReply'>, pending: Pending, bytes: number): boolean {
    if (pending.request.type !== 'multipartRequest' || message.kind !== pending.request.kind) return false;
    pending.bytes += bytes;
    if (pending.bytes > this.#maxReplyBytes) {
      this.#remove(message.xid, pending);
      pending.reject(
        new RequestFailed('too-large', `the reply to ${nameOf(pending.request)} has more than ${this.#maxReplyBytes} bytes`),
      );
      return true;
    }
    pending.parts.push(message);
    if ((message.flags & OFPMPF_REPLY.MORE) === 0) {
      this.#remove(message.xid, pending);
      pending.resolve(joined(pending.parts));
    }
    return true;
  }

  /** The request was not sent after all. */
  forget(xid: number): void {
    const pending = this.#pending.get(xid);
    if (pending !== undefined) this.#remove(xid, pending);
  }

  /** The connection ended: nobody will answer. */
  rejectAll(reason: Closed): void {
    for (const [xid, pending] of [...this.#pending]) {
      this.#remove(xid, pending);
      pending.reject(reason);
    }
  }

  #remove(xid: number, pending: Pending): void {
    this.#pending.delete(xid);
    this.#clock.clearTimeout(pending.timer);
  }
}

function nameOf(request: Request): string {
  return request.type === 'multipartRequest' ? `${request.type}/${request.kind}` : request.type;
}

/** One reply of all parts: lists are joined, of other bodies the last counts. */
function joined(parts: readonly MessageOf<'multipartReply'>[]): Message {
  const last = parts.at(-1)!;
  if (parts.length === 1) return last;
  if (!Array.isArray(last.body)) return last;
  return { ...last, body: parts.flatMap(part => part.body as readonly unknown[]) } as unknown as Message;
}
