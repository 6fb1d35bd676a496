import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { LabError } from './lab-error.ts';
import { childrenOf } from './namespace.ts';

export interface CommandOptions {
  /** Ends the command and rejects with TIMEOUT after so long; 60000 unless given. */
  readonly timeoutMs?: number;
  readonly input?: string;
}

/** `code` is the exit code, or 128 + the signal's number as in a shell. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Root's programs are not on everybody's path, and a lab needs them. */
export const programPath = (): string => `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;

/** Starts a command away from the terminal's Ctrl-C. Python's output is not held back. */
export function launch(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcessWithoutNullStreams {
  const [program = '', ...args] = argv;
  return spawn(program, args, { detached: true, env: { ...process.env, PATH: programPath(), PYTHONUNBUFFERED: '1', ...env } });
}

/** Like `launch` for a command made by `enter`: signals go to the command itself, not to the one that waits for it. */
export function launchInside(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const child = launch(argv, env);
  const direct = child.kill.bind(child);
  child.kill = signal => {
    const inner = child.pid === undefined ? [] : childrenOf(child.pid);
    if (child.exitCode !== null || child.signalCode !== null || inner.length === 0) return direct(signal);
    return inner.map(pid => deliver(pid, signal ?? 'SIGTERM')).some(Boolean);
  };
  return child;
}

/** Waits for a command to end; rejects with TIMEOUT (the command is killed) or FAILED (it could not be started). */
export function finished(
  child: ChildProcess,
  what: string,
  { timeoutMs = 60_000, input = '' }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin?.on('error', () => {}); // a command need not read its input
    child.stdin?.end(input);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child);
    }, timeoutMs);
    child.on('error', error => {
      clearTimeout(timer);
      reject(new LabError('FAILED', `${what} could not be started: ${error.message}.`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const stdout = Buffer.concat(out).toString();
      const stderr = Buffer.concat(err).toString();
      if (late)
        reject(
          new LabError(
            'TIMEOUT',
            `${what} did not end within ${timeoutMs} ms; it had printed: ${(stdout + stderr).slice(-500) || 'nothing'}`,
          ),
        );
      else resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), stdout, stderr });
    });
  });
}

/** Ends a launched command and what it started in its group, at once. */
export function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) deliver(-child.pid, 'SIGKILL');
}

function deliver(pid: number, signal: NodeJS.Signals | number): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
