import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEV_PAGE_KEY, type Secrets } from '../secrets.ts';
import type { Example } from './example-manifest.ts';

export interface PagePlaces {
  readonly dataDir: string;
  readonly controlUrl: string;
  readonly secrets: Secrets;
}

/**
 * Lays the web pages of examples into one folder for the edge, anew at each start. Beside each lies `settings.js` with what a
 * page of this install has to know, all of it public. Answers with the folder; null where no example has a page.
 */
export function writePages(examples: readonly Example[], { dataDir, controlUrl, secrets }: PagePlaces): string | null {
  const folder = join(dataDir, 'pages');
  rmSync(folder, { recursive: true, force: true });
  const trustedKeys = JSON.parse(readFileSync(secrets.trustedKeysFile, 'utf8')) as Record<string, string>;
  const settings = `self.tiffinSettings = ${JSON.stringify({ controlUrl, key: DEV_PAGE_KEY, trustedKeys })};\n`;
  const withPage = examples.flatMap(({ name, pageFolder }) => (pageFolder === null ? [] : [{ name, pageFolder }]));
  for (const { name, pageFolder } of withPage) {
    mkdirSync(folder, { recursive: true });
    cpSync(pageFolder, join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'settings.js'), settings);
  }
  return withPage.length > 0 ? folder : null;
}
