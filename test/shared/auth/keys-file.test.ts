import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openKeyRing } from '../../../subgraphs/shared/auth/keys-file.ts';
import { sha256OfKey } from '../../../subgraphs/shared/auth/key-ring.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const log = pino({ level: 'silent' });
const entry = (id: string) => ({ id, sha256: sha256OfKey(`k-${id}`), scopes: ['feature:read'], owner: 'user:ann' });

it('takes a key in and another one out while everything runs, and goes on through a half-written file', async () => {
  const file = join(temporaryFolder('keys'), 'keys.json');
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  write(JSON.stringify([entry('one')]));
  const keys = openKeyRing(file, log);
  await expect(keys.holderOf('Bearer k-two')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  write('[{');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect(await keys.holderOf('Bearer k-one'), 'the keys before a broken change stay').toMatchObject({
    subject: 'key:one',
  });
  write(JSON.stringify([entry('two')]));
  await expect
    .poll(() => keys.holderOf('Bearer k-two').catch(() => null), { timeout: 5_000 })
    .toMatchObject({
      subject: 'key:two',
      onBehalfOf: 'user:ann',
    });
  await expect(keys.holderOf('Bearer k-one'), 'a key that was taken out').rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  expect(keys.list('default')).toMatchObject([
    { id: 'two', scopes: ['feature:read'], owner: 'user:ann', project: 'default', trust: 'device' },
  ]);
});

it('names what is wrong with the file at the start', () => {
  const file = join(temporaryFolder('keys'), 'keys.json');
  writeFileSync(file, '{}');
  expect(() => openKeyRing(file, log)).toThrow(/TIFFIN_KEYS_FILE/);
  rmSync(file);
  expect(() => openKeyRing(file, log)).toThrow(/TIFFIN_KEYS_FILE/);
});
