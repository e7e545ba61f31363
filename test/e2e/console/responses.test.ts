import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import { hasChromium, startBrowser, type TestBrowser } from '../../support/browser.ts';
import { startInstall, type OneProcessInstall } from '../../support/install.ts';

const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 800 } } as const;
const LABELS = { endpoint: 'fraud', environment: 'production' };
const NAME = 'retrain fraud (targeted, 7 days), until validated';
const RETRAIN = { kind: 'RETRAIN', model: 'fraud', strategy: 'TARGETED', days: 7 };
const CREATE_POLICY =
  'mutation ($input: CreateResponsePolicyInput!) { createResponsePolicy(input: $input) { responsePolicy { id } } }';
/** What they do once a score is low; made by whom. */
const POLICIES = [
  ['learn-again', 'developer', { level: 'APPROVE', action: RETRAIN, guards: { leastPredictions: null } }],
  ['go-back', 'approver', { level: 'APPROVE', action: { kind: 'ROLL_BACK' } }],
  ['watch', 'developer', { level: 'OBSERVE', action: { kind: 'ROLL_BACK' } }],
  [
    'hold',
    'approver',
    {
      level: 'AUTOMATIC',
      action: { kind: 'FALLBACK' },
      guards: {
        leastPredictions: { count: 100, hours: 1 },
        quietHours: [{ from: '22:00', to: '06:00', timeZone: 'Asia/Kolkata' }],
      },
    },
  ],
] as const;

