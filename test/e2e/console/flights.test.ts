import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../../examples/flights/data/prepare.ts';
import { startApart } from '../../support/apart.ts';
import { atEnd } from '../../support/at-end.ts';
import { hasChromium, startBrowser, type TestBrowser } from '../../support/browser.ts';
import { falsehoods, shownAt, type Shown } from '../../support/console-away.ts';
import { addressesOf, LOOKS, optionsOf } from '../../support/console-pages.ts';
import { runFlights, serveFlights } from '../../support/flights.ts';
import { startInstall, type Install, type OneProcessInstall } from '../../support/install.ts';
import { ask, change, eventually, predict } from '../../support/story.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const VERSION = 'tiffin:default:model-version:champion@1';
const DEPLOYMENT = 'tiffin:default:deployment:flight-delay@production';
const FLIGHT = { flight: 'mine', origin: 'ATL', destination: 'ORD', distance: 606, hour: 18, dow: 5 };
const HOURS = ['--from', '2001-01-22T18', '--to', '2001-01-22T20', '--share', '0.2'];
/** One thing of each page that the flights have. */
const FLIGHTS: Readonly<Record<string, string>> = {
  model: 'champion@1',
  deployment: 'flight-delay@production',
  try: 'flight-delay@production',
  experiment: 'trees-or-logistic',
  rollout: 'careful',
  shadow: 'trees',
  'response-policy': 'watch-drift',
  'edge-node': 'edge-1',
  'policy-preset': 'SEBI',
  receiver: 'on-call',
  feature: 'origin_delays@1/late_share_3h',
  'feature-view': 'origin_delays@1',
  'feature-service': 'flight_delay@1',
  source: 'origin_delays',
  entity: 'origin',
  endpoint: 'flight-delay',
  metric: 'brier',
};

/** What people planned with the flights. */
const PLANS = `mutation {
  createMetric(input: { name: "brier", definition: { kind: MEAN, measure: SQUARED_ERROR, higherIsBetter: false, margin: 0.01 } }) { metric { id } }
  createRollout(input: { name: "careful", deployment: "flight-delay@production", candidate: "flight-delay@production/2",
    unit: "flight", hypothesis: "trees are no worse anywhere", preset: STAGED_5_20_50_100, guardrails: [{ metric: "brier" }] })
    { rollout { id } }
  createShadow(input: { name: "trees", deployment: "flight-delay@production", candidate: "flight-delay@production/2",
    unit: "flight" }) { shadow { id } }
  createExperiment(input: { name: "trees-or-logistic", hypothesis: "as good", deployment: "flight-delay@production",
    arms: [{ name: "today", release: "flight-delay@production/1", share: 0.5 }, { name: "next", release: "flight-delay@production/2", share: 0.5 }],
    control: "today", unit: "flight", baseline: 0.5, mde: 0.4 }) { experiment { id } }
  materialize(input: { view: "origin_delays", from: "2001-01-22T00:00:00Z", to: "2001-01-22T20:00:00Z", waitMs: 20000 })
    { materialization { id } } }`;

const POLICY = `mutation ($definition: JSON!) { createResponsePolicy(input: { name: "watch-drift", definition: $definition }) { responsePolicy { id } } }`;
const DEFINITION = {
  deployment: DEPLOYMENT,
  level: 'OBSERVE',
  evaluation: 'ON_DEMAND',
  trigger: { causes: ['PERFORMANCE_LOSS'] },
  action: { kind: 'FALLBACK' },
};
const RECEIVER = `mutation { createReceiver(input: { name: "on-call", kind: SLACK, url: "https://hooks.example.org/alerts" }) { receiver { id } } }`;

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
    for (const [query, variables, user] of [
      [PLANS, {}, 'developer'],
      [POLICY, { definition: DEFINITION }, 'approver'],
      [RECEIVER, {}, 'admin'],
    ] as const) {
      expect(await install.graphql(query, variables, user)).not.toHaveProperty('errors');
    }
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

  it('shows every page with a subgraph away, and says in words what is missing', async () => {
    await install.stop();
    const apart = await startApart({
      database,
      env: { TIFFIN_DATA_DIR: install.dataDir, TIFFIN_SOURCE_DIRS: tmpdir(), SUBGRAPH_TIMEOUT_MS: '2000' },
    });
    atEnd(() => apart.stop());
    const addresses = addressesOf({ ...FLIGHTS, ...(await named(apart)) }).map((path) => `${apart.graphUrl}${path}`);
    const whole = await browser.open(`${apart.graphUrl}/console`, { user: 'viewer' });
    const before = new Map<string, Shown>();
    for (const address of addresses) before.set(address, await shownAt(whole.page, address));
    for (const [at, name] of (['feature', 'registry', 'experiment', 'monitoring'] as const).entries()) {
      await apart.parts[name].end('SIGKILL');
      const { page, complaints } = await browser.open(`${apart.graphUrl}/console`, optionsOf(LOOKS[at]!));
      for (const address of addresses) {
        const where = `${address} without ${name}`;
        const shown = await shownAt(page, address);
        expect.soft(falsehoods(shown, before.get(address)!), where).toEqual([]);
        if (shown.values < before.get(address)!.values) expect.soft(shown.away, where).toContain(name);
        expect.soft(complaints, where).toEqual([]);
      }
      await apart.startAgain(name);
    }
  }, 900_000);
});

/** Things that got their names from the product. */
async function named(install: Install): Promise<Readonly<Record<string, string>>> {
  const { data } = await install.graphql(`{ materializations(first: 1) { edges { node { id } } }
    predictions(deployment: "flight-delay@production", first: 1) { edges { node { id } } } }`);
  const ids = Object.values<any>(data).map(({ edges }) => edges[0].node.id.split(':'));
  return Object.fromEntries(ids.map(([, , kind, name]) => [kind, name]));
}

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
  const input = { model: 'champion', artifact: sourceDigest, evaluation, codeCommit: 'a'.repeat(40) };
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
