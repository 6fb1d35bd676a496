import { isCollection, isMap, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml';
import { HIDDEN, Secret } from '../core/config/secret.ts';
import type { ConfigDocument, Step } from '../core/config-file.ts';

/** The text of a configuration, with its literal secrets blanked. */
export function blanked(document: ConfigDocument): string {
  const text = parseDocument(document.toString());
  for (const path of literalSecrets(document.config)) text.setIn(path, HIDDEN);
  return text.toString({ lineWidth: 130 });
}

/** A blanked text with its secrets restored from the same places of the configuration in force; list entries are matched by name. */
export function restored(text: string, inForce: ConfigDocument): string {
  if (!text.includes(HIDDEN)) return text;
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  const known = new Set(literalSecrets(inForce.config).map(path => JSON.stringify(path)));
  const written = inForce.toJS();
  visit(document, {
    Scalar(_key, node, ancestors) {
      if (node.value !== HIDDEN) return;
      const found = findIn(written, [...ancestors.filter(isCollection), node]);
      if (found !== undefined && known.has(JSON.stringify(found.path))) node.value = found.value;
    },
  });
  return document.toString({ lineWidth: 130 });
}

/** The paths of literal secrets; references to files and variables are left out. */
function literalSecrets(value: unknown, path: readonly Step[] = []): Step[][] {
  if (value instanceof Secret) return value.toJSON() === HIDDEN ? [[...path]] : [];
  if (typeof value !== 'object' || value === null) return [];
  const parts: [Step, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return parts.flatMap(([step, part]) => literalSecrets(part, [...path, step]));
}

/** The value at the place of a node in another text, where lists may have another order. */
function findIn(written: unknown, nodes: readonly Node[]): { readonly path: Step[]; readonly value: unknown } | undefined {
  let value = written;
  const path: Step[] = [];
  for (const [i, node] of nodes.slice(0, -1).entries()) {
    const step = stepOf(node, nodes[i + 1]!, value);
    if (step === undefined) return undefined;
    path.push(step);
    value = (value as Record<Step, unknown> | undefined)?.[step];
  }
  return { path, value };
}

function stepOf(node: Node, child: Node, value: unknown): Step | undefined {
  if (isMap(node)) {
    const key = node.items.find(item => item.value === child)?.key;
    return isScalar(key) ? String(key.value) : undefined;
  }
  if (!isSeq(node) || !Array.isArray(value)) return undefined;
  const name = isMap(child) ? child.get('name') : undefined;
  const at = name === undefined ? node.items.indexOf(child) : value.findIndex(item => item?.name === name);
  return at < 0 ? undefined : at;
}
