import { type ChildProcess, fork } from 'node:child_process';
import type { StrategyConfig } from '../../core/config.ts';
import type { Figures } from '../../study/figures.ts';
import type { Scenario } from '../../study/scenario.ts';
import { CliError, EXIT } from '../exit.ts';

/** One run. */
export interface RunTask {
  readonly id: number;
  readonly scenario: Scenario;
  readonly strategy: StrategyConfig;
  readonly seed: string;
}

interface RunResult {
  readonly id: number;
  readonly figures: Figures;
  readonly microseconds: number;
}

export type RunAnswer = RunResult | { readonly id: number; readonly error: string };

/** The hidden option that makes `vipflow study` a worker process. */
export const WORKER = '--worker';

/**
 * Does the runs in worker processes, so that all cores are used. Resolves with the answers in the order of the tasks; rejects with
 * `CliError` at the first run that fails. The workers end with it, and with this process.
 */
export async function runAll(tasks: readonly RunTask[], jobs: number, onDone: (task: RunTask) => void): Promise<RunResult[]> {
  const answers: RunResult[] = [];
  const workers: ChildProcess[] = [];
  let next = 0;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(process.argv[1]!, ['study', WORKER], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      workers.push(child);
      const give = () => {
        const task = tasks[next++];
        if (task === undefined) resolve();
        else child.send(task);
      };
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        const reason = code === null ? signal : `exit code ${code}`;
        reject(new CliError(EXIT.error, `A worker process of the study exited unexpectedly (${reason}).`));
      });
      child.on('message', (answer: RunAnswer | { ready: true }) => {
        if ('error' in answer) {
          const { strategy, scenario } = tasks[answer.id]!;
          reject(new CliError(EXIT.error, `${strategy.name} in ${scenario.name}: ${answer.error}`));
          return;
        }
        if ('figures' in answer) {
          answers[answer.id] = answer;
          onDone(tasks[answer.id]!);
        }
        give();
      });
    });
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, work));
    return answers;
  } finally {
    for (const child of workers) {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
    }
  }
}
