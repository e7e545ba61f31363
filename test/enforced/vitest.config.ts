import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

const [, postgres] = base.test!.projects as any[];

/** The subgraphs' operation tests with `field-watch` between the requests and the resolvers. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    projects: [mergeConfig(postgres, { test: { setupFiles: ['test/enforced/field-watch.ts'] } })],
  },
});
