import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { AlertRunner } from '../../controller/alerts/alert-runner.ts';
import { channelOf, overdue } from '../../controller/alerts/channels.ts';
import type { DeliveryError } from '../../controller/alerts/failure.ts';
import { type AlertMessage, messageOf } from '../../controller/alerts/message.ts';
import { alerts } from '../../controller/core/config/alerts.ts';
import { configSchema } from '../../controller/core/config.ts';
import { ConfigDocument } from '../../controller/core/config-file.ts';
import type { AlertEntry, LogEntry } from '../../controller/core/events.ts';
import { startController } from '../../controller/main.ts';
import { strategies } from '../../controller/strategies/catalogue.ts';
import { labs } from '../../topologies/catalogue.ts';
import { LiveLab } from '../../topologies/embedded/live/live-lab.ts';
import { server } from '../controller/alerts/entries.ts';
import { certificate, folder, Gateway, MailServer, PASSWORD, USER } from './alert-gateways.ts';
import { Cli, vipflow } from './cli-process.ts';

const channelsOf = (...channels: object[]) => alerts.parse({ channels }).channels;
const mailTo = (port: number, settings: object = {}) => ({
  ...{ name: 'mail', type: 'email', host: 'localhost', port, ca: certificate, user: USER, password: PASSWORD },
  ...{ from: 'vipflow@example.org', to: ['ops@example.org', 'night@example.org'], timeout: '2s', ...settings },
});

const down = { alert: 'server-down', subject: 'web/s1', service: 'web', since: 0, reason: 'a "quote", é & <b>' } as const;
const message: AlertMessage = messageOf({ state: 'raised', incidents: [down] }, 'test-1', 'fr', 1_000_000);

/** Delivers once, as the desk does; what went wrong as its kind, reason and remedy. */
async function attempt(settings: object, what = message) {
  const [config] = channelsOf(settings);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(overdue(config!.timeoutMs)), config!.timeoutMs);
  try {
    await channelOf(config!)(what, abort.signal);
    return 'ok';
  } catch (error) {
    const { kind, message: reason, remedy, stack = '' } = error as DeliveryError;
    for (const text of [reason, remedy, stack]) expect(text).not.toContain(PASSWORD);
    return `${kind}: ${reason}; ${remedy}`;
  } finally {
    clearTimeout(timer);
  }
}

async function closedPort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise(resolve => probe.close(resolve));
  return port;
}

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

  it('arrives in the clear where that is allowed', async () => {
    const post = new MailServer({ noStartTls: true });
    const port = await post.listen();
    expect(await attempt(mailTo(port, { security: 'none' }))).toBe('ok');
    expect(post.mails[0]).toMatchObject({ isSecure: false });
  });

  it('tells what is wrong, and never the password', async () => {
    const port = await new MailServer().listen();
    const bare = await new MailServer({ noStartTls: true }).listen();
    const closed = await closedPort();
    const rows: [object, RegExp][] = [
      [mailTo(port, { user: 'somebody' }), /^permanent: localhost:\d+ refuses the user or the password .*535.*; check `user`/],
      [mailTo(port, { ca: undefined }), /^permanent: the certificate of localhost:\d+ is not trusted .*name its CA/],
      [mailTo(bare), /^permanent: localhost:\d+ does not agree on an encrypted connection; use `security: tls`/],
      [mailTo(closed), /^temporary: localhost:\d+ refuses connections; see that it runs/],
      [mailTo(port, { to: ['nobody@example.org'] }), /^rejected: localhost:\d+ says 550 .*check `from` and `to`/],
      [
        mailTo(port, { to: ['nobody@example.org', 'ops@example.org'] }),
        /^rejected: localhost:\d+ refuses mail to nobody@example.org; check `to`/,
      ],
      [mailTo(port, { host: 'no-such-host.invalid' }), /^temporary: the name of no-such-host.invalid:\d+ is not known/],
      [mailTo(port, { ca: join(folder, 'missing.pem') }), /^permanent: .*missing.pem cannot be read \(ENOENT\)/],
      [mailTo(port, { password: { env: 'VIPFLOW_NO_SUCH' } }), /^permanent: the environment variable VIPFLOW_NO_SUCH is not set/],
    ];
    for (const [settings, expected] of rows) expect(await attempt(settings)).toMatch(expected);
  });

  it('gives up a server that says nothing within the time', async () => {
    const silent = createServer(socket => void held.add(socket));
    const held = new Set<{ destroy(): void }>();
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    expect(await attempt(mailTo(port, { timeout: '200ms' }))).toMatch(
      /^temporary: nothing came of it within 0.2 s|does not answer/,
    );
    for (const socket of held) socket.destroy();
    silent.close();
  });
});

