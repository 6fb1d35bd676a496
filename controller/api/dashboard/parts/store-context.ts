import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Store } from '../store.ts';

export const StoreContext = createContext<Store | undefined>(undefined);

/** The page is drawn at most so often; marks that move have their own time. */
const DRAW_EVERY_MS = 120;

/** The store; whoever uses it is drawn again when it has changed. */
export function useStore(): Store {
  const store = useContext(StoreContext)!;
  const [, draw] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        draw(n => n + 1);
      }, DRAW_EVERY_MS);
    };
    const unsubscribe = store.subscribe(later);
    draw(n => n + 1);
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [store]);
  return store;
}
