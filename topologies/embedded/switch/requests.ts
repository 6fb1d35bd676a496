import { encode, type Message, type MessageInput, OFPC, OFPC_FRAG, OFPP, OFPPC, OFPTT } from '../../../openflow/index.ts';
import { type BundleRefusal, Bundles, bundleFailed } from './bundles.ts';
import type { Controllers } from './controllers.ts';
import type { Effect } from './effect.ts';
import { isExtension, isKnownExperimenter } from './experimenter.ts';
import type { GroupStore } from './group-store.ts';
import type { Journal } from './journal.ts';
import type { MeterStore } from './meter-store.ts';
import { refuseExtensions } from './plain.ts';
import type { SwitchPort } from './ports.ts';
import { Refusal, refuse } from './refusal.ts';
import { answer, type Measured } from './statistics.ts';

type Of<T extends MessageInput['type']> = Extract<MessageInput, { readonly type: T }>;

/** What the messages of controllers are about. */
export interface Subjects {
  readonly datapathId: bigint;
  /** It has no extensions of OpenFlow 1.3. */
  readonly isPlain: boolean;
  readonly controllers: Controllers;
  readonly measured: Measured;
  readonly groupStore: GroupStore;
  readonly meterStore: MeterStore;
  readonly journal: Journal;
  /** Throws a refusal. */
  packetOut(message: Of<'packetOut'>): void;
  portChanged(port: SwitchPort): void;
}

/** An error has the whole message in it, as far as there is room: 64 bytes at least (7.4.4). */
const ERROR_DATA = 0xffff - 16;
const CAPABILITIES = OFPC.FLOW_STATS | OFPC.TABLE_STATS | OFPC.PORT_STATS | OFPC.GROUP_STATS | OFPC.QUEUE_STATS;
/** The bits of a port's configuration that 1.3 has (7.2.1). */
const PORT_CONFIG = OFPPC.PORT_DOWN | OFPPC.NO_RECV | OFPPC.NO_FWD | OFPPC.NO_PACKET_IN;
/** What a slave may not do (6.3.6). */
const WRITES: readonly string[] = [
  'bundleControl',
  'bundleAdd',
  'flowMod',
  'groupMod',
  'meterMod',
  'packetOut',
  'portMod',
  'tableMod',
];

/** Carries out what controllers ask for, and answers. */
export class Requests {
  readonly #at: Subjects;
  readonly #bundles = new Bundles();

  constructor(subjects: Subjects) {
    this.#at = subjects;
  }

