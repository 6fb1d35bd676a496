import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { eventLine } from '../../../../controller/core/events.ts';
import { restoredLine } from './lines.ts';

const document = readFileSync(fileURLToPath(new URL('../../../../docs/log.md', import.meta.url)), 'utf8');
const examples = [...document.matchAll(/^```json\n(.*?)```/gms)].map(([, text]) => JSON.parse(text!) as { type: string });

describe('the shape of a line `restored`', () => {
  it('is that of the log', () => {
    const line = restoredLine(1);
    expect(eventLine.parse(line)).toEqual(line);
  });

  it('is that of the example in the document, whose numbers fit each other', () => {
    const [example] = examples.filter(({ type }) => type === 'restored');
    const line = eventLine.parse(example);
    expect(line).toEqual(example);
    if (line.type !== 'restored') throw new Error(line.type);
    expect(line.examples).toHaveLength(5);
    expect(line.total).toBe(line.flows.missing + line.flows.changed + line.flows.surplus + line.connections);
  });
});
