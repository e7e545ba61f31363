import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileStateStore } from '../../edge/adapters/node/file-state-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { stateStoreConformance } from './state-store.ts';

stateStoreConformance('a file', () => {
  const path = join(temporaryFolder('held'), 'held.json');
  return Promise.resolve({
    open: () => Promise.resolve(new FileStateStore(path)),
    damage: (text) => {
      writeFileSync(path, text);
      return Promise.resolve();
    },
  });
});
