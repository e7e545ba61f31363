import { spawnSync } from 'node:child_process';
import { it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

it('leaves nothing behind', () => {
  temporaryFolder('removed');
  spawnSync(process.execPath, ['-e', '']);
});
