import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { yamlPieces } from '../model/yaml-piece.ts';
import { useActions } from './actions.ts';
import { Icon } from './icon.tsx';
import { useReading } from './reading.ts';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

/** The configuration in force; what is not in the file yet can be saved to it. */
export function Configuration(): VNode {
  const { text } = useWords();
  const { snapshot, journal, isReadOnly } = useStore();
  const { post } = useActions();
  const [isCopied, setIsCopied] = useState(false);
  const config = snapshot.status?.config;
  // each change of the configuration is a line of the log; then it is read again
  const changed = journal.events.find(({ type }) => type === 'config')?.seq ?? 0;
  const { value, problem } = useReading(`${changed}`, store => store.text('/config'));
  return (
    <section class="configuration panel" aria-labelledby="configuration-title">
      <header class="panel-head">
        <h1 id="configuration-title">{text.configuration.title}</h1>
        <span class="quiet">{config?.file ? text.configuration.file(config.file) : text.configuration.noFile}</span>
        <span class="spring" />
        <button type="button" onClick={() => void navigator.clipboard?.writeText(value ?? '').then(() => setIsCopied(true))}>
          {isCopied ? text.configuration.copied : text.configuration.copy}
        </button>
      </header>
      {config?.file && (
        <p class={config.unsaved ? 'unsaved' : 'quiet'}>
          <Icon name={config.unsaved ? 'alert' : 'up'} /> {config.unsaved ? text.configuration.unsaved : text.configuration.saved}
          {config.unsaved && !config.writable && <span class="quiet">{text.configuration.readOnlyFile}</span>}
          {config.unsaved && config.writable && !isReadOnly && (
            <button type="button" class="primary" onClick={() => void post('/config/save', text.done.saved)}>
              <Icon name="save" /> {text.configuration.save}
            </button>
          )}
        </p>
      )}
      {problem && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1) */}
      <pre class="yaml" tabIndex={0}>
        {value?.split('\n').map((line, number) => (
          <span key={number} class="yaml-line">
            {yamlPieces(line).map(({ kind, text: piece }, index) => (
              <span key={index} class={kind}>
                {piece}
              </span>
            ))}
            {'\n'}
          </span>
        ))}
      </pre>
    </section>
  );
}
