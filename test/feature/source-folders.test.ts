import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { boundedGlob } from '../../subgraphs/feature/storage/bounded-glob.ts';
import { Duck } from '../../subgraphs/shared/duckdb/duckdb.ts';
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
  const found = new SourceFiles(duck, [rootOf(folder)])
    .find(path, 'path')
    .then((files) => files.map((file) => file.path));
  if (allowed) expect(await found).toEqual([path]);
  else await expect(found).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

describe('the files that a pattern names', () => {
  const folder = realpathSync(temporaryFolder('glob'));
  const touch = (path: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  };
  beforeAll(() => ['a1.parquet', 'a2.parquet', 'b.parquet', 'y=1/m=1/a.parquet', 'y=2/m=1/a.parquet'].forEach(touch));
  const named = async (pattern: string): Promise<string[]> =>
    (await boundedGlob(join(folder, pattern))).map((file) => file.slice(folder.length + 1));

  it.each([
    ['a1.parquet', ['a1.parquet']],
    ['*.parquet', ['a1.parquet', 'a2.parquet', 'b.parquet']],
    ['a?.parquet', ['a1.parquet', 'a2.parquet']],
    ['[ab]*.parquet', ['a1.parquet', 'a2.parquet', 'b.parquet']],
    ['a[2-9].parquet', ['a2.parquet']],
    ['y=*/m=1/*.parquet', ['y=1/m=1/a.parquet', 'y=2/m=1/a.parquet']],
    ['**/a.parquet', ['y=1/m=1/a.parquet', 'y=2/m=1/a.parquet']],
    ['y=1/**', ['y=1/m=1/a.parquet']],
    ['nothing', []],
    ['[', []],
    ['y=1', []],
  ])('%s', async (pattern, files) => expect(await named(pattern)).toEqual(files));

  it('are not looked for without end', async () => {
    const wide = join(folder, 'wide');
    mkdirSync(wide);
    for (let i = 0; i < 201; i++) {
      mkdirSync(join(wide, String(i)));
      for (let j = 0; j < 100; j++) writeFileSync(join(wide, String(i), String(j)), '');
    }
    await expect(boundedGlob(join(wide, '**', '*.parquet'))).rejects.toThrow('more than 20000 files and folders');
    const duck = await Duck.open({ scratchFolder: join(folder, 'scratch'), threads: 1, memoryMb: 256 });
    onTestFinished(() => duck.close());
    await expect(new SourceFiles(duck, [folder]).find('wide/**')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'path: "wide/**" walks over more than 20000 files and folders; name a smaller folder',
    });
  });
});

it('names the setting, and no folder of the server, to who asks for what lies elsewhere', async () => {
  const folder = realpathSync(temporaryFolder('source'));
  const duck = await Duck.open({ scratchFolder: join(folder, 'scratch'), threads: 1, memoryMb: 256 });
  onTestFinished(() => duck.close());
  const refused = await new SourceFiles(duck, [folder]).find('/etc/passwd').catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'FORBIDDEN', details: { field: 'path' } });
  expect(String(refused)).toContain('TIFFIN_SOURCE_DIRS');
  expect(JSON.stringify(refused)).not.toContain(folder);
});