  /** Carries out one message; its answers, and what it causes, go behind `effects`. */
  carryOut(message: MessageInput, from: number, now: number, effects: Effect[]): void {
    const send = (reply: Message): void => {
      effects.push({ type: 'send', to: from, message: reply });
    };
    try {
      if (WRITES.includes(message.type) && this.#at.controllers.isSlave(from)) throw refuse.request('IS_SLAVE');
      if (this.#at.isPlain) refuseExtensions(message);
      this.#dispatch(message, from, now, effects, send);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(errorOf(error, message));
    }
  }

  /** A controller is gone. */
  forget(from: number): void {
    this.#bundles.forget(from);
  }

  /** Carries out a bundle as a whole: The message that fails has an error of its own. */
  #commit(messages: readonly MessageInput[], from: number, now: number, effects: Effect[], send: (reply: Message) => void): void {
    let failed: Message | undefined;
    try {
      this.#at.journal.whole(() => {
        for (const message of messages) {
          try {
            this.#dispatch(message, from, now, effects, send);
          } catch (error) {
            if (error instanceof Refusal) failed = errorOf(error, message);
            throw error;
          }
        }
      });
    } catch (error) {
      if (failed === undefined) throw error;
      send(failed);
      throw bundleFailed();
    }
  }

  #dispatch(message: MessageInput, from: number, now: number, effects: Effect[], send: (reply: Message) => void): void {
    const { controllers, measured } = this.#at;
    const { xid = 0 } = message;
    switch (message.type) {
      case 'flowMod':
        measured.flows.change(message, now);
        return;
      case 'packetOut':
        this.#at.packetOut(message);
        return;
      case 'barrierRequest':
        send({ type: 'barrierReply', xid }); // everything before it is done: messages are carried out one by one
        return;
      case 'echoRequest':
        send({ type: 'echoReply', xid, data: message.data ?? new Uint8Array(0) });
        return;
      case 'multipartRequest':
        for (const part of answer(message, measured, now)) send(part);
        return;
      case 'groupMod':
        this.#at.groupStore.change(message, now);
        return;
      case 'meterMod':
        this.#at.meterStore.change(message, now);
        return;
      case 'featuresRequest':
        send(this.#features(xid));
        return;
      case 'getConfigRequest':
        send({ type: 'getConfigReply', xid, flags: OFPC_FRAG.NORMAL, missSendLen: controllers.missSendLen(from) });
        return;
      case 'setConfig':
        if ((message.flags ?? 0) !== OFPC_FRAG.NORMAL) throw refuse.config('BAD_FLAGS');
        controllers.setMissSendLen(from, message.missSendLen);
        return;
      case 'portMod':
        this.#portMod(message);
        return;
      case 'tableMod':
        this.#tableMod(message);
        return;
      case 'roleRequest':
        effects.push(...controllers.requestRole(message, from));
        return;
      case 'getAsyncRequest':
        send({ type: 'getAsyncReply', xid, ...controllers.asyncConfig(from) });
        return;
      case 'setAsync':
        controllers.setAsync(from, message);
        return;
      case 'queueGetConfigRequest':
        this.#queueConfig(message, send);
        return;
      case 'bundleControl': {
        const { bundleId } = message;
        const commit = (messages: readonly MessageInput[]): void => this.#commit(messages, from, now, effects, send);
        const controlType = this.#bundles.control(message, from, commit);
        send({ type: 'bundleControl', xid, bundleId, controlType, flags: 0, properties: [] });
        return;
      }
      case 'bundleAdd':
        this.#bundles.add(message, from);
        return;
      case 'hello':
      case 'error':
      case 'echoReply':
        return;
      case 'experimenter':
        throw refuse.request(isKnownExperimenter(message.experimenter) ? 'BAD_EXP_TYPE' : 'BAD_EXPERIMENTER');
      default:
        throw refuse.request(isExtension(message.type) ? 'BAD_EXP_TYPE' : 'BAD_TYPE');
    }
  }

  #features(xid: number): Message {
    const { datapathId, measured } = this.#at;
    const nTables = measured.flows.tables.length;
    return {
      type: 'featuresReply',
      xid,
      datapathId,
      nBuffers: 0,
      nTables,
      auxiliaryId: 0,
      capabilities: CAPABILITIES,
      reserved: 0,
    };
  }

  #portMod({ portNo, hwAddr, config, mask }: Of<'portMod'>): void {
    const port = this.#at.measured.ports.at(portNo);
    if (port === undefined) throw refuse.port('BAD_PORT');
    if (port.hwAddr !== hwAddr) throw refuse.port('BAD_HW_ADDR');
    if (((config | mask) & ~PORT_CONFIG) !== 0) throw refuse.port('BAD_CONFIG');
    const before = port.config;
    port.config = (before & ~mask) | (config & mask);
    if (port.config !== before) this.#at.portChanged(port);
  }

  /** In 1.3 nothing about a table can be set (7.3.3). */
  #tableMod({ tableId, config }: Of<'tableMod'>): void {
    if (tableId !== OFPTT.ALL && tableId >= this.#at.measured.flows.tables.length) throw refuse.table('BAD_TABLE');
    if ((config & ~DEPRECATED) !== 0) throw refuse.table('BAD_CONFIG');
  }

  #queueConfig({ xid = 0, port }: Of<'queueGetConfigRequest'>, send: (reply: Message) => void): void {
    if (port !== OFPP.ANY && this.#at.measured.ports.at(port) === undefined) throw refuse.queue('BAD_PORT');
    send({ type: 'queueGetConfigReply', xid, port, queues: [] });
  }
}

/** OFPT_ERROR for a message (7.4.4). */
function errorOf(refusal: Refusal, message: MessageInput): Message {
  const { errType, code } = refusal;
  const start = encode(message).subarray(0, ERROR_DATA);
  const experimenter = (refusal as Partial<BundleRefusal>).experimenter;
  const data = experimenter === undefined ? start : new Uint8Array([...bytesOf(experimenter), ...start]);
  return { type: 'error', xid: message.xid ?? 0, errType, code, data };
}

function bytesOf(number: number): readonly number[] {
  return [number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff];
}

/** OFPTC_DEPRECATED_MASK (7.3.3). */
const DEPRECATED = 3;
