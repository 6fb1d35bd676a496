import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, listen, opened, type Server, type TlsOptions } from '../../openflow/index.ts';

const openssl = spawnSync('openssl', ['version']).status === 0;
const LOCAL = { host: '127.0.0.1', port: 0 };

/** Keys and certificates of two authorities, made for this run. */
class Authorities {
  readonly #directory = mkdtempSync(join(tmpdir(), 'openflow-tls-'));

  #run(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#directory, stdio: 'ignore' });
  }

  authority(name: string): void {
    this.#run(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}`,
      '-days',
      '2',
    );
  }

  keys(name: string, authority: string): TlsOptions {
    this.#run(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${name}`,
    );
    writeFileSync(join(this.#directory, `${name}.ext`), `subjectAltName=DNS:${name}\n`);
    this.#run(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${authority}.pem`,
      '-CAkey',
      `${authority}.key`,
      '-CAcreateserial',
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
    );
    const read = (file: string): string => readFileSync(join(this.#directory, file), 'utf8');
    return { key: read(`${name}.key`), cert: read(`${name}.pem`), ca: read(`${authority}.pem`) };
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}

describe.skipIf(!openssl)('TLS (skipped without openssl)', () => {
  let authorities: Authorities;
  let controller: TlsOptions;
  let goodSwitch: TlsOptions;
  let foreignSwitch: TlsOptions;
  let server: Server;

  beforeAll(() => {
    authorities = new Authorities();
    authorities.authority('ours');
    authorities.authority('theirs');
    controller = authorities.keys('controller', 'ours');
    goodSwitch = authorities.keys('s1', 'ours');
    foreignSwitch = authorities.keys('s2', 'theirs');
  });
  afterAll(() => authorities.remove());
  afterEach(() => server.close());

  const refusal = () => new Promise<string>(resolve => server.once('refused', reason => resolve(reason.message)));

  it('carries a connection when both show certificates of the authority', async () => {
    server = await listen(LOCAL, { tls: controller });
    const arrived = new Promise<Parameters<typeof opened>[0]>(resolve => server.once('connection', resolve));
    const client = await connect(server.address, { role: 'switch', tls: { ...goodSwitch, serverName: 'controller' } });
    client.on('message', message => client.send({ type: 'barrierReply', xid: message.xid }));
    await (await opened(await arrived)).barrier();
    client.close();
  });

  it('refuses a switch of another authority', async () => {
    server = await listen(LOCAL, { tls: controller });
    const refused = refusal();
    await expect(connect(server.address, { role: 'switch', tls: { ...foreignSwitch, ca: goodSwitch.ca! } })).rejects.toThrow();
    expect(await refused).toMatch(/^no TLS/);
    expect(server.connections.size).toBe(0);
  });

  it('refuses a controller of another authority, and one with another name', async () => {
    server = await listen(LOCAL, { tls: controller });
    await expect(connect(server.address, { role: 'switch', tls: foreignSwitch })).rejects.toThrow();
    await expect(connect(server.address, { role: 'switch', tls: { ...goodSwitch, serverName: 'other' } })).rejects.toThrow();
  });

  it('refuses a plain connection, and never falls back to one', async () => {
    server = await listen(LOCAL, { tls: controller });
    const refused = refusal();
    await expect(connect(server.address, { role: 'switch' })).rejects.toThrow();
    expect(await refused).toMatch(/^no TLS/);
  });
});
