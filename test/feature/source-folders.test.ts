import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Duck } from '../../subgraphs/feature/storage/duckdb.ts';
import { SourceFiles } from '../../subgraphs/feature/storage/source-files.ts';
import { writeParquet } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it.each([
  ['the root of the disk', () => '/', true],
  ['the folder itself', (folder: string) => folder, true],
  ['a folder whose name only begins alike', (folder: string) => folder.slice(0, -1), false],
])('reads below %s or refuses', async (_what, rootOf, allowed) => {
  const folder = realpathSync(temporaryFolder('source'));
  const path = join(folder, 'a.parquet');
  await writeParquet(path, 'select 1 as x');
  const duck = await Duck.open({ scratchFolder: join(folder, 'scratch'), threads: 1, memoryMb: 256 });
  onTestFinished(() => duck.close());
  const found = new SourceFiles(duck, [rootOf(folder)]).find(path, 'path');
  if (allowed) expect(await found).toEqual([path]);
  else await expect(found).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
