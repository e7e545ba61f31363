import { chmodSync, existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import type { TestProject } from 'vitest/node';
import { endLeftovers, IN_MEMORY, makeRunFolder, RUN_FOLDER, removeDeadRuns } from './leftovers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    runFolder: string;
  }
}

const ENOUGH_BYTES = 6 * 1024 ** 3;

/** Everything that is temporary in a run lies in one folder, by test file; what is left there at its end fails the run. */
export function setup(project: TestProject): void {
  // Each project has this module of its own; the process tells that another one has been here.
  const isOpen = basename(tmpdir()).startsWith(`${RUN_FOLDER}${process.pid}-`);
  project.provide('runFolder', isOpen ? tmpdir() : openRunFolder());
}

function openRunFolder(): string {
  removeDeadRuns();
  const made = makeRunFolder(place());
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

/** In memory where there is room (a container may have little) and TMPDIR says nothing: tests must not wait for a disk. */
function place(): string {
  if (process.env['TMPDIR'] !== undefined || !existsSync(IN_MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(IN_MEMORY);
  return bavail * bsize > ENOUGH_BYTES ? IN_MEMORY : tmpdir();
}
