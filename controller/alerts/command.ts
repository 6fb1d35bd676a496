import { type ChildProcess, spawn } from 'node:child_process';
import type { ChannelConfig } from '../core/config/alert-channel.ts';
import { DeliveryError } from './failure.ts';
import { type AlertMessage, type Deliver, jsonOf } from './message.ts';
import { redacted } from './redaction.ts';

/** Characters of a command's standard error that are kept. */
const MAX_STDERR = 2048;

/** Runs a program: the alert in its environment (`VIPFLOW_ALERT_*`) and as JSON on its standard input. Exit code 0 is success. */
export function commandChannel({ command }: ChannelConfig<'command'>): Deliver {
  return (message, signal) => runProgram(command, variables(message), jsonOf(message), signal);
}

/** Runs a program with additional variables, and a value as JSON on its standard input. Rejects with `DeliveryError`. */
export function runProgram(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  input: unknown,
  signal: AbortSignal,
): Promise<void> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    // A process group of its own: its child processes are killed with it.
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'pipe', detached: true });
    const kill = () => killGroup(child);
    signal.addEventListener('abort', kill, { once: true });
    let errorOutput = '';
    child.stderr.on('data', chunk => {
      if (errorOutput.length < MAX_STDERR) errorOutput += String(chunk);
    });
    child.stdout.resume();
    child.stdin.on('error', () => {}); // the program need not read it
    child.stdin.end(`${JSON.stringify(input)}\n`);
    child.on('error', error => reject(startFailure(error, program)));
    child.on('exit', code => code === 0 && resolve()); // a background process may keep its output open
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', kill);
      if (code !== 0) reject(exitFailure(program, by ?? `exit code ${code}`, errorOutput));
    });
  });
}

function variables({ state, subject, body, time, incidents }: AlertMessage): Record<string, string> {
  const first = incidents[0];
  return {
    VIPFLOW_ALERT_STATE: state,
    VIPFLOW_ALERT_TIME: time,
    VIPFLOW_ALERT_TITLE: subject,
    VIPFLOW_ALERT_TEXT: body,
    VIPFLOW_ALERT_KIND: first?.alert ?? '',
    VIPFLOW_ALERT_SUBJECT: first?.subject ?? '',
    VIPFLOW_ALERT_SERVICE: first?.service ?? '',
    VIPFLOW_ALERT_REASON: first?.reason ?? '',
    VIPFLOW_ALERT_COUNT: String(incidents.length),
  };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // already ended
  }
}

function startFailure({ code }: NodeJS.ErrnoException, program: string): DeliveryError {
  const reason = code === 'ENOENT' ? `program ${program} was not found` : `${program} cannot be started (${code})`;
  return new DeliveryError('permanent', reason, 'use the full path of a file that is executable');
}

function exitFailure(program: string, how: string, errorOutput: string): DeliveryError {
  const detail = redacted(errorOutput, []);
  return new DeliveryError('temporary', `${program} ended with ${how}${detail === '' ? '' : `: ${detail}`}`, 'run it by hand');
}
