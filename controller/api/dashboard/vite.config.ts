import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Browsers of 2024 and later: `light-dark()`, CSS nesting. */
const BROWSERS = ['chrome123', 'firefox120', 'safari17.5'];

/** Where `npx vite` finds a controller to show. */
const CONTROLLER = 'http://127.0.0.1:8080';

/** Builds the page into `built/`, under names that stay, so that a changed page is a small difference. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: {
    proxy: { '/api': CONTROLLER, '/flows': { target: CONTROLLER, ws: true }, '/events': { target: CONTROLLER, ws: true } },
  },
  build: {
    outDir: 'built',
    emptyOutDir: true,
    target: BROWSERS,
    cssTarget: BROWSERS,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      output: { entryFileNames: 'dashboard.js', chunkFileNames: '[name].js', assetFileNames: 'dashboard[extname]' },
    },
  },
});
