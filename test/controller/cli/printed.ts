import { afterEach, beforeEach, vi } from 'vitest';

/** What this process would print, in tests that run a command line inside it. */
export function printed(): { out: string; err: string } {
  const words = { out: '', err: '' };
  beforeEach(() => {
    words.out = words.err = '';
    vi.spyOn(process.stdout, 'write').mockImplementation(text => {
      words.out += text;
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation(text => {
      words.err += text;
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });
  return words;
}
