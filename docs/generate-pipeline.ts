import { readFileSync } from 'node:fs';
import { COOKIE_BITS, type CookieField, cookieOf, OWNER } from '../controller/core/cookie.ts';
import { PIPELINE, PRIORITY, type TableName } from '../controller/core/pipeline.ts';
import { generated } from './generated.ts';

const source = readFileSync(new URL('../controller/core/pipeline.ts', import.meta.url), 'utf8');

/** The comment above a priority: the sentence stands once, in the code. */
function meaning(member: string): string {
  return new RegExp(`/\\*\\* ([^*]+?) \\*/\\n\\s+${member}:`).exec(source)?.[1] ?? '';
}

const code = (name: string): string => `\`${name}\``;
const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

const tables = Object.entries(PIPELINE).map(([name, { id, what, next, miss }]) =>
  row(id, code(name), what, next.map(code).join(', ') || '-', miss),
);
const fields = Object.entries(PIPELINE).map(([name, { matches }]) => row(code(name), matches.map(code).join(', ')));
const priorities = Object.entries(PRIORITY).map(([name, number]) => row(number, code(name), meaning(name)));

const mark = cookieOf({ round: 0, owner: 'base' }) >> BigInt(COOKIE_BITS.mark[0]);
const owners = Object.entries(OWNER).map(([owner, number]) => `${number} ${owner}`);

const COOKIE_TEXTS: Readonly<Record<CookieField, string>> = {
  mark: `0x${mark.toString(16)} marks the flows of vipflow`,
  round:
    "0, or for a connection's flows the session that installed them; each session takes a number that no flow in the switch has",
  owner: owners.join(', '),
  service: 'number of the service, kept as long as it is configured',
  server: 'number of the server in its service, kept as long as it has connections',
  serial: 'distinguishes the connections of a switch',
};
const cookies = (Object.entries(COOKIE_BITS) as [CookieField, readonly [number, number]][]).map(([name, [low, width]]) =>
  row(`${low} to ${low + width - 1}`, code(name), COOKIE_TEXTS[name]),
);

/** A table as the text names it; a table that is renamed there has to be renamed here. */
const table = (name: TableName): string => code(name);

generated(
  'pipeline.md',
  `# The pipeline in the switch

Generated from \`controller/core/pipeline.ts\` and \`controller/core/cookie.ts\` by \`npm run docs\`.

## Tables

A packet starts in table 0. "next" are the tables that a flow may send it on to, "miss" is what becomes of a packet that matches no flow.

| table | name | purpose | next | miss |
| --: | --- | --- | --- | --- |
${tables.join('\n')}

Fields that the flows of a table may match:

| table | fields |
| --- | --- |
${fields.join('\n')}

The forward flow of a connection, from the client to the server, continues in ${table('learn')}: the client's place is kept while it sends, and a client that
moves to another port is noticed. The reverse flow continues in ${table('forward')}: its packets already have the MAC address of the VIP as their source, which
must not be learnt. ${table('forward')} floods packets for unknown hosts to all ports, so the links between switches must not form a loop.

## Priorities

| priority | name | for |
| --: | --- | --- |
${priorities.join('\n')}

## Cookies

The cookie of a flow identifies its owner: by mark and owner the controller asks a switch for its own flows alone, with or without those of connections. One
flow dump shows a new controller every living connection.

| bits | field | |
| --- | --- | --- |
${cookies.join('\n')}

The flows of connections have the highest bit of \`owner\`. All other flows should be in the switch whatever connections there are: they have round 0 and
belong to no session, so a new session leaves those that are right as they are. All flows of vipflow have SEND_FLOW_REM, so the switch reports each one that
is deleted.
`,
);