describe('SMS and webhooks', () => {
  const sms = (url: string, settings: object = {}) => ({
    name: 'sms',
    type: 'sms',
    url,
    to: ['+33612345678'],
    timeout: '500ms',
    ...settings,
  });

  it('reach a gateway in its dialect', async () => {
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

  it('tell what is wrong, and never a token, even when the gateway repeats it', async () => {
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
      const said = [await attempt(sms(secretUrl, settings)), await attempt({ name: 'hook', type: 'webhook', url: secretUrl })];
      for (const text of said) {
        expect(text).toMatch(expected);
        expect(text).not.toContain(encodeURIComponent(PASSWORD));
        expect(text).not.toContain(PASSWORD.slice(2));
      }
    }
    expect(gateway.requests).toHaveLength(2 * answers.length); // no redirect was followed
  });

  it('give up a gateway that hangs, drips or is not there', async () => {
    const gateway = new Gateway();
    const url = await gateway.listen();
    gateway.answer = () => {};
    expect(await attempt(sms(url, { timeout: '200ms' }))).toMatch(/^temporary: nothing came of it within 0.2 s/);
    gateway.answer = response => {
      response.writeHead(500);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    };
    expect(await attempt(sms(url, { timeout: '300ms' }))).toMatch(/^temporary/);
    expect(await attempt(sms(`http://127.0.0.1:${await closedPort()}`))).toMatch(/^temporary: 127.0.0.1:\d+ refuses connections/);
    expect(await attempt(sms('http://no-such-host.invalid/', { timeout: '5s' }))).toMatch(
      /^temporary: the name of no-such-host.invalid is not known/,
    );
  });

  it('send again to those alone who did not get it', async () => {
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
    const file = join(folder, 'said');
    expect(
      await attempt(
        run(`{ echo "$VIPFLOW_ALERT_STATE|$VIPFLOW_ALERT_KIND|$VIPFLOW_ALERT_SUBJECT|$VIPFLOW_ALERT_REASON"; cat; } > ${file}`),
      ),
    ).toBe('ok');
    const [variables, json] = readFileSync(file, 'utf8').split('\n');
    expect(variables).toBe(`raised|server-down|web/s1|${down.reason}`);
    expect(JSON.parse(json!)).toMatchObject({ id: 'test-1', subject: message.subject });
  });

  it('that fails, is missing or does not end is told so, and leaves nothing behind', async () => {
    expect(await attempt(run('echo oops >&2; exit 3'))).toMatch(
      /^temporary: \/bin\/sh ended with exit code 3: oops; try it by hand/,
    );
    expect(await attempt({ name: 'c', type: 'command', command: ['/no/such/program'] })).toMatch(
      /^permanent: there is no program/,
    );
    const file = join(folder, 'pids');
    expect(await attempt(run(`sleep 60 & echo $$ $! > ${file}; wait`, '300ms'))).toMatch(
      /^temporary: nothing came of it within 0.3 s/,
    );
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

describe('a desk of alerts', () => {
  const desks: { desk: AlertRunner; ticking: NodeJS.Timeout }[] = [];
  afterEach(async () => {
    for (const { desk, ticking } of desks.splice(0)) {
      clearInterval(ticking);
      await desk.stop();
    }
  });

  function openDesk(...channels: object[]) {
    const log: Pick<AlertEntry, 'alert' | 'subject' | 'state' | 'message'>[] = [];
    const servers = ['s1', 's2'].map((name, i) => ({ name, ip: `10.0.0.${i + 1}` }));
    const services = [{ name: 'web', vip: '10.0.0.100', port: 80, servers }];
    const current = configSchema.parse({ services, alerts: { damp: '0s', channels } });
    const clock = { now: () => Date.now() };
    const desk = new AlertRunner({ current: () => current, clock, random: () => 0.5, log: line => log.push(line) });
    desks.push({ desk, ticking: setInterval(() => desk.onTick(), 10) });
    const states = () => log.filter(({ alert }) => alert === 'delivery').map(({ subject, state }) => `${subject} ${state}`);
    const lose = (name: string) => {
      desk.onEntry(server(name, 'up'));
      desk.onEntry(server(name, 'down'));
    };
    return { desk, log, states, lose, current };
  }

  it('delivers late, in order and once, to a mail server that was down', async () => {
    const port = await closedPort();
    const { states, lose } = openDesk(mailTo(port));
    lose('s1');
    await expect.poll(states).toEqual(['mail undelivered']);
    lose('s2');
    const post = new MailServer();
    await post.listen(port);
    await expect.poll(() => post.mails.length, { timeout: 5000 }).toBe(2);
    expect(post.mails.map(({ text }) => /web\/s\d/.exec(text)![0])).toEqual(['web/s1', 'web/s2']);
    await expect.poll(states).toEqual(['mail undelivered', 'mail resolved']);
  });

  it('asks once with a wrong password, tells it once, and takes the right one without a restart', async () => {
    const post = new MailServer();
    const port = await post.listen();
    const file = join(folder, 'password');
    writeFileSync(file, 'wrong-secret\n');
    const { desk, log, states, lose } = openDesk(mailTo(port, { password: { file } }));
    lose('s1');
    await expect.poll(states).toEqual(['mail undelivered']);
    lose('s2');
    await new Promise(resolve => setTimeout(resolve, 1500));
    expect(post.logins).toBe(1);
    expect(JSON.stringify(log)).not.toContain('wrong-secret');
    writeFileSync(file, `${PASSWORD}\n`);
    desk.onEntry({ v: 1, seq: 1, time: '', type: 'config', state: 'applied', source: 'rest', changes: [] });
    await expect.poll(() => post.mails.length, { timeout: 3000 }).toBe(2);
    expect(states()).toEqual(['mail undelivered', 'mail resolved']);
  });

  it('lets no channel wait for another, and ends at once while one hangs', async () => {
    const [hanging, failing, fine] = [new Gateway(), new Gateway(), new Gateway()];
    hanging.answer = () => {};
    failing.answer = response => response.writeHead(500).end();
    const hook = async (name: string, gateway: Gateway, settings = {}) => ({
      name,
      type: 'webhook',
      url: await gateway.listen(),
      ...settings,
    });
    const onlyFlapping = await hook('other', new Gateway(), { on: ['flapping'] });
    const { desk, states, lose } = openDesk(
      await hook('hangs', hanging),
      await hook('fails', failing),
      await hook('works', fine),
      onlyFlapping,
    );
    lose('s1');
    await expect.poll(() => fine.requests.length).toBe(1);
    lose('s2');
    await expect.poll(() => fine.requests.length).toBe(2);
    await expect.poll(() => failing.requests.length, { timeout: 3000 }).toBe(2); // the retry after a second
    expect(hanging.requests).toHaveLength(1);
    expect(states()).toEqual(['fails undelivered']);
    const before = Date.now();
    await desk.stop();
    expect(Date.now() - before).toBeLessThan(500);
  });
});

describe('a controller', () => {
  const started: { stop(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const one of started.splice(0).reverse()) await one.stop();
  });

  it('mails when a server dies and when it is back, and serves as before while a gateway is dead', async () => {
    const post = new MailServer();
    const port = await post.listen();
    const gateway = new Gateway();
    const url = await gateway.listen();
    gateway.answer = () => {};
    const log: LogEntry[] = [];
    const services = labs.single.services.slice(0, 1).map(one => ({
      ...one,
      health: { interval: '200ms', timeout: '150ms', rise: 1, fall: 2 },
    }));
    const hook = { name: 'hook', type: 'webhook', url, timeout: '200ms' };
    const value = {
      listen: { openflow: '127.0.0.1:0', http: '127.0.0.1:0' },
      services,
      alerts: { damp: '100ms', channels: [mailTo(port), hook] },
    };
    const controller = await startController(ConfigDocument.of(value, { strategies }), { onEntry: entry => log.push(entry) });
    started.push(controller);
    const lab = new LiveLab(labs.single, { controller: { host: '127.0.0.1', port: controller.openflowPort } });
    started.push(lab);
    await lab.startServers();
    const { name: service, vip, port: front, servers } = labs.single.services[0]!;
    const ups = () => log.filter(entry => entry.type === 'server' && entry.state === 'up').length;
    await expect.poll(ups, { timeout: 5000 }).toBe(servers.length);
    expect(log.filter(({ type }) => type === 'alert')).toEqual([]);

    const { name } = servers[0]!;
    const host = labs.single.hosts.find(({ ip }) => ip.startsWith(servers[0]!.ip))!.name;
    lab.power(host, false);
    const subject = new RegExp(`^Subject: \\[vipflow\\] ${service}/${name} is down\\r$`, 'm');
    await expect.poll(() => post.mails.map(({ text }) => text).join(), { timeout: 5000 }).toMatch(subject);
    await expect
      .poll(() => log.filter(entry => entry.type === 'alert' && entry.state === 'undelivered'), { timeout: 5000 })
      .toHaveLength(1);
    const client = labs.single.hosts.at(-1)!.name;
    const answers = await lab.ask(client, `http://${vip}:${front}/`, 10, 20);
    expect(answers.map(({ ok }) => ok)).toEqual(Array(10).fill(true));
    lab.power(host, true);
    await expect.poll(() => post.mails.at(-1)?.text ?? '', { timeout: 8000 }).toContain(`${service}/${name} is up again`);
    expect(JSON.stringify(log)).not.toContain(PASSWORD);
    const before = Date.now();
    await controller.stop();
    expect(Date.now() - before).toBeLessThan(2000);
  });
});

describe('vipflow alert test', () => {
  const SERVICE = 'services: [{ name: web, vip: 10.0.0.100, port: 80, servers: [{ name: s1, ip: 10.0.0.1 }] }]';
  const file = join(folder, 'vipflow.yaml');
  const test = async (...args: string[]) => {
    const cli = new Cli([process.execPath, vipflow, 'alert', 'test', '-c', file, ...args]);
    return { code: await cli.ended, out: cli.out, err: cli.err };
  };

  it('sends through each channel and says how it went, with exit code 5 when one failed', async () => {
    const port = await new MailServer().listen();
    const gateway = new Gateway();
    const url = await gateway.listen();
    const bad = mailTo(port, { name: 'bad', user: 'somebody' });
    const channels = [mailTo(port), bad, { name: 'hook', type: 'webhook', url }];
    writeFileSync(file, `${SERVICE}\nalerts: ${JSON.stringify({ channels })}\n`);
    const [all, one, unknown] = await Promise.all([test(), test('--channel', 'hook', '--json'), test('--channel', 'hok')]);
    expect(all.code).toBe(5);
    expect(all.out).toMatch(/^mail: ok in \d+ ms$/m);
    expect(all.out).toMatch(
      /^bad: failed after \d+ ms: localhost:\d+ refuses the user or the password.*; check `user` and `password`$/m,
    );
    expect(all.out).not.toContain(PASSWORD);
    expect([one.code, JSON.parse(one.out)]).toMatchObject([0, { channel: 'hook', type: 'webhook', isDelivered: true }]);
    expect([unknown.code, unknown.err]).toEqual([2, 'vipflow: Unknown channel "hok"; the closest match is "hook".\n']);
    expect(JSON.parse(gateway.requests[0]!.body)).toMatchObject({ state: 'test', alerts: [] });
  });
});
