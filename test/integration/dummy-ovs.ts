import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OFPP } from '../../openflow/index.ts';

const run = promisify(execFile);
const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema';
const PCAP_HEADER = 24;
const RECORD_HEADER = 16;

/** A frame that left a port. */
export interface Output {
  readonly port: number;
  readonly frame: Uint8Array;
}

/**
 * A private Open vSwitch with a datapath and ports of its own making (`--enable-dummy`): no kernel, no root, and a clock that can
 * be stopped and moved on. Frames that leave are read from capture files.
 */
export class DummyOvs {
  readonly folder = mkdtempSync(join(tmpdir(), 'vipflow-ovs-'));
  readonly #children: ChildProcess[] = [];
  readonly #captures = new Map<number, { fd: number; at: number }>();
  #ctl: Socket | undefined;
  #answer = '';
  #answered: ((reply: { result: string | null; error: string | null }) => void) | undefined;

  /** The socket where a controller connects to the bridge. */
  get management(): string {
    return join(this.folder, 'br0.mgmt');
  }

  async start(ports: number): Promise<this> {
    const file = (name: string): string => join(this.folder, name);
    const db = `unix:${file('db.sock')}`;
    await run('ovsdb-tool', ['create', file('conf.db'), SCHEMA]);
    this.#spawn('ovsdb-server', [file('conf.db'), `--remote=punix:${file('db.sock')}`, `--unixctl=${file('db.ctl')}`]);
    await appears(file('db.sock'));
    await run('ovs-vsctl', [`--db=${db}`, '--no-wait', 'init']);
    this.#spawn('ovs-vswitchd', [db, '--enable-dummy=override', '--disable-system', `--unixctl=${file('vswitchd.ctl')}`]);
    await appears(file('vswitchd.ctl'));
    const bridge = [
      'datapath-type=dummy',
      'fail-mode=secure',
      'protocols=OpenFlow13',
      'other-config:datapath-id=0000000000000001',
    ];
    const args = ['add-br', 'br0', '--', 'set', 'bridge', 'br0', ...bridge, 'other-config:hwaddr=02:00:00:00:01:00'];
    args.push('--', 'set', 'Interface', 'br0', `options:tx_pcap=${file('local.pcap')}`);
    for (let n = 1; n <= ports; n++) {
      args.push('--', 'add-port', 'br0', `p${n}`, '--', 'set', 'Interface', `p${n}`, 'type=dummy', `ofport_request=${n}`);
      args.push(`options:tx_pcap=${file(`p${n}.pcap`)}`, `mac="02:00:00:00:01:0${n}"`);
    }
    await run('ovs-vsctl', [`--db=${db}`, ...args]);
    await appears(this.management);
    for (let n = 1; n <= ports; n++) this.#capture(n, file(`p${n}.pcap`));
    this.#capture(OFPP.LOCAL, file('local.pcap'));
    return this;
  }

  /** `ovs-appctl`: asks the daemon itself. Rejects with what it says when it refuses. */
  async appctl(method: string, ...params: readonly string[]): Promise<string> {
    this.#ctl ??= this.#control();
    const reply = new Promise<{ result: string | null; error: string | null }>(resolve => {
      this.#answered = resolve;
    });
    this.#ctl.write(JSON.stringify({ id: 0, method, params }));
    const { result, error } = await reply;
    if (error !== null) throw new Error(`${method}: ${error}`);
    return result ?? '';
  }

  /** What left the ports since it was last asked. */
  outputs(): Output[] {
    return [...this.#captures].flatMap(([port, capture]) => framesOf(capture).map(frame => ({ port, frame })));
  }

  /** Whether one of its daemons has died by itself. Its socket closes a moment before it is gone. */
  async crashed(): Promise<boolean> {
    for (let i = 0; i < 200; i++) {
      if (this.#children.some(({ signalCode, exitCode }) => signalCode !== null || exitCode !== null)) return true;
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    return false;
  }

  async stop(): Promise<void> {
    this.#ctl?.destroy();
    for (const { fd } of this.#captures.values()) closeSync(fd);
    await Promise.all(
      this.#children.reverse().map(child => {
        if (child.exitCode !== null || child.signalCode !== null) return undefined;
        const gone = new Promise(resolve => child.once('exit', resolve));
        child.kill('SIGKILL');
        return gone;
      }),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(program: string, args: readonly string[]): void {
    const env = { ...process.env, OVS_RUNDIR: this.folder, OVS_LOGDIR: this.folder, OVS_DBDIR: this.folder };
    const quiet = ['-vsyslog:off', '-vconsole:off', '-vfile:off'];
    this.#children.push(spawn(program, [...args, ...quiet], { env, stdio: 'ignore' }));
  }

  #capture(port: number, file: string): void {
    this.#captures.set(port, { fd: openSync(file, 'r'), at: PCAP_HEADER });
  }

  #control(): Socket {
    const socket = connect({ path: join(this.folder, 'vswitchd.ctl') });
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      this.#answer += chunk;
      let reply: { result: string | null; error: string | null };
      try {
        reply = JSON.parse(this.#answer);
      } catch {
        return; // the rest is still to come
      }
      this.#answer = '';
      this.#answered?.(reply);
    });
    return socket;
  }
}

async function appears(file: string): Promise<void> {
  for (let i = 0; i < 500 && !existsSync(file); i++) await new Promise(resolve => setTimeout(resolve, 10));
}

/** New records of a capture file (draft-ietf-opsawg-pcap), which is written in the machine's byte order. */
function framesOf(capture: { fd: number; at: number }): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const head = Buffer.alloc(RECORD_HEADER);
  while (readSync(capture.fd, head, 0, RECORD_HEADER, capture.at) === RECORD_HEADER) {
    const frame = new Uint8Array(head.readUInt32LE(8));
    if (readSync(capture.fd, frame, 0, frame.length, capture.at + RECORD_HEADER) !== frame.length) break;
    capture.at += RECORD_HEADER + frame.length;
    frames.push(frame);
  }
  return frames;
}
