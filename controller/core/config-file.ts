import { Document, isMap, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { z } from 'zod';
import { isStrategyFile } from './config/strategy.ts';
import { type Config, configSchema, type StrategyConfig, strategiesIn } from './config.ts';
import { ConfigError, type Problem } from './config-error.ts';
import { nearest } from './nearest.ts';

/** Names that higher layers define. */
export interface Vocabulary {
  /** The strategies by name, each with the schema of its settings. */
  readonly strategies: Readonly<Record<string, { readonly options: z.ZodType }>>;
}

/** A step from the top of a configuration to one of its parts. */
export type Step = string | number;

/** One change of a configuration: sets the value at a path, or deletes it (`undefined`). */
export interface Edit {
  readonly path: readonly Step[];
  readonly value: unknown;
}

/** A configuration as its text, comments included, together with its parsed value. It is immutable: an edit returns another one. */
export class ConfigDocument {
  readonly config: Config;
  readonly file: string;
  readonly #document: Document.Parsed | Document;
  readonly #words: Vocabulary;
  /** Written on demand and cached: with 100 services that takes some 15 ms. */
  #text: string | undefined;

  private constructor(document: Document.Parsed | Document, config: Config, words: Vocabulary, file: string) {
    this.#document = document;
    this.config = config;
    this.#words = words;
    this.file = file;
  }

  /** Checks the text of a `vipflow.yaml`. Throws `ConfigError` with every problem, in the order of the file. */
  static parse(text: string, words: Vocabulary, file = 'vipflow.yaml'): ConfigDocument {
    const { document, value, errorOf } = parseYaml(text, file);
    const checked = checkedConfig(value, words);
    if ('config' in checked) return new ConfigDocument(document, checked.config, words, file);
    throw errorOf(checked.findings);
  }

  /** A configuration without a file, as labs have it. Throws `ConfigError`. */
  static of(value: object, words: Vocabulary): ConfigDocument {
    return ConfigDocument.#checked(new Document(value), words, 'vipflow.yaml');
  }

  /** Applies changes in order. Throws `ConfigError`, with places in the text of the result. */
  edit(edits: readonly Edit[]): ConfigDocument {
    const document = this.#document.clone();
    for (const { path, value } of edits) {
      const known = document.getIn(path, true);
      if (value === undefined) document.deleteIn(path);
      // In place, so that a comment behind it stays.
      else if (isScalar(known) && typeof value !== 'object') known.value = value;
      else document.setIn(path, document.createNode(value));
    }
    return ConfigDocument.#checked(document, this.#words, this.file);
  }

  /** An error at a path, for problems that are found later. */
  problem(path: readonly Step[], message: string): ConfigError {
    return parseYaml(this.toString(), this.file).errorOf([{ path, message }]);
  }

  /** As it is written to a file. */
  toString(): string {
    this.#text ??= this.#document.toString({ lineWidth: 130 });
    return this.#text;
  }

  /** As it was written, without defaults. */
  toJS(): unknown {
    return this.#document.toJS({ maxAliasCount: MAX_ALIASES });
  }

  static #checked(document: Document, words: Vocabulary, file: string): ConfigDocument {
    const checked = checkedConfig(document.toJS({ maxAliasCount: MAX_ALIASES }), words);
    if ('config' in checked) return new ConfigDocument(document, checked.config, words, file);
    return ConfigDocument.parse(document.toString(), words, file); // it throws with the places
  }
}

/** A YAML text, its plain value, and the way to errors with their places. Throws `ConfigError` where it is no YAML. */
export function parseYaml(text: string, file: string) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problemAt = (offset: number, path: readonly PropertyKey[], message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path: path.join('.'), message };
  };
  /** Of all findings, in the order of the file. */
  const errorOf = (findings: readonly Finding[]): ConfigError => {
    const problems = findings.map(({ path, message, atKey }) =>
      problemAt(offsetOf(document.contents, path, atKey), path, message),
    );
    return new ConfigError(problems.sort((a, b) => a.line - b.line || a.column - b.column));
  };
  const syntax = document.errors.map(({ pos, message }) => problemAt(pos[0], [], firstLine(message)));
  if (syntax.length > 0) throw new ConfigError(syntax);
  try {
    return { document, value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, errorOf };
  } catch (error) {
    throw new ConfigError([problemAt(0, [], (error as Error).message)]);
  }
}

