import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Store } from '../store.ts';
import type { Text } from '../text/en.ts';
import { failure } from './notice-board.ts';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

/** Something that one part of the page reads for itself. */
export interface Reading<T> {
  readonly value: T | undefined;
  /** Why it could not be read, in plain words. */
  readonly problem: string | undefined;
  again(): void;
}

/** Reads at once and whenever `key` changes; with `everyMs` again and again. */
export function useReading<T>(key: string, read: (store: Store) => Promise<T>, everyMs?: number): Reading<T> {
  const store = useStore();
  const { text } = useWords();
  const [state, setState] = useState<{ value?: T; problem?: string }>({});
  const again = useCallback(() => load(store, read, text, setState), [store, key, text]);
  useEffect(() => {
    again();
    if (everyMs === undefined) return;
    const timer = setInterval(() => document.hidden || again(), everyMs);
    return () => clearInterval(timer);
  }, [again, everyMs]);
  return { value: state.value, problem: state.problem, again };
}

function load<T>(
  store: Store,
  read: (store: Store) => Promise<T>,
  text: Text,
  set: (change: (state: { value?: T; problem?: string }) => { value?: T; problem?: string }) => void,
): void {
  read(store).then(
    value => set(() => ({ value })),
    error => set(state => ({ ...state, problem: failure(error, text) })),
  );
}
