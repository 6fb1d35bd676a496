import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { channelOf } from '../../controller/alerts/channels.ts';
import { attempt, channelsOf, closedPort, down, mailTo, message } from './alert-attempt.ts';
import { folder, Gateway, MailServer, PASSWORD, USER } from './alert-gateways.ts';

describe('e-mail', () => {
  it.each([
    ['STARTTLS', { security: 'starttls' }, {}],
    ['TLS', { security: 'tls' }, { secure: true }],
  ])('arrives over %s, with AUTH', async (_, settings, options) => {
    const post = new MailServer(options);
    const port = await post.listen();
    expect(await attempt(mailTo(port, settings))).toBe('ok');
    expect(post.mails).toMatchObject([{ to: ['ops@example.org', 'night@example.org'], isSecure: true, user: USER }]);
    const { text } = post.mails[0]!;
    expect(text).toMatch(/^Subject: \[vipflow\] web\/s1 est en panne\r$/m);
    expect(text).toMatch(/^Message-ID: <test-1@vipflow>\r$/m);
    expect(text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(text).toContain('Depuis');
  });

  it('arrives unencrypted where that is allowed', async () => {
    const post = new MailServer({ noStartTls: true });
    const port = await post.listen();
    expect(await attempt(mailTo(port, { security: 'none' }))).toBe('ok');
    expect(post.mails[0]).toMatchObject({ isSecure: false });
  });

  it('reports what is wrong, and never the password', async () => {
    const port = await new MailServer().listen();
    const bare = await new MailServer({ noStartTls: true }).listen();
    const closed = await closedPort();
    const rows: [object, RegExp][] = [
      [mailTo(port, { user: 'somebody' }), /^permanent: localhost:\d+ refuses the user or the password .*535.*; check `user`/],
      [mailTo(port, { ca: undefined }), /^permanent: the certificate of localhost:\d+ is not trusted .*configure its CA/],
      [mailTo(bare), /^permanent: localhost:\d+ does not support the encryption of `security`; use `security: tls`/],
      [mailTo(closed), /^temporary: localhost:\d+ refuses connections; check that it runs/],
      [mailTo(port, { to: ['nobody@example.org'] }), /^rejected: localhost:\d+ answers 550 .*check `from` and `to`/],
      [
        mailTo(port, { to: ['nobody@example.org', 'ops@example.org'] }),
        /^rejected: localhost:\d+ refuses mail to nobody@example.org; check `to`/,
      ],
      [mailTo(port, { host: 'no-such-host.invalid' }), /^temporary: unknown host no-such-host.invalid:\d+/],
      [mailTo(port, { ca: join(folder, 'missing.pem') }), /^permanent: .*missing.pem cannot be read \(ENOENT\)/],
      [mailTo(port, { password: { env: 'VIPFLOW_NO_SUCH' } }), /^permanent: the environment variable VIPFLOW_NO_SUCH is not set/],
    ];
    for (const [settings, expected] of rows) expect(await attempt(settings)).toMatch(expected);
  });

  it('gives up a server that does not answer in time', async () => {
    const silent = createServer(socket => void held.add(socket));
    const held = new Set<{ destroy(): void }>();
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    expect(await attempt(mailTo(port, { timeout: '200ms' }))).toMatch(/^temporary: no response within 0.2 s|does not answer/);
    for (const socket of held) socket.destroy();
    silent.close();
  });
});

describe('an SMS or a webhook', () => {
  const sms = (url: string, settings: object = {}) => ({
    name: 'sms',
    type: 'sms',
    url,
    to: ['+33612345678'],
    timeout: '500ms',
    ...settings,
  });

  it('reaches a gateway in its format', async () => {
    const gateway = new Gateway();
    const url = await gateway.listen();
    const twilio = { preset: 'twilio', account: 'AC1', token: PASSWORD, from: '+15005550006' };
    expect(await attempt(sms(`${url}/Accounts/{account}/Messages.json`, twilio))).toBe('ok');
    expect(await attempt(sms(url, { headers: { Authorization: 'Bearer {token}' }, token: PASSWORD }))).toBe('ok');
    expect(await attempt(sms(`${url}/?to={to}&text={text}`, { method: 'GET' }))).toBe('ok');
    expect(await attempt({ name: 'hook', type: 'webhook', url, headers: { 'X-Key': PASSWORD } })).toBe('ok');
    expect(await attempt({ name: 'chat', type: 'webhook', preset: 'slack', url })).toBe('ok');
    const [form, json, query, hook, chat] = gateway.requests;
    expect(form).toMatchObject({ method: 'POST', url: '/Accounts/AC1/Messages.json' });
    expect(form!.headers.authorization).toBe(`Basic ${Buffer.from(`AC1:${PASSWORD}`).toString('base64')}`);
    expect(Object.fromEntries(new URLSearchParams(form!.body))).toEqual({
      To: '+33612345678',
      From: '+15005550006',
      Body: message.short,
    });
    expect(json!.headers).toMatchObject({ authorization: `Bearer ${PASSWORD}`, 'content-type': 'application/json' });
    expect(JSON.parse(json!.body)).toEqual({ to: '+33612345678', text: message.short });
    expect(new URL(query!.url, url).searchParams.get('text')).toBe(message.short);
    expect(hook!.headers['x-key']).toBe(PASSWORD);
    expect(JSON.parse(hook!.body)).toMatchObject({
      v: 1,
      state: 'raised',
      subject: message.subject,
      alerts: [{ subject: 'web/s1', reason: down.reason }],
    });
    expect(JSON.parse(chat!.body).text).toContain('&lt;b&gt;');
  });

  it('reports what is wrong, and never a token, even when the gateway repeats it', async () => {
    const gateway = new Gateway();
    const url = await gateway.listen();
    const secretUrl = `${url}/services/T0/${encodeURIComponent(PASSWORD)}`;
    const answers: [number, object, RegExp][] = [
      [401, {}, /^permanent: 127.0.0.1:\d+ answers 401: .*; check the token/],
      [404, {}, /^permanent: .* answers 404: .*check `url`/],
      [400, {}, /^rejected: .* answers 400/],
      [429, { 'retry-after': '7' }, /^temporary: .* answers 429/],
      [500, {}, /^temporary: .* answers 500/],
      [302, { location: 'http://127.0.0.1:1/' }, /^permanent: .* answers 302.*, a redirect/],
    ];
    for (const [status, headers, expected] of answers) {
      gateway.answer = (response, request) => {
        response
          .writeHead(status, headers as Record<string, string>)
          .end(`no: ${request.url} ${request.headers.authorization} ${request.body}`);
      };
      const settings = {
        headers: { authorization: `Bearer ${PASSWORD}` },
        body: '{"key":"{token}","text":"{text}"}',
        token: PASSWORD,
      };
      const results = [await attempt(sms(secretUrl, settings)), await attempt({ name: 'hook', type: 'webhook', url: secretUrl })];
      for (const text of results) {
        expect(text).toMatch(expected);
        expect(text).not.toContain(encodeURIComponent(PASSWORD));
        expect(text).not.toContain(PASSWORD.slice(2));
      }
    }
    expect(gateway.requests).toHaveLength(2 * answers.length); // no redirect was followed
  });

  it('gives up a gateway that hangs, drips or is not there', async () => {
    const gateway = new Gateway();
    const url = await gateway.listen();
    gateway.answer = () => {};
    expect(await attempt(sms(url, { timeout: '200ms' }))).toMatch(/^temporary: no response within 0.2 s/);
    gateway.answer = response => {
      response.writeHead(500);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    };
    expect(await attempt(sms(url, { timeout: '300ms' }))).toMatch(/^temporary/);
    expect(await attempt(sms(`http://127.0.0.1:${await closedPort()}`))).toMatch(/^temporary: 127.0.0.1:\d+ refuses connections/);
    expect(await attempt(sms('http://no-such-host.invalid/', { timeout: '5s' }))).toMatch(
      /^temporary: unknown host no-such-host.invalid/,
    );
  });

  it('is sent again only to the numbers that did not get it', async () => {
    const gateway = new Gateway();
    const url = await gateway.listen();
    const [config] = channelsOf(sms(url, { to: ['+1', '+2', '+3'] }));
    const deliver = channelOf(config!);
    gateway.answer = (response, { body }) => response.writeHead(body.includes('+2') ? 503 : 200).end();
    await expect(deliver(message, new AbortController().signal)).rejects.toMatchObject({ kind: 'temporary' });
    gateway.answer = response => response.end();
    await deliver(message, new AbortController().signal);
    expect(gateway.requests.map(({ body }) => JSON.parse(body).to)).toEqual(['+1', '+2', '+3', '+2']);
  });
});

describe('a command', () => {
  const run = (script: string, timeout = '5s') => ({ name: 'c', type: 'command', command: ['/bin/sh', '-c', script], timeout });

  it('gets the alert in its environment and on its standard input', async () => {
    const file = join(folder, 'received');
    expect(
      await attempt(
        run(`{ echo "$VIPFLOW_ALERT_STATE|$VIPFLOW_ALERT_KIND|$VIPFLOW_ALERT_SUBJECT|$VIPFLOW_ALERT_REASON"; cat; } > ${file}`),
      ),
    ).toBe('ok');
    const [variables, json] = readFileSync(file, 'utf8').split('\n');
    expect(variables).toBe(`raised|server-down|web/s1|${down.reason}`);
    expect(JSON.parse(json!)).toMatchObject({ id: 'test-1', subject: message.subject });
  });

  it('that fails, is missing or does not end is reported, and leaves nothing behind', async () => {
    expect(await attempt(run('echo oops >&2; exit 3'))).toMatch(
      /^temporary: \/bin\/sh ended with exit code 3: oops; run it by hand/,
    );
    expect(await attempt({ name: 'c', type: 'command', command: ['/no/such/program'] })).toMatch(
      /^permanent: program \/no\/such\/program was not found/,
    );
    const file = join(folder, 'pids');
    expect(await attempt(run(`sleep 60 & echo $$ $! > ${file}; wait`, '300ms'))).toMatch(/^temporary: no response within 0.3 s/);
    const pids = readFileSync(file, 'utf8').trim().split(' ').map(Number);
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });

  const isAlive = (pid: number) => {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
});
