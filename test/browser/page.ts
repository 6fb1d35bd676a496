import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env.VIPFLOW_CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
];

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly locale?: string;
  readonly scheme?: 'light' | 'dark';
  readonly motion?: 'reduce' | 'no-preference';
}

/** A Chromium with a profile of its own, which goes with it. */
export class Browser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'vipflow-chromium-'));
  #context: BrowserContext | undefined;
  /** What pages complained of: errors of scripts, and what the content security policy stopped. */
  readonly complaints: string[] = [];

  /** A fresh page: nothing kept from the one before. */
  async page({
    width = 1280,
    height = 800,
    locale = 'en-GB',
    scheme = 'light',
    motion = 'reduce',
  }: PageOptions = {}): Promise<Page> {
    await this.#context?.close();
    const profile = mkdtempSync(join(this.#folder, 'profile-'));
    this.#context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      args: ARGUMENTS,
      viewport: { width, height },
      locale,
      colorScheme: scheme,
      reducedMotion: motion,
    });
    const page = this.#context.pages()[0] ?? (await this.#context.newPage());
    page.on('pageerror', error => this.complaints.push(error.message));
    page.on('console', message => {
      if (/Content Security Policy/.test(message.text())) this.complaints.push(message.text());
    });
    page.setDefaultTimeout(8000);
    return page;
  }

  async close(): Promise<void> {
    await this.#context?.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
