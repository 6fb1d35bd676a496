import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

export function TokenForm({ wasRefused }: { wasRefused: boolean }): VNode {
  const { text } = useWords();
  const store = useStore();
  const [token, setToken] = useState('');
  return (
    <form
      class="token panel"
      onSubmit={event => {
        event.preventDefault();
        if (token !== '') store.useToken(token.trim());
      }}
    >
      <h1>{text.token.title}</h1>
      <p class="quiet">{text.token.body}</p>
      <label for="token">{text.token.label}</label>
      <div class="row">
        <input
          id="token"
          type="password"
          autocomplete="off"
          value={token}
          aria-invalid={wasRefused}
          aria-describedby="token-refused"
          onInput={event => setToken(event.currentTarget.value)}
        />
        <button type="submit">{text.token.enter}</button>
      </div>
      <p id="token-refused" class="bad" role="alert">
        {wasRefused && text.token.refused}
      </p>
    </form>
  );
}
