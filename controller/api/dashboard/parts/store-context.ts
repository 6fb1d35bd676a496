import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Store } from '../store.ts';

export const StoreContext = createContext<Store | undefined>(undefined);

/** The page is drawn at most so often; marks that move have their own time. */
const DRAW_EVERY_MS = 120;

/** The store. The page is drawn as a whole when it has changed: none of its parts has to ask for that. */
export function useStore(): Store {
  return useContext(StoreContext)!;
}

/** Draws again whoever calls this, and all that is in it, when the store has changed. */
export function useChanges(store: Store): void {
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
}
