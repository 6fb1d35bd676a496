import { defineConfig } from 'vitest/config';

/** `unit` needs neither root nor a network; `ovs` drives real Open vSwitch and Mininet, one file at a time. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/integration/**', 'test/browser/**'] } },
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