/** The configuration that a value means, or its problems. */
function checkedConfig(value: unknown, words: Vocabulary): { config: Config } | { findings: Finding[] } {
  const checked = configSchema.safeParse(value ?? {});
  if (!checked.success) return { findings: findingsOf(checked.error, configSchema) };
  const findings = strategiesIn(checked.data).flatMap(({ strategy, path }) => strategyFindings(strategy, path, words));
  return findings.length === 0 ? { config: checked.data } : { findings };
}

/** How many times aliases may be expanded, so that a small file cannot become a large value. */
const MAX_ALIASES = 100;

interface Finding {
  path: readonly PropertyKey[];
  message: string;
  /** Points at the setting's name instead of its value. */
  atKey?: boolean;
}

/** An unknown strategy, or invalid settings of one. A file is checked when it is loaded. */
function strategyFindings({ name, options }: StrategyConfig, path: Step[], { strategies }: Vocabulary): Finding[] {
  if (isStrategyFile(name)) return [];
  const entry = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
  if (entry === undefined) return [{ path, message: `unknown strategy "${name}"${suggestion(name, Object.keys(strategies))}` }];
  const { error } = entry.options.safeParse(options);
  return findingsOf(error, entry.options).map(finding => ({ ...finding, path: [...path, ...finding.path] }));
}

/** What a schema has against a value; nothing without an error. */
export function findingsOf(error: z.ZodError | undefined, schema: z.ZodType): Finding[] {
  return error?.issues.flatMap(issue => spread(issue, schema)) ?? [];
}

/** One finding for each unknown key, and plain messages in place of some of zod's. */
function spread(issue: z.core.$ZodIssue, schema: z.ZodType): Finding[] {
  if (issue.code === 'invalid_union') return unionFindings(issue, schema);
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: messageOf(issue) }];
  const known = keysAt(schema, issue.path);
  return issue.keys.map(key => {
    return { path: [...issue.path, key], message: `unknown setting${suggestion(key, known)}`, atKey: true };
  });
}

function messageOf(issue: z.core.$ZodIssue): string {
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined && issue.message.includes('undefined');
  if (isMissing) return `"${String(issue.path.at(-1))}" is missing`;
  if (issue.code === 'invalid_value' && issue.values.length > 0) return `must be ${issue.values.map(String).join(' or ')}`;
  return issue.message.replace(/^Invalid input: /, '');
}

const firstLine = (message: string) => message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? `; known: ${known.join(', ')}` : `; did you mean "${near}"?`;
}

interface JsonSchema {
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
}

/** The settings that a schema knows at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: JsonSchema | undefined = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  for (const step of path) at = typeof step === 'number' ? at?.items : objectIn(at)?.properties?.[String(step)];
  return Object.keys(objectIn(at)?.properties ?? {});
}

/** A schema that is an object, or the form of it that is one. */
function objectIn(at: JsonSchema | undefined): JsonSchema | undefined {
  if (at?.oneOf) return { properties: Object.assign({}, ...at.oneOf.map(({ properties }) => properties)) };
  return at?.properties ? at : at?.anyOf?.find(({ properties }) => properties !== undefined);
}

/** A setting may be a word or an object; the problem is reported for the form that was written. */
function unionFindings({ errors, path, message }: z.core.$ZodIssueInvalidUnion, schema: z.ZodType): Finding[] {
  if (errors.length === 0) return [{ path, message }]; // the discriminator is missing or unknown
  const isOfForm = (issues: readonly z.core.$ZodIssue[]) =>
    !issues.some(({ code, path: at }) => code === 'invalid_type' && at.length === 0);
  const form = errors.find(isOfForm) ?? errors[0]!;
  return form.flatMap(issue => spread({ ...issue, path: [...path, ...issue.path] }, schema));
}

/** The offset of a path in the text: at the key, or at the nearest parent when the setting is missing. */
function offsetOf(contents: ParsedNode | null, path: readonly PropertyKey[], atKey = false): number {
  let node: unknown = contents;
  let offset = contents?.range[0] ?? 0;
  for (const step of path) {
    if (isMap<ParsedNode, ParsedNode>(node)) {
      const pair = node.items.find(item => String(item.key) === String(step));
      if (pair === undefined) return offset;
      const atValue = step === path.at(-1) && !atKey && pair.value?.range && !isMap(pair.value);
      offset = (atValue ? pair.value! : pair.key).range[0];
      node = pair.value;
    } else {
      const items = (node as { items?: ParsedNode[] } | null)?.items;
      const item = typeof step === 'number' ? items?.[step] : undefined;
      if (item === undefined) return offset;
      offset = item.range[0];
      node = item;
    }
  }
  return offset;
}
