import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { labs } from '../../topologies/catalogue.ts';
import { startLab } from '../../topologies/lab.ts';
import { LabError } from '../../topologies/lab-error.ts';
import { module, onAnotherMachine, shell, topologies } from './lab-machine.ts';
import { interfaces, nobody } from './lab-traces.ts';

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
    expect(output).toMatch(/removed (s1 s2|s2 s1) s\d-eth\d/);
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

  test.each([
    ['a user without namespaces', 1000, 'This system gives no namespaces to ordinary users: run as root (sudo)'],
    ['a container without them', 0, 'This container may not make namespaces: start it with `--privileged`.'],
  ])('%s', async (_, uid, words) => {
    const folder = mkdtempSync(join(tmpdir(), 'no-namespaces-'));
    writeFileSync(join(folder, 'unshare'), '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2; exit 1\n', {
      mode: 0o755,
    });
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    vi.spyOn(process, 'getuid').mockReturnValue(uid);
    try {
      const error = await startLab(labs.two, { controller: nobody }).catch((error: unknown) => error);
      expect(error).toMatchObject({ code: 'NO_ROOT', message: expect.stringContaining(words) });
    } finally {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
      rmSync(folder, { recursive: true });
    }
  });
});
