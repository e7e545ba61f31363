import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ConformanceReporter } from './test/support/conformance-reporter.ts';

// Tests import graphql's ESM build and the libraries its CommonJS build, unless one path serves both.
const alias = [
  { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') },
  { find: /^fast-check$/, replacement: `${import.meta.dirname}/test/support/fast-check.ts` },
];

/** Needs nothing but the code. */
const UNIT = [
  'test/architecture.test.ts',
  'test/enforced-or-refused.test.ts',
  'test/core/**/*.test.ts',
  'test/schema/**/*.test.ts',
  'test/edge/pure/**/*.test.ts',
  'test/*/domain/**/*.test.ts',
  'test/client/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/examples/**/*.test.ts',
];

/** The one whole story that `npm test` goes through: a value to a prediction to an outcome, by the public doors. */
const STORY = ['test/e2e/whole-way.test.ts'];

/** Whole installs, processes that are killed at random times, disks that are full: minutes, not seconds. */
const FAULTS = [
  'test/e2e/**/*.test.ts',
  'test/**/*{kill,killed,faults,outage}.test.ts',
  'test/**/embedded-postgres*.test.ts',
];

const project = (name: string, include: readonly string[], exclude: readonly string[], setup: readonly string[]) => ({
  resolve: { alias },
  // Tests lie outside tsconfig.json, which tells the transform of decorators for everything else.
  oxc: { decorator: { legacy: true } },
  test: {
    name,
    include: [...include],
    exclude: [...exclude],
    setupFiles: ['test/support/file-folder.ts', 'reflect-metadata'],
    globalSetup: ['test/support/run-folder.ts', ...setup],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

const POSTGRES = ['test/support/postgres.ts'];
const INTEROP = ['test/interop/**/*.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', new ConformanceReporter()],
    // By default two cores get one worker, and half of the tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project('unit', UNIT, [], []),
      project('postgres', ['test/**/*.test.ts'], [...UNIT, ...STORY, ...FAULTS, ...INTEROP], POSTGRES),
      project('story', STORY, [], POSTGRES),
      project('faults', FAULTS, STORY, POSTGRES),
      project('interop', INTEROP, [], POSTGRES),
    ],
  },
});
