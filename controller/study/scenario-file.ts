import { LineCounter, parseDocument } from 'yaml';
import { ConfigError } from '../core/config-error.ts';
import { offsetOf, spread } from '../core/config-file.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

/** The limit of YAML aliases, so that a small file cannot become a large value. */
const MAX_ALIASES = 100;

/** Reads a user's scenario, YAML or JSON. Throws `ConfigError` with every error as `file:line:column`. */
export function parseScenario(text: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const syntax = document.errors.map(({ pos, message }) => ({ ...place(pos[0]), path: '', message: message.split('\n')[0]! }));
  if (syntax.length > 0) throw new ConfigError(syntax);
  const checked = scenarioSchema.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {});
  if (checked.success) return checked.data;
  const problems = checked.error.issues
    .flatMap(issue => spread(issue, scenarioSchema))
    .map(({ path, message, atKey }) => {
      return { ...place(offsetOf(document.contents, path, atKey)), path: path.join('.'), message };
    });
  throw new ConfigError(problems.sort((a, b) => a.line - b.line || a.column - b.column));
}
