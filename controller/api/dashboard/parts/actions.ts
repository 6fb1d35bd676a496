import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Change } from '../model/change.ts';

/** What a click can do to the controller; each tells what became of it. */
export interface Actions {
  /** Carries out a change, and offers to undo it; nothing for undefined. */
  change(change: Change | undefined): Promise<void>;
  /** Has anything else done, then says the sentence. */
  post(path: string, done: string): Promise<void>;
}

export const ActionsContext = createContext<Actions>({ change: async () => {}, post: async () => {} });

export function useActions(): Actions {
  return useContext(ActionsContext);
}
