import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** Puts the part of zod that the edge's schemas use in the place of zod. Runs in the root of the project. */
export const withZodSubset: Plugin = {
  name: 'with-zod-subset',
  setup: (build) => {
    const path = resolve('core/zod-subset/index.ts');
    build.onResolve({ filter: /^zod(\/mini)?$/ }, () => ({ path }));
  },
};
