/** Prints on standard error how far a study is: on a terminal one line that changes, else a line for each scenario that is done. */
export function studyProgress(total: number) {
  const startedAt = performance.now();
  const spentSeconds = () => (performance.now() - startedAt) / 1000;
  let done = 0;
  let last = '';
  const line = (scenario: string) => {
    const left = (spentSeconds() / done) * (total - done);
    return `${done} of ${total} runs, ${scenario}, about ${left.toFixed(0)} s left`;
  };
  return {
    /** A run of a scenario is done. */
    done(scenario: string): void {
      done += 1;
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line(scenario)}`);
      else if (scenario !== last && last !== '') process.stderr.write(`${line(last)}\n`);
      last = scenario;
    },
    end(): void {
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
      process.stderr.write(`${done} of ${total} runs in ${spentSeconds().toFixed(1)} s\n`);
    },
  };
}
