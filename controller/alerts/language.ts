import type { AlertKind } from '../core/config/alert-channel.ts';
import type { Incident, Names } from './incident.ts';

type Words = Readonly<Record<AlertKind, string>>;

/** All words of the messages in one language. What stands behind a name is a predicate: `is down`. */
export interface Language {
  readonly names: Names;
  readonly raised: Words;
  readonly resolved: Words;
  /** After a number: the trouble of several, and its end. */
  readonly several: Readonly<Partial<Record<AlertKind, readonly [string, string]>>>;
  /** What to look at. */
  readonly hints: Words;
  readonly colon: string;
  readonly since: string;
  readonly ended: string;
  readonly why: string;
  readonly look: string;
  readonly reminder: string;
  more(count: number): string;
  left(up: number, of: number, service: string): string;
  changes(count: number): string;
  lasted(duration: string): string;
  missed(count: number): string;
  readonly test: { readonly subject: string; body(channel: string): string };
}

/** What is left of an incident's service, in words; undefined where that is nobody's question. */
export function leftOf({ left, service }: Incident, words: Language): string | undefined {
  return left && words.left(left.up, left.of, service!);
}
