import { chmodSync, mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, expect, inject } from 'vitest';
import { endOfFile } from './at-end.ts';
import { endProcessesOf, folderNameOf } from './leftovers.ts';
import { removeTemporaryFolders } from './temporary-folder.ts';

// What a test file, the code under test and the processes that it starts make in the temporary directory lies in a
// folder that carries the file's name. It must be empty when the file ends.
const folder = join(inject('runFolder'), folderNameOf(relative(process.cwd(), expect.getState().testPath ?? '')));
mkdirSync(folder, { recursive: true });
chmodSync(folder, 0o1777);
process.env['TMPDIR'] = folder;
// Hooks run last in, first out.
afterAll(removeTemporaryFolders);
afterAll(() => {
  const left = endProcessesOf(folder);
  if (left.length > 0) throw new Error(`the test file left processes behind, which were ended: ${left.join('; ')}`);
});
afterAll(endOfFile);
