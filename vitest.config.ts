import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ConformanceReporter } from './test/support/conformance-reporter.ts';
import { FailedFilesReporter } from './test/support/failed-files-reporter.ts';

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
  'test/conformance/{engine,record-log,blob-cache,state-store}-*.test.ts',
  'test/*/domain/**/*.test.ts',
  'test/client/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/console/**/*.test.ts',
  'test/packages/**/*.test.ts',
  'test/examples/**/*.test.ts',
  'test/python/**/*.test.ts',
  'test/site/**/*.test.ts',
];

/** The one whole story that `npm test` goes through: a value to a prediction to an outcome, by the public doors. */
const STORY = ['test/e2e/whole-way.test.ts'];

/** Long comparisons and many replicas, of which one file takes many seconds: `npm test` has five minutes. */
const LONG = [
  'test/**/*online-equals-offline.test.ts',
  'test/experiment/{blue-green,lifecycle,rollout}.test.ts',
  'test/feature/redis.test.ts',
  'test/monitoring/{festive-season,monsoon}.test.ts',
  'test/registry/audit/checkpoints.test.ts',
  'test/registry/catalogue/{discovery,impact}.test.ts',
  'test/shared/http/body-limit.test.ts',
];

/** Whole installs, processes that are killed at random times, disks that are full: minutes, not seconds. */
const FAULTS = [
  'test/e2e/**/*.test.ts',
  'test/**/*{kill,killed,faults,outage}.test.ts',
  'test/**/embedded-postgres*.test.ts',
  ...LONG,
];

/** Where `npm run interop` reads how many tests passed. */
const RESULTS = process.env['TIFFIN_TEST_RESULTS'];

interface Project {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly setup?: readonly string[];
  /**
   * Whether each file has a process of its own, which takes a third of a second and reads the whole program again.
   * Without it a file must end what it starts: see `atEnd` in test/support.
   */
  readonly isolate?: boolean;
  /** How long a test may take that says nothing of it. */
  readonly testMs?: number;
  readonly hookMs?: number;
}

const project = ({
  name,
  include,
  exclude = [],
  setup = [],
  isolate = true,
  testMs = 30_000,
  hookMs = 60_000,
}: Project) => ({
  resolve: { alias },
  // Tests lie outside tsconfig.json, which tells the transform of decorators for everything else.
  oxc: { decorator: { legacy: true } },
  test: {
    name,
    include: [...include],
    // Packages that lie in a folder of tests, as the gateways of others, bring tests of their own.
    exclude: ['**/node_modules/**', ...exclude],
    setupFiles: ['test/support/file-folder.ts', 'reflect-metadata'],
    globalSetup: ['test/support/run-folder.ts', ...setup],
    isolate,
    testTimeout: testMs,
    hookTimeout: hookMs,
  },
});

const POSTGRES = ['test/support/postgres.ts'];
const INTEROP = ['test/interop/**/*.test.ts'];

export default defineConfig({
  test: {
    reporters: [
      'default',
      new ConformanceReporter(),
      new FailedFilesReporter(),
      ...(RESULTS === undefined ? [] : [['json', { outputFile: RESULTS }] satisfies ['json', object]]),
    ],
    // By default two cores get one worker, and half of the tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project({ name: 'unit', include: UNIT, isolate: false }),
      project({
        name: 'postgres',
        include: ['test/**/*.test.ts'],
        exclude: [...UNIT, ...STORY, ...FAULTS, ...INTEROP],
        setup: POSTGRES,
        isolate: false,
      }),
      project({ name: 'story', include: STORY, setup: POSTGRES }),
      project({ name: 'faults', include: FAULTS, exclude: STORY, setup: POSTGRES }),
      // Programs of others take their time to start.
      project({ name: 'interop', include: INTEROP, setup: POSTGRES, testMs: 120_000, hookMs: 300_000 }),
    ],
  },
});
