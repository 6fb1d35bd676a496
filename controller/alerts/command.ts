import { type ChildProcess, spawn } from 'node:child_process';
import type { ChannelConfig } from '../core/config/alert-channel.ts';
import type { Deliver } from './channel.ts';
import { DeliveryError } from './failure.ts';
import type { AlertMessage } from './message.ts';
import { jsonOf } from './message-json.ts';
import { redacted } from './redaction.ts';

/** Of what a command complains about, this much is kept. */
const MAX_STDERR = 2048;

/** Runs a program: the alert in its environment (`VIPFLOW_ALERT_*`) and as JSON on its standard input. Exit code 0 is success. */
export function commandChannel({ command }: ChannelConfig<'command'>): Deliver {
  return (message, signal) => runProgram(command, variables(message), jsonOf(message), signal);
}

/** Runs a program with these variables beside ours and a value as JSON on its standard input. Rejects with `DeliveryError`. */
export function runProgram(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  input: unknown,
  signal: AbortSignal,
): Promise<void> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    // A process group of its own: what it started ends with it.
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'pipe', detached: true });
    const kill = () => killGroup(child);
    signal.addEventListener('abort', kill, { once: true });
    let complaint = '';
    child.stderr.on('data', chunk => {
      if (complaint.length < MAX_STDERR) complaint += String(chunk);
    });
    child.stdout.resume();
    child.stdin.on('error', () => {}); // it need not read
    child.stdin.end(`${JSON.stringify(input)}\n`);
    child.on('error', error => reject(startFailure(error, program)));
    child.on('exit', code => code === 0 && resolve()); // what it left running may keep its output open
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', kill);
      if (code !== 0) reject(exitFailure(program, by ?? `exit code ${code}`, complaint));
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
    // it has just ended
  }
}

function startFailure({ code }: NodeJS.ErrnoException, program: string): DeliveryError {
  const reason = code === 'ENOENT' ? `there is no program ${program}` : `${program} cannot be started (${code})`;
  return new DeliveryError('permanent', reason, 'name an executable file with its whole path, and make it executable');
}

function exitFailure(program: string, how: string, complaint: string): DeliveryError {
  const said = redacted(complaint, []);
  return new DeliveryError('temporary', `${program} ended with ${how}${said === '' ? '' : `: ${said}`}`, 'try it by hand');
}
