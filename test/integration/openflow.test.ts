import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Connection,
  decode,
  encode,
  Framer,
  listen,
  type Message,
  type MessageInput,
  OFPFC,
  OFPMPF_REPLY,
  OFPP,
  opened,
  type Request,
  RequestRefused,
  type Server,
} from '../../openflow/index.ts';
import { hasOvs, ofpPrint, PrivateOvs } from '../openflow/private-ovs.ts';
import { ACTION_SAMPLES, INSTRUCTION_SAMPLES } from '../openflow/samples/actions.ts';
import { FIELD_SAMPLES } from '../openflow/samples/fields.ts';
import { MESSAGE_SAMPLES } from '../openflow/samples/messages.ts';

/** What Open vSwitch does not take, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  'action copyTtlOut': 'Open vSwitch does not implement it',
  'action copyTtlIn': 'Open vSwitch does not implement it',
  'action pushPbb': 'Open vSwitch does not implement provider backbone bridges',
  'action popPbb': 'Open vSwitch does not implement provider backbone bridges',
  'action experimenter': 'the experimenter is nobody',
  'instruction experimenter': 'the experimenter is nobody',
  'field inPhyPort': 'Open vSwitch does not implement it',
  'field pbbIsid': 'Open vSwitch does not implement provider backbone bridges',
  'field ipv6Exthdr': 'Open vSwitch does not implement it',
  'message experimenter': 'the experimenter is nobody',
  'message multipartRequest experimenter': 'the experimenter is nobody',
  'message multipartReply experimenter': 'the experimenter is nobody',
};

const flowMods: readonly (readonly [title: string, message: MessageInput])[] = [
  ...ACTION_SAMPLES.map(
    ([action, match], i) =>
      [
        `action ${action.type}`,
        { type: 'flowMod', priority: i, match, instructions: [{ type: 'applyActions', actions: [action] }] },
      ] as const,
  ),
  ...INSTRUCTION_SAMPLES.map(
    (instruction, i) =>
      [`instruction ${instruction.type}`, { type: 'flowMod', priority: 1000 + i, instructions: [instruction] }] as const,
  ),
  ...FIELD_SAMPLES.map(([name, match], i) => [`field ${name}`, { type: 'flowMod', priority: 2000 + i, match }] as const),
];
const messages = MESSAGE_SAMPLES.map(
  message => [`message ${message.type}${'kind' in message ? ` ${message.kind}` : ''}`, message] as const,
);

describe.skipIf(!hasOvs())('Open vSwitch reads what we write (skipped without Open vSwitch)', () => {
  it.each([...flowMods, ...messages])('%s', (title, message) => {
    const text = ofpPrint(encode(message));
    if (REFUSED[title] === undefined) expect(text).not.toMatch(/decode error|unknown/i);
    else expect(text).toMatch(/decode error/);
  });
});

describe.skipIf(!hasOvs())('a live Open vSwitch (skipped without Open vSwitch)', () => {
  const ovs = new PrivateOvs();
  let server: Server;
  let connection: Connection;
  const received: Message[] = [];
  const frames: Uint8Array[] = [];

  beforeAll(async () => {
    server = await listen({ host: '127.0.0.1', port: 0 });
    const arrived = new Promise<Connection>(resolve => server.once('connection', resolve));
    await ovs.start();
    const { port } = server.address as { port: number };
    await ovs.vsctl(
      ...[
        'add-br',
        'br0',
        '--',
        'set',
        'bridge',
        'br0',
        'datapath-type=dummy',
        'fail-mode=secure',
        'protocols=OpenFlow13',
        'other-config:datapath-id=00000000000000a1',
      ],
      ...['--', 'add-port', 'br0', 'p1', '--', 'set', 'interface', 'p1', 'type=dummy', 'ofport_request=1'],
      ...['--', 'set-controller', 'br0', `tcp:127.0.0.1:${port}`],
    );
    connection = await arrived;
    const framer = new Framer();
    connection.socket.on('data', (chunk: Uint8Array) => frames.push(...framer.push(chunk).map(frame => Uint8Array.from(frame))));
    connection.on('message', message => received.push(message));
    await opened(connection);
  });

  afterAll(async () => {
    await server?.close();
    await ovs.stop();
  });

  const until = async (found: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 1_000 && !found(); tries++) await new Promise(resolve => setTimeout(resolve, 25));
    expect(found()).toBe(true);
  };

  it('tells its features, and answers every request', async () => {
    expect(await connection.request({ type: 'featuresRequest' })).toMatchObject({ datapathId: 0xa1n, nTables: 254 });
    const kinds = [
      'desc',
      'flow',
      'aggregate',
      'table',
      'portStats',
      'queue',
      'group',
      'groupDesc',
      'groupFeatures',
      'meter',
      'meterConfig',
      'meterFeatures',
      'tableFeatures',
      'portDesc',
    ] as const;
    for (const kind of kinds) {
      const reply = await connection.request({ type: 'multipartRequest', kind } as Request);
      expect(reply).toMatchObject({ type: 'multipartReply', kind });
    }
    const ports = await connection.request({ type: 'multipartRequest', kind: 'portDesc' });
    expect(ports.body.map(({ name }) => name).sort()).toEqual(['br0', 'p1']);
    expect(await connection.request({ type: 'getConfigRequest' })).toMatchObject({ flags: 0 });
    expect(await connection.request({ type: 'getAsyncRequest' })).toMatchObject({ type: 'getAsyncReply' });
    expect(await connection.request({ type: 'roleRequest', role: 2, generationId: 1n })).toMatchObject({ role: 2 });
    expect(await connection.request({ type: 'queueGetConfigRequest', port: 1 })).toMatchObject({ port: 1 });
    expect(await connection.request({ type: 'tlvTableRequest' })).toMatchObject({ mappings: [] });
    await connection.barrier();
  });

  it('takes every action, instruction and field that it understands, and gives them back in its flows', async () => {
    await connection.request({ type: 'tlvTableRequest' });
    connection.send({ type: 'tlvTableMod', command: 0, mappings: [{ optClass: 0xffff, optType: 0, optLen: 4, index: 0 }] });
    connection.send({
      type: 'groupMod',
      groupType: 1,
      groupId: 7,
      buckets: [{ weight: 1, actions: [{ type: 'output', port: 1 }] }],
    });
    connection.send({ type: 'meterMod', meterId: 4, flags: 5, bands: [{ type: 'drop', rate: 100, burstSize: 10 }] });
    await connection.barrier();
    const refusals: string[] = [];
    const xids = new Map(
      flowMods.filter(([title]) => REFUSED[title] === undefined).map(([title, message]) => [connection.send(message), title]),
    );
    await connection.barrier();
    for (const message of received)
      if (message.type === 'error') refusals.push(`${xids.get(message.xid)} ${message.errType}/${message.code}`);
    expect(refusals).toEqual(LIVE_REFUSALS);
    const flows = await connection.request({ type: 'multipartRequest', kind: 'flow' });
    expect(flows.body.length).toBeGreaterThan(100);
    for (const kind of ['group', 'groupDesc', 'meter', 'meterConfig', 'table', 'aggregate'] as const)
      await connection.request({ type: 'multipartRequest', kind } as Request);
  });

  it('commits bundles, and rolls them back whole', async () => {
    const bundle = { bundleId: 1, flags: 3 } as const;
    const add = (message: MessageInput): void => {
      const xid = 77_000;
      connection.send({ type: 'bundleAdd', xid, ...bundle, message: encode({ ...message, xid }) });
    };
    expect(await connection.request({ type: 'bundleControl', ...bundle, controlType: 0 })).toMatchObject({ controlType: 1 });
    add({ type: 'flowMod', cookie: 0xb0n, tableId: 9, match: { inPort: 1 } });
    expect(await connection.request({ type: 'bundleControl', ...bundle, controlType: 4 })).toMatchObject({ controlType: 5 });
    await connection.request({ type: 'bundleControl', ...bundle, controlType: 0 });
    add({ type: 'flowMod', cookie: 0xb1n, tableId: 9, match: { inPort: 2 } });
    add({
      type: 'flowMod',
      command: OFPFC.ADD,
      tableId: 9,
      instructions: [{ type: 'applyActions', actions: [{ type: 'group', groupId: 999 }] }],
    });
    await expect(connection.request({ type: 'bundleControl', ...bundle, controlType: 4 })).rejects.toThrow(RequestRefused);
    const flows = await connection.request({ type: 'multipartRequest', kind: 'flow', body: { tableId: 9 } });
    expect(flows.body.map(({ cookie }) => cookie)).toEqual([0xb0n]);
  });

  it('sends packet-ins, flow-removed, port-status and flow updates', async () => {
    connection.send({ type: 'flowMod', command: OFPFC.DELETE, tableId: 255 });
    await connection.request({ type: 'multipartRequest', kind: 'flowMonitor', body: [{ id: 1, flags: 0x3f }] });
    connection.send({
      type: 'flowMod',
      flags: 1,
      cookie: 5n,
      match: { inPort: 1 },
      instructions: [{ type: 'applyActions', actions: [{ type: 'output', port: OFPP.CONTROLLER }] }],
    });
    await connection.barrier();
    const frame = Uint8Array.from(Buffer.from(`ffffffffffff0200000000010806${'00'.repeat(46)}`, 'hex'));
    connection.send({ type: 'packetOut', inPort: 1, actions: [{ type: 'output', port: OFPP.TABLE }], data: frame });
    await until(() => received.some(({ type }) => type === 'packetIn'));
    const packetIn = received.find(message => message.type === 'packetIn');
    expect(packetIn).toMatchObject({ cookie: 5n, match: { inPort: 1 }, totalLen: 60, data: frame });
    connection.send({ type: 'setPacketInFormat', format: 2 });
    connection.send({ type: 'packetOut', inPort: 1, actions: [{ type: 'output', port: OFPP.TABLE }], data: frame });
    await until(() => received.some(({ type }) => type === 'packetIn2'));
    connection.send({ type: 'flowMod', command: OFPFC.DELETE, tableId: 255 });
    await until(() => received.some(({ type }) => type === 'flowRemoved'));
    await ovs.vsctl('add-port', 'br0', 'p2', '--', 'set', 'interface', 'p2', 'type=dummy');
    await until(() => received.some(({ type }) => type === 'portStatus'));
    await until(() => received.some(message => message.type === 'multipartReply' && message.kind === 'flowMonitor'));
    expect(received.filter(message => 'flags' in message && message.flags === OFPMPF_REPLY.MORE)).toEqual([]);
  });

  it('said nothing that we do not understand whole and write back', () => {
    const reordered: string[] = [];
    for (const frame of frames) {
      const message = decode(frame);
      const written = encode(message);
      expect(JSON.stringify(message, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(
        /"type":"unknown"|"unknown":\[/,
      );
      expect(decode(written)).toEqual(message);
      if (Buffer.compare(written, frame) !== 0) reordered.push(message.type);
    }
    // Open vSwitch writes the fields of a match in an order of its own: other bytes, the same meaning
    expect(reordered.every(type => ['multipartReply', 'packetIn', 'flowRemoved', 'packetIn2', 'error'].includes(type))).toBe(
      true,
    );
    expect(frames.length).toBeGreaterThan(40);
  });
});

/** Samples that `ofp-print` understands and a live switch does not take. */
const LIVE_REFUSALS: readonly string[] = ['field dpHash 1/5', 'field recircId 1/5']; // EPERM: its own, for recirculation
