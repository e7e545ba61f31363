import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { processInfo } from '../process/process-info.ts';

const Owner = z.object({ pid: z.int(), startedAt: z.string() });

/** Makes this process the owner; answers with the pid of the living process that is so already, if there is one. */
export async function claimOwner(file: string): Promise<number | undefined> {
  const mine = JSON.stringify({ pid: process.pid, startedAt: processInfo(process.pid)?.startedAt ?? '' });
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const held = await readOwner(file);
    if (held && isAlive(held)) return held.pid;
    setAside(file, held);
  }
}

export const releaseOwner = (file: string): void => rmSync(file, { force: true });

/** Between two that find the same dead owner, one moves the file; the other may catch the new one and gives it back. */
function setAside(file: string, dead: z.infer<typeof Owner> | undefined): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // somebody else did
  }
  const caught = parse(aside);
  if (caught && caught.startedAt !== dead?.startedAt && isAlive(caught)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

/** Waits a little for a file that is being written; one that stays empty was left by a process that died at it. */
async function readOwner(file: string): Promise<z.infer<typeof Owner> | undefined> {
  for (let attempt = 0; attempt < 10 && existsSync(file); attempt++) {
    const owner = parse(file);
    if (owner) return owner;
    await sleep(20);
  }
  return undefined;
}

function parse(file: string): z.infer<typeof Owner> | undefined {
  try {
    return Owner.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

const isAlive = ({ pid, startedAt }: z.infer<typeof Owner>): boolean => processInfo(pid)?.startedAt === startedAt;
