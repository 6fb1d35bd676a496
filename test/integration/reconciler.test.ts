import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from '../../controller/app.ts';
import { type Command, messagesOf } from '../../controller/core/command.ts';
import { configSchema } from '../../controller/core/config.ts';
import type { DesiredState } from '../../controller/core/desired-state.ts';
import type { SwitchEvent } from '../../controller/core/event.ts';
import { type LogEntry, Sequence } from '../../controller/core/events.ts';
import type { Flow } from '../../controller/core/flow.ts';
import { desiredCookie, PRIORITY, TABLE } from '../../controller/core/pipeline.ts';
import type { Switch } from '../../controller/core/switch.ts';
import { floodFlow, hostFlows, switchingFlows } from '../../controller/network/forwarding.ts';
import { ConnectionChannel } from '../../controller/switches/connection-channel.ts';
import { AUDIT_EVERY_MS, Reconciler } from '../../controller/switches/reconciler.ts';
import { type Refusal, Registry } from '../../controller/switches/registry.ts';
import {
  type ActionInput,
  type Connection,
  connect,
  type MessageInput,
  OFPFC,
  OFPG,
  OFPGC,
  OFPGT,
  OFPMC,
  OFPTT,
} from '../../openflow/index.ts';
import { OFPM, OFPMF } from '../../openflow/protocol/meters.ts';
import { ALL_CAPABILITIES } from '../controller/connections/world.ts';
import { DummyOvs } from './dummy-ovs.ts';

const scheduler = {
  now: () => Date.now(),
  after(ms: number, work: () => void) {
    const timer = setTimeout(work, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** A reconciler whose time is in our hands, and a real Open vSwitch. */
class RealSwitch {
  readonly ovs = new DummyOvs();
  readonly log: LogEntry[] = [];
  readonly refused: Refusal[] = [];
  readonly errors: string[] = [];
  readonly changes: MessageInput[] = [];
  somebody!: Connection;
  at!: Switch;
  #reconciler = new Reconciler(new Sequence(), () => 0);
  #connection!: Connection;
  #registry: Registry<ConnectionChannel> | undefined;
  #now = 1_000_000;

  async start(): Promise<void> {
    await this.ovs.start(3);
    this.somebody = await connect({ path: this.ovs.management }, { echoAfterMs: 0 });
    // Nothing of it may be refused: then the test does nothing.
    this.somebody.on('message', message => {
      if (message.type === 'error') this.errors.push(`somebody else: ${message.errType}, ${message.code}`);
    });
    this.#connection = await connect({ path: this.ovs.management }, { echoAfterMs: 0 });
    let resolve = () => {};
    const ready = new Promise<void>(done => {
      resolve = done;
    });
    this.#registry = new Registry<ConnectionChannel>(
      scheduler,
      event => {
        if (event.type === 'ready') this.at = event.at;
        if (event.type === 'ready') resolve();
        else this.#on(event);
      },
      refusal => this.refused.push(refusal),
    );
    const session = this.#registry.accept(new ConnectionChannel(this.#connection));
    this.#connection.on('message', message => session.receive(message));
    this.#connection.on('close', ({ message }) => session.closed(message));
    await ready;
    this.#reconciler.begin(this.at.dpid, { flows: [], groups: [], meters: [] }, this.#now);
  }

  want(section: string, state: DesiredState): void {
    this.#carryOut(this.#reconciler.want(this.at.dpid, section, state));
  }

  /** Lets the next audit pass; gives what it logged, and how many messages it sent to mend something. */
  async audit(): Promise<{ lines: LogEntry[]; changes: number }> {
    await this.#connection.barrier();
    const [before, sent] = [this.log.length, this.changes.length];
    this.#now += AUDIT_EVERY_MS + 1000;
    this.#carryOut(this.#reconciler.onTick(new Map([[this.at.dpid, this.at]]), this.#now));
    // The answer, what it makes us ask on, and the answer to that.
    for (let i = 0; i < 3; i++) await this.#connection.barrier();
    return { lines: this.log.slice(before), changes: this.changes.length - sent };
  }

  /** What somebody else does is done when this resolves. */
  async act(...messages: readonly MessageInput[]): Promise<void> {
    await this.#connection.barrier();
    for (const message of messages) this.somebody.send(message);
    await this.somebody.barrier();
  }

  async stop(): Promise<void> {
    this.#registry?.close();
    this.somebody?.close();
    await this.ovs.stop();
  }

  #on(event: SwitchEvent): void {
    if (event.type === 'reply') this.#carryOut(this.#reconciler.onReply(this.at.dpid, event.message, this.#now).commands);
    else if (event.type === 'flowRemoved') this.#reconciler.onFlowRemoved(this.at.dpid, event.message, this.#now);
    else if (event.type === 'error') this.errors.push(event.explained);
  }

  #carryOut(commands: readonly Command[]): void {
    for (const command of commands) if (command.type === 'log') this.log.push(command.entry);
    for (const [dpid, messages] of messagesOf(commands)) {
      this.changes.push(...messages.filter(({ type }) => type !== 'multipartRequest'));
      this.#registry?.send(dpid, messages);
    }
  }
}

