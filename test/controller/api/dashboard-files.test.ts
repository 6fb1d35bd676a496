import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DASHBOARD_HEADERS, dashboardFiles } from '../../../controller/api/dashboard-files.ts';

/** What the page may weigh on the wire, all in all. */
const MAX_GZIP_BYTES = 80_000;

const files = dashboardFiles();
const page = Buffer.from(files.get('/')?.bytes ?? []).toString();

describe('the files of the dashboard', () => {
  it('are the page and what it asks for, and nothing of them comes from elsewhere', () => {
    const asked = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(match => match[1]!.replace(/^\.\//, '/'));
    expect(asked.length).toBeGreaterThanOrEqual(3);
    for (const path of asked) expect([...files.keys()]).toContain(path);
    for (const [, { bytes }] of files) {
      const outside = [
        ...Buffer.from(bytes)
          .toString()
          .matchAll(/\bhttps?:\/\/[\w.-]+/g),
      ].map(([url]) => url);
      // names of XML, and of nobody's server
      expect(outside.filter(url => !url.startsWith('http://www.w3.org'))).toEqual([]);
    }
  });

  it(`weigh less than ${MAX_GZIP_BYTES} bytes together`, () => {
    expect([...files.values()].reduce((sum, { gzip }) => sum + gzip.length, 0)).toBeLessThan(MAX_GZIP_BYTES);
  });

  it('are the same packed and not packed, and have a type', () => {
    for (const { bytes, gzip, type } of files.values()) {
      expect(gunzipSync(gzip).equals(bytes)).toBe(true);
      expect(type).not.toBe('application/octet-stream');
    }
  });

  it('have nothing inline, which their policy would stop', () => {
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
    expect(DASHBOARD_HEADERS['content-security-policy']).not.toContain('unsafe');
  });
});
