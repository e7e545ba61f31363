import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import { hasChromium, startBrowser, type TestBrowser } from '../../support/browser.ts';
import { startInstall, type Install } from '../../support/install.ts';
import { ask, change, eventually, predict, twoReleases } from '../../support/story.ts';

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
  let releases: readonly [string, string];
  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EDGE_POLL_MS: '100', TIFFIN_ROLLOUT_SECONDS: '1' } });
    atEnd(() => install.stop());
    browser = await startBrowser();
    ({ deployment, releases } = await twoReleases(install));
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

  it('say why a rollout does not begin, skip a step of it, and roll it back', async () => {
    const rollout = (name: string) => ({
      name,
      deployment,
      candidate: releases[1],
      unit: 'order',
      steps: [0.2, 0.5].map((weight) => ({ weight, minSamples: 1_000_000 })),
      guardrails: [{ metric: 'failures' }],
    });
    const begin = 'mutation ($input: RolloutInput!) { startRollout(input: $input) { rollout { id } } }';
    for (const name of ['back', 'before']) {
      await change(install, 'developer', 'createRollout', rollout(name), '{ rollout { id } }');
    }
    await ask(install, 'developer', begin, { input: { rollout: 'before' } });
    const url = `${install.graphUrl}/console/rollout/back`;
    const { page, complaints } = await browser.open(url);
    const dialog = page.getByRole('dialog');
    const confirm = (label: string): Promise<void> => dialog.getByRole('button', { name: label, exact: true }).click();

    // What splits the traffic already is named, and the dialog stays.
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await confirm('Start');
    await dialog.getByText('Somebody else has it').waitFor();
    await dialog.getByText('tiffin:default:rollout:before').first().waitFor();
    const abort = 'mutation ($input: ReasonedRolloutInput!) { abortRollout(input: $input) { rollout { id } } }';
    await ask(install, 'developer', abort, { input: { rollout: 'before', reason: 'it makes room' } });
    await confirm('Start');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /^1 in force/ }).waitFor();

    /** Why a button does nothing for whoever looks. */
    const denied = (seen: Page, label: string, role: string): Promise<void> =>
      seen.locator(`button[aria-disabled=true][title*="${role}"]`, { hasText: label }).waitFor();
    await denied(page, 'Skip the step', 'approver');
    const other = await browser.open(url, { user: 'approver' });
    const asked = other.page.getByRole('dialog');
    const skipIt = asked.getByRole('button', { name: 'Skip the step', exact: true });
    await other.page.getByRole('button', { name: 'Skip the step', exact: true }).click();
    await asked.getByRole('textbox').fill(' ');
    await skipIt.click();
    await asked.getByText('say why').waitFor();
    expect(await other.violations()).toEqual([]);
    await asked.getByRole('textbox').fill('nobody orders at night');
    await skipIt.click();
    await asked.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /^1 over/ }).waitFor();
    await page.getByRole('row', { name: /^2 in force/ }).waitFor();
    expect(other.complaints).toEqual([]);

    const reader = await browser.open(url, { user: 'viewer' });
    await denied(reader.page, 'Roll back', 'developer');

    await act(page, 'Pause', 'lunch');
    await page.getByText('paused by hand: lunch').first().waitFor();
    await act(page, 'Roll back', 'the first is better');
    await page.locator('.head').getByText('rolled back').waitFor();
    await reader.page.locator('.head').getByText('rolled back').waitFor();
    expect(await page.getByRole('button', { name: 'Resume', exact: true }).count()).toBe(0);
    const traffic = 'query ($id: ID!) { deployment(id: $id) { live { id } traffic { lease { holder } } } }';
    expect(await ask(install, 'viewer', traffic, { id: deployment })).toEqual({
      live: { id: releases[0] },
      traffic: { lease: null },
    });
    expect(complaints).toEqual([]);
  });

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
