import type { AlertKind } from '../core/config/alert-channel.ts';
import type { Incident, Names } from './incident.ts';

type Words = Readonly<Record<AlertKind, string>>;

/** The words of the messages in one language. `raised` and `resolved` are predicates after a name: `is down`. */
export interface Language {
  readonly names: Names;
  readonly raised: Words;
  readonly resolved: Words;
  /** After a number: the problem of several subjects, and its end. */
  readonly several: Readonly<Partial<Record<AlertKind, readonly [string, string]>>>;
  /** What to check. */
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

/** How many servers of the incident's service are up, in words; undefined for other subjects. */
export function leftOf({ left, service }: Incident, words: Language): string | undefined {
  return left && words.left(left.up, left.of, service!);
}
