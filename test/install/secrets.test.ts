import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEV_KEY, DEV_PAGE_KEY, openSecrets } from '../../install/secrets.ts';
import { KeyRing, sha256OfKey } from '../../subgraphs/shared/auth/key-ring.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = (): string => join(temporaryFolder('secrets'), 'secrets');

it('keeps its secrets from one start to the next, readable by nobody else', () => {
  const place = folder();
  const first = openSecrets(place, { dev: true });
  const second = openSecrets(place, { dev: true });
  expect(second.edgeKey).toBe(first.edgeKey);
  expect(Buffer.from(second.internalSecret)).toEqual(Buffer.from(first.internalSecret));
  expect(first.internalSecret.length).toBe(32);
  for (const file of [first.keysFile, first.edgeKeyFile, first.manifestKeyFile])
    expect(statSync(file).mode & 0o077).toBe(0);
  const trusted = JSON.parse(readFileSync(first.trustedKeysFile, 'utf8')) as Record<string, string>;
  expect(Object.values(trusted).map((key) => Buffer.from(key, 'base64').length)).toEqual([32]);
  expect(readFileSync(first.keysFile, 'utf8')).not.toContain(first.edgeKey);
});

it('takes the dev keys in dev mode only', async () => {
  const place = folder();
  const inDev = new KeyRing(openSecrets(place, { dev: true }).keys);
  expect(await inDev.holderOf(`Bearer ${DEV_KEY}`)).toMatchObject({ subject: 'key:dev' });
  expect(await inDev.holderOf(`Bearer ${DEV_PAGE_KEY}`)).toMatchObject({ subject: 'key:dev-page' });
  const production = new KeyRing(openSecrets(place, { dev: false }).keys);
  for (const key of [DEV_KEY, DEV_PAGE_KEY]) {
    await expect(production.holderOf(`Bearer ${key}`)).rejects.toThrow('not known');
  }
});

it('keeps keys that were added by hand', () => {
  const place = folder();
  const { keys, keysFile } = openSecrets(place, { dev: false });
  const mine = { id: 'ci', sha256: sha256OfKey('s3'), scopes: ['registry:read'], project: 'default', trust: 'device' };
  writeFileSync(keysFile, JSON.stringify([...keys, mine]));
  expect(openSecrets(place, { dev: false }).keys.map(({ id }) => id)).toEqual(['edge', 'ci']);
});

it('says which file is damaged and what to do', () => {
  const place = folder();
  const { keysFile } = openSecrets(place, { dev: false });
  writeFileSync(keysFile, '{');
  expect(() => openSecrets(place, { dev: false })).toThrow(/keys\.json can't be read: .*Mend it, or move it away/);
});
