import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';

it('fails, and leaves a folder and a process behind that holds its output open', async () => {
  mkdtempSync(join(tmpdir(), 'forgotten-'));
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child, 'spawn');
  console.log(`pid ${child.pid}`);
  throw new Error('half-way');
});
