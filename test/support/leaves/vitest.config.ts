import { defineConfig } from 'vitest/config';

/** As the project's own configuration, over the fixtures of this folder. */
export default defineConfig({
  root: new URL('../../..', import.meta.url).pathname,
  test: {
    include: ['test/support/leaves/*.fixture.ts'],
    setupFiles: ['test/support/file-folder.ts'],
    globalSetup: ['test/support/run-folder.ts'],
  },
});
