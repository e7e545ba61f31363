import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { stripIgnoredCharacters } from 'graphql';

/** Where the package lies that is published: one file, and nothing to install besides. */
const FOLDER = 'dist/tiffin-cli';
/** How large the one file may be, as gzip. */
const MOST_KB = 100;

/** Operations are written to be read. */
const withCompactOperations: Plugin = {
  name: 'with-compact-operations',
  setup: (bundler) =>
    bundler.onLoad({ filter: /\/(?:cli|client)\/operations\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replaceAll(
        /`((?:query|mutation|subscription|fragment) [^`]+)`/g,
        (_, text: string) => `\`${stripIgnoredCharacters(text)}\``,
      ),
    })),
};

/** The schemas that edges read too need little of zod: see decision 216. */
const withZodSubset: Plugin = {
  name: 'with-zod-subset',
  setup: (bundler) => bundler.onResolve({ filter: /^zod$/ }, () => ({ path: resolve('core/zod-subset/index.ts') })),
};

const { version, license } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; license: string };
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
await build({
  entryPoints: ['cli/main.ts'],
  outfile: join(FOLDER, 'tiffin.mjs'),
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // commander and yaml are CommonJS inside, and ask for parts of Node by `require`.
  banner: {
    js: `#!/usr/bin/env node\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`,
  },
  legalComments: 'none',
  // For Node the package has CommonJS, of which nothing can be left out.
  alias: { yaml: './node_modules/yaml/browser/dist/index.js' },
  plugins: [withZodSubset, withCompactOperations],
});
const manifest = {
  name: 'tiffin-cli',
  version,
  description: 'Tiffin from a terminal or a script',
  license,
  type: 'module',
  bin: { tiffin: 'tiffin.mjs' },
  files: ['tiffin.mjs'],
  engines: { node: '>=20' },
};
writeFileSync(join(FOLDER, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(
  join(FOLDER, 'README.md'),
  '# tiffin-cli\n\nThe `tiffin` command: features, models, deployments, experiments and alerts of a Tiffin install, from a terminal or a script.\n',
);
const packed = gzipSync(readFileSync(join(FOLDER, 'tiffin.mjs')), { level: 9 }).length;
process.stdout.write(`${FOLDER}/tiffin.mjs: ${(packed / 1024).toFixed(1)} KB gzip of ${MOST_KB}\n`);
if (packed > MOST_KB * 1024) {
  process.stderr.write(`${FOLDER}/tiffin.mjs: is larger than the ${MOST_KB} KB gzip that are allowed\n`);
  process.exitCode = 1;
}
