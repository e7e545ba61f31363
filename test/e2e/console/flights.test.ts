import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../../examples/flights/data/prepare.ts';
import { atEnd } from '../../support/at-end.ts';
import { hasChromium, startBrowser, type TestBrowser } from '../../support/browser.ts';
import { runFlights, serveFlights } from '../../support/flights.ts';
import { startInstall, type OneProcessInstall } from '../../support/install.ts';
import { ask, change, eventually, predict } from '../../support/story.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const VERSION = 'tiffin:default:model-version:flight-delay@1';
const DEPLOYMENT = 'tiffin:default:deployment:flight-delay@production';
const FLIGHT = { flight: 'mine', origin: 'ATL', destination: 'ORD', distance: 606, hour: 18, dow: 5 };
const HOURS = ['--from', '2001-01-22T18', '--to', '2001-01-22T20', '--share', '0.2'];

describe.skipIf(!hasChromium())('the console on the flights', () => {
  let database: TestDatabase;
  let install: OneProcessInstall;
  let browser: TestBrowser;
  beforeAll(async () => {
    database = await createTestDatabase();
    install = await startInstall({
      env: {
        DATABASE_URL: database.appUrl,
        DATABASE_OWNER_URL: database.ownerUrl,
        TIFFIN_SOURCE_DIRS: tmpdir(),
        TIFFIN_EDGE_POLL_MS: '200',
        TIFFIN_SAMPLE_DAYS: '0',
      },
      readyMs: 240_000,
    });
    atEnd(() => install.stop());
    const folder = temporaryFolder('flights');
    await prepareData(folder, () => {}, '2001-01-23');
    await serveFlights(install, folder);
    const { code, text } = await runFlights('replay', install, folder, HOURS).ended;
    expect(code, text).toBe(0);
    browser = await startBrowser();
  }, 400_000);

  it('leads from a feature to who uses it, to an approval, into traffic, back again, and to the proof of it all', async () => {
    const { id, release } = await trainedAgain(install);
    const version = id.split(':').at(-1)!;
    const [maker, approver] = await Promise.all(
      ['developer', 'approver'].map((user) => browser.open(`${install.graphUrl}/console`, { user })),
    );
    const { page } = maker!;
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Search everything' }).fill('late_share_3h');
    await page.getByRole('listbox').getByRole('option').first().click();
    const users = page.getByRole('table', { name: 'What depends on it, nearest first' });
    await users.getByRole('link', { name: version, exact: true }).click();
    await page.getByRole('heading', { name: version, level: 1 }).waitFor();
    await page.locator('button[aria-disabled=true][title*="role approver"]', { hasText: 'Approve' }).waitFor();

    const other = approver!.page;
    await other.getByRole('link', { name: 'the inbox' }).click();
    await other.getByRole('table', { name: 'Model versions' }).getByRole('link', { name: version }).click();
    await step(other, 'Approve', 'read its evaluation');
    await other.locator('.head').getByText('approved').waitFor();
    const made = await release();
    // Nobody reloads: the maker's page hears of it.
    await page.locator('.head').getByText('approved').waitFor({ timeout: 60_000 });
    const before = (await answer(install)).release;
    await page.goto(`${install.graphUrl}/console/deployment/flight-delay@production`);
    await step(page, 'Promote', 'it was trained again', rowOf(page, `${made.number} `));
    await rowOf(page, `${made.number} live`).waitFor();
    await eventually(async () => expect((await answer(install)).release).toBe(made.digest));
    await step(page, 'Roll back', 'it was only a try');
    await rowOf(page, '1 live').waitFor();
    await eventually(async () => expect((await answer(install)).release).toBe(before));

    await page.goto(`${install.graphUrl}/console/audit?subject=${DEPLOYMENT}`);
    await page.getByText('it was only a try').waitFor();
    await page.getByText('it was trained again').waitFor();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText('Whole: no record was altered').waitFor();
    await page.goto(`${install.graphUrl}/console/model/${version}`);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save its dossier' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe(`dossier-${version}.html`);
    const dossier = readFileSync(await file.path(), 'utf8');
    for (const words of ['read its evaluation', 'it was trained again', 'it was only a try']) {
      expect(dossier).toContain(words);
    }
    expect([...maker!.complaints, ...approver!.complaints]).toEqual([]);
  }, 180_000);
});

const rowOf = (page: Page, begins: string) =>
  page
    .getByRole('table', { name: 'Releases' })
    .getByRole('row')
    .filter({ hasText: new RegExp(`^${begins}`) });

/** Opens a dialog, says why, and waits until it is done. */
async function step(page: Page, label: string, reason: string, within: Pick<Page, 'getByRole'> = page): Promise<void> {
  await within.getByRole('button', { name: label, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(reason);
  await dialog.getByRole('button', { name: label, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

const answer = async (install: OneProcessInstall): Promise<any> =>
  (await predict(install, 'flight-delay', { at: '2001-01-22T19:59:00.000Z', inputs: FLIGHT })).body;

/** What a pipeline does before people decide: a version that waits, and once it may serve, a release with the live recipe. */
async function trainedAgain(install: OneProcessInstall) {
  const facts = `query ($id: ID!) { modelVersion(id: $id) { sourceDigest evaluation featureService { id } } }`;
  const { sourceDigest, evaluation, featureService } = await ask(install, 'developer', facts, { id: VERSION });
  const input = { model: 'flight-delay', artifact: sourceDigest, evaluation, codeCommit: 'a'.repeat(40) };
  const { modelVersion } = await change(
    install,
    'developer',
    'registerModelVersion',
    { ...input, featureService: featureService.id },
    '{ modelVersion { id } }',
  );
  const { id } = modelVersion;
  await change(install, 'developer', 'submitModelVersion', { id }, '{ modelVersion { state } }');
  await change(install, 'developer', 'validateModelVersion', { id }, '{ passed }');
  const release = async (): Promise<{ number: number; digest: string }> => {
    const live = `query ($id: ID!) { deployment(id: $id) { live { recipe } } }`;
    const { recipe } = (await ask(install, 'developer', live, { id: DEPLOYMENT })).live;
    const models = recipe.models.map((model: object) => ({ ...model, version: id }));
    const given = { deployment: DEPLOYMENT, recipe: { ...recipe, models } };
    return (await change(install, 'developer', 'createRelease', given, '{ release { number digest } }')).release;
  };
  return { id: id as string, release };
}
