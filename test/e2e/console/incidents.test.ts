import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import { hasChromium, startBrowser, type TestBrowser } from '../../support/browser.ts';
import { commandLine } from '../../support/command-line.ts';
import { startInstall, type OneProcessInstall } from '../../support/install.ts';

const tiffin = commandLine();
const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 800 } } as const;
const LABELS = { endpoint: 'fraud', environment: 'production' };
const RULES = {
  stale: 'feature_freshness < 0.99',
  inaccurate: 'model_auc < 0.7',
  slow: 'prediction_latency_ms > 200',
};

describe.skipIf(!hasChromium())('the pages of incidents', () => {
  let install: OneProcessInstall;
  let browser: TestBrowser;
  let faulty: string;

  const done = async (query: string, variables: object = {}): Promise<any> => {
    const { data, errors } = await install.graphql(query, variables);
    expect(errors).toBeUndefined();
    return data;
  };
  /** Series show something, and the rules are evaluated. */
  async function shown(series: readonly (readonly [string, number, object])[]): Promise<void> {
    const samples = series.map(([name, value, labels]) => ({ name, value, labels: { ...LABELS, ...labels } }));
    const sent = await install.call(`${install.graphUrl}/v1/samples`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ samples }),
    });
    expect(sent.status).toBe(200);
    await done('mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { problem } } }', {
      at: new Date().toISOString(),
    });
  }

  beforeAll(async () => {
    install = await startInstall();
    atEnd(() => install.stop());
    browser = await startBrowser();
  }, 180_000);

  it('say what an incident is before there is one', async () => {
    const { page, complaints, violations } = await browser.open(`${install.graphUrl}/console/incidents`);
    await page.getByText('No incident yet').waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'resolved' }).click();
    await page.getByText('No incident under this filter').waitFor();
    await page.goto(`${install.graphUrl}/console/incident/nothing`);
    await page.getByText('There is no incident of this name').waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  it('lead from an alert and from the deployment to the incident, with its cause first', async () => {
    await done(`mutation { createEndpoint(input: { name: "fraud" }) { endpoint { id } } }`);
    await done(
      `mutation { createDeployment(input: { endpoint: "fraud", environment: "production" }) { deployment { id } } }`,
    );
    for (const [name, expression] of Object.entries(RULES)) {
      const input = { name, expression, severity: 'CRITICAL', evaluation: 'ON_DEMAND', noDataState: 'OK' };
      await done('mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }', {
        input,
      });
    }
    await shown([
      ['model_auc', 0.61, { model_version: 'fraud@3' }],
      ['feature_freshness', 0.4, { feature: 'card__spend_24h' }],
      ['feature_freshness', 0.6, { feature: 'card__merchants_7d' }],
      ['prediction_latency_ms', 312, {}],
    ]);
    const { incidents } = await done('{ incidents { edges { node { id cause } } } }');
    expect(incidents.edges).toHaveLength(2);
    faulty = incidents.edges
      .find(({ node }: any) => node.cause === 'PIPELINE_FAULT')
      .node.id.split(':')
      .at(-1);

    const { page, complaints } = await browser.open(`${install.graphUrl}/console/alerts`);
    await page.getByRole('link', { name: 'pipeline fault at card' }).first().click();
    await page.getByRole('heading', { name: 'pipeline fault at card', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console/incident/${faulty}`);
    const evidence = page.getByRole('table', { name: 'Alerts of this incident' });
    expect(await evidence.getByText('pipeline fault').count()).toBe(2);
    await page.goto(`${install.graphUrl}/console/deployment/fraud@production`);
    await page.getByRole('link', { name: 'infrastructure at fraud@production' }).waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  it('let a developer acknowledge, give a role, note and resolve, and show each at once; a viewer is told why not', async () => {
    const url = `${install.graphUrl}/console/incident/${faulty}`;
    const viewer = await browser.open(url, { user: 'viewer' });
    await viewer.page.locator('button[aria-disabled=true][title*="role developer"]', { hasText: 'Resolve' }).waitFor();

    const { page, complaints } = await browser.open(url);
    await step(page, 'Acknowledge', 'the loader hangs');
    await page.getByRole('listitem').filter({ hasText: 'the loader hangs' }).waitFor();
    await page.getByRole('button', { name: 'Give a role' }).click();
    await page.getByRole('dialog').getByRole('combobox').selectOption('SCRIBE');
    await page.getByRole('dialog').getByRole('textbox').fill('user:ada');
    await page.getByRole('dialog').getByRole('button', { name: 'Give a role' }).click();
    await page.getByRole('listitem').filter({ hasText: 'SCRIBE: user:ada' }).waitFor();
    await step(page, 'Add a note', 'restarted it');
    await page.getByRole('listitem').filter({ hasText: 'restarted it' }).waitFor();
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('it was a test');
    await page.getByRole('dialog').getByRole('checkbox').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await page.locator('.head').getByText('false alarm').waitFor();
    // Whoever looks at it elsewhere sees it too.
    await viewer.page.locator('.head').getByText('false alarm').waitFor({ timeout: 60_000 });
    expect([...complaints, ...viewer.complaints]).toEqual([]);
  }, 120_000);

  it('are told the same by the command, and hear what it does', async () => {
    const said = async (...args: string[]): Promise<any> => {
      const { code, out, err } = await tiffin(['incident', ...args, '--graph', install.graphUrl, '-o', 'json']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      return JSON.parse(out);
    };
    const [slow, ...others] = await said('list', '--status', 'open', '--deployment', 'fraud@production');
    expect(others).toEqual([]);
    expect(slow).toMatchObject({ title: 'infrastructure at fraud@production', acknowledgedBy: null });
    const id = slow.id.split(':').at(-1);
    const { page, complaints } = await browser.open(`${install.graphUrl}/console/incident/${id}`);
    await page.getByText('nobody yet').waitFor();
    await said('ack', id, '--comment', 'more nodes start');
    await said('role', id, '--role', 'commander');
    await said('note', id, '--note', 'two of three are up');
    await page.getByRole('listitem').filter({ hasText: 'two of three are up' }).waitFor({ timeout: 60_000 });
    await said('resolve', id, '--comment', 'it was the batch', '--false-alarm');
    await page.locator('.head').getByText('false alarm').waitFor({ timeout: 60_000 });
    expect(await said('show', slow.id)).toMatchObject({
      status: 'RESOLVED',
      roles: [{ role: 'COMMANDER', person: expect.stringMatching(/^user:/) }],
      resolution: { comment: 'it was the batch', falseAlarm: true },
    });
    const nothing = await tiffin(['incident', 'show', 'nothing', '--graph', install.graphUrl]);
    expect(nothing).toMatchObject({ code: 4, err: expect.stringContaining('there is no incident nothing') });
    expect(complaints).toEqual([]);
  }, 180_000);

  it.each([
    ['light', 'desk'],
    ['light', 'phone'],
    ['dark', 'desk'],
    ['dark', 'phone'],
  ] as const)(
    'complain of nothing, and axe finds nothing: %s, %s',
    async (colorScheme, size) => {
      const opened = await browser.open(`${install.graphUrl}/console`, { viewport: SIZES[size], colorScheme });
      const { page, complaints } = opened;
      for (const [path, words] of [
        ['incidents', 'pipeline fault at card'],
        [`incident/${faulty}`, 'restarted it'],
        ['alerts', 'pipeline fault at card'],
      ] as const) {
        await page.goto(`${install.graphUrl}/console/${path}`);
        await page.getByText(words).first().waitFor();
        expect(await opened.violations(), path).toEqual([]);
        const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(over, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
        const shots = process.env['TIFFIN_SHOTS'];
        if (shots !== undefined) {
          const name = `${shots}/${path.split('/')[0]}-${colorScheme}-${size}.png`;
          await page.screenshot({ path: name, fullPage: true });
        }
      }
      expect(complaints).toEqual([]);
    },
    120_000,
  );
});

/** Presses a button, says something in the dialog that opens, and sends it. */
async function step(page: Page, label: string, words: string): Promise<void> {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('dialog').getByRole('textbox').fill(words);
  await page.getByRole('dialog').getByRole('button', { name: label }).click();
}
