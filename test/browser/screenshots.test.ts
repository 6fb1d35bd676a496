import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LivePage } from './live-page.ts';
import { Browser, type PageOptions } from './page.ts';
import { withPalette } from './palette.ts';

/** The pictures of the documents, of the true page. Made with VIPFLOW_SCREENSHOTS=1 alone (`vitest.config.ts`). */
const FOLDER = new URL('../../docs/images/', import.meta.url);
const MAX_BYTES = 150_000;
/** So that the charts have something to show. */
const LOAD_FOR_MS = 130_000;

const SHOTS: readonly (readonly [string, PageOptions])[] = [
  ['dashboard', {}],
  ['dashboard-dark', { scheme: 'dark' }],
  ['dashboard-phone', { width: 390, height: 844 }],
];

describe('screenshots', () => {
  const live = new LivePage();
  const browser = new Browser();

  beforeAll(async () => {
    await live.start();
    await live.controller.liveConfig.edit('test', [
      { path: ['services', 0, 'strategy'], value: 'weighted-round-robin' },
      { path: ['services', 0, 'shadow'], value: 'least-connections' },
      { path: ['services', 0, 'servers', 1, 'weight'], value: 2 },
    ]);
    live.lab.load.set(6);
    await new Promise(resolve => setTimeout(resolve, LOAD_FOR_MS));
  }, LOAD_FOR_MS + 20_000);
  afterAll(async () => {
    await browser.close();
    await live.stop();
  });

  it.each(SHOTS)('%s', async (name, options) => {
    const page = await browser.page({ ...options, motion: 'no-preference' });
    await page.goto(live.url);
    await page.getByRole('button', { name: 'web', exact: true }).click();
    await page.getByRole('button', { name: '2 min' }).click();
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForTimeout(3000);
    await page.locator('.traffic path').first().waitFor({ state: 'attached' });
    const png = withPalette(await page.screenshot());
    expect(png.length).toBeLessThan(MAX_BYTES);
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(new URL(`${name}.png`, FOLDER), png);
  });
});
