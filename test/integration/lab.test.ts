import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { labs } from '../../topologies/catalogue.ts';
import { type Lab, startLab } from '../../topologies/lab.ts';
import { LabError } from '../../topologies/lab-error.ts';
import { childrenOf } from '../../topologies/namespace.ts';
import { clientProgram } from '../../topologies/programs.ts';

const topologies = new URL('../../topologies/', import.meta.url);
const python = process.env.VIPFLOW_PYTHON ?? '/usr/bin/python3';
const nobody = { path: '/nonexistent/controller' };

/** What a lab consists of, to see afterwards that nothing is left of it. */
interface Traces {
  readonly pidNamespace: string;
  readonly netNamespaces: readonly string[];
  readonly targets: readonly string[];
  readonly runFolder: string;
}

const tracesOf = (lab: Lab): Traces => ({
  pidNamespace: readlinkSync(`/proc/${lab.nodes.s1!.pid}/ns/pid`),
  netNamespaces: Object.values(lab.nodes).map(node => readlinkSync(`/proc/${node.pid}/ns/net`)),
  targets: Object.values(lab.nodes).map(node => `--target=${node.pid}`),
  runFolder: lab.runFolder!,
});

/** The processes, folders and interfaces that are still there. */
function remains({ pidNamespace, netNamespaces, targets, runFolder }: Traces): string[] {
  const found = existsSync(runFolder) ? [runFolder] : [];
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const inside =
        readlinkSync(`/proc/${pid}/ns/pid`) === pidNamespace || netNamespaces.includes(readlinkSync(`/proc/${pid}/ns/net`));
      if (inside || targets.some(target => command.includes(target)) || command.includes(runFolder))
        found.push(`${pid} ${command}`);
    } catch {
      // It ended while we looked.
    }
  }
  return [...found, ...interfaces()];
}

/** Interfaces of a lab in our own network, where there should be none. */
const interfaces = () => readdirSync('/sys/class/net').filter(name => /^[hs]\d+(-eth\d+)?$/.test(name));

const nothingLeft = (traces: Traces) => expect.poll(() => remains(traces), { timeout: 10_000, interval: 50 }).toEqual([]);

const started: Lab[] = [];
const children: ChildProcess[] = [];

async function up(...args: Parameters<typeof startLab>): Promise<Lab> {
  const lab = await startLab(...args);
  started.push(lab);
  return lab;
}

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
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

afterAll(async () => {
  for (const child of children) if (child.pid && child.exitCode === null) child.kill('SIGKILL');
  await Promise.all(started.map(lab => lab.stop()));
});

