import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { AlertRunner } from '../../controller/alerts/alert-runner.ts';
import { configSchema } from '../../controller/core/config.ts';
import { ConfigDocument } from '../../controller/core/config-file.ts';
import type { AlertEntry, LogEntry } from '../../controller/core/events.ts';
import { startController } from '../../controller/main.ts';
import { strategies } from '../../controller/strategies/catalogue.ts';
import { labs } from '../../topologies/catalogue.ts';
import { LiveLab } from '../../topologies/embedded/live/live-lab.ts';
import { server } from '../controller/alerts/entries.ts';
import { closedPort, mailTo } from './alert-attempt.ts';
import { folder, Gateway, MailServer, PASSWORD } from './alert-gateways.ts';
import { Cli, vipflow } from './cli-process.ts';

describe('the alert runner', () => {
  const runners: { runner: AlertRunner; ticking: NodeJS.Timeout }[] = [];
  afterEach(async () => {
    for (const { runner, ticking } of runners.splice(0)) {
      clearInterval(ticking);
      await runner.stop();
    }
  });

  function startRunner(...channels: object[]) {
    const log: Pick<AlertEntry, 'alert' | 'subject' | 'state' | 'message'>[] = [];
    const servers = ['s1', 's2'].map((name, i) => ({ name, ip: `10.0.0.${i + 1}` }));
    const services = [{ name: 'web', vip: '10.0.0.100', port: 80, servers }];
    const current = configSchema.parse({ services, alerts: { damp: '0s', channels } });
    const clock = { now: () => Date.now() };
    const runner = new AlertRunner({ current: () => current, clock, random: () => 0.5, log: line => log.push(line) });
    runners.push({ runner, ticking: setInterval(() => runner.onTick(), 10) });
    const states = () => log.filter(({ alert }) => alert === 'delivery').map(({ subject, state }) => `${subject} ${state}`);
    const lose = (name: string) => {
      runner.onEntry(server(name, 'up'));
      runner.onEntry(server(name, 'down'));
    };
    return { runner, log, states, lose, current };
  }

  it('delivers late, in order and once, to a mail server that was down', async () => {
    const port = await closedPort();
    const { states, lose } = startRunner(mailTo(port));
    lose('s1');
    await expect.poll(states).toEqual(['mail undelivered']);
    lose('s2');
    const post = new MailServer();
    await post.listen(port);
    await expect.poll(() => post.mails.length, { timeout: 5000 }).toBe(2);
    expect(post.mails.map(({ text }) => /web\/s\d/.exec(text)![0])).toEqual(['web/s1', 'web/s2']);
    await expect.poll(states).toEqual(['mail undelivered', 'mail resolved']);
  });

  it('logs in once with a wrong password, reports it once, and takes the right one without a restart', async () => {
    const post = new MailServer();
    const port = await post.listen();
    const file = join(folder, 'password');
    writeFileSync(file, 'wrong-secret\n');
    const { runner, log, states, lose } = startRunner(mailTo(port, { password: { file } }));
    lose('s1');
    await expect.poll(states).toEqual(['mail undelivered']);
    lose('s2');
    await new Promise(resolve => setTimeout(resolve, 1500));
    expect(post.logins).toBe(1);
    expect(JSON.stringify(log)).not.toContain('wrong-secret');
    writeFileSync(file, `${PASSWORD}\n`);
    runner.onEntry({ v: 1, seq: 1, time: '', type: 'config', state: 'applied', source: 'rest', changes: [] });
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
    const { runner, states, lose } = startRunner(
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
    await runner.stop();
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

  it('sends through each channel and prints the results, with exit code 5 when one failed', async () => {
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
