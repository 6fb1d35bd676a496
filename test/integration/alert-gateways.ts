import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll } from 'vitest';

export const USER = 'alerts@example.org';
export const PASSWORD = 'tr0ub4dor&3';

const open: { close(): Promise<void> }[] = [];
/** A folder of this test file; it goes with it. */
export const folder = mkdtempSync(join(tmpdir(), 'vipflow-alerts-'));
afterAll(async () => {
  await Promise.all(open.splice(0).map(one => one.close()));
  rmSync(folder, { recursive: true });
});

/** A certificate for localhost that is its own CA. */
export const certificate = join(folder, 'cert.pem');
const key = join(folder, 'key.pem');
execFileSync('openssl', [
  ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
  ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate],
]);

export interface MailOptions {
  readonly port?: number;
  /** TLS from the first byte. */
  readonly secure?: boolean;
  readonly noStartTls?: boolean;
}

/** A real SMTP server on loopback with AUTH. */
export class MailServer {
  /** Each mail as it came, headers and body. */
  readonly mails: {
    readonly text: string;
    readonly to: readonly string[];
    readonly isSecure: boolean;
    readonly user: unknown;
  }[] = [];
  logins = 0;
  readonly #server: SMTPServer;

  constructor({ secure = false, noStartTls = false }: MailOptions = {}) {
    this.#server = new SMTPServer({
      ...{
        secure,
        disabledCommands: noStartTls ? ['STARTTLS'] : [],
        allowInsecureAuth: noStartTls,
        key: readFileSync(key),
        cert: readFileSync(certificate),
      },
      authMethods: ['PLAIN', 'LOGIN'],
      onAuth: ({ username, password }, _session, answer) => {
        this.logins += 1;
        if (username === USER && password === PASSWORD) answer(null, { user: username });
        // a server that is careless with what it was told
        else answer(Object.assign(new Error(`5.7.8 no ${username}/${password} here`), { responseCode: 535 }));
      },
      onRcptTo: ({ address }, _session, answer) =>
        answer(address.startsWith('nobody') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null),
      onData: (stream, session, answer) => {
        let text = '';
        stream.on('data', chunk => {
          text += chunk;
        });
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          this.mails.push({ text, to, isSecure: session.secure, user: session.user });
          answer(null);
        });
      },
    });
    this.#server.on('error', () => {}); // clients that break off
    open.push(this);
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>(resolve => this.#server.listen(port, '127.0.0.1', resolve));
    return (this.#server.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }
}

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real HTTP gateway on loopback that answers as it is told. */
export class Gateway {
  readonly requests: Request[] = [];
  /** By default 200. */
  answer: (response: ServerResponse, request: Request) => void = response => response.end('{}');
  readonly #server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const request = { method: incoming.method!, url: incoming.url!, headers: incoming.headers, body };
    this.requests.push(request);
    this.answer(response, request);
  });

  constructor() {
    open.push(this);
  }

  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }
}