describe('the lab "single" on a private Open vSwitch', () => {
  let lab: Lab;
  let traces: Traces;

  beforeAll(async () => {
    lab = await up(labs.single, { controller: nobody });
    traces = tracesOf(lab);
    // No controller here: the switch learns by itself.
    await lab.ofctl(['add-flow', 's1', 'actions=NORMAL']);
    await lab.startServers();
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

  test('a server is stopped and started again', async () => {
    const server = await lab.startServer('h3').then(
      () => expect.unreachable(),
      (error: Error) => error,
    );
    expect(server.message).toMatch(/The program of h3 ended at once: .*Address already in use/);
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

describe('the way to the controller', () => {
  let controller: Server;
  const taken: { at: number; socket: Socket; first: Buffer }[] = [];
  const HELLO = Buffer.from('0400000800000001', 'hex');
  const FEATURES_REQUEST = Buffer.from('0405000800000002', 'hex');

  beforeAll(async () => {
    controller = createServer(socket => {
      socket.on('error', () => {});
      socket.once('data', first => {
        taken.push({ at: performance.now(), socket, first });
        socket.write(Buffer.concat([HELLO, FEATURES_REQUEST]));
      });
    }).listen(0, '127.0.0.1');
    await once(controller, 'listening');
  });

  afterAll(() => {
    for (const { socket } of taken) socket.destroy();
    controller.close();
  });

  const back = async (times: number) => {
    const { port } = controller.address() as AddressInfo;
    controller.close();
    for (const { socket } of taken) socket.destroy();
    await sleep(6000); // enough tries for the switch's own pause to grow to 8 s
    controller.listen(port, '127.0.0.1');
    const start = performance.now();
    await expect.poll(() => taken.length, { timeout: 9000 }).toBe(times);
    return taken.at(-1)!.at - start;
  };

  test('a switch says hello in OpenFlow 1.3, and comes back within a second or two when its controller was away', async () => {
    const { port } = controller.address() as AddressInfo;
    const lab = await up(labs.two, { controller: { host: '127.0.0.1', port } });
    await expect.poll(() => taken.length, { timeout: 3000 }).toBe(1);
    expect(taken[0]!.first.subarray(0, 2)).toEqual(Buffer.from([4, 0]));
    await sleep(1000);
    expect(await back(2)).toBeLessThan(1500);
    await lab.stop();
  });

  test('also when there was no controller yet', async () => {
    const { port } = controller.address() as AddressInfo;
    taken.splice(0);
    controller.close();
    const lab = await up(labs.linear, { controller: { host: '127.0.0.1', port } });
    await sleep(6000);
    controller.listen(port, '127.0.0.1');
    const start = performance.now();
    await expect.poll(() => taken.length, { timeout: 9000 }).toBe(2);
    expect(taken[1]!.at - start).toBeLessThan(1500);
    await lab.stop();
  });
});

describe('when something dies', () => {
  const script = `
    import { startLab } from '${new URL('lab.ts', topologies)}';
    import { labs } from '${new URL('catalogue.ts', topologies)}';
    import { readlinkSync } from 'node:fs';
    const lab = await startLab(labs.two, { controller: { path: '/nonexistent' } });
    await lab.startServers();
    lab.spawn('h1', ['sh', '-c', 'sleep 4246 & setsid sleep 4247']);
    const nodes = Object.values(lab.nodes);
    console.log(JSON.stringify({
      pidNamespace: readlinkSync('/proc/' + lab.nodes.s1.pid + '/ns/pid'),
      netNamespaces: nodes.map(node => readlinkSync('/proc/' + node.pid + '/ns/net')),
      targets: nodes.map(node => '--target=' + node.pid),
      runFolder: lab.runFolder,
    }));`;

  async function parent(): Promise<{ child: ChildProcess; traces: Traces }> {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    return { child, traces: JSON.parse(line.toString()) as Traces };
  }

  test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('%s of the Node process leaves nothing', async signal => {
    const { child, traces } = await parent();
    expect(remains(traces).length).toBeGreaterThan(8);
    child.kill(signal);
    await once(child, 'close');
    await nothingLeft(traces);
  });

  test('a lab of the same process is not disturbed by the death of the bridge of another, which is told', async () => {
    const [one, other] = await Promise.all([up(labs.two, { controller: nobody }), up(labs.two, { controller: nobody })]);
    const traces = tracesOf(one!);
    const reason = new Promise<LabError | undefined>(resolve => one!.onExit(resolve));
    const running = one!.exec('h1', ['sleep', '4248']);
    const bridge = readdirSync('/proc').find(pid => {
      try {
        return readlinkSync(`/proc/${pid}/ns/pid`) === traces.pidNamespace &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('bridge.py')
          ? !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sandbox.py')
          : false;
      } catch {
        return false;
      }
    });
    process.kill(Number(bridge), 'SIGKILL');
    expect(await reason).toMatchObject({ code: 'CRASHED', message: expect.stringMatching(/^The lab ended by itself/) });
    expect((await running).code).not.toBe(0);
    await nothingLeft(traces);
    expect(await other!.exec('h1', ['echo', 'well'])).toMatchObject({ code: 0, stdout: 'well\n' });
    await other!.stop();
  });

  test('so is the death of the process that holds the namespaces', async () => {
    const lab = await up(labs.two, { controller: nobody });
    const traces = tracesOf(lab);
    const reason = new Promise<LabError | undefined>(resolve => lab.onExit(resolve));
    const [holder] = childrenOf(process.pid).filter(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(lab.runFolder!));
    process.kill(holder!, 'SIGKILL');
    expect(await reason).toMatchObject({ code: 'CRASHED' });
    await nothingLeft(traces);
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

/** Runs a command where a private Open vSwitch plays the machine's own; nothing of it outlives the command. */
async function onAnotherMachine(argv: readonly string[], timeoutMs = 60_000): Promise<{ code: number; output: string }> {
  const run = mkdtempSync(join(tmpdir(), 'machine-'));
  const init = new URL('mininet/sandbox.py', topologies).pathname;
  const child = spawn(
    'unshare',
    ['--pid', '--fork', '--kill-child', '--mount-proc', '--net', python, '-uB', init, '--run', run, '--', ...argv],
    {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    },
  );
  children.push(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output += chunk;
    });
  const [code] = (await once(child, 'close')) as [number];
  clearTimeout(timer);
  rmSync(run, { recursive: true, force: true });
  return { code, output };
}

const shell = (script: string) => ['bash', '-euc', `until [ -S $OVS_RUNDIR/db.sock ]; do sleep 0.01; done\n${script}`];
const module = (text: string) =>
  `'${process.execPath}' --import tsx --input-type=module -e '
    import { startLab } from "${new URL('lab.ts', topologies)}";
    import { cleanLeftovers } from "${new URL('leftovers.ts', topologies)}";
    import { labs } from "${new URL('catalogue.ts', topologies)}";
    const controller = { host: "127.0.0.1", port: 6653 };
    ${text}'`;

describe('on a machine with an Open vSwitch of its own', () => {
  afterEach(() => expect(interfaces()).toEqual([]));

  const usersBridge = `
    ovs-vsctl add-br s1 -- set bridge s1 datapath_type=netdev fail_mode=secure external_ids:whose=mine
    ovs-ofctl add-flow s1 priority=7,actions=drop`;

  test("a user's own bridge s1 lives on beside a lab, and beside a refused one", async () => {
    const { code, output } = await onAnotherMachine(
      shell(`${usersBridge}
        ${module('const lab = await startLab(labs.two, { controller }); console.log("lab up", (await lab.vsctl(["list-br"])).trim()); await lab.stop();')}
        ${module('await startLab(labs.two, { system: true, controller }).catch(error => console.log(error.code, error.message));')}
        ovs-vsctl get bridge s1 external_ids; ovs-ofctl dump-flows s1; ovs-vsctl list-br`),
    );
    expect(output).toContain('lab up s1');
    expect(output).toContain('NAME_TAKEN This machine already has s1: remove it, or leave out --system.');
    expect(output).toContain('{whose=mine}');
    expect(output).toContain('priority=7 actions=drop');
    expect(code).toBe(0);
  });

  test('--system makes its bridges there and takes only them away', async () => {
    const { code, output } = await onAnotherMachine(
      shell(`
        ovs-vsctl add-br mine -- set bridge mine datapath_type=netdev
        ${module(`
          const lab = await startLab(labs.linear, { system: true, controller });
          for (const name of ["s1", "s2"]) await lab.ofctl(["add-flow", name, "actions=NORMAL"]);
          await lab.startServers();
          console.log("bridges", (await lab.vsctl(["list-br"])).split("\\n").join(" "), (await lab.vsctl(["get-controller", "s1"])).trim());
          console.log("ping", (await lab.exec("h4", ["ping", "-c1", "-W2", "10.0.0.3"])).code);
          await lab.stop();`)}
        echo "left: $(ovs-vsctl list-br | tr '\\n' ' ')"; ip -o link | cut -d: -f2 | tr -d '\\n'`),
    );
    expect(output).toContain('bridges mine s1 s2  tcp:127.0.0.1:6653');
    expect(output).toContain('ping 0');
    expect(output).toContain('left: mine');
    expect(output.slice(output.indexOf('left:'))).not.toContain('-eth');
    expect(code).toBe(0);
  });

  test('the death of the bridge of a --system lab is told, and nothing of the lab is left', async () => {
    const { code, output } = await onAnotherMachine(
      shell(`
        ovs-vsctl add-br mine -- set bridge mine datapath_type=netdev
        ${module(`
          const { readFileSync } = await import("node:fs");
          const children = pid => readFileSync("/proc/" + pid + "/task/" + pid + "/children", "utf8").trim().split(" ").map(Number);
          const lab = await startLab(labs.linear, { system: true, controller });
          const told = new Promise(resolve => lab.onExit(resolve));
          const holder = children(process.pid).find(pid => readFileSync("/proc/" + pid + "/cmdline", "utf8").startsWith("unshare"));
          const bridge = children(children(holder)[0])[0];
          process.kill(bridge, "SIGKILL");
          console.log("told", (await told).code);`)}
        echo "left: $(ovs-vsctl list-br | tr '\\n' ' ')" $(ip -o link | cut -d: -f2)`),
    );
    expect(output).toContain('told CRASHED');
    expect(output).toMatch(/left: mine +lo/);
    expect(output.slice(output.indexOf('left:'))).not.toContain('-eth');
    expect(code).toBe(0);
  });

  test('what a killed --system lab leaves is removed by the next one, and nothing else', async () => {
    const { code, output } = await onAnotherMachine(
      shell(`
        ovs-vsctl add-br mine -- set bridge mine datapath_type=netdev external_ids:vipflow-lab=hands-off
        ip link add s9-eth1 type veth peer name s9-eth2
        ${module(`
          const { readFileSync } = await import("node:fs");
          const lab = await startLab(labs.linear, { system: true, controller });
          lab.spawn("h1", ["sleep", "4249"]);
          const status = readFileSync("/proc/" + lab.nodes.s1.pid + "/status", "utf8");
          // Its whole process tree at once, so that nobody can tidy up.
          const holder = readFileSync("/proc/self/task/" + process.pid + "/children", "utf8").trim().split(" ")[0];
          process.kill(-Number(holder), "SIGKILL");
          process.kill(process.pid, "SIGKILL");`)} || true
        sleep 0.5
        echo "before: $(ovs-vsctl list-br | tr '\\n' ' ')" $(ip -o link | cut -d: -f2)
        ${module('console.log("removed", (await cleanLeftovers()).join(" "));')}
        echo "after: $(ovs-vsctl list-br | tr '\\n' ' ')" $(ip -o link | cut -d: -f2); ps -eo args | grep -c '^sleep 4249' || true`),
    );
    expect(output).toMatch(/before: mine s1 s2 .*s1-eth/);
    expect(output).toMatch(/removed s1 s2 s\d-eth\d/);
    expect(output).toMatch(/after: mine .*s9-eth/);
    expect(output).not.toMatch(/after: .*s[12](-eth|\b)/);
    expect(output).toMatch(/^0$/m);
    expect(code).toBe(0);
  });

  test("Mininet's own command runs the labs: pages, addresses, checksums", async () => {
    const custom = new URL('mininet/vipflow_topo.py', topologies).pathname;
    const mn = `mn --custom ${custom} --controller none --switch ovs,protocols=OpenFlow13,datapath=user,failMode=standalone`;
    const { code, output } = await onAnotherMachine(
      shell(`${mn} --topo vipflow,two --test pingall --test vipflow; ip -o link | cut -d: -f2`),
    );
    expect(output).toContain('0% dropped (2/2 received)');
    expect(output).toMatch(/h2 http:\/\/10\.0\.0\.1:8000\/ .*"body": "Server 1"/);
    expect(output).not.toMatch(/h1-eth0$/m);
    expect(code).toBe(0);
  });
});

describe('without root', () => {
  const setpriv = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'];
  const allowed = (() => {
    try {
      execFileSync(setpriv[0]!, [
        ...setpriv.slice(1),
        'unshare',
        '--user',
        '--map-root-user',
        '--pid',
        '--fork',
        '--mount-proc',
        '--net',
        'true',
      ]);
      return process.getuid?.() === 0;
    } catch {
      return false;
    }
  })();
  // A node of our own in place of /dev/net/tun, which is open to everyone on a desktop but not everywhere.
  const withTun = (mode: string, command: string) =>
    shell(`
      d=$OVS_RUNDIR/dev; mkdir $d; mount -t tmpfs tmpfs $d; mknod -m ${mode} $d/tun c 10 200; mount --bind $d/tun /dev/net/tun
      ${setpriv.join(' ')} env TSX_DISABLE_CACHE=1 ${command}`);

  test.runIf(allowed)('a lab works where the system allows it', async () => {
    const { output } = await onAnotherMachine(
      withTun(
        '0666',
        module(`
          const lab = await startLab(labs.two, { controller });
          await lab.ofctl(["add-flow", "s1", "actions=NORMAL"]);
          await lab.startServers();
          console.log("uid", process.getuid(), "ping", (await lab.exec("h2", ["ping", "-c1", "-W2", "10.0.0.1"])).code);
          await lab.link("h1", "s1", "down"); await lab.link("h1", "s1", "up");
          const web = await lab.exec("h2", ["curl", "-s", "-m", "3", "http://10.0.0.1:8000/"]);
          console.log("page", web.stdout.trim(), web.stderr);
          await lab.stop();
          console.log("stopped", (await import("node:fs")).existsSync(lab.runFolder));`),
      ),
    );
    expect(output).toContain('uid 65534 ping 0');
    expect(output).toContain('page Server 1');
    expect(output).toContain('stopped false');
  });

  test.runIf(allowed)('the lack of a tun device is told with the remedy', async () => {
    const { output } = await onAnotherMachine(
      withTun('0600', module('await startLab(labs.two, { controller }).catch(error => console.log(error.code, error.message));')),
    );
    expect(output).toMatch(/NO_ROOT The switch needs \/dev\/net\/tun.*run as root, or `chmod 0666 \/dev\/net\/tun`/);
  });

  test.runIf(allowed)("the machine's own Open vSwitch is refused", async () => {
    const { output } = await onAnotherMachine(
      withTun(
        '0666',
        module('await startLab(labs.two, { controller, system: true }).catch(error => console.log(error.code, error.message));'),
      ),
    );
    expect(output).toContain("NO_ROOT The machine's Open vSwitch needs root");
  });
});

describe('what is missing is told with the remedy', () => {
  test.each([
    ['a Python that is not there', '/nonexistent/python3', 'NO_PYTHON', 'There is no Python at /nonexistent/python3'],
    [
      'a Python without Mininet',
      join(tmpdir(), `python-without-mininet-${process.pid}`),
      'NO_MININET',
      'run `apt-get install mininet`',
    ],
  ])('%s', async (_, path, code, words) => {
    const { writeFileSync } = await import('node:fs');
    if (code === 'NO_MININET') writeFileSync(path, '#!/bin/sh\nexec /usr/bin/python3 -S "$@"\n', { mode: 0o755 });
    process.env.VIPFLOW_PYTHON = path;
    try {
      const error = await startLab(labs.two, { controller: nobody }).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(LabError);
      expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
    } finally {
      delete process.env.VIPFLOW_PYTHON;
      rmSync(path, { force: true });
    }
  });
});
