import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { useWords } from './words.ts';

/** A dialog with the keys and how to read the picture. */
export function Help({ onClose }: { onClose: () => void }): VNode {
  const { text } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={onClose}>
      <header class="panel-head">
        <h2 id="help-title">{text.help.title}</h2>
        <span class="spring" />
        <button type="button" class="plain" aria-label={text.help.close} onClick={() => dialog.current!.close()}>
          <Icon name="close" />
        </button>
      </header>
      <dl class="keys">
        {text.help.keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3>{text.help.look}</h3>
      <p>{text.help.lookBody}</p>
    </dialog>
  );
}
