import { beforeEach, describe, expect, it } from 'vitest';
import type { AppEvent } from '../../controller/app.ts';
import { configSchema } from '../../controller/core/config.ts';
import { ConfigDocument } from '../../controller/core/config-file.ts';
import { COOKIES } from '../../controller/core/cookie.ts';
import type { LogEntry } from '../../controller/core/events.ts';
import { LiveConfig } from '../../controller/live-config.ts';
import { Runtime } from '../../controller/runtime.ts';
import { builtIn } from '../../controller/strategies/book.ts';
import { strategies } from '../../controller/strategies/catalogue.ts';
import type { Channel } from '../../controller/switches/channel.ts';
import type { Session } from '../../controller/switches/session.ts';
import type { Message, MessageInput, MessageOf } from '../../openflow/index.ts';
import { arpReply } from '../../openflow/packet/arp-message.ts';
import { dissect } from '../../openflow/packet/dissect.ts';
import { VirtualClock } from '../../topologies/embedded/clock.ts';
import { EmbeddedSwitch } from '../../topologies/embedded/switch/embedded-switch.ts';
import { configWith, macOf, tcpFrame } from './connections/world.ts';

type InstalledFlow = Extract<MessageOf<'multipartReply'>, { kind: 'flow' }>['body'][number];
const CONFIG = configWith({ strategy: 'random' });
const SERVERS = [1, 2, 3];
const CLIENT = 4;
const RESYNC_EVERY_MS = 1000;
/** The switch is asked, answers, and what differs is mended. */
const MENDED_MS = 2 * RESYNC_EVERY_MS;

/** A runtime with one switch, of which servers 1 to 3 answer probes. Deciders throw when they are told to. */
class Room {
  readonly clock = new VirtualClock(1_000_000);
  readonly log: LogEntry[] = [];
  readonly runtime: Runtime;
  readonly resyncs: number[] = [];
  /** Throws on purpose where it is asked for chance, or when all is decided. */
  throwing: { at: 'before' | 'halfway' | 'after'; is: (event: AppEvent) => boolean } | undefined;
  readonly #at: EmbeddedSwitch;
  #event: AppEvent | undefined;

  constructor() {
    const { clock } = this;
    this.runtime = new Runtime(configSchema.parse(CONFIG), builtIn, {
      scheduler: clock,
      random: () => {
        this.#fail('halfway');
        return 0.5;
      },
      stopwatch: () => 0,
      publish: entry => this.log.push(entry),
      probe: () => {},
      onTurn: () => this.#fail('after'),
    });
    const { app, registry } = this.runtime;
    const handle = app.handle.bind(app);
    app.handle = (event, now) => {
      this.#event = event;
      this.#fail('before');
      return handle(event, now);
    };
    const resync = registry.resync.bind(registry);
    registry.resync = dpid => {
      this.resyncs.push(clock.now());
      resync(dpid);
    };
    const ports = [1, 2, 3, 4].map(number => ({ number, name: `p${number}`, mac: `02:00:00:00:01:0${number}` }));
    this.#at = new EmbeddedSwitch({
      name: 's1',
      dpid: '0000000000000001',
      ports,
      clock,
      output: (...out) => this.#output(...out),
    });
    this.#connect();
    this.runtime.start();
    clock.run(3000);
  }

  syn(port: number): void {
    this.#at.receive(CLIENT, tcpFrame(CLIENT, port));
    this.clock.run(1);
  }

  /** Cookies of the connections in our books, and in the switch. */
  get connections() {
    const books = Array.from(this.runtime.app.balancer.carrier.connections.all(), ({ cookie }) => cookie);
    return { books: books.sort(), flows: [...new Set(this.#flows(COOKIES.connections).map(({ cookie }) => cookie))].sort() };
  }

  /** What the switch holds beside its connections. */
  get base(): string[] {
    const text = (flow: InstalledFlow) =>
      JSON.stringify([flow.tableId, flow.priority, flow.match, flow.instructions], (_key, part) =>
        typeof part === 'bigint' ? String(part) : part,
      );
    return this.#flows(COOKIES.desired).map(text).sort();
  }

  of<T extends LogEntry['type']>(type: T): Extract<LogEntry, { type: T }>[] {
    return this.log.filter((entry): entry is Extract<LogEntry, { type: T }> => entry.type === type);
  }

  #flows(body: { cookie: bigint; cookieMask: bigint }): InstalledFlow[] {
    const found: InstalledFlow[] = [];
    const channel = this.#at.channel(message => {
      if (message.type === 'multipartReply' && message.kind === 'flow') found.push(...message.body);
    });
    channel.send({ type: 'multipartRequest', kind: 'flow', body });
    channel.close();
    return found;
  }

  #fail(point: 'before' | 'halfway' | 'after'): void {
    if (this.throwing?.at === point && this.throwing.is(this.#event!)) throw new Error(`on purpose, ${point}`);
  }

  #connect(): void {
    const toSwitch = this.#at.channel(message => this.clock.after(0, () => this.#session?.receive(message as Message)));
    const channel: Channel = {
      address: 'in memory',
      send: (message: MessageInput) => void this.clock.after(0, () => toSwitch.send(message)),
      close: () => toSwitch.close(),
    };
    this.#session = this.runtime.registry.accept(channel);
  }

  #session: Session | undefined;

  /** Servers answer to ARP. */
  #output(port: number, frame: Uint8Array): void {
    const { arp, ethernet } = dissect(frame);
    if (arp?.op !== 1 || !SERVERS.includes(port) || arp.tpa !== `10.0.0.${port}`) return;
    const answer = arpReply({ senderMac: macOf(port), senderIp: arp.tpa, targetMac: ethernet.src, targetIp: arp.spa });
    this.clock.after(1, () => this.#at.receive(port, answer));
  }
}

