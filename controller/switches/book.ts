import { type Command, send } from '../core/command.ts';
import type { DesiredState } from '../core/desired-state.ts';
import type { Dpid } from '../core/dpid.ts';
import { entryOf } from '../core/entry-of.ts';
import type { Differences } from '../core/events.ts';
import type { Flow } from '../core/flow.ts';
import type { Installed } from '../core/switch.ts';
import { type Held, heldIn, type Item, itemsOf, type Kind } from './contents.ts';

/** What is put back so often and never found there is left alone for a while: a switch refuses it, or somebody insists. */
const MAX_TRIES = 3;
const STUBBORN_MS = 60_000;

/** What one switch should hold beside its connections, and what it was given so far. */
export class Book {
  readonly dpid: Dpid;
  readonly #sections = new Map<string, { readonly state: DesiredState; readonly items: readonly Item[] }>();
  readonly #wanted = new Map<string, Item>();
  /** What the switch holds, as far as is known. */
  readonly #held = new Map<string, Held>();
  /** When, in turns, something was sent about a key. */
  readonly #touched = new Map<string, number>();
  readonly #tries = new Map<string, { count: number; at: number }>();
  /** Counts the changes; what is asked of the switch now is answered as of this turn. */
  turn = 0;

  /** `installed`: what the switch holds as its session begins. */
  constructor(dpid: Dpid, installed: Installed) {
    this.dpid = dpid;
    for (const item of heldIn(installed)) this.#held.set(item.key, item);
  }

  get size(): number {
    return this.#wanted.size;
  }

  /** Whether groups or meters are to be looked at, too. */
  has(kind: Kind): boolean {
    for (const item of this.#wanted.values()) if (item.kind === kind) return true;
    return false;
  }

  wants(key: string): boolean {
    return this.#wanted.has(key);
  }

  /** The flows that should be there. */
  get flows(): readonly Flow[] {
    return [...this.#sections.values()].flatMap(({ state }) => state.flows ?? []);
  }

  /** A section of what should be there is this from now on. Gives what the switch has to be sent for that. */
  want(section: string, state: DesiredState): Command[] {
    const items = itemsOf(state);
    const keys = new Set(items.map(({ key }) => key));
    const gone = (this.#sections.get(section)?.items ?? []).filter(({ key }) => !keys.has(key));
    if (items.length === 0) this.#sections.delete(section);
    else this.#sections.set(section, { state, items });
    for (const { key } of gone) this.#wanted.delete(key);
    for (const item of items) this.#wanted.set(item.key, item);
    const added = items.filter(({ key, text }) => this.#held.get(key)?.text !== text);
    if (gone.length === 0 && added.length === 0) return [];
    this.turn += 1;
    return [...gone.map(item => this.#remove(item)), ...added.map(item => this.#put(item))];
  }

  /** What the switch holds and no section wants goes. */
  removeOthers(): Command[] {
    const others = [...this.#held.values()].filter(({ key, isOurs }) => isOurs && !this.#wanted.has(key));
    if (others.length > 0) this.turn += 1;
    return others.map(item => this.#remove(item));
  }

  /** The switch has let go of something that is still wanted, in the ordinary way of things. */
  renew(key: string): Command[] {
    const item = this.#wanted.get(key);
    if (item === undefined) return [];
    this.turn += 1;
    this.#held.delete(key);
    return [this.#put(item)];
  }

  /**
   * Compares with what the switch held at a turn; what was touched since is left out. Gives what it has to be sent, how much differed, and
   * the names of that.
   */
  mend(installed: Installed, kinds: ReadonlySet<Kind>, asOf: number, now: number) {
    const held = new Map(heldIn(installed).map(item => [item.key, item]));
    const differences = noDifferences();
    this.#forgive(held, now);
    const isOpen = ({ key, kind }: Held) =>
      kinds.has(kind) && (this.#touched.get(key) ?? 0) <= asOf && (this.#tries.get(key)?.count ?? 0) < MAX_TRIES;
    const surplus = [...held.values()].filter(item => item.isOurs && !this.#wanted.has(item.key) && isOpen(item));
    const wrong = [...this.#wanted.values()].filter(item => held.get(item.key)?.text !== item.text && isOpen(item));
    for (const { kind } of surplus) differences[kind].surplus += 1;
    for (const { key, kind } of wrong) {
      const there = held.get(key);
      differences[kind][there === undefined ? 'missing' : 'changed'] += 1;
      if (there === undefined) this.#held.delete(key);
      else this.#held.set(key, there);
    }
    for (const [key, turn] of this.#touched) if (turn <= asOf) this.#touched.delete(key);
    const mended = [...surplus, ...wrong];
    if (mended.length > 0) this.turn += 1;
    for (const { key } of mended) entryOf(this.#tries, key, () => ({ count: 0, at: now })).count += 1;
    const commands = [...surplus.map(item => this.#remove(item)), ...wrong.map(item => this.#put(item))];
    return { commands, differences, names: mended.map(({ name }) => name) };
  }

  /** What was found as it should be, and what was tried long ago, may be tried again. */
  #forgive(held: ReadonlyMap<string, Held>, now: number): void {
    for (const [key, { at }] of this.#tries)
      if (held.get(key)?.text === this.#wanted.get(key)?.text || now - at >= STUBBORN_MS) this.#tries.delete(key);
  }

  #put(item: Item): Command {
    const isThere = this.#held.has(item.key);
    this.#held.set(item.key, item);
    this.#touched.set(item.key, this.turn);
    return send(this.dpid, item.put(isThere));
  }

  #remove(item: Held): Command {
    this.#held.delete(item.key);
    this.#touched.set(item.key, this.turn);
    return send(this.dpid, item.remove());
  }
}

/** Nothing differed, so far. */
export function noDifferences() {
  const none = () => ({ missing: 0, changed: 0, surplus: 0 });
  return { flows: none(), groups: none(), meters: none() } satisfies Differences;
}
