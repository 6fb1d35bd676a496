import { beforeEach, describe, expect, it } from 'vitest';
import type { AppEvent } from '../../controller/app.ts';
import { ConfigError } from '../../controller/core/config-error.ts';
import { ConfigDocument } from '../../controller/core/config-file.ts';
import { LiveConfig } from '../../controller/live-config.ts';
import { builtIn } from '../../controller/strategies/book.ts';
import { strategies } from '../../controller/strategies/catalogue.ts';
import { configWith } from './connections/world.ts';

const WORDS = { strategies };

/** What happened, in its order: a configuration loaded, handed on, logged. */
let story: string[];
/** Configurations that a defect keeps from being applied. */
let defective: Set<string>;
let live: LiveConfig;

const weightOf = (event: Extract<AppEvent, { type: 'config' }>) => event.config.services[0]!.servers[0]!.weight;
const weight = (value: number) => [{ path: ['services', 0, 'servers', 0, 'weight'], value }];
const inForce = () => live.document.config.services[0]!.servers[0]!.weight;

beforeEach(() => {
  story = [];
  defective = new Set();
  live = new LiveConfig(ConfigDocument.of(configWith(), WORDS), {
    load: document => {
      story.push(`load ${document.config.services[0]!.servers[0]!.weight}`);
      return Promise.resolve(builtIn);
    },
    handle: event => {
      if (event.type !== 'config') throw new Error('only configurations');
      story.push(`apply ${weightOf(event)} for ${event.source}, in force ${inForce()}`);
      return !defective.has(`${weightOf(event)}`);
    },
    log: (type, rest) => story.push(`${type} ${(rest as { state?: string }).state ?? (rest as { message?: string }).message}`),
  });
});

describe('a configuration', () => {
  it('is in force only when it was applied', async () => {
    const document = await live.edit('test', weight(5));
    expect(story).toEqual(['load 5', 'apply 5 for test, in force 1']);
    expect(live.document).toBe(document);
    expect(inForce()).toBe(5);
  });

  it('whose application throws is not in force: the one before is applied again, and `change` rejects', async () => {
    const before = live.document;
    defective.add('5');
    await expect(live.edit('test', weight(5))).rejects.toThrow('a defect kept the configuration from being applied');
    expect(live.document).toBe(before);
    expect(story).toEqual(['load 5', 'apply 5 for test, in force 1', 'load 1', 'apply 1 for the one before, in force 1']);
  });

  it('that is not valid is logged and refused, and nothing is applied', async () => {
    await expect(live.edit('test', weight(-1))).rejects.toBeInstanceOf(ConfigError);
    expect(story).toEqual(['config refused']);
    expect(inForce()).toBe(1);
  });

  it('comes after those that were asked for before, and builds on what is in force by then', async () => {
    defective.add('3');
    const [one, two, three] = await Promise.allSettled([
      live.edit('first', weight(2)),
      live.edit('second', weight(3)),
      live.change('third', document => document.edit(weight(document.config.services[0]!.servers[0]!.weight * 10))),
    ]);
    expect([one, two, three].map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(inForce()).toBe(20);
  });

  it('that changes what is read at the start is taken, with a warning', async () => {
    await live.edit('test', [{ path: ['listen'], value: { http: '127.0.0.1:0' } }]);
    expect(story.at(-1)).toBe('warning listen is read when the controller starts: the change waits for that');
  });
});
