import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

it('leaves a folder and a process behind', async () => {
  temporaryFolder('removed');
  mkdtempSync(join(tmpdir(), 'forgotten-'));
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)'], { stdio: 'ignore', detached: true });
  await once(child, 'spawn');
  console.log(`pid ${child.pid}`);
  child.unref();
});
