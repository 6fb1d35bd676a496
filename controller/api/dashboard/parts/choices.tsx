import type { VNode } from 'preact';

/** One of a few, side by side; each may have a title that explains it. */
export function Choices<K extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: K;
  options: readonly (readonly [K, string, string?])[];
  onChoose: (key: K) => void;
}): VNode {
  return (
    <div class="choices" role="group" aria-label={label}>
      {options.map(([key, name, title]) => (
        <button key={key} type="button" aria-pressed={key === value} title={title} onClick={() => onChoose(key)}>
          {name}
        </button>
      ))}
    </div>
  );
}
