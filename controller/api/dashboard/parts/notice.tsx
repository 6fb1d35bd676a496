import type { VNode } from 'preact';
import { Icon } from './icon.tsx';
import { useWords } from './words.ts';

/** A sentence about what was done, for some seconds; `undo` takes it back. */
export interface Notice {
  readonly id: number;
  readonly sentence: string;
  readonly isError: boolean;
  readonly undo: (() => void) | undefined;
}

export function Notices({ notices, onClose }: { notices: readonly Notice[]; onClose: (id: number) => void }): VNode {
  const { text } = useWords();
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.map(({ id, sentence, isError, undo }) => (
        <div key={id} class={`notice ${isError ? 'is-error' : ''}`}>
          <Icon name={isError ? 'alert' : 'up'} />
          <span>{sentence}</span>
          {undo && (
            <button type="button" class="undo" onClick={undo}>
              <Icon name="undo" /> {text.done.undo}
            </button>
          )}
          <button type="button" class="plain" aria-label={text.done.close} onClick={() => onClose(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
