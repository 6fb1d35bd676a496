import type { FlowKey } from './flow-key.ts';
import { KEY_WORDS } from './flow-key.ts';
import type { MatchPlan } from './match-of.ts';
import type { Ternary } from './ternary.ts';

/** What a classifier finds: the more important of those that match. */
export interface Rule {
  readonly priority: number;
  /** The masked words of its match, in the order of its tuple's `slots`. */
  values: readonly number[];
  hash: number;
  /** The next rule with the same hash, with the same or a lower priority. */
  next: Rule | undefined;
  tuple: Tuple<Rule> | undefined;
}

/** All rules with one mask: found by a hash of the masked words (tuple-space search, Srinivasan 1999). */
export class Tuple<R extends Rule> {
  /** The words of the key with a mask, and their masks. */
  readonly slots: Int32Array;
  readonly masks: Int32Array;
  /** How to tell a match of each kind in OpenFlow's words. */
  readonly plans = new Map<number, MatchPlan>();
  maxPriority = 0;
  size = 0;
  readonly #chains = new Map<number, R>();
  readonly #priorities = new Map<number, number>();

  constructor(mask: Int32Array) {
    const slots: number[] = [];
    for (let i = 0; i < KEY_WORDS; i++) if (mask[i] !== 0) slots.push(i);
    this.slots = Int32Array.from(slots);
    this.masks = Int32Array.from(slots, slot => mask[slot]!);
  }

  hasMask(mask: Int32Array): boolean {
    let used = 0;
    for (let i = 0; i < KEY_WORDS; i++) {
      if (mask[i] === 0) continue;
      if (this.slots[used] !== i || this.masks[used] !== mask[i]) return false;
      used++;
    }
    return used === this.slots.length;
  }

  /** The most important rule that the key matches. */
  find(words: Int32Array): R | undefined {
    const { slots, masks } = this;
    let hash = 0;
    for (let i = 0; i < slots.length; i++) hash = mix(hash, words[slots[i]!]! & masks[i]!);
    let rule = this.#chains.get(hash);
    while (rule !== undefined && !this.#matches(rule, words)) rule = rule.next as R | undefined;
    return rule;
  }

  #matches({ values }: R, words: Int32Array): boolean {
    const { slots, masks } = this;
    for (let i = 0; i < slots.length; i++) if ((words[slots[i]!]! & masks[i]!) !== values[i]) return false;
    return true;
  }

