import { errorName, type Message, type MessageInput } from '../../openflow/index.ts';
import type { Scheduler } from '../core/clock.ts';
import type { Dpid } from '../core/dpid.ts';
import type { SwitchEvent } from '../core/event.ts';
import type { Channel } from './channel.ts';
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
export class Registry<C extends Channel = Channel> {
  readonly #scheduler: Scheduler;
  readonly #sessions = new Map<Dpid, Session<C>>();
  readonly #all = new Set<Session<C>>();
  readonly #onEvent: (event: SwitchEvent) => void;
  readonly #onRefused: (refusal: Refusal) => void;

  constructor(scheduler: Scheduler, onEvent: (event: SwitchEvent) => void, onRefused: (refusal: Refusal) => void) {
    this.#scheduler = scheduler;
    this.#onEvent = onEvent;
    this.#onRefused = onRefused;
  }

  /** Switches whose sessions are ready. */
  get readyCount(): number {
    return [...this.#sessions.values()].filter(session => session.isReady).length;
  }

  /** Takes a new channel through its handshake. What the channel brings goes to the session that this gives. */
  accept(channel: C): Session<C> {
    const { address } = channel;
    let dpid: Dpid | undefined;
    const session: Session<C> = new Session(channel, this.#scheduler, {
      identified: claimed => {
        dpid = claimed;
        this.#makeRoom(session, claimed);
      },
      ready: ({ at, installed }) => this.#onEvent({ type: 'ready', at, installed }),
      message: (at, message) => {
        const event = eventOf(at.dpid, message);
        if (event !== undefined) this.#onEvent(event);
      },
      ended: (reason, at) => {
        this.#all.delete(session);
        if (dpid !== undefined && this.#sessions.get(dpid) === session) this.#sessions.delete(dpid);
        if (at === undefined) this.#onRefused({ dpid, address, reason });
        else this.#onEvent({ type: 'lost', dpid: at.dpid, reason });
      },
    });
    this.#all.add(session);
    session.start();
    return session;
  }

  /** A channel ended before it could become a session. */
  refuse(refusal: Refusal): void {
    this.#onRefused(refusal);
  }

  /** Sends what was decided; messages for a switch that has just gone are dropped, its next session begins with a dump. */
  send(dpid: Dpid, messages: readonly MessageInput[]): void {
    this.#sessions.get(dpid)?.send(messages);
  }

  /** The channel of a switch; undefined when it is not connected. */
  channelOf(dpid: Dpid): C | undefined {
    return this.#sessions.get(dpid)?.channel;
  }

  /** Compares our books with what a switch holds, all of it, as if it had just connected; of all switches without a datapath id. */
  resync(dpid?: Dpid): void {
    for (const [of, session] of this.#sessions) if (dpid === undefined || of === dpid) session.resync();
  }

  close(): void {
    for (const { channel } of this.#all) channel.close('the controller stops');
  }

  /** Forgets everything without a word, as a crash does. */
  abandon(): void {
    for (const session of this.#all) session.abandon();
    this.#all.clear();
    this.#sessions.clear();
  }

  /** The first connection of a datapath keeps it while it lives; a dead one gives way. */
  #makeRoom(session: Session<C>, dpid: Dpid): void {
    const before = this.#sessions.get(dpid);
    if (before === undefined) {
      this.#sessions.set(dpid, session);
      session.introduce();
      return;
    }
    before.checkAlive(RIVAL_ANSWER_MS, isAlive => {
      if (!this.#all.has(session)) return;
      const { address } = before.channel;
      if (isAlive)
        session.channel.close(`switch ${dpid} is connected already, from ${address}: give each switch its own datapath id`);
      else {
        if (this.#sessions.get(dpid) === before) before.channel.close('it did not answer, and its switch has connected anew');
        this.#makeRoom(session, dpid);
      }
    });
  }
}

/** What a message means to the deciders; undefined for what nobody waits for any more. */
export function eventOf(dpid: Dpid, message: Message): SwitchEvent | undefined {
  switch (message.type) {
    case 'packetIn':
      return { type: 'packetIn', dpid, message };
    case 'flowRemoved':
      return { type: 'flowRemoved', dpid, message };
    case 'portStatus':
      return { type: 'portStatus', dpid, message };
    case 'multipartReply':
      return { type: 'reply', dpid, message };
    case 'error':
      return { type: 'error', dpid, message, explained: errorName(message.errType, message.code) };
    default:
      return undefined;
  }
}
