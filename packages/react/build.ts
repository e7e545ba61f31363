import { readFileSync } from 'node:fs';
import { PackageFolder } from '../shared/package-folder.ts';
import { writeDeclarations } from '../shared/declarations.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
const folder = new PackageFolder('dist/tiffin-react');
await folder.bundle('packages/react/index.ts', 'index.js', 1, { format: 'esm', external: ['react'] });
writeDeclarations('packages/react', ['packages/react/index'], folder.path);
folder.describe(
  {
    name: '@tiffin/react',
    description: 'React hooks for predictions of @tiffin/edge',
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    peerDependencies: { '@tiffin/edge': version, react: '>=18' },
  },
  'packages/react/README.md',
);
folder.printSizes();
