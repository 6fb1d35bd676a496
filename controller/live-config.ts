import type { App } from './app.ts';
import { type Command, log } from './core/command.ts';
import { ConfigError, problemText } from './core/config-error.ts';
import type { ConfigDocument, Edit } from './core/config-file.ts';
import { isSame } from './core/same.ts';
import type { StrategyBook } from './strategies/book.ts';

/** What a live configuration needs of the world. */
export interface LiveConfigOptions {
  /** Finds the strategies that a configuration names; rejects with `ConfigError` for a file that is none. */
  readonly load: (document: ConfigDocument) => Promise<StrategyBook>;
  /** Runs a decider at the present time and carries out what it wants. */
  readonly decide: (decider: (now: number) => readonly Command[]) => void;
}

/** Settings that are read once, when the controller starts. */
const AT_START = ['listen'] as const;

/** The configuration in force, and the one way to another one: a file that changed, REST, elasticity, the command line. */
export class LiveConfig {
  readonly #app: App;
  readonly #options: LiveConfigOptions;
  #document: ConfigDocument;
  /** Changes are made one after the other, in the order in which they were asked for. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(app: App, document: ConfigDocument, helm: LiveConfigOptions) {
    this.#app = app;
    this.#document = document;
    this.#options = helm;
  }

  get document(): ConfigDocument {
    return this.#document;
  }

  /**
   * Takes the configuration that `next` makes of the one in force. Rejects with `ConfigError` where it is not valid: that is
   * logged, and the old one goes on. `source` is who asks for it.
   */
  change(source: string, next: (document: ConfigDocument) => ConfigDocument): Promise<ConfigDocument> {
    const turn = this.#last.then(() => this.#take(source, next));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Takes the configuration in force with some changes. */
  edit(source: string, edits: readonly Edit[]): Promise<ConfigDocument> {
    return this.change(source, document => document.edit(edits));
  }

  async #take(source: string, next: (document: ConfigDocument) => ConfigDocument): Promise<ConfigDocument> {
    try {
      const document = next(this.#document);
      const book = await this.#options.load(document);
      const waiting = AT_START.filter(key => !isSame(document.config[key], this.#document.config[key]));
      this.#document = document;
      this.#options.decide(now => [
        ...this.#app.configure(document.config, source, now, book),
        ...waiting.map(key => this.#warning(`${key} is read when the controller starts: the change waits for that`, now)),
      ]);
      return document;
    } catch (error) {
      if (error instanceof ConfigError) this.#options.decide(now => [this.#refused(source, error, now)]);
      throw error;
    }
  }

  #refused(source: string, { problems }: ConfigError, now: number): Command {
    return log({ ...this.#app.sequence.next('config', now), state: 'refused', source, changes: problems.map(problemText) });
  }

  #warning(message: string, now: number): Command {
    return log({ ...this.#app.sequence.next('warning', now), message });
  }
}
