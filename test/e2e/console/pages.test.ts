import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startBrowser, type TestBrowser } from '../../support/browser.ts';
import { startInstall, type OneProcessInstall } from '../../support/install.ts';

const DEPLOYMENT = 'tiffin:default:deployment:flight-delay@production';

/** Address → words that are there once its data has come. */
const PAGES: Readonly<Record<string, string>> = {
  '/console': 'Serving now',
  '/console/search?q=delay': 'Found for',
  '/console/models': 'flight-delay',
  '/console/model/flight-delay': 'Versions',
  '/console/model/flight-delay@1': 'Golden rows',
  '/console/deployments': 'flight-delay@production',
  '/console/deployment/flight-delay@production': 'revision',
  '/console/no/such/page': 'There is no such page',
  '/console/model/nothing@1': 'There is no model version of this name',
};

const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 800 } } as const;

describe.skipIf(!hasChromium())('the pages of the console', () => {
  let install: OneProcessInstall;
  let browser: TestBrowser;
  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EXAMPLE: 'flights' }, readyMs: 240_000 });
    browser = await startBrowser();
  }, 300_000);

  for (const theme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const user of ['viewer', 'approver']) {
        it(`complain of nothing, and axe finds nothing: ${theme}, ${size}, ${user}`, async () => {
          for (const [path, words] of Object.entries(PAGES)) {
            const url = `${install.graphUrl}${path}`;
            const opened = await browser.open(url, { user, viewport, colorScheme: theme });
            await opened.page.getByText(words).first().waitFor();
            await opened.page.waitForFunction('document.querySelectorAll("[aria-busy=true]").length === 0');
            expect(await opened.violations(), path).toEqual([]);
            const over = await opened.page.evaluate('document.documentElement.scrollWidth - innerWidth');
            expect(over, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
            expect(opened.complaints, path).toEqual([]);
            await opened.page.context().close();
          }
        }, 180_000);
      }
    }
  }

  it('serve what lineage and search know by the same ids', async () => {
    const { page } = await browser.open(`${install.graphUrl}/console`);
    await page.keyboard.press('/');
    await page.getByRole('combobox').fill('production');
    await page.getByRole('option').filter({ hasText: 'deployment' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByText(DEPLOYMENT).waitFor();
  }, 60_000);
});

describe('the size of the console', () => {
  const folder = 'dist/console';
  const sizeOf = (files: readonly string[]): number =>
    files.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0) / 1024;

  it('is small before the first page, and as a whole', () => {
    const all = globSync('assets/*.{js,css}', { cwd: folder });
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    const first = all.filter((name) => html.includes(name));
    expect(first.length).toBeGreaterThan(1);
    const sizes = { first: sizeOf(first), all: sizeOf(all) };
    console.info(
      `the console: ${sizes.first.toFixed(1)} KB before the first page, ${sizes.all.toFixed(1)} KB in all (gzip)`,
    );
    expect(sizes.first).toBeLessThanOrEqual(30);
    expect(sizes.all).toBeLessThanOrEqual(200);
  });
});
