import type { Socket } from 'node:net';
import type { Connection, Message, MessageInput, ReplyTo, Request } from '../../openflow/index.ts';
import { type Dpid, toDpid } from '../core/dpid.ts';
import { CONFIGURATION, type Introduction, introductionOf, QUESTIONS } from './introduction.ts';
import { inSendOrder } from './send-order.ts';

/** Messages kept for a switch until its session is ready; beyond that the newest are dropped. */
export const MAX_EARLY_MESSAGES = 1024;
/** Time for each answer of the handshake. */
export const ANSWER_MS = 5000;

/** A live OpenFlow connection to one datapath, from the handshake on. */
export class Session {
  readonly connection: Connection;
  /** Where the switch connects from; kept, because a closed socket no longer knows it. */
  readonly address: string;
  readonly #early: Message[] = [];
  #deliver: (message: Message) => void = message => {
    if (this.#early.length < MAX_EARLY_MESSAGES) this.#early.push(message);
  };
  #keepsOrder = false;

  constructor(connection: Connection) {
    this.connection = connection;
    this.address = addressOf(connection);
    connection.on('message', message => this.#deliver(message));
  }

  /** The number of the datapath. Rejects when the switch does not answer or goes. */
  async identify(): Promise<Dpid> {
    const features = await this.connection.request({ type: 'featuresRequest' }, { timeoutMs: ANSWER_MS });
    // An auxiliary connection (6.3.6) is none of ours: we never open one, and it is not the switch.
    if (features.auxiliaryId !== 0) throw new Error('it is an auxiliary connection, and only main ones are taken');
    return toDpid(features.datapathId);
  }

  /** Whether the other end still answers. */
  async isAlive(withinMs: number): Promise<boolean> {
    return this.connection.request({ type: 'echoRequest' }, { timeoutMs: withinMs }).then(
      () => true,
      () => false,
    );
  }

  /** Asks for everything the deciders need. */
  async introduce(dpid: Dpid): Promise<Introduction> {
    this.connection.send(CONFIGURATION);
    const [desc, ports, flows] = await Promise.all([
      this.connection.request(QUESTIONS.desc, { timeoutMs: ANSWER_MS }),
      this.connection.request(QUESTIONS.ports, { timeoutMs: ANSWER_MS }),
      this.connection.request(QUESTIONS.flows, { timeoutMs: ANSWER_MS }),
    ]);
    const introduction = introductionOf(dpid, this.address, { desc: desc.body, ports: ports.body, flows: flows.body });
    this.#keepsOrder = introduction.keepsOrder;
    return introduction;
  }

  /** From now on each message goes to `receive`, those that came during the handshake first. */
  deliver(receive: (message: Message) => void): void {
    this.#deliver = receive;
    for (const message of this.#early.splice(0)) receive(message);
  }

  /** Sends the messages of one turn in the order that the switch needs. */
  send(messages: readonly MessageInput[]): void {
    for (const message of inSendOrder(messages, this.#keepsOrder)) this.connection.send(message);
  }

  /** Asks the switch. */
  request<R extends Request>(request: R, timeoutMs = ANSWER_MS): Promise<ReplyTo<R>> {
    return this.connection.request(request, { timeoutMs });
  }

  close(reason: string): void {
    this.connection.close(reason);
  }
}

function addressOf({ socket }: Connection): string {
  const { remoteAddress, remotePort } = socket as Partial<Socket>;
  return remoteAddress === undefined ? 'a local socket' : `${remoteAddress}:${remotePort}`;
}
