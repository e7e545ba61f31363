import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { mapModule } from './build/map-module.ts';

const OUT = join(import.meta.dirname, '../../../dist/examples/flights/page');

/** The worker of @tiffin/edge as an app would copy it: `npm run packages` has made it before. */
const edgeWorker: Plugin = {
  name: 'edge-worker',
  closeBundle: () => copyFileSync('dist/tiffin-edge/worker.global.js', join(OUT, 'worker.global.js')),
};

/** Files keep their names: the service worker lists them, asks the network first, and has what it kept without one. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [mapModule(), edgeWorker],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output: { entryFileNames: 'app.js', assetFileNames: 'app.[ext]', codeSplitting: false } },
  },
});
