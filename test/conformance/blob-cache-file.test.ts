import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileBlobCache } from '../../edge/adapters/node/file-blob-cache.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { blobCacheConformance } from './blob-cache.ts';

let folder: string;

blobCacheConformance({
  name: 'files',
  removes: true,
  make: () => {
    folder = temporaryFolder('blobs');
    return Promise.resolve(new FileBlobCache(folder));
  },
  tamper: (_, digest) => {
    const bytes = readFileSync(join(folder, digest));
    bytes[2_500]! ^= 1;
    writeFileSync(join(folder, digest), bytes);
    return Promise.resolve();
  },
});
