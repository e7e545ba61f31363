import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { superviseChild } from '../../../install/process/child-process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const log = pino({ level: 'silent' });

function makeScript(): { script: string; pidFile: string; startsFile: string } {
  const folder = temporaryFolder('child');
  const [script, pidFile, startsFile] = [join(folder, 'child.mjs'), join(folder, 'child.pid'), join(folder, 'starts')];
  writeFileSync(
    script,
    `import { appendFileSync } from 'node:fs';
     appendFileSync(${JSON.stringify(startsFile)}, process.pid + '\\n');
     setInterval(() => {}, 1000);`,
  );
  return { script, pidFile, startsFile };
}

const starts = (file: string): number[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it('starts a killed child again and stops it for good at the end', async () => {
  const { script, pidFile, startsFile } = makeScript();
  const child = await superviseChild({ name: 'child', script, env: {}, pidFile, log });
  await vi.waitFor(() => expect(starts(startsFile)).toHaveLength(1), { timeout: 5_000 });

  process.kill(starts(startsFile)[0]!, 'SIGKILL');
  await vi.waitFor(() => expect(starts(startsFile)).toHaveLength(2), { timeout: 5_000 });
  const second = starts(startsFile)[1]!;
  expect(child.pid).toBe(second);

  await child.stop();
  expect(alive(second)).toBe(false);
  expect(existsSync(pidFile)).toBe(false);
});

it('replaces a child that a killed parent left behind', async () => {
  const { script, pidFile, startsFile } = makeScript();
  const orphan = spawn(process.execPath, [script], { stdio: 'ignore' });
  const ended = new Promise((resolve) => orphan.once('exit', (_code, signal) => resolve(signal)));
  await vi.waitFor(() => expect(starts(startsFile)).toHaveLength(1), { timeout: 5_000 });
  writeFileSync(pidFile, `${orphan.pid}\n`);

  const child = await superviseChild({ name: 'child', script, env: {}, pidFile, log });
  expect(await ended).toBe('SIGTERM');
  await vi.waitFor(() => expect(starts(startsFile)).toHaveLength(2), { timeout: 5_000 });
  await child.stop();
});

it('leaves a stranger alone that got the old pid', async () => {
  const { script, pidFile } = makeScript();
  const stranger = makeScript();
  const other = spawn(process.execPath, [stranger.script], { stdio: 'ignore' });
  await vi.waitFor(() => expect(starts(stranger.startsFile)).toHaveLength(1), { timeout: 5_000 });
  writeFileSync(pidFile, `${other.pid}\n`);

  const child = await superviseChild({ name: 'child', script, env: {}, pidFile, log });
  expect(alive(other.pid!)).toBe(true);
  await child.stop();
  other.kill('SIGKILL');
});
