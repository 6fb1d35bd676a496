import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Store } from '../store.ts';
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
  const [state, setState] = useState<Omit<Reading<T>, 'again'>>({ value: undefined, problem: undefined });
  const again = useCallback(() => {
    read(store).then(
      value => setState({ value, problem: undefined }),
      error => setState(({ value }) => ({ value, problem: failure(error, text) })),
    );
  }, [store, key, text]);
  useEffect(() => {
    again();
    if (everyMs === undefined) return;
    const timer = setInterval(() => document.hidden || again(), everyMs);
    return () => clearInterval(timer);
  }, [again, everyMs]);
  return { ...state, again };
}