describe.skipIf(!hasChromium())('the pages of responses', () => {
  let install: OneProcessInstall;
  let browser: TestBrowser;
  let address: (path: string) => string;
  let run: string;
  /** Asked for by a policy of the approver. */
  let own: string;
  let incident: string;

  const done = async (query: string, variables: object = {}, user?: string): Promise<any> => {
    const { data, errors } = await install.graphql(query, variables, user);
    expect(errors).toBeUndefined();
    return data;
  };

  beforeAll(async () => {
    install = await startInstall();
    atEnd(() => install.stop());
    browser = await startBrowser();
    address = (path) => `${install.graphUrl}/console/${path}`;
  }, 180_000);

  it('say what a policy is before there is one', async () => {
    const { page, complaints, violations } = await browser.open(address('responses'));
    await page.getByText('No response policy yet').waitFor();
    await page.getByText('No policy was triggered yet').waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'asking' }).click();
    await page.getByText('No run under this filter').waitFor();
    for (const [path, kind] of [
      ['response-policy/nothing', 'response policy'],
      ['response-run/nothing', 'response run'],
    ] as const) {
      await page.goto(address(path));
      await page.getByText(`There is no ${kind} of this name`).waitFor();
    }
    expect(complaints).toEqual([]);
  }, 60_000);

  it('lead from what waits, the incident and the deployment to the run, with its reasons', async () => {
    await done(`mutation { createEndpoint(input: { name: "fraud" }) { endpoint { id } } }`);
    await done(
      `mutation { createDeployment(input: { endpoint: "fraud", environment: "production" }) { deployment { id } } }`,
    );
    const rule = { name: 'inaccurate', expression: 'model_auc < 0.7', severity: 'CRITICAL', evaluation: 'ON_DEMAND' };
    await done('mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }', {
      input: { ...rule, noDataState: 'OK' },
    });
    for (const [name, user, what] of POLICIES) {
      const trigger = { causes: ['PERFORMANCE_LOSS'], severity: 'WARNING' };
      const definition = { deployment: 'fraud@production', evaluation: 'ON_DEMAND', trigger, ...what };
      const input = { name, description: `${name} by what it says`, definition };
      // Monitoring hears of the deployment a moment after it was made.
      await vi.waitFor(() => done(CREATE_POLICY, { input }, user), { timeout: 30_000, interval: 100 });
    }
    const samples = [{ name: 'model_auc', value: 0.61, labels: { ...LABELS, model_version: 'fraud@3' } }];
    const sent = await install.call(`${install.graphUrl}/v1/samples`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ samples }),
    });
    expect(sent.status).toBe(200);
    const at = new Date().toISOString();
    await done('mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { problem } } }', { at });
    await done('mutation ($at: DateTime!) { evaluateResponses(input: { at: $at }) { evaluated } }', { at });
    const { responseRuns, incidents } = await done(
      '{ responseRuns(state: ASKING) { edges { node { id policy { name } } } } incidents { edges { node { id title } } } }',
    );
    const asking = responseRuns.edges.map(({ node }: any) => [node.policy.name, node.id.split(':').at(-1)]);
    expect(asking.map(([name]: any) => name).toSorted()).toEqual(['go-back', 'learn-again']);
    expect(incidents.edges).toHaveLength(1);
    [run, own] = ['learn-again', 'go-back'].map((name) => Object.fromEntries(asking)[name]) as [string, string];
    const { id, title } = incidents.edges[0].node;
    incident = id.split(':').at(-1);
    await done(
      'mutation ($input: PauseResponsePolicyInput!) { pauseResponsePolicy(input: $input) { responsePolicy { id } } }',
      { input: { policy: 'tiffin:default:response-policy:watch', reason: 'it has seen enough' } },
    );

    // It waits in nobody's inbox but that of an approver who did not make the policy.
    const { page, complaints } = await browser.open(address(''), { user: 'approver' });
    for (const from of ['', `incident/${incident}`, 'deployment/fraud@production', 'responses']) {
      await page.goto(address(from));
      await page.getByRole('link', { name: NAME }).first().click();
      await page.getByRole('heading', { name: NAME, level: 1 }).waitFor();
      expect(new URL(page.url()).pathname, `from ${from}`).toBe(`/console/response-run/${run}`);
    }
    await page.getByText('an approver other than developer').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'PERFORMANCE_LOSS' }).waitFor();
    await page.getByRole('link', { name: title }).waitFor();
    await page.goto(address('responses'));
    const runs = page.getByRole('table', { name: 'Response runs' });
    await runs.getByText('fewer than 100').waitFor();
    for (const [state, count] of Object.entries({ observed: 1, asking: 2, waiting: 1 })) {
      expect(await runs.getByText(state, { exact: true }).count()).toBe(count);
    }
    expect(complaints).toEqual([]);
  }, 120_000);

  it.each([
    ['light', 'desk'],
    ['light', 'phone'],
    ['dark', 'desk'],
    ['dark', 'phone'],
  ] as const)(
    'complain of nothing, and axe finds nothing: %s, %s',
    async (colorScheme, size) => {
      const opened = await browser.open(address(''), { user: 'approver', viewport: SIZES[size], colorScheme });
      const { page, complaints } = opened;
      for (const [path, words] of [
        ['', NAME],
        ['responses', 'fewer than 100'],
        ['response-policy/watch', 'Paused by developer'],
        [`response-run/${run}`, 'an approver other than developer'],
        [`incident/${incident}`, NAME],
      ] as const) {
        await page.goto(address(path));
        await page.getByText(words).first().waitFor();
        expect(await opened.violations(), path).toEqual([]);
        const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(over, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
        const shots = process.env['TIFFIN_SHOTS'];
        if (shots !== undefined) {
          const name = `${shots}/${path.split('/')[0] || 'home'}-${colorScheme}-${size}.png`;
          await page.screenshot({ path: name, fullPage: true });
        }
      }
      expect(complaints).toEqual([]);
    },
    120_000,
  );

  it('let an approver approve, and no maker; whoever looks sees the next step, and may reject', async () => {
    const url = address(`response-run/${run}`);
    const maker = await browser.open(url);
    await maker.page.locator('button[aria-disabled=true][title*="role approver"]', { hasText: 'Approve' }).waitFor();
    const viewer = await browser.open(url, { user: 'viewer' });
    for (const label of ['Approve', 'Reject']) {
      await viewer.page.locator('button[aria-disabled=true][title*="role"]', { hasText: label }).waitFor();
    }
    const approver = await browser.open(url, { user: 'approver' });
    await approver.page.goto(address(`response-run/${own}`));
    await approver.page.locator('button[aria-disabled=true][title*="rule G1"]', { hasText: 'Approve' }).waitFor();
    await approver.page.goto(url);
    await step(approver.page, 'Approve', 'the weather is over');
    await approver.page.getByRole('listitem').filter({ hasText: 'the weather is over' }).waitFor();
    await maker.page.getByText('Waits for: the version of the trainer').waitFor({ timeout: 60_000 });
    await step(maker.page, 'Reject', 'we do it by hand');
    await approver.page.getByRole('listitem').filter({ hasText: 'we do it by hand' }).waitFor({ timeout: 60_000 });
    expect(await approver.page.getByRole('button', { name: /Approve|Reject/ }).count()).toBe(0);
    expect([...maker.complaints, ...viewer.complaints, ...approver.complaints]).toEqual([]);
  }, 180_000);

  it('let a developer pause what acts alone, and an approver alone resume it', async () => {
    const url = address('response-policy/hold');
    const developer = await browser.open(url);
    await step(developer.page, 'Pause', 'we test the fallback');
    await developer.page.getByText('Paused by developer').waitFor();
    await developer.page.locator('button[aria-disabled=true][title*="role approver"]', { hasText: 'Resume' }).waitFor();
    // What is not theirs to do looks so, also where it is the first thing that one would do.
    const line = "getComputedStyle(document.querySelector('button.primary')).borderTopStyle";
    expect(await developer.page.evaluate(line)).toBe('dashed');
    const approver = await browser.open(url, { user: 'approver' });
    await approver.page.getByRole('button', { name: 'Resume' }).click();
    await approver.page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await approver.page.getByText('in force').first().waitFor();
    await approver.page.getByText('not from 22:00 to 06:00 (Asia/Kolkata)').waitFor();
    await step(approver.page, 'Pause', 'nobody is here');
    await developer.page.getByText('nobody is here').waitFor({ timeout: 60_000 });
    expect([...developer.complaints, ...approver.complaints]).toEqual([]);
  }, 180_000);
});

/** Presses a button, says why in the dialog that opens, and sends it. */
async function step(page: Page, label: string, reason: string): Promise<void> {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('dialog').getByRole('textbox').fill(reason);
  await page.getByRole('dialog').getByRole('button', { name: label }).click();
}
