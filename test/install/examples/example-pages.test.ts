import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Example } from '../../../install/examples/example-manifest.ts';
import { writePages } from '../../../install/examples/example-pages.ts';
import { DEV_PAGE_KEY, openSecrets } from '../../../install/secrets.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const example = (name: string, pageFolder: string | null): Example => ({ name, pageFolder }) as Example;

it('lays pages of examples into one folder, each with what is public of the install, and forgets those of before', () => {
  const dataDir = temporaryFolder('install');
  const page = temporaryFolder('page');
  writeFileSync(join(page, 'index.html'), 'parcels');
  mkdirSync(join(dataDir, 'pages', 'gone'), { recursive: true });
  const secrets = openSecrets(join(dataDir, 'secrets'), { dev: true });
  const places = { dataDir, controlUrl: 'http://127.0.0.1:4000', secrets };
  const folder = writePages([example('parcels', page), example('plain', null)], places);
  expect(folder).toBe(join(dataDir, 'pages'));
  expect(readFileSync(join(dataDir, 'pages/parcels/index.html'), 'utf8')).toBe('parcels');
  const settings = readFileSync(join(dataDir, 'pages/parcels/settings.js'), 'utf8');
  expect(settings).toContain(JSON.stringify({ controlUrl: places.controlUrl, key: DEV_PAGE_KEY }).slice(0, -1));
  const trusted = JSON.parse(readFileSync(secrets.trustedKeysFile, 'utf8'));
  expect(settings).toContain(JSON.stringify(trusted));
  expect(settings).not.toContain(secrets.edgeKey);
  expect(existsSync(join(dataDir, 'pages/gone'))).toBe(false);
  expect(writePages([example('plain', null)], places)).toBeNull();
});
