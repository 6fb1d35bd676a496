import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/count-reporter.ts';

/** Where `npm test` wants the counts of a run. */
const countsFile = process.env.VIPFLOW_TEST_COUNTS;

/** `unit` needs neither root nor a network; `browser` a Chromium; `ovs` drives real Open vSwitch and Mininet, one file at a time. */
export default defineConfig({
  test: {
    reporters: ['default', ...(countsFile ? [new CountReporter(countsFile)] : [])],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/browser/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          // made on request: a run leaves the tree as it was
          exclude: process.env.VIPFLOW_SCREENSHOTS ? [] : ['test/browser/screenshots.test.ts'],
          fileParallelism: false,
          testTimeout: 15_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'ovs',
          include: ['test/integration/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
