import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import { hasChromium, startBrowser, type TestBrowser } from '../../support/browser.ts';
import { startInstall, type Install } from '../../support/install.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import { approvedVersion, ask, change, eventually, predict, released } from '../../support/story.ts';

const STEPS = [
  { weight: 0.5, minSamples: 20, approval: true },
  { weight: 1, minSamples: 1_000_000 },
];
const FAILURES = { kind: 'PROPORTION', measure: 'FALLBACK', positiveFrom: 1, higherIsBetter: false, margin: 0.3 };

/** What runs, as people see it and act on it: nobody presses reload. */
describe.skipIf(!hasChromium())('the pages of what holds traffic', { timeout: 180_000 }, () => {
  let install: Install;
  let browser: TestBrowser;
  let deployment: string;
  const releases: string[] = [];
  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EDGE_POLL_MS: '100', TIFFIN_ROLLOUT_SECONDS: '1' } });
    atEnd(() => install.stop());
    browser = await startBrowser();
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'eta' }, '{ endpoint { id } }');
    const place = { endpoint: endpoint.id, environment: 'production' };
    deployment = (await change(install, 'developer', 'createDeployment', place, '{ deployment { id } }')).deployment.id;
    for (const bias of [0, 1]) {
      const model = logisticModel({ features: 1, weights: [1], bias });
      const version = await approvedVersion(install, model, { model: 'eta' });
      const recipe = {
        inputs: [
          { name: 'order', dtype: 'STRING' },
          { name: 'distance', dtype: 'FLOAT64' },
        ],
        models: [{ version, inputs: [{ tensor: 'features', columns: ['distance'] }], score: { tensor: 'score' } }],
        output: { decision: { threshold: 0.5, above: 'LATE', below: 'ON_TIME' } },
      };
      releases.push((await released(install, { deployment, recipe })).id);
    }
    const first = { deployment, release: releases[0], reason: 'the first one' };
    await change(install, 'developer', 'promoteRelease', first, '{ applied }');
    await change(install, 'developer', 'createMetric', { name: 'failures', definition: FAILURES }, '{ metric { id } }');
  }, 180_000);

  let order = 0;
  const ordered = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const { status } = await predict(install, 'eta', { inputs: { order: `o${order++}`, distance: 1 } });
      expect(status).toBe(200);
    }
  };
  /** Orders come in until the page says so by itself. */
  const orderUntil = (page: Page, words: string): Promise<void> =>
    eventually(async () => {
      await ordered(20);
      await page.getByText(words).first().waitFor({ timeout: 2_000 });
    }, 60_000);

  /** Opens a dialog, says why where that is asked, and confirms. */
  async function act(page: Page, label: string, reason?: string): Promise<void> {
    await page.getByRole('button', { name: label, exact: true }).click();
    const dialog = page.getByRole('dialog');
    if (reason !== undefined) await dialog.getByRole('textbox').fill(reason);
    await dialog.getByRole('button', { name: label, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  it('follow a rollout as it happens, and let each person do what is theirs', async () => {
    const guardrails = [{ metric: 'failures' }];
    const plan = { name: 'live', deployment, candidate: releases[1], unit: 'order', steps: STEPS, guardrails };
    await change(install, 'developer', 'createRollout', plan, '{ rollout { id } }');
    const url = `${install.graphUrl}/console/rollout/live`;
    const { page, complaints, violations } = await browser.open(url);
    await act(page, 'Start');
    await page.getByText('as it happens').waitFor();
    await orderUntil(page, 'the step waits for the approval of a person');
    // The developer made it: another person lets it go on.
    const approve = page.locator('button[aria-disabled=true]', { hasText: 'Let it go on' });
    expect(await approve.getAttribute('title')).toContain('approver');
    await act(page, 'Pause', 'lunch');
    await page.getByText('paused by hand: lunch').first().waitFor();
    await act(page, 'Resume');
    await page.getByText('the step waits for the approval of a person').first().waitFor();
    expect(await violations()).toEqual([]);

    // Somebody whose network lets no stream through sees the same, a little later.
    const other = await browser.open('about:blank', { user: 'approver' });
    await other.page.route('**/console/graphql', (route) =>
      route.request().headers()['accept'] === 'text/event-stream' ? route.abort() : route.continue(),
    );
    await other.page.goto(url);
    await other.page.getByText('asked every 10 s').waitFor();
    await act(other.page, 'Let it go on');
    await page.getByText('let on by approver').waitFor();
    await page.getByRole('row', { name: /^2 in force/ }).waitFor();
    await orderUntil(page, 'more units of each arm to the 1000000 of this step');
    await act(other.page, 'Promote', 'it is good enough');
    await other.page.locator('.head').getByText('completed').waitFor();
    await page.locator('.head').getByText('completed').waitFor();
    await page.getByText('No step is in force').waitFor();
    expect(await page.getByText('as it happens').count()).toBe(0);
    expect(complaints).toEqual([]);
    const live = await ask(install, 'viewer', 'query ($id: ID!) { deployment(id: $id) { live { id } } }', {
      id: deployment,
    });
    expect(live.live.id).toBe(releases[1]);
  });

  it('follow an experiment as its units come', async () => {
    const plan = {
      name: 'late',
      hypothesis: 'the first was as good',
      deployment,
      arms: [
        { name: 'today', release: releases[1], share: 0.5 },
        { name: 'first', release: releases[0], share: 0.5 },
      ],
      control: 'today',
      unit: 'order',
      baseline: 0.5,
      mde: 0.4,
    };
    const { experiment } = await change(install, 'developer', 'createExperiment', plan, '{ experiment { id } }');
    const start = 'mutation ($input: ExperimentInput!) { startExperiment(input: $input) { warning } }';
    await ask(install, 'developer', start, { input: { experiment: experiment.id } });
    const { page, complaints } = await browser.open(`${install.graphUrl}/console/experiment/late`);
    await page.getByText('as it happens').waitFor();
    await orderUntil(page, 'Too early to say');
    const arm = page
      .getByRole('row')
      .filter({ hasText: /^today/ })
      .first();
    const exposed = async (): Promise<number> =>
      Number((await arm.getByRole('cell').allTextContents())[1]?.replaceAll(',', ''));
    await eventually(async () => expect(await exposed()).toBeGreaterThan(0), 60_000);
    const before = await exposed();
    await ordered(100);
    await eventually(async () => expect(await exposed()).toBeGreaterThan(before), 60_000);
    expect(complaints).toEqual([]);
  });

  it('show where a shadow disagrees, and what that would have cost', async () => {
    const costs = [
      { decision: 'LATE', positive: false, cost: 5 },
      { decision: 'LATE', positive: true, cost: 1 },
      { decision: 'ON_TIME', positive: true, cost: 20 },
      { decision: 'ON_TIME', positive: false, cost: 0 },
    ];
    const plan = { name: 'beside', deployment, candidate: releases[0], unit: 'order', share: 1, costs };
    await change(install, 'developer', 'createShadow', plan, '{ shadow { id } }');
    const { page, complaints, violations } = await browser.open(`${install.graphUrl}/console/shadow/beside`);
    await act(page, 'Start');
    await page.getByText('as it happens').waitFor();
    await orderUntil(page, 'Needs more');
    await eventually(async () => {
      await ordered(20);
      await page.getByText('pairs differ').waitFor({ timeout: 2_000 });
    }, 90_000);
    await page.getByText('as given,').waitFor();
    await page.getByText('An answer as given').waitFor();
    expect(await violations()).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
