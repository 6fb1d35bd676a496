/** A value as `ovs-vsctl --format=json` prints it (RFC 7047, section 5.1). */
type Value =
  | string
  | number
  | boolean
  | readonly ['uuid', string]
  | readonly ['set', readonly Value[]]
  | readonly ['map', readonly (readonly [Value, Value])[]];

/** One row of a table of Open vSwitch's database, by the names of its columns. */
export class Row {
  readonly #values: Readonly<Record<string, Value>>;

  private constructor(values: Readonly<Record<string, Value>>) {
    this.#values = values;
  }

  /** The rows that `ovs-vsctl --format=json list TABLE` printed; none where it printed nothing. */
  static parse(text: string): Row[] {
    if (text.trim() === '') return [];
    const { headings, data } = JSON.parse(text) as { headings: readonly string[]; data: readonly (readonly Value[])[] };
    return data.map(values => new Row(Object.fromEntries(values.map((value, i) => [headings[i]!, value]))));
  }

  /** Everything that a column holds, as texts; an optional value that is not set is nothing. */
  all(column: string): string[] {
    const value = this.#values[column];
    if (value === undefined) return [];
    return isTagged(value, 'set') ? value[1].map(text) : [text(value)];
  }

  /** The one value of a column; empty where it is not set. */
  one(column: string): string {
    return this.all(column)[0] ?? '';
  }

  number(column: string): number | undefined {
    const [value] = this.all(column);
    return value === undefined ? undefined : Number(value);
  }

  map(column: string): ReadonlyMap<string, string> {
    const value = this.#values[column];
    if (value === undefined || !isTagged(value, 'map')) return new Map();
    return new Map(value[1].map(([key, one]) => [text(key), text(one)]));
  }
}

function isTagged<T extends 'set' | 'map'>(value: Value, tag: T): value is Extract<Value, readonly [T, unknown]> {
  return Array.isArray(value) && value[0] === tag;
}

function text(value: Value): string {
  return Array.isArray(value) ? String(value[1]) : String(value);
}
