import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';
import { withoutJsonSchema } from '../../edge/adapters/bundle/without-json-schema.ts';

/** Where the package lies that is published. */
const FOLDER = 'dist/tiffin-edge';

const { version, license } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; license: string };
const SHARED: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  plugins: [withoutJsonSchema],
  legalComments: 'none',
};

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
await build({ ...SHARED, entryPoints: ['packages/edge/client.ts'], outfile: join(FOLDER, 'client.js'), format: 'esm' });
await build({ ...SHARED, entryPoints: ['packages/edge/worker.ts'], outfile: join(FOLDER, 'worker.js'), format: 'esm' });
// For `importScripts` in a classic service worker, without a bundler: `tiffin.startEdgeWorker(…)`.
await build({
  ...SHARED,
  entryPoints: ['packages/edge/worker.ts'],
  outfile: join(FOLDER, 'worker.global.js'),
  format: 'iife',
  globalName: 'tiffin',
});
const manifest = {
  name: '@tiffin/edge',
  version,
  description: 'Predictions in a browser, with or without a network, and a client of edge servers',
  license,
  type: 'module',
  exports: { '.': './client.js', './worker': './worker.js', './worker.global.js': './worker.global.js' },
  files: ['*.js'],
};
writeFileSync(join(FOLDER, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
for (const file of ['client.js', 'worker.js', 'worker.global.js']) {
  const packed = gzipSync(readFileSync(join(FOLDER, file)), { level: 9 }).length;
  process.stdout.write(`${FOLDER}/${file}: ${(packed / 1024).toFixed(1)} KB gzip\n`);
}
