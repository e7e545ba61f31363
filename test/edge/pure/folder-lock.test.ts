import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished, vi } from 'vitest';
import { lockFolder } from '../../../edge/adapters/node/folder-lock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const statOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');

/** A process whose parent never collects it; it ends when it is told to. */
async function startUncollected(): Promise<number> {
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  for await (const line of createInterface({ input: parent.stdout })) {
    // As long as it is a shell, it may still collect it.
    await vi.waitFor(() => expect(readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n'), 10_000);
    return Number(line);
  }
  throw new Error('the shell said nothing');
}

const lockOf = (pid: number): string => `${pid} ${statOf(pid)[19]}`;

it('lets one process at a time work in a folder, and takes over from one that is dead', async () => {
  const folder = temporaryFolder('lock');
  const pid = await startUncollected();
  writeFileSync(join(folder, 'lock'), lockOf(pid));
  expect(() => lockFolder(folder)).toThrow(`the edge of process ${pid} works in ${folder}`);

  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(statOf(pid)[0]).toBe('Z'), 10_000);
  const lock = lockFolder(folder);
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(lockOf(process.pid));
  lock.release();
});

it('takes over from a process whose pid another one has got', async () => {
  const folder = temporaryFolder('lock');
  const pid = await startUncollected();
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  writeFileSync(join(folder, 'lock'), `${pid} 1`);
  lockFolder(folder).release();
});
