import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Result } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LivePage } from './live-page.ts';
import { Browser } from './page.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const live = new LivePage();
const browser = new Browser();

beforeAll(async () => {
  await live.start();
  for (let i = 0; i < 6; i++) await live.ask(i % 2 === 0 ? 'h4' : 'h5');
});
afterAll(async () => {
  await browser.close();
  await live.stop();
});

/** What axe finds serious or critical, each with the elements it is about. */
async function findings(page: Page): Promise<string[]> {
  // evaluated by the debugger: the page's own policy forbids scripts of others
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const violations = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<{ violations: Result[] }> } }).axe.run().then(result => result.violations),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`);
}

describe('axe finds nothing serious', () => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
  ] as const)('in any view: %s, %d pixels wide', async (scheme, width) => {
    const page = await browser.page({ scheme, width });
    await page.goto(live.url);
    await page.locator('.decision').first().getByRole('button').click();
    await page.locator('.details').waitFor();
    expect(await findings(page), 'overview').toEqual([]);
    await page.locator('.service-card').first().getByRole('button', { name: 'Drain' }).first().click();
    await page.getByText('takes no new connections', { exact: false }).waitFor();
    expect(await findings(page), 'a notice').toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    for (const view of ['network', 'connections', 'events', 'configuration']) {
      await page.goto(`${live.url}#${view}`);
      await page.locator('main h1, main h2').first().waitFor();
      if (view === 'network') {
        await page.getByRole('button', { name: 'Show flows' }).click();
        await page.locator('.installed li').first().waitFor();
      }
      expect(await findings(page), view).toEqual([]);
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await findings(page), 'help').toEqual([]);
  });
});
