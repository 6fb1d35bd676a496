import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { labs } from '../../topologies/catalogue.ts';
import { clientProgram, type Lab, startLab } from '../../topologies/lab.ts';
import { nobody, remains, sleep, type Traces, tracesOf, up } from './lab-traces.ts';

const answers = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map(
      line =>
        JSON.parse(line) as {
          ok: boolean;
          status: number | null;
          body: string;
          ms: number;
          localPort: number;
          error: string | null;
        },
    );

describe('the lab "single" on a private Open vSwitch', () => {
  let lab: Lab;
  let traces: Traces;
  let servers: Awaited<ReturnType<Lab['startServers']>>;

  beforeAll(async () => {
    lab = await up(labs.single, { controller: nobody });
    traces = tracesOf(lab);
    // No controller here: the switch learns by itself.
    await lab.ofctl(['add-flow', 's1', 'actions=NORMAL']);
    servers = await lab.startServers();
  });

  test('has the addresses, ports and dpid that Mininet gives', () => {
    const { h1, h5, s1 } = lab.nodes;
    expect(h1).toMatchObject({ kind: 'host', ip: '10.0.0.1', mac: '00:00:00:00:00:01' });
    expect(h5).toMatchObject({ ip: '10.0.0.5', mac: '00:00:00:00:00:05' });
    expect(s1).toMatchObject({ kind: 'switch', dpid: '0000000000000001' });
    expect(s1!.interfaces.map(({ name, port, peer }) => [name, port, peer])).toEqual(
      [1, 2, 3, 4, 5].map(n => [`s1-eth${n}`, n, `h${n}-eth0`]),
    );
  });

  test('its bridge speaks OpenFlow 1.3, keeps its flows without a controller and has no in-band rules', async () => {
    expect(
      (await lab.vsctl(['get', 'bridge', 's1', 'protocols', 'fail_mode', 'other_config:disable-in-band'])).split('\n'),
    ).toEqual(['[OpenFlow13]', 'secure', '"true"', '']);
    expect(await lab.vsctl(['get-controller', 's1'])).toBe(`unix:${lab.runFolder}/controller.sock\n`);
  });

  test('every host reaches every other', async () => {
    const names = lab.spec.hosts.map(host => host.name);
    const pings = names.flatMap(from =>
      lab.spec.hosts.filter(to => to.name !== from).map(to => lab.exec(from, ['ping', '-c1', '-W2', to.ip])),
    );
    expect((await Promise.all(pings)).map(ping => ping.code)).toEqual(pings.map(() => 0));
  });

  test('each server answers its page over HTTP, and sees the client', async () => {
    for (const host of lab.spec.hosts.filter(host => host.role === 'server')) {
      const [page] = answers((await lab.exec('h4', clientProgram([`http://${host.ip}:8000/`]))).stdout);
      expect(page).toMatchObject({ ok: true, status: 200, body: host.page, error: null });
    }
    const [seen] = answers(
      (await lab.exec('h5', clientProgram(['http://10.0.0.2:8000/client', '--source-port', '40000']))).stdout,
    );
    expect(seen).toMatchObject({ body: '10.0.0.5:40000', localPort: 40000 });
  });

  test('each server answers its page and the client over UDP', async () => {
    const [answer] = answers((await lab.exec('h4', clientProgram(['--udp', '10.0.0.3:9000', '--source-port', '5000']))).stdout);
    expect(answer).toMatchObject({ ok: true, body: 'Server 3 10.0.0.4:5000' });
  });

  test('an answer of a megabyte passes: checksums are made, not left to hardware', async () => {
    const stream = await lab.exec('h4', clientProgram(['http://10.0.0.1:8000/stream?seconds=0.3&everyMs=0']));
    expect(answers(stream.stdout)[0]).toMatchObject({ ok: true, status: 200 });
    expect(stream.stdout.length).toBeGreaterThan(10_000);
  });

  test('the client asks in parallel from its own ports, and tells what went wrong', async () => {
    const { code, stdout } = await lab.exec(
      'h4',
      clientProgram(['http://10.0.0.1:8000/slow?ms=300', '--count', '10', '--parallel', '10', '--source-port', '41000']),
    );
    expect(code).toBe(0);
    const all = answers(stdout);
    expect(all.map(one => one.localPort).sort()).toEqual(Array.from({ length: 10 }, (_, n) => 41000 + n));
    expect(Math.max(...all.map(one => one.ms))).toBeLessThan(900);
    const refused = await lab.exec('h4', clientProgram(['http://10.0.0.1:81/']));
    expect([refused.code, answers(refused.stdout)[0]?.error]).toEqual([1, 'refused']);
    const late = await lab.exec('h4', clientProgram(['http://10.0.0.1:8000/slow?ms=2000', '--timeout', '0.2']));
    expect(answers(late.stdout)[0]?.error).toBe('timeout');
  });

  test('exec gives the exit code, both outputs apart, input, and the signal as a shell does', async () => {
    expect(await lab.exec('h1', ['sh', '-c', 'cat; echo oops >&2; exit 7'], { input: 'ähm' })).toEqual({
      code: 7,
      stdout: 'ähm',
      stderr: 'oops\n',
    });
    expect((await lab.exec('h1', ['sh', '-c', 'kill -TERM $$'])).code).toBe(143);
    expect((await lab.exec('h1', ['no-such-program'])).code).toBe(127);
    expect((await lab.exec('h1', ['hostname', '-I'])).stdout.trim()).toMatch(/^10\.0\.0\.1\b/);
    expect((await lab.exec('h1', ['pwd'])).stdout.trim()).toBe(process.cwd());
  });

  test('exec ends a command that takes too long, with what it started', async () => {
    const slow = lab.exec('h1', ['sh', '-c', 'echo begun; sleep 4242 & sleep 4242'], { timeoutMs: 300 });
    await expect(slow).rejects.toThrow(/h1: sh .* did not end within 300 ms; it had printed: begun/);
    await expect.poll(async () => (await lab.exec('h1', ['ps', '-eo', 'args'])).stdout).not.toMatch(/^sleep 4242/m);
  });

  test('commands run at the same time, and what they print comes while they run', async () => {
    const start = performance.now();
    await Promise.all(Array.from({ length: 10 }, () => lab.exec('h2', ['sleep', '0.5'])));
    expect(performance.now() - start).toBeLessThan(2500);
    const ping = lab.spawn('h4', ['ping', '-i', '0.2', '10.0.0.1']);
    const lines: string[] = [];
    ping.stdout.on('data', chunk => lines.push(...`${chunk}`.trim().split('\n')));
    await expect.poll(() => lines.length, { timeout: 5000 }).toBeGreaterThan(3);
    // The signal goes to ping itself, which then prints its summary and ends by itself.
    ping.kill('SIGINT');
    expect(await once(ping, 'close')).toEqual([0, null]);
    expect(lines.join('\n')).toMatch(/packets transmitted/);
  });

  test('a link goes down and up again, and what the kernel forgot meanwhile is put back', async () => {
    await lab.exec('h4', ['ip', 'route', 'add', 'default', 'via', '10.0.0.1']);
    await lab.exec('h4', ['ip', '-6', 'addr', 'add', 'fd00::4/64', 'dev', 'h4-eth0', 'nodad']);
    const settings = async () =>
      (await lab.exec('h4', ['sh', '-c', 'ip route; ip -6 -o addr show scope global'])).stdout.replace(/valid_lft.*/g, '');
    const before = await settings();
    await lab.link('h4', 's1', 'down');
    expect((await lab.exec('h4', ['ping', '-c1', '-W1', '10.0.0.1'])).code).not.toBe(0);
    expect(await lab.ofctl(['show', 's1'])).toMatch(/4\(s1-eth4\)[^(]*config: +PORT_DOWN/);
    await lab.link('s1', 'h4', 'up');
    expect((await lab.exec('h4', ['ping', '-c2', '-i0.2', '-W2', '10.0.0.1'])).code).toBe(0);
    expect(await settings()).toBe(before);
    await expect(lab.link('h4', 'h5', 'down')).rejects.toThrow('there is no link between h4 and h5');
    await expect(lab.link('h9', 's1', 'down')).rejects.toThrow('there is no node h9');
  });

  test('a server is killed and started again, but not twice at a time', async () => {
    const ask = async () => answers((await lab.exec('h4', clientProgram(['http://10.0.0.3:8000/']))).stdout)[0];
    await expect(lab.startServer('h3')).rejects.toThrow(/The program of h3 ended at once: .*Address already in use/);
    servers.h3!.kill('SIGKILL');
    await once(servers.h3!, 'close');
    expect(await ask()).toMatchObject({ ok: false, error: 'refused' });
    await lab.startServer('h3');
    expect(await ask()).toMatchObject({ ok: true, body: 'Server 3' });
    await expect(lab.startServer('h4')).rejects.toThrow('h4 is no server');
  });

  test('the switch daemon comes back by itself after a crash, without its flows', async () => {
    const pid = Number(readFileSync(join(lab.runFolder!, 'ovs-vswitchd.pid'), 'utf8'));
    await lab.exec('s1', ['kill', '-KILL', `${pid}`]);
    await expect.poll(() => lab.ofctl(['dump-flows', 's1']).catch(() => 'none'), { timeout: 5000 }).not.toContain('none');
    await lab.ofctl(['add-flow', 's1', 'actions=NORMAL']);
    await expect.poll(async () => (await lab.exec('h4', ['ping', '-c1', '-W1', '10.0.0.1'])).code, { timeout: 5000 }).toBe(0);
  });

  test('wrong words are answered with sentences', async () => {
    expect(() => lab.spawn('h9', ['true'])).toThrow("There is no node h9 in the lab 'single'.");
    await expect(lab.ofctl(['no-such-command'])).rejects.toThrow(
      /ovs-ofctl -O OpenFlow13 no-such-command failed: .*unknown command/,
    );
  });

  test('stop leaves nothing, whatever was running', async () => {
    const ended: unknown[] = [];
    lab.onExit(reason => ended.push(reason));
    const running = lab.spawn('h1', ['sleep', '4243']);
    lab.spawn('h1', ['setsid', 'sh', '-c', 'sleep 4244 & sleep 4245']);
    await sleep(100);
    const start = performance.now();
    await lab.stop();
    expect(performance.now() - start).toBeLessThan(3000);
    expect(remains(traces)).toEqual([]);
    expect(running.exitCode ?? running.signalCode).not.toBeNull();
    expect(ended).toEqual([undefined]);
    await lab.stop();
    expect(() => lab.spawn('h1', ['true'])).toThrow("The lab 'single' is over.");
    await expect(lab.link('h1', 's1', 'down')).rejects.toMatchObject({ code: 'STOPPED' });
  });
});

describe('labs side by side', () => {
  test('two at once have the same names and addresses and know nothing of each other', async () => {
    const both = await Promise.all([up(labs.linear, { controller: nobody }), up(labs.linear, { controller: nobody })]);
    for (const [index, lab] of both.entries()) {
      await lab.exec('h1', ['ip', 'link', 'set', 'h1-eth0', 'alias', `lab ${index}`]);
      for (const name of ['s1', 's2']) await lab.ofctl(['add-flow', name, 'actions=NORMAL']);
    }
    for (const [index, lab] of both.entries()) {
      expect((await lab.exec('h1', ['ip', 'link', 'show', 'h1-eth0'])).stdout).toContain(`alias lab ${index}`);
      expect((await lab.exec('h4', ['ping', '-c1', '-W2', '10.0.0.3'])).code).toBe(0);
      expect(lab.nodes.s2!.dpid).toBe('0000000000000002');
    }
    expect(await Promise.all(both.map(lab => lab.vsctl(['list-br'])))).toEqual(['s1\ns2\n', 's1\ns2\n']);
    await Promise.all(both.map(lab => lab.stop()));
  });

  test('a bad description is refused before anything is started', async () => {
    await expect(startLab({ ...labs.two, links: [] })).rejects.toMatchObject({ code: 'BAD_SPEC' });
  });
});
