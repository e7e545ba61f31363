import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** Puts the part of Hono that the edge uses in the place of Hono. Runs in the root of the project. */
export const withHonoSubset: Plugin = {
  name: 'with-hono-subset',
  setup: (build) => {
    const path = resolve('edge/http/hono-subset/index.ts');
    build.onResolve({ filter: /^hono\/(hono-base|http-exception|cors)$/ }, () => ({ path }));
  },
};
