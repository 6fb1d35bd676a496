import {
  type Closed,
  type Connection,
  errorName,
  type Message,
  type MessageInput,
  type ReplyTo,
  type Request,
  VersionMismatch,
} from '../../openflow/index.ts';
import type { Dpid } from '../core/dpid.ts';
import type { Switch } from '../core/switch.ts';
import type { SwitchEvent } from '../core/switch-event.ts';
import { Session } from './session.ts';

/** Time in which a session has to show that it lives when another connection claims its datapath id. */
const RIVAL_ANSWER_MS = 1000;

/** A connection that did not become a session: whose, and one sentence why. */
export interface Refusal {
  readonly dpid: Dpid | undefined;
  readonly address: string;
  readonly reason: string;
}

/** Every live session by its datapath id; turns their messages into events. */
export class Registry {
  readonly #sessions = new Map<Dpid, Session>();
  readonly #onEvent: (event: SwitchEvent) => void;
  readonly #onRefused: (refusal: Refusal) => void;

  constructor(onEvent: (event: SwitchEvent) => void, onRefused: (refusal: Refusal) => void) {
    this.#onEvent = onEvent;
    this.#onRefused = onRefused;
  }

  /** Takes a new connection through its handshake. */
  accept(connection: Connection): void {
    const session = new Session(connection);
    let end: (reason: string) => void = reason => this.#onRefused({ dpid: undefined, address: session.address, reason });
    connection.on('close', reason => end(sentence(reason)));
    connection.on('ready', () => {
      this.#introduce(session, becomes => {
        end = becomes;
      }).catch((error: Error) => session.close(error.message));
    });
  }

  /** Sends what was decided; messages for a switch that has just gone are dropped, its next session begins with a dump. */
  send(dpid: Dpid, messages: readonly MessageInput[]): void {
    this.#sessions.get(dpid)?.send(messages);
  }

  /** Asks a switch; rejects with `RequestFailed` or `RequestRefused`, and when it is not connected. */
  async request<R extends Request>(dpid: Dpid, request: R, timeoutMs?: number): Promise<ReplyTo<R>> {
    const session = this.#sessions.get(dpid);
    if (session === undefined) throw new Error(`switch ${dpid} is not connected`);
    return session.request(request, timeoutMs);
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close('the controller stops');
  }

  async #introduce(session: Session, setEnd: (end: (reason: string) => void) => void): Promise<void> {
    const dpid = await session.identify();
    await this.#makeRoom(dpid);
    this.#sessions.set(dpid, session);
    const leave = () => this.#sessions.get(dpid) === session && this.#sessions.delete(dpid);
    setEnd(reason => {
      leave();
      this.#onRefused({ dpid, address: session.address, reason });
    });
    const { at, installed, description } = await session.introduce(dpid);
    setEnd(reason => {
      leave();
      this.#onEvent({ type: 'lost', at, reason });
    });
    this.#onEvent({ type: 'ready', at, installed, description });
    session.deliver(message => {
      const event = eventOf(at, message);
      if (event !== undefined) this.#onEvent(event);
    });
  }

  /** The first connection of a datapath keeps it while it lives; a dead one gives way. */
  async #makeRoom(dpid: Dpid): Promise<void> {
    for (let before = this.#sessions.get(dpid); before !== undefined; before = this.#sessions.get(dpid)) {
      if (await before.isAlive(RIVAL_ANSWER_MS)) {
        throw new Error(`switch ${dpid} is connected already, from ${before.address}: give each switch its own datapath id`);
      }
      before.close('it did not answer, and its switch has connected anew');
    }
  }
}

/** What a message means to the deciders; undefined for replies that nobody waits for any more. */
export function eventOf(at: Switch, message: Message): SwitchEvent | undefined {
  switch (message.type) {
    case 'packetIn':
      return { type: 'packetIn', at, message };
    case 'flowRemoved':
      return { type: 'flowRemoved', at, message };
    case 'portStatus':
      return { type: 'portStatus', at, message };
    case 'multipartReply':
      return message.kind === 'portStats' ? { type: 'statistics', at, message } : undefined;
    case 'error':
      return { type: 'error', at, message, explained: errorName(message.errType, message.code) };
    default:
      return undefined;
  }
}

/** Why a connection ended, with the remedy where we know one. */
function sentence(reason: Closed): string {
  if (reason instanceof VersionMismatch) {
    return `${reason.message}: run \`ovs-vsctl set bridge BRIDGE protocols=OpenFlow13\` on the switch`;
  }
  return reason.message;
}
