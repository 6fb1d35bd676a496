import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The README's commands for one's own switch, as they stand there. */
const README_COMMANDS = readFileSync(join(root, 'README.md'), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('ovs-vsctl '))
  .map(line => line.replace('HOST', '127.0.0.1'));

/** A machine with an Open vSwitch bridge that somebody uses already, in namespaces that end with the script. */
const SCRIPT = `
set -e
mount -t tmpfs tmpfs /run
export PATH=$PATH:/usr/sbin:/sbin OVS_RUNDIR=$RUN OVS_DBDIR=$RUN OVS_LOGDIR=$RUN OVS_SYSCONFDIR=$RUN
ip link set lo up
ovsdb-tool create $RUN/conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server $RUN/conf.db --remote=punix:$RUN/db.sock --detach --pidfile --log-file 2>/dev/null
ovs-vsctl --no-wait init
ovs-vswitchd --detach --pidfile --log-file 2>/dev/null
ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev
for n in 1 2 3; do
  ip netns add h$n
  ip link add s-h$n type veth peer name eth0 netns h$n
  ip -n h$n addr add 10.0.0.$n/24 dev eth0
  ip -n h$n link set eth0 up
  ip -n h$n link set lo up
  ip netns exec h$n ethtool -K eth0 tx off >/dev/null
  ip link set s-h$n up
  ovs-vsctl add-port br0 s-h$n
done
for n in 1 2; do
  ip netns exec h$n /usr/bin/python3 -u topologies/mininet/web.py --page "Server $n" --http 8000 >/dev/null &
done
ip netns exec h3 ping -c 1 -W 2 10.0.0.1 >/dev/null
node vipflow run --json -c $RUN/vipflow.yaml >$RUN/log 2>$RUN/err &
${README_COMMANDS.join('\n')}
for wait in $(seq 100); do
  [ "$(grep -c '"state":"up"' $RUN/log)" = 2 ] && break
  sleep 0.1
done
ip netns exec h3 ping -c 1 -W 2 10.0.0.2 >/dev/null
ip netns exec h3 /usr/bin/python3 -u topologies/mininet/client.py http://10.0.0.100/ --count 10
ovs-ofctl -O OpenFlow13 dump-flows br0 >$RUN/flows
`;

describe("a user's own Open vSwitch", () => {
  let run: string;

  beforeAll(() => {
    run = mkdtempSync(join(tmpdir(), 'vipflow-own-'));
  });
  afterAll(() => rmSync(run, { recursive: true, force: true }));

  it('balances with the two commands of the README', async () => {
    expect(README_COMMANDS).toHaveLength(2);
    const servers = [1, 2].map(n => `      - { name: server${n}, ip: 10.0.0.${n}, port: 8000 }`).join('\n');
    writeFileSync(
      join(run, 'vipflow.yaml'),
      `services:\n  - name: web\n    vip: 10.0.0.100\n    port: 80\n    servers:\n${servers}\n`,
    );
    const isolated = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const { stdout } = await promisify(execFile)('unshare', [...isolated, 'bash', '-c', SCRIPT], {
      cwd: root,
      env: { ...process.env, RUN: run },
      timeout: 50_000,
    }).catch(error => {
      throw new Error(`${error.message}\n${error.stderr}\n${readFileSync(join(run, 'err'), 'utf8')}`);
    });
    const answers = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 10 }, (_, i) => `Server ${(i % 2) + 1}`));
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(500);
    expect(readFileSync(join(run, 'flows'), 'utf8')).not.toContain('NORMAL');
  });
});
