import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ProgressOutput } from '../shared/progress.ts';

/** What only a data folder of an install has. */
const MARKS = ['secrets', 'registry'];

/** Files that hold, on their first line, the pid of a process of the install. */
const PID_FILES = ['edge.pid', join('postgres', 'postmaster.pid')];

/**
 * Models, approvals, releases and audit are append-only: nothing of the example can be taken back alone. A reset removes
 * the whole data folder of an install that does not run, and only when told so.
 */
export async function reset(folder: string, confirmed: boolean, output: ProgressOutput): Promise<void> {
  const path = resolve(folder);
  if (!MARKS.every((name) => existsSync(join(path, name)))) {
    throw new Error(
      `${path} is not the data folder of an install: nothing was removed. TIFFIN_DATA_DIR names another one`,
    );
  }
  const pid = PID_FILES.map((name) => pidIn(join(path, name))).find((one) => one !== undefined && isAlive(one));
  if (pid !== undefined) {
    throw new Error(`the install in ${path} runs (process ${pid}): stop it first. Nothing was removed`);
  }
  if (!confirmed) {
    output.write(
      `What the example registered stays for good: models, approvals, releases and audit are append-only.\n` +
        `So a reset removes all of ${path}, also what others made there. Say so with --yes:\n` +
        `  npm run flights -- reset --yes\n`,
    );
    return;
  }
  await rm(path, { recursive: true });
  output.write(`removed ${path}; the next "npm start" begins anew\n`);
}

function pidIn(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, and is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
