import type { Socket } from 'node:net';
import type { Connection, Message, MessageInput } from '../../openflow/index.ts';
import { type Dpid, toDpid } from '../core/dpid.ts';
import { cookieMask, cookieOf } from '../core/pipeline.ts';
import type { InstalledFlow, Switch } from '../core/switch.ts';
import { generationsIn, nextGeneration } from './generation.ts';
import { inSendOrder } from './send-order.ts';

/** Messages kept for a switch until its session is ready; beyond that the newest are dropped. */
export const MAX_EARLY_MESSAGES = 1024;
/** Time for each answer of the handshake. */
const ANSWER_MS = 5000;
const WHOLE_PACKET = 0xffff; // OFPCML_NO_BUFFER
const OPEN_VSWITCH = 'Open vSwitch';

/** What a switch told about itself. */
export interface Introduction {
  readonly at: Switch;
  readonly installed: readonly InstalledFlow[];
  readonly description: string;
}

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

  /** Asks for everything the deciders need: who it is, its ports, and which of our flows it holds. */
  async introduce(dpid: Dpid): Promise<Introduction> {
    this.connection.send({ type: 'setConfig', flags: 0, missSendLen: WHOLE_PACKET });
    const ours = { cookie: cookieOf({ generation: 0, owner: 'base' }), cookieMask: cookieMask() };
    const [desc, portDesc, flow] = await Promise.all([
      this.connection.request({ type: 'multipartRequest', kind: 'desc' }, { timeoutMs: ANSWER_MS }),
      this.connection.request({ type: 'multipartRequest', kind: 'portDesc' }, { timeoutMs: ANSWER_MS }),
      this.connection.request({ type: 'multipartRequest', kind: 'flow', body: ours }, { timeoutMs: ANSWER_MS }),
    ]);
    const { mfrDesc, hwDesc, swDesc } = desc.body;
    const isOpenVswitch = hwDesc === OPEN_VSWITCH;
    this.#keepsOrder = isOpenVswitch;
    const at: Switch = {
      dpid,
      address: this.address,
      isOpenVswitch,
      generation: nextGeneration(generationsIn(flow.body)),
      ports: new Map(portDesc.body.map(port => [port.portNo, port])),
    };
    return { at, installed: flow.body, description: [...(isOpenVswitch ? [] : [mfrDesc]), hwDesc, swDesc].join(' ') };
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

  close(reason: string): void {
    this.connection.close(reason);
  }
}

function addressOf({ socket }: Connection): string {
  const { remoteAddress, remotePort } = socket as Partial<Socket>;
  return remoteAddress === undefined ? 'a local socket' : `${remoteAddress}:${remotePort}`;
}