let net: RealSwitch;
beforeEach(async () => {
  net = new RealSwitch();
  await net.start();
});
afterEach(() => net?.stop());

const QUIET = { lines: [], changes: 0 };
const output = (port: number): ActionInput => ({ type: 'output', port });
const bucket = (host: number, weight: number) => ({
  weight,
  actions: [
    { type: 'setField', field: { ethDst: `00:00:00:00:00:0${host}` } },
    { type: 'setField', field: { ipv4Dst: `10.0.0.${host}` } },
    { type: 'setField', field: { tcpDst: 8000 } },
    output(host),
  ] as ActionInput[],
});
const GROUP = 0x7600_0001;
const group = { groupId: GROUP, groupType: OFPGT.SELECT, buckets: [bucket(1, 3), bucket(2, 1)] };
const meter = { meterId: 1, flags: OFPMF.PKTPS, bands: [{ type: 'drop' as const, rate: 100, burstSize: 0 }] };
const grouped: Flow = {
  table: TABLE.service,
  priority: PRIORITY.vip,
  match: { ethType: 0x800, ipProto: 6, ipv4Dst: '10.0.0.100', tcpDst: 80 },
  actions: [{ type: 'group', groupId: GROUP }],
  next: TABLE.learn,
  cookie: desiredCookie('base'),
};
const { table: tableId, priority, match } = grouped;

it('Open vSwitch is asked for every capability, and has them all', () => {
  expect(net.at.can).toEqual(ALL_CAPABILITIES);
  expect([...net.at.ports.keys()]).toEqual(expect.arrayContaining([1, 2, 3]));
  expect(net.errors).toEqual([]);
  expect(net.refused).toEqual([]);
});

describe('what Open vSwitch gives back compares equal', () => {
  const services = (['tcp', 'udp'] as const).flatMap(protocol =>
    ['10.0.0.100', '10.0.0.101'].map(vip => ({
      name: `${protocol}-${vip}`,
      ...{ vip, protocol, port: 53 },
      servers: [1, 2, 3].map(n => ({ name: `server${n}`, ip: `10.0.0.${n}`, port: 8000 })),
    })),
  );

  it('for every flow of services of TCP and UDP, of switching and of hosts', async () => {
    const config = configSchema.parse({ services });
    const { balancer } = new App(config, () => 0.5);
    net.want('switching', { flows: switchingFlows() });
    net.want('services', { flows: balancer.flows(config.services, net.at) });
    for (const n of [1, 2, 3]) net.want(`host ${n}`, { flows: hostFlows(`00:00:00:00:00:0${n}`, n) });
    net.want('flood', { flows: [floodFlow()] });
    expect(await net.audit()).toEqual(QUIET);
    expect(await net.audit()).toEqual(QUIET);
    expect(net.errors).toEqual([]);
  });

  it('for the flows of services without extensions', async () => {
    const config = configSchema.parse({ services });
    const can = { ...ALL_CAPABILITIES, tcpFlags: false, finTimeout: false, registers: false, learn: false, bundles: false };
    net.want('services', { flows: new App(config, () => 0.5).balancer.flows(config.services, { ...net.at, can }) });
    expect(await net.audit()).toEqual(QUIET);
  });

  it('for groups of each type, with weights, set-fields and outputs', async () => {
    net.want('groups', {
      groups: [
        group,
        { groupId: 2, groupType: OFPGT.ALL, buckets: [{ actions: [output(1)] }, { actions: [output(2)] }] },
        { groupId: 3, groupType: OFPGT.INDIRECT, buckets: [{ actions: [output(3)] }] },
        { groupId: 4, groupType: OFPGT.SELECT, buckets: [] },
        { groupId: 5, groupType: OFPGT.SELECT, buckets: Array.from({ length: 256 }, (_, i) => bucket(1 + (i % 3), 1)) },
      ],
    });
    expect(await net.audit()).toEqual(QUIET);
    expect(net.errors).toEqual([]);
  });

  it.each([0, 1, 500])('for meters with a drop band and a burst of %i', async burstSize => {
    const bands = [{ type: 'drop' as const, rate: 100, burstSize }];
    const flags = burstSize === 0 ? 0 : OFPMF.BURST;
    net.want('meters', {
      meters: [
        { meterId: 1, flags: OFPMF.PKTPS | flags, bands },
        { meterId: 2, flags: OFPMF.KBPS | flags | OFPMF.STATS, bands },
      ],
    });
    expect(await net.audit()).toEqual(QUIET);
    expect(net.errors).toEqual([]);
  });
});

