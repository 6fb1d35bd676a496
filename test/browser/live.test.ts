import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LivePage } from './live-page.ts';
import { Browser, type PageOptions } from './page.ts';

const live = new LivePage();
const browser = new Browser();

beforeAll(() => live.start());
afterAll(async () => {
  await browser.close();
  await live.stop();
});

async function open(options: PageOptions = {}): Promise<Page> {
  const page = await browser.page(options);
  await page.goto(live.url);
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

const row = (page: Page, server: string) => page.locator('.service-card').first().getByRole('row').filter({ hasText: server });
const stateOf = (server: string) =>
  live.controller.liveConfig.document.config.services[0]!.servers.find(({ name }) => name === server)!.state;

describe('the dashboard of a lab that runs', () => {
  it('shows clients, services, switch and servers, and breaks no rule of its content security policy', async () => {
    await live.ask();
    const page = await open();
    for (const text of ['10.0.0.4', '10.0.0.100:80', 'Switch 1', 'server1', 'server2', 'server3'])
      await page.locator('.picture').getByText(text, { exact: true }).first().waitFor();
    expect(await page.locator('.service-card').count()).toBe(2);
    await row(page, 'server1').getByText('up', { exact: true }).waitFor();
    expect(browser.complaints).toEqual([]);
  });

  it('shows a decision within a second of its request, and why that server', async () => {
    const page = await open();
    const before = await page.locator('.decision').first().textContent();
    const asked = performance.now();
    const answered = live.ask('h5');
    await page.waitForFunction(text => document.querySelector('.decision')?.textContent !== text, before, { polling: 20 });
    expect(performance.now() - asked).toBeLessThan(1000);
    await answered;
    const first = page.locator('.decision').first();
    await first.getByRole('button').click();
    await first.getByText('next in turn').first().waitFor();
    expect(await first.locator('.candidates tbody tr').count()).toBe(3);
    expect(await first.locator('pre').first().textContent()).toMatch(/^table=1, priority=400,tcp,nw_src=10\.0\.0\.\d/);
  });

  it('empties a server by a click on drain, and takes it back by undo', async () => {
    const page = await open();
    live.lab.load.set(40);
    const line = row(page, 'server2');
    await line.getByRole('button', { name: 'Drain' }).click();
    await line.getByText('draining').waitFor();
    const from = live.log.length;
    await page.getByText('server2 takes no new connections', { exact: false }).waitFor();
    await page.waitForFunction(() => {
      const cells = [...document.querySelectorAll('.service-card:first-of-type tbody tr')].find(tr =>
        tr.textContent?.includes('server2'),
      );
      return cells?.querySelectorAll('.cell-value')[3]?.textContent === '0';
    });
    const chosen = () => live.log.slice(from).flatMap(entry => (entry.type === 'decision' ? [entry.server.name] : []));
    await live.until(() => chosen().length > 20);
    expect(chosen()).not.toContain('server2');
    await page.getByRole('button', { name: 'Undo' }).click();
    await line.getByText('up', { exact: true }).waitFor();
    expect(stateOf('server2')).toBe('ready');
    live.lab.load.set(0);
  });

  it('changes a weight and a strategy, which the next decision follows', async () => {
    const page = await open();
    await row(page, 'server3').getByRole('button', { name: 'More weight for server3' }).click();
    await page.getByText('server3 has weight 2.').waitFor();
    await page.getByLabel('Strategy').first().selectOption('weighted-round-robin');
    await page.getByText('web uses weighted-round-robin.').waitFor();
    await live.ask();
    await page.locator('.decision').first().getByText('furthest behind its weight').waitFor();
    await page.keyboard.press('z');
    await page.getByText('Undone.').waitFor();
    expect(live.controller.liveConfig.document.config.services[0]!.strategy.name).toBe('round-robin');
  });

  it('leaves alone what is being typed, and reports in plain words what a controller refuses', async () => {
    const page = await open();
    const weight = page.getByLabel('Weight of server1').first();
    await page.route('**/api/v1/services/web/servers/server1', route =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        body: '{"status":400,"detail":"weight: too large"}',
      }),
    );
    await weight.fill('9');
    await page.waitForTimeout(1500); // the page has read the services again
    expect(await weight.inputValue()).toBe('9');
    await weight.press('Tab');
    await page.getByText('Failed: weight: too large').waitFor();
  });

  it('survives a restart of the controller without a reload', async () => {
    const page = await open();
    await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
    await live.stopController();
    await page.getByText('The controller does not answer.').waitFor();
    await live.startController();
    await page.getByText('The controller does not answer.').waitFor({ state: 'detached' });
    await page.getByText('Live', { exact: true }).waitFor();
    await live.untilServersAreUp();
    const before = await page.locator('.decision').first().textContent();
    await live.ask();
    await page.waitForFunction(text => document.querySelector('.decision')?.textContent !== text, before);
    expect(await page.evaluate(() => (window as { isTheSamePage?: boolean }).isTheSamePage)).toBe(true);
  });

  it('can be worked by keys alone, with a focus that is seen', async () => {
    const page = await open();
    const wanted = row(page, 'server1').getByRole('button', { name: 'Drain' });
    for (let tabs = 0; tabs < 60 && !(await wanted.evaluate(button => button === document.activeElement)); tabs++)
      await page.keyboard.press('Tab');
    const outline = await wanted.evaluate(button => getComputedStyle(button).outlineStyle);
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    await row(page, 'server1').getByText('draining').waitFor();
    await page.keyboard.press('z');
    await row(page, 'server1').getByText('up', { exact: true }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('10.9.9.9');
    await page.getByText('Nothing matches the filter.').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('h2').first().click();
    await page.keyboard.press('2');
    await page.getByRole('heading', { name: 'Switch 1' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('speaks French where the browser does, and remembers another choice', async () => {
    const page = await browser.page({ locale: 'fr-FR' });
    await page.goto(live.url);
    await page.getByText('En direct', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Décisions' }).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('fr');
    await page.keyboard.press('l');
    await page.getByRole('heading', { name: 'Decisions' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Decisions' }).waitFor();
  });

  it('is dark where the system is, and by choice', async () => {
    const page = await open({ scheme: 'dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(await background()).toBe('rgb(15, 21, 27)');
    await page.keyboard.press('t'); // light
    expect(await background()).toBe('rgb(244, 241, 234)');
    await page.keyboard.press('t');
    expect(await background()).toBe('rgb(15, 21, 27)');
  });

  it.each([320, 375, 3840])('needs no scrolling to the side at a width of %d pixels', async width => {
    const page = await open({ width, height: 800 });
    for (const view of ['overview', 'network', 'connections', 'events', 'configuration']) {
      await page.goto(`${live.url}#${view}`);
      await page.locator(`nav a[href="#${view}"][aria-current]`).waitFor();
      await page.locator('main .panel').first().waitFor();
      // nothing of the page itself stands out; what scrolls by itself may
      const wide = await page.evaluate(() => {
        const edge = document.documentElement.clientWidth;
        const panels = [...document.querySelectorAll('.panel, .top-bar, main')];
        return panels.filter(panel => panel.getBoundingClientRect().right > edge + 0.5).map(panel => panel.className);
      });
      expect(wide, view).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), view).toBeLessThanOrEqual(0);
    }
  });
});
