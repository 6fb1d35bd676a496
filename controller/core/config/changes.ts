/** The leaves of a configuration: `services/web/servers/server1/weight` and its value. */
type Parts = Map<string, unknown>;

/**
 * The differences of two configurations, one text for each change: `web/server2: weight 1 -> 5`, `web/server4: added`. List entries are
 * matched by name, whatever their order.
 */
export function changesBetween(before: object, after: object): string[] {
  const [had, has] = [partsOf(before), partsOf(after)];
  const changed = [...has].filter(([path, value]) => had.has(path) && had.get(path) !== value);
  return [
    ...wholes(had, has).map(path => `${nameOf(path)}: removed`),
    ...wholes(has, had).map(path => `${nameOf(path)}: added`),
    ...changed.map(([path, value]) => {
      // An object is represented by its name: `strategy hash`.
      const setting = path.replace(/\/name$/, '');
      const cut = setting.lastIndexOf('/');
      return `${nameOf(setting.slice(0, cut))}: ${setting.slice(cut + 1)} ${String(had.get(path))} -> ${String(value)}`;
    }),
  ];
}

function partsOf(value: unknown, path = '', parts: Parts = new Map()): Parts {
  if (value === undefined) return parts;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) partsOf(item, `${path}/${nameIn(item) ?? i}`, parts);
  } else if (typeof value === 'object' && value !== null) {
    parts.set(path, OBJECT);
    for (const [key, item] of Object.entries(value)) partsOf(item, `${path}/${key}`, parts);
  } else parts.set(path, value);
  return parts;
}

const OBJECT = Symbol('object');

function nameIn(item: unknown): string | undefined {
  const { name } = (item ?? {}) as { name?: unknown };
  return typeof name === 'string' ? name : undefined;
}

/** The topmost of the paths that are not in the other: a whole object instead of each of its settings. */
function wholes(mine: Parts, other: Parts): string[] {
  return [...mine.keys()].filter(path => {
    const parent = path.slice(0, path.lastIndexOf('/'));
    return !other.has(path) && (mine.get(parent) !== OBJECT || other.has(parent));
  });
}

/** `/services/web/servers/server1` is `web/server1`. */
function nameOf(path: string): string {
  const name = path
    .replace(/^\/services\//, '')
    .replace(/\/servers\//, '/')
    .replace(/^\//, '');
  return name === '' ? 'configuration' : name;
}
