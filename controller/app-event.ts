import type { Config } from './core/config.ts';
import type { SwitchEvent } from './core/event.ts';
import type { ExternalOutcome } from './core/external-probe.ts';
import type { StrategyBook } from './strategies/book.ts';

/** Everything that the controller ever receives, in one shape. */
export type AppEvent =
  | SwitchEvent
  /** Time has passed; comes every `TICK_MS`. */
  | { readonly type: 'tick' }
  /** A decider threw: what was under way may have been left halfway, and begins anew. */
  | { readonly type: 'recover' }
  /** Another configuration; `source` is who asks for it, for the log. Without `book` the strategies stay those that were. */
  | { readonly type: 'config'; readonly config: Config; readonly source: string; readonly book?: StrategyBook }
  /** What a probe from the controller's own sockets came to. */
  | { readonly type: 'probed'; readonly id: string; readonly outcome: ExternalOutcome };
