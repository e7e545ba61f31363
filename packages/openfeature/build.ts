import { readFileSync } from 'node:fs';
import { PackageFolder } from '../shared/package-folder.ts';
import { writeDeclarations } from '../shared/declarations.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
const folder = new PackageFolder('dist/tiffin-openfeature');
const external = ['@openfeature/web-sdk', '@openfeature/server-sdk', '@openfeature/core'];
await folder.bundle('packages/openfeature/web.ts', 'web.js', 3, { format: 'esm', external });
await folder.bundle('packages/openfeature/server.ts', 'server.js', 3, { format: 'esm', external });
writeDeclarations(
  'packages/openfeature',
  ['web', 'server', 'inputs'].map((module) => `packages/openfeature/${module}`),
  folder.path,
);
folder.describe(
  {
    name: '@tiffin/openfeature',
    description: 'Providers of OpenFeature, for pages and for servers, over @tiffin/edge',
    exports: {
      './web': { types: './web.d.ts', default: './web.js' },
      './server': { types: './server.d.ts', default: './server.js' },
    },
    peerDependencies: {
      '@tiffin/edge': version,
      '@openfeature/core': '^1.12.0',
      '@openfeature/web-sdk': '^1.10.0',
      '@openfeature/server-sdk': '^1.23.0',
    },
    peerDependenciesMeta: {
      '@openfeature/web-sdk': { optional: true },
      '@openfeature/server-sdk': { optional: true },
    },
  },
  'packages/openfeature/README.md',
);
folder.printSizes();