describe('what somebody else does to groups and meters of Open vSwitch', () => {
  const bystander: MessageInput = { type: 'flowMod', tableId: 50, priority: 7, cookie: 0x55n, match: { inPort: 3 } };
  const rows: readonly (readonly [string, MessageInput[], object])[] = [
    [
      'a group is deleted, and its flow with it',
      [{ type: 'groupMod', command: OFPGC.DELETE, groupId: GROUP }],
      { groups: { missing: 1, changed: 0, surplus: 0 }, flows: { missing: 1, changed: 0, surplus: 0 } },
    ],
    [
      'a bucket is another one',
      [{ type: 'groupMod', command: OFPGC.MODIFY, ...group, buckets: [bucket(1, 3), bucket(3, 1)] }],
      { groups: { missing: 0, changed: 1, surplus: 0 } },
    ],
    [
      'a weight is another one',
      [{ type: 'groupMod', command: OFPGC.MODIFY, ...group, buckets: [bucket(1, 3), bucket(2, 2)] }],
      { groups: { missing: 0, changed: 1, surplus: 0 } },
    ],
    [
      'a group is of another type',
      [{ type: 'groupMod', command: OFPGC.MODIFY, groupId: GROUP, groupType: OFPGT.ALL, buckets: [bucket(1, 0), bucket(2, 0)] }],
      { groups: { missing: 0, changed: 1, surplus: 0 } },
    ],
    [
      'a group is added',
      [{ type: 'groupMod', ...group, groupId: 0x7600_0009 }],
      { groups: { missing: 0, changed: 0, surplus: 1 } },
    ],
    [
      'a meter is deleted',
      [{ type: 'meterMod', command: OFPMC.DELETE, meterId: 1 }],
      { meters: { missing: 1, changed: 0, surplus: 0 } },
    ],
    [
      'a meter has another rate',
      [{ type: 'meterMod', command: OFPMC.MODIFY, ...meter, bands: [{ type: 'drop', rate: 7 }] }],
      { meters: { missing: 0, changed: 1, surplus: 0 } },
    ],
    [
      'a flow uses the group no more',
      [{ type: 'flowMod', command: OFPFC.MODIFY_STRICT, tableId, priority, match }],
      { flows: { missing: 0, changed: 1, surplus: 0 } },
    ],
    [
      'everything is deleted',
      [
        { type: 'flowMod', command: OFPFC.DELETE, tableId: OFPTT.ALL },
        { type: 'groupMod', command: OFPGC.DELETE, groupId: OFPG.ALL },
        { type: 'meterMod', command: OFPMC.DELETE, meterId: OFPM.ALL },
        bystander,
      ],
      { flows: { missing: 1, changed: 0, surplus: 0 }, groups: { missing: 1 }, meters: { missing: 1 } },
    ],
  ];

  it.each(rows)('is put right by the next audit, and the second finds nothing: %s', async (_what, messages, found) => {
    await net.act(bystander);
    net.want('one', { flows: [grouped], groups: [group], meters: [meter] });
    expect(await net.audit()).toEqual(QUIET);
    await net.act(...messages);
    const { lines } = await net.audit();
    expect(lines).toMatchObject([{ type: 'restored', ...found }]);
    expect(await net.audit()).toEqual(QUIET);
    const left = await net.somebody.request({ type: 'multipartRequest', kind: 'flow', body: { tableId: 50 } });
    expect(left.body).toMatchObject([{ cookie: 0x55n }]);
    expect(net.errors).toEqual([]);
  });
});

describe("somebody else's flow in Open vSwitch", () => {
  it('is reported once where it takes packets before ours, and stays', async () => {
    net.want('one', { flows: [grouped], groups: [group] });
    expect(await net.audit()).toEqual(QUIET);
    await net.act({ type: 'flowMod', tableId, priority: 60_000, cookie: 0x99n, match });
    const { lines, changes } = await net.audit();
    expect(lines).toMatchObject([{ type: 'warning', message: expect.stringContaining('cookie 0x99') }]);
    expect(changes).toBe(0);
    for (let i = 0; i < 15; i++) expect(await net.audit()).toEqual(QUIET);
    const { body } = await net.somebody.request({
      type: 'multipartRequest',
      kind: 'flow',
      body: { cookie: 0x99n, cookieMask: 0xffff_ffff_ffff_ffffn },
    });
    expect(body).toHaveLength(1);
  });
});
