import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { until } from './balanced-lab.ts';
import { remains, type Traces } from './lab-traces.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const vipflow = fileURLToPath(new URL('../../vipflow', import.meta.url));

/** Ports that the system chooses, so that labs do not meet. */
export const ANY_PORTS = ['--openflow', '127.0.0.1:0', '--http', '127.0.0.1:0'] as const;

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** A command line as a user starts it, with what it says. */
export class Cli {
  readonly child: ChildProcess;
  /** The exit code, or 128 and the number of the signal, as a shell has it. */
  readonly ended: Promise<number>;
  out = '';
  err = '';

  constructor(argv: readonly string[], { cwd = root, env, input }: CliOptions = {}) {
    const [program = '', ...args] = argv;
    this.child = spawn(program, args, { cwd, env: { ...cleanEnv(), ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout!.on('data', chunk => {
      this.out += chunk;
    });
    this.child.stderr!.on('data', chunk => {
      this.err += chunk;
    });
    this.child.stdin!.on('error', () => {});
    if (input !== undefined) this.child.stdin!.end(input);
    this.ended = new Promise(resolve =>
      this.child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 128))),
    );
    running.add(this);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves when it has said so; rejects with all that it said when it ends without, or takes too long. */
  async says(pattern: RegExp, timeoutMs = 45_000): Promise<void> {
    const said = () => pattern.test(this.out + this.err);
    const over = () => this.child.exitCode !== null || this.child.signalCode !== null;
    await until(String(pattern), () => said() || over(), timeoutMs).catch(() => {});
    if (!said()) throw new Error(`${pattern} is not in ${this.out}${this.err}`);
  }

  /** Types into its terminal. */
  type(keys: string): void {
    this.child.stdin!.write(keys);
  }
}

const running = new Set<Cli>();

afterAll(() => {
  for (const { child } of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
});

/** Runs a command line to its end. */
export async function ran(
  argv: readonly string[],
  options: CliOptions = {},
): Promise<{ code: number; out: string; err: string }> {
  const cli = new Cli(argv, { input: '', ...options });
  const code = await cli.ended;
  return { code, out: cli.out, err: cli.err };
}

const TERMINAL = `import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(['sh', '-c', 'stty cols 80 rows 24; exec "$@"', 'sh', *sys.argv[1:]])) % 256)`;

/** The command that runs another one in a terminal of 80 columns; what is typed reaches it through `Cli.type`. */
export const inTerminal = (argv: readonly string[]) => ['/usr/bin/python3', '-c', TERMINAL, ...argv];

/** The command that runs another one as a user who is nobody. */
export const asNobody = (argv: readonly string[]) => ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...argv];

/** The command that runs another one where a program is not there. */
export const without = (program: string, argv: readonly string[]) => [
  ...['unshare', '--mount', 'sh', '-c', 'mount --bind /dev/null "$0" && exec "$@"', program],
  ...argv,
];

/** npm's variables and vitest's are ours, not those of what we start. */
function cleanEnv(): Record<string, string> {
  const ours = /^(?:npm_|VITEST|NODE_ENV$|NO_COLOR$|FORCE_COLOR$|INIT_CWD$)/;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || (ours.test(name) && !name.startsWith('npm_config_')) ? [] : [[name, value]],
    ),
  );
}

/** All processes below one, with what they are, and the lab among them. */
export function lineOfDescent(pid: number): { pids: number[]; traces: Traces | undefined } {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
    const parent = Number(/\) \S (\d+)/.exec(textOf(`/proc/${name}/stat`))?.[1]);
    parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const pids: number[] = [];
  for (let at = [pid]; at.length > 0; at = at.flatMap(one => parents.get(one) ?? [])) pids.push(...at);
  const holder = pids.find(one => /^unshare\0.*--run\0/s.test(textOf(`/proc/${one}/cmdline`)));
  if (holder === undefined) return { pids, traces: undefined };
  const inside = (parents.get(holder) ?? []).flatMap(init => pids.filter(one => space(one, 'pid') === space(init, 'pid')));
  const traces: Traces = {
    pidNamespace: space(inside[0]!, 'pid'),
    netNamespaces: [...new Set(inside.map(one => space(one, 'net')))],
    targets: inside.map(one => `--target=${one}`),
    runFolder: /--run\0([^\0]+)/.exec(textOf(`/proc/${holder}/cmdline`))![1]!,
  };
  return { pids, traces };
}

/** The pid of the process that holds a lab's namespaces. */
export function holderOf(pid: number): number {
  return lineOfDescent(pid).pids.find(one => /^unshare\0.*--run\0/s.test(textOf(`/proc/${one}/cmdline`)))!;
}

/** Resolves when nothing of them is left: process, namespace, folder, interface. */
export async function allGone({ pids, traces }: ReturnType<typeof lineOfDescent>): Promise<void> {
  let left: unknown[] = [];
  const look = () => {
    left = [...pids.filter(isAlive), ...(traces === undefined ? [] : remains(traces))];
    return left.length === 0;
  };
  await until('nothing is left', look, 20_000).catch(() => {
    throw new Error(`left: ${left.join(', ')}`);
  });
}

function isAlive(pid: number): boolean {
  return !/\) [ZX] /.test(textOf(`/proc/${pid}/stat`) || ') X ');
}

function space(pid: number, kind: 'pid' | 'net'): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return '';
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it ended while we looked
  }
}
