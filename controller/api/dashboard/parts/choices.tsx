import type { VNode } from 'preact';

/** One of a few, side by side. */
export function Choices<K extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: K;
  options: readonly (readonly [K, string])[];
  onChoose: (key: K) => void;
}): VNode {
  return (
    <div class="choices" role="group" aria-label={label}>
      {options.map(([key, name]) => (
        <button key={key} type="button" aria-pressed={key === value} onClick={() => onChoose(key)}>
          {name}
        </button>
      ))}
    </div>
  );
}
