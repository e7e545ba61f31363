import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { endLeftovers, RUN_FOLDER, removeDeadRuns } from './leftovers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    runFolder: string;
  }
}

let folder: string | undefined;

/** Everything that is temporary in a run lies in one folder, by test file; what is left there at its end fails the run. */
export function setup(project: TestProject): void {
  project.provide('runFolder', (folder ??= openRunFolder()));
}

function openRunFolder(): string {
  removeDeadRuns();
  const made = mkdtempSync(join(tmpdir(), `${RUN_FOLDER}${process.pid}-`));
  // The embedded Postgres runs under another account than root's, and must get through.
  chmodSync(made, 0o711);
  process.env['TMPDIR'] = made;
  process.once('exit', () => {
    const left = endLeftovers(made);
    if (left.length === 0) return;
    process.stderr.write(`\nleft behind by the tests:\n${left.map((line) => `  ${line}\n`).join('')}`);
    process.exitCode = 1;
  });
  return made;
}
