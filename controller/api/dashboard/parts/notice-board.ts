import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import type { Change } from '../model/change.ts';
import type { Store } from '../store.ts';
import type { Text } from '../text/en.ts';
import type { Actions } from './actions.ts';
import type { Notice } from './notice.tsx';

/** How long something can be undone. */
const SHOWN_MS = 10_000;
const MAX_NOTICES = 3;

export interface NoticeBoard {
  readonly notices: readonly Notice[];
  readonly actions: Actions;
  close(id: number): void;
  /** Undoes what was done last, if it is still shown. */
  undoLast(): void;
}

/** Carries out what is clicked, and keeps the sentences about it. */
export function useNotices(store: Store, text: Text): NoticeBoard {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const last = useRef(0);
  const close = useCallback((id: number) => setNotices(all => all.filter(one => one.id !== id)), []);
  const show = useCallback(
    (sentence: string, more: Partial<Pick<Notice, 'isError' | 'undo'>> = {}) => {
      const id = ++last.current;
      const undo =
        more.undo &&
        (() => {
          close(id);
          more.undo!();
        });
      setNotices(all => [...all, { id, sentence, isError: more.isError ?? false, undo }].slice(-MAX_NOTICES));
      setTimeout(() => close(id), SHOWN_MS);
    },
    [close],
  );
  const actions = useMemo<Actions>(() => {
    const tryTo = async (work: () => Promise<void>, done: () => void) => {
      try {
        await work();
        done();
      } catch (error) {
        show(failure(error, text), { isError: true });
      }
    };
    const undo = (change: Change) =>
      void tryTo(
        () => store.send('PATCH', change.path, change.undo),
        () => show(text.done.undone),
      );
    return {
      change: async change => {
        if (change === undefined) return;
        await tryTo(
          () => store.send('PATCH', change.path, change.body),
          () => show(sentenceOf(change, text), { undo: () => undo(change) }),
        );
      },
      post: (path, done) =>
        tryTo(
          () => store.send('POST', path),
          () => show(done),
        ),
    };
  }, [store, text, show]);
  return { notices, actions, close, undoLast: () => notices.findLast(({ undo }) => undo !== undefined)?.undo?.() };
}

function sentenceOf({ outcome }: Change, { done }: Text): string {
  if (outcome.kind === 'state') return done.state(outcome.server, outcome.state, outcome.living);
  if (outcome.kind === 'weight') return done.weight(outcome.server, outcome.weight);
  return done.strategy(outcome.service, outcome.strategy);
}

/** What went wrong, in plain words. */
export function failure(error: unknown, { failed }: Text): string {
  if (!(error instanceof ApiError)) return failed.other((error as Error).message);
  if (error.status === 0) return failed.offline;
  if (error.status === 403) return failed.forbidden;
  if (error.status === 409) return failed.conflict;
  const problems = error.problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return failed.other(problems.length > 0 ? problems.join('; ') : error.message);
}
