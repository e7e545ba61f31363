import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reset } from '../../../examples/flights/reset.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function makeInstall(): string {
  const folder = temporaryFolder('reset');
  for (const name of ['secrets', 'registry', 'postgres']) mkdirSync(join(folder, name));
  return folder;
}

async function said(folder: string, confirmed: boolean): Promise<string> {
  let text = '';
  await reset(folder, confirmed, { write: (more) => (text += more) });
  return text;
}

it('says what stays for good, and removes nothing until it is told to', async () => {
  const folder = makeInstall();
  expect(await said(folder, false)).toMatch(/append-only[^]*--yes/);
  expect(existsSync(join(folder, 'registry'))).toBe(true);
  expect(await said(folder, true)).toBe(`removed ${folder}; the next "npm start" begins anew\n`);
  expect(existsSync(folder)).toBe(false);
});

it.each(['edge.pid', 'postgres/postmaster.pid'])('leaves an install alone that runs, by its %s', async (file) => {
  const folder = makeInstall();
  writeFileSync(join(folder, file), `${process.pid}\nmore\n`);
  await expect(said(folder, true)).rejects.toThrow(
    `the install in ${folder} runs (process ${process.pid}): stop it first`,
  );
  expect(existsSync(join(folder, 'registry'))).toBe(true);
});

it('removes an install whose process is gone', async () => {
  const folder = makeInstall();
  writeFileSync(join(folder, 'edge.pid'), `${2 ** 22 + 1}\n`);
  await said(folder, true);
  expect(existsSync(folder)).toBe(false);
});

it('touches no folder that is not of an install', async () => {
  const folder = temporaryFolder('reset');
  writeFileSync(join(folder, 'thesis.txt'), 'years of work');
  await expect(said(folder, true)).rejects.toThrow('is not the data folder of an install: nothing was removed');
  expect(existsSync(join(folder, 'thesis.txt'))).toBe(true);
});
