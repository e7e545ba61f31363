import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ConformanceReporter } from './test/support/conformance-reporter.ts';

// Tests import graphql's ESM build and the libraries its CommonJS build, unless one path serves both.
const alias = [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }];

// Tests lie outside tsconfig.json, which tells the transform of decorators for everything else.
const oxc = { decorator: { legacy: true } };

const pure = [
  'test/architecture.test.ts',
  'test/enforced-or-refused.test.ts',
  'test/core/**/*.test.ts',
  'test/schema/**/*.test.ts',
  'test/edge/pure/**/*.test.ts',
  'test/examples/**/*.test.ts',
];

export default defineConfig({
  test: {
    reporters: ['default', new ConformanceReporter()],
    // By default two cores get one worker, and half of the tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      { resolve: { alias }, oxc, test: { name: 'unit', include: pure, testTimeout: 30_000 } },
      {
        resolve: { alias },
        oxc,
        test: {
          name: 'postgres',
          include: ['test/**/*.test.ts'],
          exclude: [...pure, 'test/interop/**'],
          setupFiles: ['reflect-metadata'],
          globalSetup: ['test/support/postgres.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
