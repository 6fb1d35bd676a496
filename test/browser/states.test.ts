import type { Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { restoredLine } from '../controller/api/log/lines.ts';
import { emptyState, FakeController, type FakeState } from './fake-controller.ts';
import { fakeServer, fakeService, fakeSwitch, OPEN_VSWITCH } from './fake-views.ts';
import { Browser, type PageOptions } from './page.ts';

const browser = new Browser();
const started: FakeController[] = [];

afterEach(() => Promise.all(started.splice(0).map(fake => fake.stop())));
afterAll(() => browser.close());

async function open(change: Partial<FakeState>, options: PageOptions = {}): Promise<{ page: Page; fake: FakeController }> {
  const fake = new FakeController({ ...emptyState(), ...change });
  started.push(fake);
  const port = await fake.start();
  const page = await browser.page(options);
  await page.goto(`http://127.0.0.1:${port}/`);
  return { page, fake };
}

const web = (change: Parameters<typeof fakeService>[2] = {}) =>
  fakeService(
    'web',
    [1, 2, 3].map(number => fakeServer(number)),
    change,
  );

describe('the dashboard of a controller', () => {
  it('without a switch says what to run', async () => {
    const { page } = await open({ services: [web()] });
    await page.getByRole('heading', { name: 'No switch has connected yet' }).waitFor();
    await page.getByText('ovs-vsctl set-controller br0 tcp:127.0.0.1:6653').waitFor();
  });

  it('without a service says where to write one', async () => {
    const { page } = await open({ switches: [fakeSwitch(1)] });
    await page.getByRole('heading', { name: 'No service is configured' }).waitFor();
    await page.getByText('vipflow check vipflow.yaml').waitFor();
  });

  it('without a decision says how to make one', async () => {
    const { page } = await open({ services: [web()], switches: [fakeSwitch(1)] });
    await page.getByText('curl http://10.0.0.100:80/').waitFor();
  });

  it('with a service that is down says so in words', async () => {
    const down = [fakeServer(1, { health: 'down', reason: 'does not answer ARP', location: null })];
    const { page } = await open({ services: [fakeService('web', down, { state: 'down' })], switches: [fakeSwitch(1)] });
    await page.getByText('web: no server takes connections').waitFor();
    await page.locator('.servers').getByText('down', { exact: true }).waitFor();
    await page.locator('.servers').getByText('does not answer ARP').waitFor();
  });

  it('that is away is waited for, however long, and asked at once by a click', async () => {
    const { page, fake } = await open({ services: [web()], switches: [fakeSwitch(1)] });
    await page.getByText('Live', { exact: true }).waitFor();
    const port = Number(new URL(page.url()).port);
    await fake.stop();
    started.splice(0);
    await page.getByText('The controller does not answer.').waitFor();
    const again = new FakeController(fake.state);
    started.push(again);
    await page.waitForTimeout(600);
    await again.start(port);
    await page
      .getByRole('button', { name: 'Try now' })
      .click({ timeout: 1000 })
      .catch(() => {}); // it may be back by itself
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('with many servers begins with one service, and stays readable', async () => {
    const many = (name: string) =>
      fakeService(
        name,
        Array.from({ length: 14 }, (_, i) => fakeServer(i + 1)),
      );
    const { page } = await open({ services: [many('web'), many('api')], switches: [fakeSwitch(1)] });
    await page.locator('.node.server').first().waitFor();
    expect(await page.locator('.node.server').count()).toBe(14);
    expect(await page.locator('.service-card').count()).toBe(1);
    await page.getByRole('button', { name: 'All', exact: true }).click();
    expect(await page.locator('.service-card').count()).toBe(2);
  });

  it('whose log comes faster than it can be read says how much was left out, and keeps up', async () => {
    const { page, fake } = await open({ services: [web()], switches: [fakeSwitch(1)] });
    await page.getByText('Live', { exact: true }).waitFor();
    for (let seq = 1; seq <= 3000; seq++) fake.send('/flows', flood(seq));
    fake.send('/flows', { v: 1, type: 'skipped', count: 1234, from: 3001, to: 4234 });
    fake.send('/flows', flood(4235));
    await page.getByText('1,234 lines were skipped', { exact: false }).waitFor();
    await page.locator('.decision .client').first().getByText(':4235').waitFor();
    expect(await page.locator('.decision').count()).toBeLessThanOrEqual(120);
  });

  it('moves a mark for each decision, and none where motion is to be reduced', async () => {
    for (const motion of ['no-preference', 'reduce'] as const) {
      const { page, fake } = await open({ services: [web()], switches: [fakeSwitch(1)] }, { motion });
      await page.locator('.node.server').first().waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      fake.send('/flows', flood(1)); // its client is drawn from now on
      await page.locator('.node.client').first().waitFor();
      fake.send('/flows', flood(2));
      const marks = page.locator('.traffic path');
      if (motion === 'no-preference') await marks.first().waitFor({ state: 'attached' });
      else {
        await page.locator('.decision').nth(1).waitFor();
        expect(await marks.count()).toBe(0);
      }
      await page.locator('.last-decision').getByText('server1').waitFor();
    }
  });

  it('shows what a switch can do and how much was restored in it', async () => {
    const plain = { ...OPEN_VSWITCH, finTimeout: false, learn: false };
    const switches = [
      fakeSwitch(1, { restored: 1234 }),
      fakeSwitch(2, { capabilities: plain }),
      fakeSwitch(3, { connected: false, capabilities: null, flows: null }),
    ];
    const { page } = await open({ switches });
    await page.goto(`${page.url()}#network`);
    const card = (number: number) => page.locator('.panel', { has: page.getByRole('heading', { name: `Switch ${number}` }) });
    await card(1).getByText('1,234 restored after changes by others').waitFor();
    expect(await card(2).getByText('restored after').count()).toBe(0);
    await card(1).getByText('Capabilities: 8 of 8').waitFor();
    await card(2).getByText('Capabilities: 6 of 8').click();
    await card(2).getByText('the flows of a connection are deleted soon after it closes').waitFor();
    expect(await card(2).locator('.capabilities .sr').allTextContents()).toEqual([
      'yes',
      'no',
      'yes',
      'no',
      'yes',
      'yes',
      'yes',
      'yes',
    ]);
    expect(await card(3).getByText('Capabilities').count()).toBe(0);
  });

  it('lists what was restored among the events, unless that is filtered out', async () => {
    const { page, fake } = await open({ services: [web()], switches: [fakeSwitch(1)] });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.goto(`${page.url()}#events`);
    fake.send('/events', restoredLine(1));
    const line = page
      .getByRole('listitem')
      .filter({ hasText: 'Switch 0000000000000001 was changed by somebody else and restored' });
    await line.getByText('12 flows missing, 1 flow changed, 1 group changed, 1 unwanted meter, 3 connections').waitFor();
    await page.getByRole('button', { name: 'restored flows' }).click();
    await line.waitFor({ state: 'detached' });
  });

  it('breaks no rule of the content security policy in any of these', () => {
    expect(browser.complaints).toEqual([]);
  });
});

function flood(seq: number): object {
  return {
    ...{ v: 1, seq, time: new Date().toISOString(), type: 'decision', service: 'web', dpid: '0000000000000001', protocol: 'tcp' },
    ...{ client: { ip: '10.0.0.4', port: seq }, vip: { ip: '10.0.0.100', port: 80 } },
    ...{ server: { name: 'server1', ip: '10.0.0.1', port: 8000 }, strategy: 'round-robin' },
    ...{ reason: { rule: 'next in turn', candidates: [] }, flows: [] },
  };
}
