import type { AppEvent } from './app.ts';
import { ConfigError, problemText } from './core/config-error.ts';
import type { ConfigDocument, Edit } from './core/config-file.ts';
import type { WriteLog } from './core/events.ts';
import { isSame } from './core/same.ts';
import type { StrategyBook } from './strategies/book.ts';

/** What a live configuration needs of the world. */
export interface LiveConfigOptions {
  /** Finds the strategies that a configuration names; rejects with `ConfigError` for a file that is none. */
  readonly load: (document: ConfigDocument) => Promise<StrategyBook>;
  /** Decides about an event and carries that out; false when a defect kept it from that. */
  readonly handle: (event: AppEvent) => boolean;
  /** Adds a line to the log. */
  readonly log: WriteLog;
}

/** The configuration in force, and the one way to another one: a file that changed, REST, elasticity, the command line. */
export class LiveConfig {
  readonly #options: LiveConfigOptions;
  #document: ConfigDocument;
  /** Changes are made one after the other, in the order in which they were asked for. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(document: ConfigDocument, options: LiveConfigOptions) {
    this.#document = document;
    this.#options = options;
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
    const { load, log } = this.#options;
    try {
      const document = next(this.#document);
      await this.#apply(source, document, await load(document));
      const before = this.#document.config;
      this.#document = document;
      if (!isSame(document.config.listen, before.listen))
        log('warning', { message: 'listen is read when the controller starts: the change waits for that' });
      return document;
    } catch (error) {
      if (error instanceof ConfigError) log('config', { state: 'refused', source, changes: error.problems.map(problemText) });
      throw error;
    }
  }

  /** A defect may have left half of it applied: then the one before is applied again. */
  async #apply(source: string, { config }: ConfigDocument, book: StrategyBook): Promise<void> {
    const { handle, load } = this.#options;
    if (handle({ type: 'config', config, source, book })) return;
    handle({ type: 'config', config: this.#document.config, source: 'the one before', book: await load(this.#document) });
    throw new Error('a defect kept the configuration from being applied; the one before stays in force (see the log)');
  }
}
