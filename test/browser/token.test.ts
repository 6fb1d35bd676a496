import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LivePage } from './live-page.ts';
import { Browser } from './page.ts';

const READ = 'read-0123456789abcdef';
const ADMIN = 'admin-0123456789abcdef';
const live = new LivePage({
  tokens: [
    { name: 'class', role: 'read', token: READ },
    { name: 'teacher', role: 'admin', token: ADMIN },
  ],
});
const browser = new Browser();

beforeAll(() => live.startController());
afterAll(async () => {
  await browser.close();
  await live.stop();
});

async function openWith(...tokens: string[]): Promise<Page> {
  const page = await browser.page();
  await page.goto(live.url);
  for (const token of tokens) {
    await page.getByLabel('Token').fill(token);
    await page.getByLabel('Token').press('Enter');
  }
  return page;
}

describe('the dashboard of a controller that wants a token', () => {
  it('says that one is wrong, lets the right one in, and knows it after a reload', async () => {
    const page = await openWith('no token at all', 'wrong-0123456789');
    await page.getByText('Unknown token.').waitFor();
    await page.getByLabel('Token').fill(ADMIN);
    await page.keyboard.press('Enter');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Drain' }).first().click();
    await page.getByText('server1 takes no new connections', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.reload();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(page.url()).not.toContain(ADMIN);
  });

  it('shows no button that changes anything to a token that may only look', async () => {
    const page = await openWith(READ);
    await page.getByText('Read only').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('.service-card').first().waitFor();
    expect(await page.getByRole('button', { name: 'Drain' }).count()).toBe(0);
    expect(await page.getByLabel('Weight of server1').count()).toBe(0);
    expect(await page.locator('.service-card select').count()).toBe(0);
  });
});
