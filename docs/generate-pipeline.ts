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

A packet begins in table 0. What a table does not know goes on to the next.

| table | name | what it decides |
| --: | --- | --- |
${rows(Object.entries(TABLE))}

Whatever leaves the \`service\` table through a connection's flow goes straight to \`forward\`: its addresses are rewritten already, and
rewritten addresses must not be learnt. The last table floods what it does not know to all ports, so the switches' links must form no loop.

## Priorities

| priority | name | for |
| --: | --- | --- |
${rows(Object.entries(PRIORITY))}

## Cookies

The cookie of a flow says whose it is. One masked delete removes the base flows of an old session; one flow dump tells a new
controller every living connection.

| bits | field | |
| --- | --- | --- |
${Object.entries(COOKIE_BITS)
  .map(([name, [low, width]]) => `| ${low} to ${low + width - 1} | \`${name}\` | ${cookieText(name)} |`)
  .join('\n')}
`,
);

function cookieText(name: string): string {
  const texts: Record<string, string> = {
    mark: '0x76: ours',
    round: 'the session that installed it; each session takes one that the switch does not hold',
    owner: Object.entries(OWNER)
      .map(([owner, number]) => `${number} ${owner}`)
      .join(', '),
    service: 'number of the service; it keeps it as long as it is configured',
    server: 'number of the server in its service; it keeps it as long as it has connections',
    serial: 'tells the connections of a switch apart',
  };
  return texts[name] ?? '';
}
