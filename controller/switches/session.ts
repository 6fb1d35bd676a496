import type { Message, MessageInput } from '../../openflow/index.ts';
import type { Scheduler, Timer } from '../core/clock.ts';
import type { Dpid } from '../core/dpid.ts';
import type { Switch } from '../core/switch.ts';
import type { Channel } from './channel.ts';
import { Handshake, type Introduction } from './handshake.ts';
import { inSendOrder } from './send-order.ts';

/** Messages kept for a switch until its session is ready; beyond that the newest are dropped. */
export const MAX_EARLY_MESSAGES = 1024;
/** Silence during the handshake after which the switch is given up. */
export const ANSWER_MS = 5000;

/** Transaction id of the question whether the switch still answers. */
const ALIVE_XID = 0x7500_0000;

/** What a session gives on. */
export interface SessionOutlet {
  /** The switch said who it is; `introduce` goes on. */
  identified(dpid: Dpid): void;
  /** Everything that the deciders need is known, or known anew. */
  ready(introduction: Introduction): void;
  /** A message that is no answer to a question of the session. */
  message(at: Switch, message: Message): void;
  /** It is over. `at` is there when it was ready. */
  ended(reason: string, at: Switch | undefined): void;
}

/** A live OpenFlow conversation with one datapath, from the handshake on, over any channel and any clock. */
export class Session<C extends Channel = Channel> {
  readonly channel: C;
  readonly #scheduler: Scheduler;
  readonly #outlet: SessionOutlet;
  readonly #early: Message[] = [];
  #handshake: Handshake | undefined;
  #handshakes = 0;
  #patience: Timer | undefined;
  #at: Switch | undefined;
  #isOver = false;
  #alive: { readonly answer: (isAlive: boolean) => void; readonly timer: Timer } | undefined;

  constructor(channel: C, scheduler: Scheduler, outlet: SessionOutlet) {
    this.channel = channel;
    this.#scheduler = scheduler;
    this.#outlet = outlet;
  }

  /** Whether the deciders know the switch. */
  get isReady(): boolean {
    return this.#at !== undefined && this.#handshake === undefined;
  }

  /** Asks who is there. */
  start(): void {
    for (const message of this.#begin().begin()) this.channel.send(message);
  }

  /** Asks for everything the deciders need. */
  introduce(): void {
    for (const message of this.#handshake!.ask()) this.channel.send(message);
  }

  /** Asks for all of it anew: what is in our books and what is in the switch may differ. Messages wait until it is known. */
  resync(): void {
    if (this.#at === undefined || this.#handshake !== undefined || this.#isOver) return;
    this.#begin(this.#at);
    this.introduce();
  }

  /** A message of the switch. */
  receive(message: Message): void {
    if (this.#isOver) return;
    const handshake = this.#handshake;
    if (message.xid === ALIVE_XID && message.type === 'barrierReply') this.#settleAlive(true);
    else if (handshake?.take(message)) this.#advance(handshake);
    // A flow went before the switch told what it holds: later the report would be taken for one of a flow that was put back since.
    else if (handshake === undefined || (message.type === 'flowRemoved' && !handshake.knowsFlows)) {
      if (this.#at !== undefined) this.#outlet.message(this.#at, message);
    } else if (this.#early.length < MAX_EARLY_MESSAGES) this.#early.push(message);
  }

  /** The channel is gone. */
  closed(reason: string): void {
    if (this.#isOver) return;
    this.#stop();
    this.#outlet.ended(reason, this.#at);
    // A rival that waits for this one's sign of life finds its place free.
    this.#settleAlive(false);
  }

  /** Nothing is to be heard of it any more. */
  abandon(): void {
    this.#stop();
    this.#settleAlive(false);
  }

  /** Sends the messages of one turn in the order that the switch needs. */
  send(messages: readonly MessageInput[]): void {
    if (this.#at === undefined) return;
    for (const message of inSendOrder(messages, this.#at.can.keepsOrder)) this.channel.send(message);
  }

  /** Asks whether the other end still answers. */
  checkAlive(withinMs: number, answer: (isAlive: boolean) => void): void {
    this.#settleAlive(false);
    const timer = this.#scheduler.after(withinMs, () => this.#settleAlive(false));
    this.#alive = { answer, timer };
    this.channel.send({ type: 'barrierRequest', xid: ALIVE_XID });
  }

  #stop(): void {
    this.#isOver = true;
    this.#patience?.cancel();
  }

  #begin(known?: Switch): Handshake {
    this.#handshakes += 1;
    this.#handshake = new Handshake(this.channel.address, this.#handshakes, known);
    this.#wait();
    return this.#handshake;
  }

  #advance(handshake: Handshake): void {
    const { problem, introduction, dpid } = handshake;
    if (problem !== undefined) this.channel.close(problem);
    else if (introduction !== undefined) this.#ready(introduction);
    else {
      this.#wait();
      if (!handshake.isAsking) this.#outlet.identified(dpid!);
    }
  }

  #ready(introduction: Introduction): void {
    this.#patience?.cancel();
    this.#handshake = undefined;
    this.#at = introduction.at;
    this.#outlet.ready(introduction);
    // What is heard now may begin another handshake: what is left waits for that one.
    for (const message of this.#early.splice(0)) this.receive(message);
  }

  #wait(): void {
    this.#patience?.cancel();
    this.#patience = this.#scheduler.after(ANSWER_MS, () =>
      this.channel.close(`no answer for ${ANSWER_MS / 1000} s during the handshake`),
    );
  }

  #settleAlive(isAlive: boolean): void {
    const asked = this.#alive;
    this.#alive = undefined;
    asked?.timer.cancel();
    asked?.answer(isAlive);
  }
}
