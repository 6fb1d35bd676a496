import { Fragment, type VNode } from 'preact';

/** A flow's text, which breaks after commas and spaces alone: `->` stays whole. */
export function FlowLine({ text }: { text: string }): VNode {
  return (
    <code class="flow-text">
      {text.split(/(?<=[, ])/).map((piece, index) => (
        <Fragment key={index}>
          <span>{piece}</span>
          <wbr />
        </Fragment>
      ))}
    </code>
  );
}
