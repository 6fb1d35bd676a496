import { readFileSync } from 'node:fs';
import { COOKIE_BITS, OWNER } from '../controller/core/cookie.ts';
import { PRIORITY, TABLE } from '../controller/core/pipeline.ts';
import { generated } from './generated.ts';

const source = readFileSync(new URL('../controller/core/pipeline.ts', import.meta.url), 'utf8');

/** The comment above a constant's member: the sentence stands once, in the code. */
function meaning(member: string): string {
  return new RegExp(`/\\*\\* ([^*]+?) \\*/\\n\\s+${member}:`).exec(source)?.[1] ?? '';
}

const rows = (entries: [string, number][]) =>
  entries.map(([name, number]) => `| ${number} | \`${name}\` | ${meaning(name)} |`).join('\n');

generated(
  'pipeline.md',
  `# The pipeline in the switch

Generated from \`controller/core/pipeline.ts\` by \`npm run docs\`.

## Tables

A packet starts in table 0. Packets that match no entry continue in the next table.

| table | name | purpose |
| --: | --- | --- |
${rows(Object.entries(TABLE))}

Packets of a connection's flow skip the \`learn\` table and continue in \`forward\`: their addresses are already rewritten, and rewritten addresses must
not be learnt. The last table floods packets for unknown hosts to all ports, so the links between switches must not form a loop.

## Priorities

| priority | name | for |
| --: | --- | --- |
${rows(Object.entries(PRIORITY))}

## Cookies

The cookie of a flow identifies its owner. One masked delete removes the base flows of an old session; one flow dump shows a new controller every living
connection.

| bits | field | |
| --- | --- | --- |
${Object.entries(COOKIE_BITS)
  .map(([name, [low, width]]) => `| ${low} to ${low + width - 1} | \`${name}\` | ${cookieText(name)} |`)
  .join('\n')}
`,
);

function cookieText(name: string): string {
  const texts: Record<string, string> = {
    mark: '0x76 marks the flows of vipflow',
    round: 'the session that installed the flow; each session takes a number that no flow in the switch has',
    owner: Object.entries(OWNER)
      .map(([owner, number]) => `${number} ${owner}`)
      .join(', '),
    service: 'number of the service, kept as long as it is configured',
    server: 'number of the server in its service, kept as long as it has connections',
    serial: 'distinguishes the connections of a switch',
  };
  return texts[name] ?? '';
}
