import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigDocument } from '../../controller/core/config-file.ts';
import type { LogEntry } from '../../controller/core/events.ts';
import { type Controller, ListenError, startController } from '../../controller/main.ts';
import { strategies } from '../../controller/strategies/catalogue.ts';
import { type Connection, connect, type Message, type MessageInput } from '../../openflow/index.ts';
import { tcpFrame } from './connections/world.ts';

const servers = [{ name: 's1', ip: '10.0.0.1', port: 8000 }];
const configOn = (openflow: string, http = '127.0.0.1:0', rest: object = {}) =>
  ConfigDocument.of(
    { listen: { openflow, http }, services: [{ name: 'web', vip: '10.0.0.100', port: 80, servers }], ...rest },
    { strategies },
  );
const alertsAfter = (switchGrace: string) => ({
  alerts: { damp: '0s', switchGrace, channels: [{ type: 'command', name: 'none', command: ['true'] }] },
});

/** The least a switch has to say: who it is, that it has no ports and no flows. */
function answerOf(message: Message, datapathId: bigint, auxiliaryId: number): MessageInput | undefined {
  const { xid } = message;
  if (message.type === 'featuresRequest') {
    return { type: 'featuresReply', xid, datapathId, nBuffers: 0, nTables: 4, auxiliaryId, capabilities: 0 };
  }
  if (message.type === 'barrierRequest') return { type: 'barrierReply', xid };
  if (message.type !== 'multipartRequest') return undefined;
  const desc = { mfrDesc: 'test', hwDesc: 'a double', swDesc: '1', serialNum: '', dpDesc: '' };
  switch (message.kind) {
    case 'desc':
      return { type: 'multipartReply', xid, kind: 'desc', body: desc };
    case 'portDesc':
      return { type: 'multipartReply', xid, kind: 'portDesc', body: [] };
    case 'flow':
      return { type: 'multipartReply', xid, kind: 'flow', body: [] };
    default:
      return undefined;
  }
}

describe('a controller', () => {
  const started: Controller[] = [];
  const open: Connection[] = [];
  afterEach(async () => {
    for (const connection of open.splice(0)) connection.close();
    await Promise.all(started.splice(0).map(controller => controller.stop()));
  });

  async function start(rest?: object) {
    const log: LogEntry[] = [];
    const controller = await startController(configOn('127.0.0.1:0', '127.0.0.1:0', rest), { onEntry: entry => log.push(entry) });
    started.push(controller);
    const seen = (check: (entry: LogEntry) => boolean) =>
      expect.poll(() => log.find(check), { timeout: 5000, interval: 10 }).toBeTruthy();
    return { log, controller, seen };
  }

  async function switchOn(port: number, datapathId = 1n, { auxiliaryId = 0, isDeaf = false } = {}) {
    const received: Message[] = [];
    const connection = await connect({ host: '127.0.0.1', port }, { role: 'switch' });
    open.push(connection);
    connection.on('message', message => {
      received.push(message);
      const answer = isDeaf ? undefined : answerOf(message, datapathId, auxiliaryId);
      if (answer !== undefined) connection.send(answer);
    });
    return { connection, received };
  }

  it('gives a switch its base flows, the table-miss entries first', async () => {
    const { controller, seen } = await start();
    const { received } = await switchOn(controller.openflowPort);
    await seen(entry => entry.type === 'switch' && entry.state === 'connected');
    await expect.poll(() => received.filter(({ type }) => type === 'flowMod').length).toBeGreaterThan(4);
    const mods = received.flatMap(message => (message.type === 'flowMod' ? [message] : []));
    expect(mods.slice(0, 3).map(({ priority }) => priority)).toEqual([0, 0, 0]);
  });

  it('raises alerts by the settings in force, the moment they are', async () => {
    const { controller, seen } = await start(alertsAfter('1h'));
    const { connection } = await switchOn(controller.openflowPort);
    await seen(entry => entry.type === 'switch' && entry.state === 'connected');
    await controller.liveConfig.change('test', () => configOn('127.0.0.1:0', '127.0.0.1:0', alertsAfter('0s')));
    connection.close();
    await seen(entry => entry.type === 'alert' && entry.state === 'raised');
  });

  it('answers packets that came before the handshake was over', async () => {
    const { controller, seen } = await start();
    const { connection } = await switchOn(controller.openflowPort);
    const data = tcpFrame(4, 40_000);
    const head = { bufferId: 0xffffffff, totalLen: data.length, reason: 1, tableId: 1, cookie: 0n } as const;
    connection.send({ type: 'packetIn', ...head, match: { inPort: 4 }, data });
    await seen(entry => entry.type === 'refused' && entry.client.port === 40_000);
  });

  it('keeps the first connection of a datapath while it lives, and lets a dead one go', async () => {
    const { controller, seen, log } = await start();
    const first = await switchOn(controller.openflowPort, 7n);
    await seen(entry => entry.type === 'switch' && entry.state === 'connected');
    const rival = await switchOn(controller.openflowPort, 7n);
    await seen(entry => entry.type === 'switch' && entry.state === 'refused' && entry.reason.includes('is connected already'));
    expect(rival.connection.closed).toBeDefined();
    expect(first.connection.closed).toBeUndefined();
    first.connection.close();
    await seen(entry => entry.type === 'switch' && entry.state === 'lost');
    await switchOn(controller.openflowPort, 7n);
    await expect.poll(() => log.filter(entry => entry.type === 'switch' && entry.state === 'connected').length).toBe(2);
  });

  it('takes no auxiliary connection for a switch', async () => {
    const { controller, seen } = await start();
    await switchOn(controller.openflowPort, 1n, { auxiliaryId: 1 });
    await seen(entry => entry.type === 'switch' && entry.state === 'refused' && entry.reason.includes('auxiliary'));
  });

  it('serves others while peers speak no OpenFlow at all', async () => {
    const { controller, seen } = await start();
    const strangers = ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\0'.repeat(64)].map(words => {
      const socket = connectTcp(controller.openflowPort, '127.0.0.1', () => socket.write(words));
      return socket.on('error', () => {});
    });
    await seen(entry => entry.type === 'switch' && entry.state === 'refused');
    await switchOn(controller.openflowPort);
    await seen(entry => entry.type === 'switch' && entry.state === 'connected');
    for (const socket of strangers) socket.destroy();
  });

  it.each(['openflow', 'http'] as const)('says which listener found its port taken: %s', async name => {
    const { controller } = await start();
    const address = `127.0.0.1:${name === 'openflow' ? controller.openflowPort : controller.httpPort}`;
    const config = name === 'openflow' ? configOn(address) : configOn('127.0.0.1:0', address);
    const error = await startController(config).then(
      extra => extra.stop(),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ListenError);
    expect((error as ListenError).listener).toBe(name);
    expect(((error as ListenError).cause as NodeJS.ErrnoException).code).toBe('EADDRINUSE');
  });
});
