import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Writes the files of tests of real processes that failed into the file that `TIFFIN_FAILED_FILES` names, one in a line,
 * so that `.ci/run` can run them once more. Writes none if the run failed for anything that such files do not explain.
 */
export class FailedFilesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env['TIFFIN_FAILED_FILES'];
    if (file === undefined) return;
    const failed = modules.filter((module) => !module.ok());
    const isPure = failed.some(({ project }) => project.name === 'unit');
    const origins = unhandled.map((error) => error['VITEST_TEST_PATH']);
    if (isPure || !origins.every((origin) => typeof origin === 'string')) return;
    const paths = failed.map(({ relativeModuleId }) => relativeModuleId);
    const all = new Set([...paths, ...origins.map((origin) => relative(process.cwd(), origin))]);
    for (const path of all) appendFileSync(file, `${path}\n`);
  }
}
