import { type BrowserContext, type Browser as Chromium, chromium, type Page } from 'playwright-core';

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
  #chromium: Chromium | undefined;
  #context: BrowserContext | undefined;
  /** What pages complained of: errors of scripts, and what the content security policy stopped. */
  readonly complaints: string[] = [];

  /** A fresh page: nothing kept from the one before, which is closed. */
  async page({
    width = 1280,
    height = 800,
    locale = 'en-GB',
    scheme = 'light',
    motion = 'reduce',
  }: PageOptions = {}): Promise<Page> {
    this.#chromium ??= await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    await this.#context?.close();
    this.#context = await this.#chromium.newContext({
      viewport: { width, height },
      locale,
      colorScheme: scheme,
      reducedMotion: motion,
    });
    const page = await this.#context.newPage();
    page.on('pageerror', error => this.complaints.push(error.message));
    page.on('console', message => {
      if (/Content Security Policy/.test(message.text())) this.complaints.push(message.text());
    });
    page.setDefaultTimeout(8000);
    return page;
  }

  async close(): Promise<void> {
    await this.#chromium?.close();
  }
}
