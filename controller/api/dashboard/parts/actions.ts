import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Change } from '../model/change.ts';

/** What a click can do to the controller; each reports its outcome. */
export interface Actions {
  /** Carries out a change, and offers to undo it; nothing for undefined. */
  change(change: Change | undefined): Promise<void>;
  /** Carries out another request, then shows the sentence. */
  post(path: string, done: string): Promise<void>;
}

export const ActionsContext = createContext<Actions>({ change: async () => {}, post: async () => {} });

export function useActions(): Actions {
  return useContext(ActionsContext);
}
