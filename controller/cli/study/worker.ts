import type { StrategyBook } from '../../strategies/book.ts';
import { loadBook } from '../../strategies/user-book.ts';
import { configOf } from '../../study/place.ts';
import { runOnce } from '../../study/run.ts';
import { Stopwatch } from '../../study/stopwatch.ts';
import { print } from '../screen/terminal.ts';
import type { RunAnswer, RunTask } from './worker-pool.ts';

/** A worker process: does the runs that the parent sends, until the parent disconnects. */
export function work(): Promise<void> {
  process.on('message', async (task: RunTask) => {
    process.send!(await answerTo(task));
  });
  process.send!({ ready: true });
  return new Promise(resolve => {
    process.once('disconnect', resolve);
  });
}

async function answerTo(task: RunTask): Promise<RunAnswer> {
  const { id, scenario, strategy, seed } = task;
  try {
    const stopwatch = new Stopwatch(process.hrtime.bigint);
    const book = stopwatch.time(await bookFor(task));
    const figures = runOnce({ scenario, strategy, book, seed });
    return { id, figures, microseconds: stopwatch.microsecondsPerPick };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

/** With the user's own strategy, where it is one. Each of its faults is reported once. */
async function bookFor({ scenario, strategy }: RunTask): Promise<StrategyBook> {
  const reported = new Set<string>();
  const report = (sentence: string) => {
    if (reported.has(sentence)) return;
    reported.add(sentence);
    print(sentence);
  };
  return loadBook(configOf(scenario, strategy), process.cwd(), report, (_path, message) => new Error(message));
}