let room: Room;
beforeEach(() => {
  room = new Room();
});

/** Throws at the next event of this kind, and never again. */
function throwOnce(at: 'before' | 'halfway' | 'after', is: (event: AppEvent) => boolean): void {
  let isOver = false;
  room.throwing = {
    at,
    is: event => {
      if (isOver || !is(event)) return false;
      isOver = true;
      return true;
    },
  };
}

const defects = () => room.of('warning').filter(({ message }) => message.startsWith('a defect'));

describe.each(['before', 'halfway', 'after'] as const)('a decider that throws %s', point => {
  it('costs one event: it is logged, the switch is asked anew, and books and switch agree again', () => {
    room.syn(40_001);
    expect(room.connections.books).toHaveLength(1);
    const { base } = room;
    throwOnce(point, event => event.type === 'packetIn');
    room.syn(40_002);
    expect(defects()).toHaveLength(1);
    expect(defects()[0]!.message).toContain(`on purpose, ${point}`);
    room.clock.run(MENDED_MS);
    expect(room.resyncs).toHaveLength(1);
    expect(room.connections.flows).toEqual(room.connections.books);
    expect(room.base).toEqual(base);
    room.syn(40_002);
    room.syn(40_003);
    expect(room.connections.books).toHaveLength(3);
    expect(room.connections.flows).toEqual(room.connections.books);
    expect(room.of('server').filter(({ state }) => state === 'down')).toEqual([]);
  });

  it('in a tick leaves nothing apart, either', () => {
    room.syn(40_001);
    const { base } = room;
    for (let i = 0; i < 5; i++) {
      throwOnce(point, event => event.type === 'tick');
      room.clock.run(MENDED_MS);
    }
    expect(room.connections.flows).toEqual(room.connections.books);
    expect(room.base).toEqual(base);
    expect(room.of('switch').map(({ state }) => state)).toEqual(['connected']);
  });
});

it('a decider that throws at everything has the switches asked anew once a second', () => {
  room.throwing = { at: 'before', is: event => event.type === 'packetIn' || event.type === 'tick' };
  for (let i = 0; i < 100; i++) {
    room.syn(41_000 + i);
    room.clock.run(99);
  }
  const gaps = room.resyncs.slice(1).map((at, i) => at - room.resyncs[i]!);
  expect(room.resyncs.length).toBeGreaterThanOrEqual(9);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(RESYNC_EVERY_MS);
  room.throwing = undefined;
  room.clock.run(MENDED_MS);
  room.syn(50_000);
  expect(room.connections.flows).toEqual(room.connections.books);
  expect(room.connections.books.length).toBeGreaterThan(0);
});

it('a service whose port changes keeps its servers', () => {
  const config = configSchema.parse(configWith({ port: 8080 }));
  room.runtime.handle({ type: 'config', config, source: 'test' });
  room.clock.run(5000);
  expect(room.runtime.app.services.named('web')!.servers.map(({ health }) => health)).toEqual(['up', 'up', 'up']);
});

describe('a configuration that cannot be applied', () => {
  const live = () =>
    new LiveConfig(ConfigDocument.of(CONFIG, { strategies }), {
      load: () => Promise.resolve(builtIn),
      handle: event => room.runtime.handle(event),
      log: room.runtime.log,
    });
  const another = [{ path: ['services', 0, 'port'], value: 8080 }];

  it.each(['before', 'after'] as const)('because a decider throws %s is not in force, and the old one is', async point => {
    const config = live();
    const { base } = room;
    const before = config.document;
    throwOnce(point, event => event.type === 'config');
    await expect(config.edit('test', another)).rejects.toThrow('a defect');
    expect(config.document).toBe(before);
    room.clock.run(MENDED_MS);
    expect(room.base).toEqual(base);
    expect(room.runtime.app.config.services[0]!.port).toBe(80);
    room.syn(40_001);
    expect(room.of('decision')).toHaveLength(1);
  });

  it('is in force when it is asked for again', async () => {
    const config = live();
    throwOnce('after', event => event.type === 'config');
    await config.edit('test', another).catch(() => {});
    await config.edit('test', another);
    room.clock.run(MENDED_MS);
    expect(config.document.config.services[0]!.port).toBe(8080);
    expect(room.base.filter(line => line.includes('"tcpDst":8080')).length).toBeGreaterThan(0);
    expect(room.base.filter(line => line.includes('"tcpDst":80}') || line.includes('"tcpDst":80,'))).toEqual([]);
  });
});