  /** The rule with exactly this match and priority. */
  exact(words: Int32Array, priority: number): R | undefined {
    let rule = this.find(words);
    while (rule !== undefined && (rule.priority !== priority || !this.#matches(rule, words))) rule = rule.next as R | undefined;
    return rule;
  }

  add(rule: R, words: Int32Array): void {
    const { slots, masks } = this;
    const values = new Array<number>(slots.length);
    let hash = 0;
    for (let i = 0; i < slots.length; i++) {
      const word = words[slots[i]!]! & masks[i]!;
      values[i] = word;
      hash = mix(hash, word);
    }
    rule.values = values;
    rule.hash = hash;
    rule.tuple = this as unknown as Tuple<Rule>;
    this.size++;
    this.#priorities.set(rule.priority, (this.#priorities.get(rule.priority) ?? 0) + 1);
    if (this.size === 1 || rule.priority > this.maxPriority) this.maxPriority = rule.priority;
    let before: R | undefined;
    let after = this.#chains.get(hash);
    while (after !== undefined && after.priority > rule.priority) {
      before = after;
      after = after.next as R | undefined;
    }
    rule.next = after;
    if (before === undefined) this.#chains.set(hash, rule);
    else before.next = rule;
  }

  remove(rule: R): void {
    this.size--;
    const first = this.#chains.get(rule.hash);
    if (first === rule) {
      if (rule.next === undefined) this.#chains.delete(rule.hash);
      else this.#chains.set(rule.hash, rule.next as R);
    } else {
      let before: Rule | undefined = first;
      while (before !== undefined && before.next !== rule) before = before.next;
      if (before !== undefined) before.next = rule.next;
    }
    rule.next = undefined;
    rule.tuple = undefined;
    const left = this.#priorities.get(rule.priority)! - 1;
    if (left > 0) this.#priorities.set(rule.priority, left);
    else {
      this.#priorities.delete(rule.priority);
      if (rule.priority === this.maxPriority) this.maxPriority = Math.max(0, ...this.#priorities.keys());
    }
  }
}

/** The rules of a flow table, and which of them a packet matches. */
export class Classifier<R extends Rule> {
  readonly #tuples: Tuple<R>[] = [];
  readonly rules = new Set<R>();

  get size(): number {
    return this.rules.size;
  }

  /** The most important rule the key matches; of equal ones any (7.2.3: their order is not defined). */
  lookup(key: FlowKey): R | undefined {
    const tuples = this.#tuples;
    let best: R | undefined;
    for (let i = 0; i < tuples.length; i++) {
      const tuple = tuples[i]!;
      if (best !== undefined && tuple.maxPriority <= best.priority) return best;
      const found = tuple.find(key.words);
      if (found !== undefined && (best === undefined || found.priority > best.priority)) best = found;
    }
    return best;
  }

  /** The rule with exactly this match and priority. */
  exact({ value, mask }: Ternary, priority: number): R | undefined {
    return this.#tupleOf(mask.words)?.exact(value.words, priority);
  }

  add(rule: R, { value, mask }: Ternary): void {
    let tuple = this.#tupleOf(mask.words);
    if (tuple === undefined) {
      tuple = new Tuple<R>(mask.words);
      this.#tuples.push(tuple);
    }
    const before = tuple.maxPriority;
    tuple.add(rule, value.words);
    this.rules.add(rule);
    if (tuple.maxPriority !== before || tuple.size === 1) this.#sort();
  }

  remove(rule: R): void {
    const tuple = rule.tuple as unknown as Tuple<R> | undefined;
    if (tuple === undefined) return;
    const before = tuple.maxPriority;
    tuple.remove(rule);
    this.rules.delete(rule);
    if (tuple.size === 0) this.#tuples.splice(this.#tuples.indexOf(tuple), 1);
    else if (tuple.maxPriority !== before) this.#sort();
  }

  /** The rules whose match is this one or a narrower one. */
  *within({ value, mask }: Ternary): Generator<R> {
    for (const rule of this.rules) if (isNarrower(rule, value.words, mask.words)) yield rule;
  }

  /** A rule of the same priority that some packet could match together with this match. */
  overlapping({ value, mask }: Ternary, priority: number): R | undefined {
    for (const rule of this.rules) if (rule.priority === priority && overlaps(rule, value.words, mask.words)) return rule;
    return undefined;
  }

  #tupleOf(mask: Int32Array): Tuple<R> | undefined {
    for (const tuple of this.#tuples) if (tuple.hasMask(mask)) return tuple;
    return undefined;
  }

  #sort(): void {
    this.#tuples.sort((a, b) => b.maxPriority - a.maxPriority);
  }
}

/** One round of MurmurHash3 (Appleby). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

function isNarrower({ tuple, values }: Rule, value: Int32Array, mask: Int32Array): boolean {
  const { slots, masks } = tuple!;
  let at = 0;
  for (let i = 0; i < KEY_WORDS; i++) {
    const wanted = mask[i]!;
    if (wanted === 0) continue;
    while (at < slots.length && slots[at]! < i) at++;
    if (at === slots.length || slots[at] !== i) return false;
    if ((masks[at]! & wanted) !== wanted || (values[at]! & wanted) !== value[i]) return false;
  }
  return true;
}

function overlaps({ tuple, values }: Rule, value: Int32Array, mask: Int32Array): boolean {
  const { slots, masks } = tuple!;
  for (let i = 0; i < slots.length; i++) {
    const common = masks[i]! & mask[slots[i]!]!;
    if ((values[i]! & common) !== (value[slots[i]!]! & common)) return false;
  }
  return true;
}
