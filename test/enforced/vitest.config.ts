import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

const [unit, postgres] = base.test!.projects as any[];
// In a process for each file: it changes the libraries that all of a process share.
const watched = { test: { isolate: true, setupFiles: ['test/enforced/field-watch.ts'] } };

/** The operation tests of the subgraphs and the edge with `field-watch` between the requests and what reads them. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: { projects: [mergeConfig(unit, watched), mergeConfig(postgres, watched)] },
});
