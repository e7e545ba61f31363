import { defineConfig } from 'vitest/config';
import { FailedFilesReporter } from '../failed-files-reporter.ts';

/** As the project's own configuration, over the fixtures of this folder. */
export default defineConfig({
  root: new URL('../../..', import.meta.url).pathname,
  test: {
    include: ['test/support/runs/*.fixture.ts'],
    reporters: ['default', new FailedFilesReporter()],
    setupFiles: ['test/support/file-folder.ts'],
    globalSetup: ['test/support/run-folder.ts'],
  },
});
