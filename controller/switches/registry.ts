import { type Connection, explainError, type Message, type MessageInput, VersionMismatch } from '../../openflow/index.ts';
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
    let end: (reason: string) => void = reason => this.#onRefused({ dpid: undefined, address: connection.remote, reason });
    connection.on('close', reason => end(sentence(reason)));
    connection.on('ready', () => {
      this.#introduce(session, becomes => {
        end = becomes;
      }).catch((error: Error) => {
        session.close();
        end(error.message);
        end = () => {};
      });
    });
  }

  /** Sends what was decided; messages for a switch that has just gone are dropped, its next session begins with a dump. */
  send(dpid: Dpid, messages: readonly MessageInput[]): void {
    this.#sessions.get(dpid)?.send(messages);
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close();
  }

  async #introduce(session: Session, setEnd: (end: (reason: string) => void) => void): Promise<void> {
    const dpid = await session.identify();
    await this.#makeRoom(dpid);
    this.#sessions.set(dpid, session);
    const leave = () => this.#sessions.get(dpid) === session && this.#sessions.delete(dpid);
    setEnd(reason => {
      leave();
      this.#onRefused({ dpid, address: session.connection.remote, reason });
    });
    const { at, installed, description } = await session.introduce(dpid);
    setEnd(reason => {
      leave();
      this.#onEvent({ type: 'lost', at, reason });
    });
    this.#onEvent({ type: 'ready', at, installed, description });
    session.deliver(message => this.#receive(at, message));
  }

  /** The first connection of a datapath keeps it while it lives; a dead one gives way. */
  async #makeRoom(dpid: Dpid): Promise<void> {
    const before = this.#sessions.get(dpid);
    if (before === undefined) return;
    if (await before.isAlive(RIVAL_ANSWER_MS)) {
      throw new Error(
        `switch ${dpid} is connected already, from ${before.connection.remote}: give each switch its own datapath id`,
      );
    }
    before.close();
  }

  #receive(at: Switch, message: Message): void {
    switch (message.type) {
      case 'packetIn':
        return this.#onEvent({ type: 'packetIn', at, message });
      case 'flowRemoved':
        return this.#onEvent({ type: 'flowRemoved', at, message });
      case 'portStatus':
        return this.#onEvent({ type: 'portStatus', at, message });
      case 'error':
        return this.#onEvent({ type: 'error', at, message, explained: explainError(message) });
      default: // replies that nobody waits for any more
    }
  }
}

/** Why a connection ended, with the remedy where we know one. */
function sentence(reason: Error | undefined): string {
  if (reason instanceof VersionMismatch) {
    return `it speaks ${reason.peerVersions.join(', ')} and not OpenFlow 1.3: run \`ovs-vsctl set bridge BRIDGE protocols=OpenFlow13\` on the switch`;
  }
  return reason?.message ?? 'the switch closed the connection';
}
