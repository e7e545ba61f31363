import { PackageFolder } from '../shared/package-folder.ts';
import { writeDeclarations } from '../shared/declarations.ts';

const folder = new PackageFolder('dist/tiffin-edge');
await folder.bundle('packages/edge/client.ts', 'client.js', 3, { format: 'esm' });
await folder.bundle('packages/edge/worker.ts', 'worker.js', 104, { format: 'esm' });
// For `importScripts` in a classic service worker, without a bundler: `tiffin.startEdgeWorker(…)`.
await folder.bundle('packages/edge/worker.ts', 'worker.global.js', 104, { format: 'iife', globalName: 'tiffin' });
// A page that is served needs no declarations, and commands that build it first print what is theirs alone; a package does.
const isPackage = process.argv.includes('--types');
if (isPackage) {
  const ofClient = ['client', 'problem', 'types', 'wire'].map((module) => `packages/edge/${module}`);
  writeDeclarations('packages/edge', ofClient, folder.path);
  const ofWorker = ['worker', 'options'].map((module) => `edge/adapters/browser/${module}`);
  writeDeclarations('edge/adapters/browser', ofWorker, folder.path);
}
folder.describe(
  {
    name: '@tiffin/edge',
    description: 'Predictions in a browser, with or without a network, and a client of edge servers',
    exports: {
      '.': { types: './client.d.ts', default: './client.js' },
      './worker': { types: './worker.d.ts', default: './worker.js' },
      './worker.global.js': './worker.global.js',
    },
  },
  'packages/edge/README.md',
);
if (isPackage) folder.printSizes();
