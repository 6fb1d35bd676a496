import { mkdtempSync, rmSync } from 'node:fs';
import { connect as tcpConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Address, connect, listen, opened, type Server, type ServerOptions, VersionMismatch } from '../../openflow/index.ts';

const servers: Server[] = [];
const serve = async (address: Address, options?: ServerOptions): Promise<Server> => {
  const server = await listen(address, options);
  servers.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});

const LOCAL = { host: '127.0.0.1', port: 0 };
const once = (server: Server) => new Promise<Parameters<typeof opened>[0]>(resolve => server.once('connection', resolve));

describe('a server and its clients', () => {
  const directory = mkdtempSync(join(tmpdir(), 'openflow-'));
  const addresses: readonly (readonly [string, Address])[] = [
    ['TCP over IPv4', LOCAL],
    ['TCP over IPv6', { host: '::1', port: 0 }],
    ['a unix socket', { path: join(directory, 'of.sock') }],
  ];
  it.each(addresses)('agree on the version and answer each other over %s', async (_title, address) => {
    const server = await serve(address);
    const arrived = once(server);
    const client = await connect(server.address, { role: 'switch' });
    const peer = await opened(await arrived);
    client.on('message', message => {
      if (message.type === 'featuresRequest')
        client.send({ type: 'featuresReply', xid: message.xid, datapathId: 1n, nTables: 4 });
      if (message.type === 'barrierRequest') client.send({ type: 'barrierReply', xid: message.xid });
    });
    expect(await peer.request({ type: 'featuresRequest' })).toMatchObject({ datapathId: 1n, nTables: 4 });
    await peer.barrier();
    const ended = new Promise(resolve => client.once('close', resolve));
    await server.close();
    expect(await ended).toMatchObject({ code: 'peer' });
    if ('path' in address) rmSync(directory, { recursive: true });
  });

  it('gives the system error when the port is in use', async () => {
    const server = await serve(LOCAL);
    await expect(listen(server.address)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('gives the system error when nobody listens', async () => {
    const server = await listen(LOCAL);
    const { address } = server;
    await server.close();
    await expect(connect(address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('turns connections away over its limit', async () => {
    const server = await serve(LOCAL, { maxPerAddress: 1 });
    const refused = new Promise(resolve => server.once('refused', resolve));
    await connect(server.address, { role: 'switch' });
    await expect(connect(server.address, { role: 'switch' })).rejects.toThrow();
    expect(await refused).toMatchObject({ code: 'crowded' });
    expect(server.connections.size).toBe(1);
  });

  it('forgets a connection that is gone', async () => {
    const server = await serve(LOCAL);
    const arrived = once(server);
    const client = await connect(server.address, { role: 'switch' });
    const peer = await arrived;
    const gone = new Promise(resolve => peer.socket.once('close', resolve));
    client.close();
    await gone;
    expect(server.connections.size).toBe(0);
  });

  it('rejects connect with the versions of a peer that speaks no 1.3', async () => {
    const server = await serve(LOCAL);
    server.on('connection', connection => connection.socket.write(Uint8Array.from([1, 0, 0, 8, 0, 0, 0, 1])));
    const socket = tcpConnect(server.address as { port: number; host: string });
    const reason = new Promise(resolve => server.once('connection', connection => connection.once('close', resolve)));
    socket.write(Uint8Array.from([1, 0, 0, 8, 0, 0, 0, 1]));
    expect(await reason).toBeInstanceOf(VersionMismatch);
    socket.destroy();
  });
});
