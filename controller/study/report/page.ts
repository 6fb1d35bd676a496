import { escaped } from './svg.ts';

/** Screen and paper, light and dark; nothing is loaded from anywhere. */
export const STYLE = `
:root { --paper: #fff; --ink: #1b1f24; --soft: #59636e; --rule: #d4d9df; --good: #1a7f37; --main: #0a64c8; --bad: #c4321c; --warm: #d98300; --cell: #0a64c8;
  --l1: #0a64c8; --l2: #d96c00; --l3: #1a8f5a; --l4: #a33bb5; --l5: #8a6d00; --l6: #c4321c; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e4e8ec; --soft: #9aa5b1; --rule: #333b44; --good: #4ac26b; --main: #5aa9ff; --bad: #ff7b68; --warm: #ffb454; --cell: #5aa9ff;
  --l1: #5aa9ff; --l2: #ffa657; --l3: #56d394; --l4: #d68fe8; --l5: #d9c25a; --l6: #ff7b68; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.2rem 4rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem } h2 { margin: 2.6rem 0 .5rem; padding-top: .8rem; border-top: 1px solid var(--rule) } h3 { margin: 1.6rem 0 .3rem; font-size: 1.05rem }
p, li { max-width: 46rem } .soft, figcaption { color: var(--soft) } figure { margin: 1rem 0 } figcaption { font-size: .88rem; max-width: 46rem }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere } a { color: var(--main) }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; margin: .6rem 0 }
th, td { padding: .25rem .55rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap } th:first-child, td:first-child { text-align: left } thead th { vertical-align: bottom; color: var(--soft); font-weight: 600 }
td.good { font-weight: 700; color: var(--good) } td.worse { color: var(--ink) } td.tilt, th.tilt { white-space: normal; max-width: 6.5rem }
table.turn th, table.turn td { padding-inline: .3rem }
th.turn { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; padding: .4rem .3rem }
svg { width: 100%; height: auto; display: block } svg text { fill: var(--ink); font: 12px system-ui, sans-serif } svg .tick { fill: var(--soft); font-size: 11px } svg .best { font-weight: 700 }
.grid { stroke: var(--rule); stroke-width: 1 } .span { stroke: var(--soft); stroke-width: 1.4 } .mark { stroke: var(--soft); stroke-width: 1.6 } .interval { stroke: var(--main); stroke-width: 5; opacity: .45 }
.dot { fill: var(--main) } .dot.good { fill: var(--good) } .lost { fill: var(--bad) } .late { fill: var(--warm) } .bar { fill: var(--main) } .event { stroke: var(--bad); stroke-width: 1.2; stroke-dasharray: 3 3 }
.line { fill: none; stroke-width: 1.6 } ${[1, 2, 3, 4, 5, 6].map(i => `.line${i} { stroke: var(--l${i}) }`).join(' ')}
nav ol { columns: 2; padding-left: 1.2rem }
@media print { :root { --paper: #fff; --ink: #000; --soft: #444; --rule: #bbb; --good: #14632b; --main: #084f9e; --bad: #a32917; --warm: #a86500; --cell: #084f9e; --l1: #084f9e; --l2: #a85200; --l3: #14703f; --l4: #7c2d8a; --l5: #6b5500; --l6: #a32917 }
  body { max-width: none; padding: 0; font-size: 10.5pt } h2 { break-after: avoid } figure, tr { break-inside: avoid } section { break-inside: auto } nav { display: none } .wide { overflow: visible } table { font-size: 7.6pt } th, td { padding: .15rem .3rem } @page { margin: 16mm } }
`;

export function page(language: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** A cell of a table: its text, and its class. */
export type TableCell = string | readonly [text: string, kind: string];

/** A table that scrolls by itself where it is too wide. The first column names the rows. Names of columns may be turned. */
export function table(
  head: readonly string[],
  rows: readonly (readonly TableCell[])[],
  headKind: 'tilt' | 'turn' = 'tilt',
): string {
  const cell = (each: TableCell) =>
    typeof each === 'string' ? `<td>${escaped(each)}</td>` : `<td class="${each[1]}">${escaped(each[0])}</td>`;
  const heads = head.map((text, i) => `<th${i === 0 ? '' : ` class="${headKind}"`}>${escaped(text)}</th>`).join('');
  return `<div class="wide"><table class="${headKind}"><thead><tr>${heads}</tr></thead><tbody>${rows.map(row => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}</tbody></table></div>`;
}

export function figure(picture: string, caption: string): string {
  return `<figure>${picture}<figcaption>${escaped(caption)}</figcaption></figure>`;
}

export const paragraph = (text: string, kind = '') => `<p${kind === '' ? '' : ` class="${kind}"`}>${escaped(text)}</p>`;
