import {
  type ActionInput,
  type Connection,
  type Match,
  type Message,
  type MessageInput,
  type MessageOf,
  type MessageType,
  OFPFC,
  OFPG,
  OFPTT,
} from '../../../openflow/index.ts';
import { build } from '../../../openflow/packet/build.ts';
import { OFPGC } from '../../../openflow/protocol/groups.ts';
import { OFPM, OFPMC } from '../../../openflow/protocol/meters.ts';

/** A switch with ports 1 to 4, whose time is in our hands. */
export interface SwitchUnderTest {
  /** A controller's connection to it; the first is to be used until another is asked for. */
  connect(): Promise<Connection>;
  /** A frame comes in by a port; resolves when the switch has done with it. */
  inject(port: number, frame: Uint8Array): Promise<void>;
  /** What left the ports since the last call. */
  outputs(): Promise<{ readonly port: number; readonly frame: Uint8Array }[]>;
  /** Lets time pass, and brings all counters up to date. */
  pass(ms: number): Promise<void>;
  setLink(port: number, up: boolean): Promise<void>;
  stop(): Promise<void>;
}

export const CLIENT = { mac: '00:00:00:00:00:01', ip: '10.0.0.1' };
export const VIP = { mac: '02:00:00:00:00:64', ip: '10.0.0.100' };
export const SERVER = { mac: '00:00:00:00:00:02', ip: '10.0.0.2' };
export const TO_VIP: Match = { ethType: 0x800, ipProto: 6, ipv4Dst: VIP.ip, tcpDst: 80 };
export const ALL_BITS = 0xffff_ffff_ffff_ffffn;
export const CLEAN: readonly MessageInput[] = [
  { type: 'flowMod', command: OFPFC.DELETE, tableId: OFPTT.ALL },
  { type: 'groupMod', command: OFPGC.DELETE, groupId: OFPG.ALL },
  { type: 'meterMod', command: OFPMC.DELETE, meterId: OFPM.ALL },
];

export const output = (port: number): ActionInput => ({ type: 'output', port });
export const apply = (...actions: readonly ActionInput[]) => [{ type: 'applyActions' as const, actions: [...actions] }];

export function segment(flags: number, srcPort = 40_000): Uint8Array {
  return build({
    ethernet: { src: CLIENT.mac, dst: VIP.mac },
    ipv4: { src: CLIENT.ip, dst: VIP.ip },
    tcp: { srcPort, dstPort: 80, flags },
    payload: new Uint8Array([1, 2, 3]),
  });
}

/** A switch with a controller that listens. */
export class SwitchRig {
  /** What the controller heard since the last `clean`. */
  heard: Message[] = [];
  readonly #start: () => Promise<SwitchUnderTest>;
  #at: SwitchUnderTest | undefined;
  #controller: Connection | undefined;

  constructor(start: () => Promise<SwitchUnderTest>) {
    this.#start = start;
  }

  get at(): SwitchUnderTest {
    return this.#at!;
  }

  get controller(): Connection {
    return this.#controller!;
  }

  async open(): Promise<void> {
    this.#at = await this.#start();
    this.#controller = await this.at.connect();
    this.controller.on('message', message => this.heard.push(message));
    this.controller.send({ type: 'setConfig', missSendLen: 0xffff });
    await this.controller.barrier();
  }

  /** Empties the switch, and forgets what was heard. */
  async clean(): Promise<void> {
    await this.tell(...CLEAN);
    await this.at.pass(100);
    await this.at.outputs();
    this.heard = [];
  }

  async close(): Promise<void> {
    await this.#at?.stop();
  }

  /** Sends messages and waits until they are done; gives the errors. */
  async tell(...messages: readonly MessageInput[]): Promise<MessageOf<'error'>[]> {
    const before = this.heard.length;
    for (const message of messages) this.controller.send(message);
    await this.controller.barrier();
    return this.heard.slice(before).filter(message => message.type === 'error');
  }

  /** What was heard of a type; waits a second until there are so many. */
  async ofType<T extends MessageType>(type: T, count = 1): Promise<MessageOf<T>[]> {
    const found = (): MessageOf<T>[] => this.heard.filter((message): message is MessageOf<T> => message.type === type);
    for (let i = 0; i < 100 && found().length < count; i++) await new Promise(resolve => setTimeout(resolve, 10));
    return found();
  }

  /** What leaves when a frame comes in, by port. */
  async sent(port: number, frame: Uint8Array): Promise<Record<number, Uint8Array>> {
    await this.at.inject(port, frame);
    return Object.fromEntries((await this.at.outputs()).map(one => [one.port, one.frame]));
  }

  async flows() {
    return (await this.controller.request({ type: 'multipartRequest', kind: 'flow' })).body;
  }
}
