import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import { hasChromium, startBrowser, type TestBrowser } from '../../support/browser.ts';
import { makePlans, pagesOfFlights } from '../../support/console-flights.ts';
import { expectGood, LOOKS, optionsOf, ROUTES, routeOf, SIZES } from '../../support/console-pages.ts';
import { pictureFiles, takePictures } from '../../support/console-pictures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startInstall, type OneProcessInstall } from '../../support/install.ts';

/** Pillar → a measure of it that the flights have. */
const MEASURES: Readonly<Record<string, string>> = {
  Data: 'missing values',
  Model: 'AUC',
  Infrastructure: 'answers',
  Business: 'share of decisions',
};

describe.skipIf(!hasChromium())('the pages of the console', () => {
  let install: OneProcessInstall;
  let browser: TestBrowser;
  let waiting: string;
  let pages: Readonly<Record<string, string>>;
  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EXAMPLE: 'flights' }, readyMs: 240_000 });
    atEnd(() => install.stop());
    browser = await startBrowser();
    waiting = await makePlans(install);
    pages = await pagesOfFlights(install);
  }, 300_000);

  it('are all of the router, and what is added to it must be walked', () => {
    const walked = new Set(Object.keys(pages).map(routeOf));
    expect(ROUTES.filter((route) => !walked.has(route))).toEqual([]);
  });

  it.each(LOOKS)(
    'complain of nothing, and axe finds nothing: $theme, $size, $user',
    async (look) => {
      const opened = await browser.open(`${install.graphUrl}/console`, optionsOf(look));
      for (const [path, words] of Object.entries(pages)) await expectGood(opened, `${install.graphUrl}${path}`, words);
    },
    400_000,
  );

  it('are shown in the docs as they look, in both themes', async () => {
    // TIFFIN_PICTURES=docs/images takes those of the docs anew.
    const folder = process.env['TIFFIN_PICTURES'] ?? temporaryFolder('pictures');
    await takePictures(browser, install.graphUrl, folder);
    const docs = readFileSync('docs/console.md', 'utf8');
    for (const file of pictureFiles()) {
      expect(statSync(join(folder, file)).size, file).toBeGreaterThan(10_000);
      expect(existsSync(join('docs/images', file)), file).toBe(true);
      expect(docs, file).toContain(`images/${file}`);
    }
  }, 120_000);

  it('lead by keyboard alone from a search to a feature, who uses it, and the deployment that answers with it', async () => {
    const { page, complaints } = await browser.open(`${install.graphUrl}/console`);
    await page.getByText('Serving now').waitFor();
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Search everything' }).waitFor();
    await page.keyboard.type('late_share_3h');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Who uses it' }).waitFor();
    const users = page.getByRole('table', { name: 'What depends on it, nearest first' });
    await users.getByRole('link', { name: 'flight-delay@production', exact: true }).waitFor();
    for (let row = 0; row < 60; row++) {
      await page.keyboard.press('j');
      if ((await page.evaluate('document.activeElement.textContent')) === 'flight-delay@production') break;
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'flight-delay@production', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/deployment/flight-delay@production');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  it('draw what each of the four pillars is looked at by, once it is opened', async () => {
    const opened = await browser.open(`${install.graphUrl}/console/monitoring`, { viewport: SIZES.desk });
    const { page, complaints, violations } = opened;
    for (const [pillar, measure] of Object.entries(MEASURES)) {
      const card = page
        .locator('.pillars > div')
        .filter({ has: page.getByRole('heading', { name: pillar, level: 3 }) });
      await card.locator('summary', { hasText: 'over time' }).first().click();
      await card.getByRole('heading', { name: measure, level: 4 }).waitFor();
      const charts = card.getByRole('img', { name: new RegExp(`^${measure}`) });
      await expect.poll(() => charts.count(), { message: pillar }).toBeGreaterThan(0);
      // A line of many hours, and more than a stroke wide.
      const line = charts.first().locator('polyline').last();
      expect((await line.getAttribute('points'))!.split(' ').length, pillar).toBeGreaterThan(24);
      expect((await line.boundingBox())!.width, pillar).toBeGreaterThan(100);
    }
    expect(await violations()).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  }, 120_000);

  it('say once why a thing is not to be had', async () => {
    const { page } = await browser.open(`${install.graphUrl}/console/prediction/nothing`);
    await page.getByText('is not the id of a prediction').waitFor();
    expect(await page.locator('main .notice').count()).toBe(1);
    expect(await page.locator('main section').count()).toBe(0);
  }, 60_000);

  it('find records of the audit by subgraph, thing, person, action and time', async () => {
    const { page, complaints } = await browser.open(`${install.graphUrl}/console/audit`);
    const rows = page.getByRole('table', { name: 'Audit records' }).locator('tbody tr');
    const field = (label: string) => page.getByLabel(label);
    const all = async (column: number): Promise<readonly string[]> => [
      ...new Set(await rows.locator(`td:nth-child(${column}) > div`).allInnerTexts()),
    ];
    await rows.first().waitFor();
    await page.locator('.filters select').selectOption('EXPERIMENT');
    await expect.poll(async () => (await all(1)).every((text) => text.endsWith('experiment'))).toBe(true);
    await page.locator('.filters select').selectOption('');
    const typed: readonly (readonly [string, string, number, RegExp])[] = [
      ['About', 'flight-delay-logistic@1', 3, /^flight-delay-logistic@1$/],
      ['By', 'user:approver', 4, /^user:approver\napprover$/],
      ['Action', 'model-version.approve', 2, /^model-version\.approve\b/],
    ];
    for (const [label, text, column, expected] of typed) {
      await field(label).fill(text);
      await field(label).press('Enter');
      await expect
        .poll(async () => (await all(column)).every((one) => expected.test(one)), { message: label })
        .toBe(true);
      expect(await rows.count(), label).toBeGreaterThan(0);
    }
    // All three at once: one record is left. The address holds them: whoever gets it sees the same.
    expect(await rows.count()).toBe(1);
    await page.reload();
    await rows.first().waitFor();
    expect([await rows.count(), await field('By').inputValue()]).toEqual([1, 'user:approver']);
    // What is half typed stays while the page is drawn anew, as it is for whoever comes back to it.
    await field('By').fill('user:appr');
    await Promise.all([
      page.waitForResponse(
        (response) => response.request().postData()?.includes('"operationName":"AuditPage"') === true,
      ),
      page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`),
    ]);
    expect(await field('By').inputValue()).toBe('user:appr');
    await field('By').fill('user:approver');
    await field('Before (UTC)').fill('2001-01-01T00:00');
    await page.getByText('No record under this filter').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await rows.nth(20).waitFor();
    expect(await field('By').inputValue()).toBe('');
    await field('From (UTC)').fill('2001-01-01T00:00');
    await rows.nth(20).waitFor();
    await field('From (UTC)').fill('2101-01-01T00:00');
    await page.getByText('No record under this filter').waitFor();
    expect(new URL(page.url()).searchParams.get('from')).toBe('2101-01-01T00:00');
    expect(complaints).toEqual([]);
  }, 120_000);

  it('say to a viewer why a button is not theirs', async () => {
    const { page } = await browser.open(`${install.graphUrl}/console/deployment/flight-delay@production`, {
      user: 'viewer',
    });
    const button = page.getByRole('button', { name: 'Roll back' });
    await page.locator('button[aria-disabled=true]', { hasText: 'Roll back' }).waitFor();
    await page.locator('button[title*="role developer"]', { hasText: 'Roll back' }).waitFor();
    expect(await button.getAttribute('title')).toContain('rollback takes role developer or scope registry:traffic');
    await button.click({ force: true });
    expect(await page.locator('dialog[open]').count()).toBe(0);
  }, 60_000);

  it('revise a running experiment, say before what it costs, and after what it cost', async () => {
    const url = `${install.graphUrl}/console/experiment/trees-or-logistic`;
    const opened = await browser.open(url, { user: 'developer' });
    const { page, complaints } = opened;
    await page.getByRole('button', { name: 'Revise' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It begins a new revision without units').waitFor();
    await dialog.getByRole('textbox', { name: 'Secondary metrics' }).fill('brier');
    expect(await opened.violations()).toEqual([]);
    await dialog.getByRole('button', { name: 'Revise' }).click();
    await page.getByText('revision 2 begins with no units').waitFor();
    await expect.poll(() => page.getByRole('table', { name: 'Revisions' }).locator('tbody tr').count()).toBe(2);
    // What was left as it was is not sent: the same again changes nothing, and says so.
    await page.getByRole('button', { name: 'Revise' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revise' }).click();
    await page.getByRole('dialog').getByText('nothing is named that changes').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(complaints).toEqual([]);
  }, 120_000);

  it('lead an approver from the inbox to what waits, and say to its maker that others must approve it', async () => {
    const { page, complaints } = await browser.open(`${install.graphUrl}/console`, { user: 'approver' });
    await page.getByRole('link', { name: 'the inbox' }).click();
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
    const versions = page.getByRole('table', { name: 'Model versions' });
    await versions.getByRole('link', { name: waiting }).click();
    await page.getByRole('heading', { name: waiting, level: 1 }).waitFor();
    await page.locator('button:not([aria-disabled=true])', { hasText: 'Approve' }).waitFor();
    const maker = await browser.open(`${install.graphUrl}/console/inbox`);
    await maker.page.getByText('Nothing waits for you').waitFor();
    await maker.page.getByRole('button', { name: 'for anybody' }).click();
    await maker.page.getByRole('link', { name: waiting }).click();
    await maker.page.locator('button[aria-disabled=true][title*="role approver"]', { hasText: 'Approve' }).waitFor();
    expect([...complaints, ...maker.complaints]).toEqual([]);
  }, 60_000);

  it('try a deployment: the answer with what it rests on, and the words of the server for what is wrong', async () => {
    const url = `${install.graphUrl}/console/deployment/flight-delay@production`;
    const { page, complaints } = await browser.open(url);
    await page.getByRole('link', { name: 'Try it: what would it answer?' }).click();
    const values = { flight: 'mine', origin: 'ATL', destination: 'ORD', distance: '606', hour: '18', dow: '5' };
    for (const [name, value] of Object.entries(values)) {
      await page.getByRole('textbox', { name: new RegExp(`^${name} `) }).fill(value);
    }
    await page.getByRole('button', { name: 'Try it' }).click();
    const answer = page.locator('.verdict');
    await answer.getByText(/^(ON_TIME|LATE)$/).waitFor();
    expect(await answer.textContent()).toMatch(/score 0\.\d{4}/);
    await page
      .getByRole('table', { name: 'Features and derived fields' })
      .getByText('origin_delays__late_share_3h')
      .waitFor();
    await page.getByText(/curl -s .*"origin":"ATL"/).waitFor();
    // What was typed is in the address: whoever gets it sees the same.
    const sent = await browser.open(page.url());
    await sent.page
      .locator('.verdict')
      .getByText(/^(ON_TIME|LATE)$/)
      .waitFor();
    await page.goto(page.url().replace('in.hour=18', 'in.hour=late'));
    await page.locator('.notice.bad').getByText('hour').waitFor();
    expect([...complaints, ...sent.complaints]).toEqual([]);
  }, 60_000);

  it('test a receiver, and say what it met', async () => {
    const url = `${install.graphUrl}/console/receivers`;
    const viewer = await browser.open(url, { user: 'viewer' });
    await viewer.page.locator('button[aria-disabled=true][title*="role admin"]', { hasText: 'Test' }).waitFor();
    const { page, complaints } = await browser.open(url, { user: 'admin' });
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Test' }).click();
    // No such host answers, here or anywhere.
    await page.getByRole('dialog').getByText('The receiver did not take it').waitFor();
    expect(await page.locator('dialog[open]').count()).toBe(1);
    expect(complaints).toEqual([]);
  }, 60_000);

  it('do nothing twice where the answer was lost: a second try shows where the thing stands', async () => {
    const { page } = await browser.open(`${install.graphUrl}/console/model/${waiting}`, { user: 'approver' });
    await page.getByRole('button', { name: 'Approve' }).click();
    // The server does it, and its answer never arrives; nor does news, by which the page would see it by itself.
    let isLost = true;
    await page.route('**/console/graphql', async (route) => {
      const isApproval = route.request().postData()?.includes('its evaluation is good') ?? false;
      if (isApproval && !isLost) return route.continue();
      if (isApproval) await route.fetch();
      return route.abort();
    });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('its evaluation is good');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await dialog.getByText('The server does not answer').waitFor();
    isLost = false;
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await dialog.locator('.notice').getByText('APPROVED').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.reload();
    await page.locator('.head').getByText('approved').waitFor();
    const { data } = await install.graphql(
      `{ modelVersion(id: "tiffin:default:model-version:${waiting}") { approvals { action } } }`,
    );
    expect(data.modelVersion.approvals.filter(({ action }: any) => action === 'APPROVE')).toHaveLength(1);
  }, 60_000);

  it('suspend what was approved, and show both in its life and in the proof', async () => {
    const url = `${install.graphUrl}/console/model/${waiting}`;
    const { page, complaints } = await browser.open(url, { user: 'approver' });
    await page.locator('.head').getByText('approved').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'its evaluation is good' }).waitFor();
    await page.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    // A reason is asked for: the dialog stays, and nothing was sent.
    expect(await page.locator('dialog[open]').count()).toBe(1);
    await page.getByRole('dialog').getByRole('textbox').fill('only to try it');
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    await page.locator('.head').getByText('suspended').waitFor();
    await page.goto(`${install.graphUrl}/console/audit?subject=${waiting}`);
    await page.getByText('model-version.suspend').waitFor();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText('Whole: no record was altered').waitFor();
    expect(complaints).toEqual([]);
  }, 120_000);

  it('roll a deployment back, and say what was refused in the words of the server', async () => {
    const { page, complaints } = await browser.open(`${install.graphUrl}/console/deployment/flight-delay@production`);
    await page.locator('.legend').getByText('10.0 %').first().waitFor();
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('to see that it works');
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('to see that it works').first().waitFor();
    await page.locator('.legend').getByText('100.0 %').waitFor();
    // Nothing was the default before: there is nothing to go back to.
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('once more');
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('dialog').locator('.notice').waitFor();
    expect(await page.getByRole('dialog').locator('.notice').textContent()).toContain('rule G7');
    expect(complaints).toEqual([]);
  }, 120_000);

  it('show what was changed meanwhile where somebody else was first', async () => {
    const { page } = await browser.open(`${install.graphUrl}/console/deployment/flight-delay@production`);
    await page.getByRole('button', { name: 'Promote' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('it is better');
    // What it heard of the other change would bring the page up to date: it hears nothing but its own.
    await page.route('**/console/graphql', (route) =>
      route.request().postData()?.includes('"operationName":"Promote"') ? route.continue() : route.abort(),
    );
    const input = { deployment: 'flight-delay@production', reason: 'somebody else was first' };
    const kill = 'mutation ($input: ReasonedTrafficInput!) { killDeployment(input: $input) { applied } }';
    expect(await install.graphql(kill, { input })).not.toHaveProperty('errors');
    await dialog.getByRole('button', { name: 'Promote' }).click();
    await dialog.getByText('It was changed meanwhile').waitFor();
    await page.unroute('**/console/graphql');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    // By itself, at its next look at the latest.
    await page.locator('.head').getByText('killed').waitFor({ timeout: 60_000 });
  }, 120_000);
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
