/** Prints on standard error how far a study is: on a terminal one line that changes, else a line for each scenario that is done. */
export class StudyProgress {
  readonly #total: number;
  readonly #startedAt = performance.now();
  #done = 0;
  #scenario = '';

  constructor(total: number) {
    this.#total = total;
  }

  /** A run of a scenario is done. */
  done(scenario: string): void {
    this.#done += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${this.#line(scenario)}`);
    else if (scenario !== this.#scenario && this.#scenario !== '') process.stderr.write(`${this.#line(this.#scenario)}\n`);
    this.#scenario = scenario;
  }

  end(): void {
    const spent = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    process.stderr.write(`${this.#done} of ${this.#total} runs in ${spent} s\n`);
  }

  #line(scenario: string): string {
    const spent = (performance.now() - this.#startedAt) / 1000;
    const left = (spent / this.#done) * (this.#total - this.#done);
    return `${this.#done} of ${this.#total} runs, ${scenario}, about ${left.toFixed(0)} s left`;
  }
}
