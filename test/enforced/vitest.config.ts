import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

const [unit, postgres] = base.test!.projects as any[];
const watched = { test: { setupFiles: ['test/enforced/field-watch.ts'] } };

/** The operation tests of the subgraphs and the edge with `field-watch` between the requests and what reads them. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: { projects: [mergeConfig(unit, watched), mergeConfig(postgres, watched)] },
});
