import type { ComponentChildren, VNode } from 'preact';

/** A table that may be wider than its place: it scrolls there, by keys as well (WCAG 2.1.1), and not the page. */
export function WideTable({ label, children }: { label: string; children: ComponentChildren }): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div class="wide" role="region" aria-label={label} tabIndex={0}>
      <table class="plain-table">{children}</table>
    </div>
  );
}
