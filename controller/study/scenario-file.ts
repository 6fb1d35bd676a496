import { ConfigError } from '../core/config-error.ts';
import { findingsOf, MAX_ALIASES, parseYaml } from '../core/config-file.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

/** Reads a user's scenario, YAML or JSON. Throws `ConfigError` with every error as `file:line:column`. */
export function parseScenario(text: string, file: string): Scenario {
  const { document, problemAt, errorOf } = parseYaml(text, file);
  const syntax = document.errors.map(({ pos, message }) => problemAt(pos[0], [], message.split('\n')[0]!));
  if (syntax.length > 0) throw new ConfigError(syntax);
  const checked = scenarioSchema.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {});
  if (checked.success) return checked.data;
  throw errorOf(findingsOf(checked.error, scenarioSchema));
}
