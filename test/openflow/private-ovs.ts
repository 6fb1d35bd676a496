import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema';
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Whether Open vSwitch's programs are installed. */
export function hasOvs(): boolean {
  return existsSync(SCHEMA) && spawnSync('ovs-vswitchd', ['--version'], { env: { ...process.env, PATH } }).status === 0;
}

/** What `ovs-ofctl` prints for the bytes of a message. */
export function ofpPrint(message: Uint8Array): string {
  const hex = Buffer.from(message).toString('hex');
  return execFileSync('ovs-ofctl', ['-O', 'OpenFlow13', 'ofp-print', hex], { encoding: 'utf8', env: { ...process.env, PATH } });
}

/** An Open vSwitch of its own in a directory of its own, with a datapath that needs neither root nor the kernel. */
export class PrivateOvs {
  readonly #directory = mkdtempSync(join(tmpdir(), 'openflow-ovs-'));
  readonly #env: NodeJS.ProcessEnv;
  readonly #processes: ChildProcess[] = [];

  constructor() {
    const directory = this.#directory;
    this.#env = {
      ...process.env,
      PATH,
      OVS_RUNDIR: directory,
      OVS_LOGDIR: directory,
      OVS_DBDIR: directory,
      OVS_SYSCONFDIR: directory,
    };
  }

  async start(): Promise<void> {
    execFileSync('ovsdb-tool', ['create', join(this.#directory, 'conf.db'), SCHEMA], { env: this.#env });
    this.#spawn('ovsdb-server', [join(this.#directory, 'conf.db'), `--remote=punix:${this.#database}`, '--no-chdir']);
    await this.#until(() => existsSync(this.#database));
    await this.vsctl('--no-wait', 'init');
    this.#spawn('ovs-vswitchd', [`unix:${this.#database}`, '--enable-dummy=override', '--disable-system', '--no-chdir']);
  }

  get #database(): string {
    return join(this.#directory, 'db.sock');
  }

  #spawn(program: string, args: readonly string[]): void {
    this.#processes.push(spawn(program, args, { env: this.#env, stdio: 'ignore' }));
  }

  async #until(done: () => boolean): Promise<void> {
    for (let tries = 0; tries < 200 && !done(); tries++) await new Promise(resolve => setTimeout(resolve, 25));
    if (!done()) throw new Error('Open vSwitch did not start');
  }

  /** Changes the configuration, and waits until the switch has taken it. */
  async vsctl(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('ovs-vsctl', [`--db=unix:${this.#database}`, '--timeout=20', ...args], {
      env: this.#env,
    });
    return stdout;
  }

  /** Tells a program that runs something: `ovs-appctl`. */
  async appctl(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('ovs-appctl', args, { env: this.#env });
    return stdout;
  }

  async stop(): Promise<void> {
    const ended = this.#processes.map(
      child =>
        new Promise(resolve =>
          child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(undefined),
        ),
    );
    for (const child of this.#processes.reverse()) child.kill('SIGKILL');
    await Promise.all(ended);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
