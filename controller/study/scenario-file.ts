import { findingsOf, parseYaml } from '../core/config-file.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

/** Reads a user's scenario, YAML or JSON. Throws `ConfigError` with every error as `file:line:column`. */
export function parseScenario(text: string, file: string): Scenario {
  const { value, errorOf } = parseYaml(text, file);
  const checked = scenarioSchema.safeParse(value ?? {});
  if (checked.success) return checked.data;
  throw errorOf(findingsOf(checked.error, scenarioSchema));
}
