import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load } from '../../examples/fraud/load/load.ts';
import { DEPLOYMENT } from '../../examples/fraud/names.ts';
import { judgeQuality } from '../../examples/fraud/report/quality.ts';
import { playRing } from '../../examples/fraud/story/rings.ts';
import { HABITS, playVelocity } from '../../examples/fraud/story/velocity.ts';
import { clientOf } from '../../examples/shared/connection.ts';
import { connectionTo, runExample } from '../support/example-client.ts';
import { startInstall, type Install } from '../support/install.ts';
import { ask } from '../support/story.ts';

const DAY_MS = 86_400_000;

/** What was made, so that a second run can be seen to make nothing. */
const MADE = `query ($id: ID!) { deployment(id: $id) {
  revision live { digest modelVersions { id state makers approvals { action actor } trainingSet { rowCount } } }
  releases(first: 20) { edges { node { number digest } } } } }`;

/** A whole install beside which the example is set up, as a person does it in a second shell: half a minute of work. */
describe('the example of card payments', { timeout: 180_000 }, () => {
  let install: Install;
  let folder: string;
  let said: string;

  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EXAMPLE: 'false' } });
    folder = join(install.dataDir, 'examples', 'fraud');
    const { code, text } = await runExample('fraud', install, folder, 'setup').end;
    expect(code, text).toBe(0);
    said = text;
  }, 400_000);
  afterAll(() => install?.stop());

  it('tells of each step, and says that it is synthetic', () => {
    for (const step of [
      'synthetic',
      'training set',
      'fraud-trees: AUC 0.',
      'four models are live',
      'serves fraud-decision',
    ])
      expect(said).toContain(step);
  });

  it('has four models live, each approved by somebody who had not made it', async () => {
    const { live } = await ask(install, 'viewer', MADE, { id: DEPLOYMENT });
    expect(live.modelVersions.map(({ id }: any) => id)).toEqual(
      ['trees', 'network', 'rules', 'forest'].map((kind) => `tiffin:default:model-version:fraud-${kind}@1`),
    );
    for (const version of live.modelVersions) {
      expect(version.state).toBe('APPROVED');
      expect(version.makers).toEqual(['user:developer']);
      expect(version.approvals.at(-1)).toEqual({ action: 'APPROVE', actor: 'user:approver' });
      expect(version.trainingSet.rowCount).toBeGreaterThan(5_000);
    }
  });

  it('finds most frauds, of every kind, and is made easy by no column and no pattern', async () => {
    const { models, columns, calibration, rows, reported } = await judgeQuality(folder);
    const together = models.at(-1)!;
    expect(together.name).toBe('together');
    expect(together.auc).toBeGreaterThan(0.8);
    expect(together.auc).toBeLessThan(0.97);
    for (const { auc } of columns) expect(auc).toBeLessThan(0.85);
    for (const [pattern, auc] of together.byPattern)
      expect(auc, pattern).toBeGreaterThan(pattern === 'QUIET' ? 0.55 : 0.8);
    const expected = calibration.reduce((sum, bin) => sum + bin.rows * bin.meanForecast, 0);
    expect(expected / reported).toBeGreaterThan(0.6);
    expect(expected / reported).toBeLessThan(1.6);
    expect(rows).toBeGreaterThan(10_000);
  });

  it('changes nothing when it is set up again', async () => {
    const before = await ask(install, 'viewer', MADE, { id: DEPLOYMENT });
    const { code, text } = await runExample('fraud', install, folder, 'setup').end;
    expect(code, text).toBe(0);
    expect(await ask(install, 'viewer', MADE, { id: DEPLOYMENT })).toEqual(before);
  });

  it('leads from the deployment to models, windows and the columns that they read', async () => {
    const { nodes } = await clientOf(connectionTo(install)).assets.lineage(DEPLOYMENT, 'UPSTREAM', { depth: 8 });
    const ids = nodes.map(({ id }) => id);
    for (const id of [
      'model-version:fraud-forest@1',
      'feature-service:fraud_decision@1',
      'feature:device_payments@1/cards_24h',
      'source:card_payments',
    ])
      expect(ids).toContain(`tiffin:default:${id}`);
  });

  it('declines a ring of ten cards on one device for that reason, and the same card a week later not', async () => {
    const answers = await playRing(clientOf(connectionTo(install)), 'test-ring', Date.now());
    expect(answers.map(({ otherCards }) => otherCards)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    const reason = 'ten cards on one device within a day';
    expect(answers[9]?.answer).toMatchObject({ decision: 'DECLINE', confidence: 0.95, reason });
    for (const { answer } of [...answers.slice(0, 9), ...answers.slice(10)]) expect(answer.reason).not.toBe(reason);
  });

  it('has windows right to the hop at every second of somebody who pays five times and waits', async () => {
    const [habit] = HABITS;
    if (!habit) throw new Error('there is no habit');
    const findings = await playVelocity(clientOf(connectionTo(install)), 'test-payer', {
      habit: { ...habit, looks: [{ fromS: 1, toS: 4_600, everyS: 1 }] },
      beginMs: Date.now() - 6.5 * DAY_MS,
    });
    for (const { window, moments, wrong, inTraining } of findings) {
      expect([window, moments, wrong]).toEqual([window, 4_599, 0]);
      expect([window, inTraining]).toEqual([window, { moments: 4_599, wrong: 0 }]);
    }
  });

  it('accounts for every payment of a load', async () => {
    const { findings, events, before, after, stored, outcomes } = await load(
      connectionTo(install),
      { rate: '50', seconds: '4' },
      { write: () => {} },
    );
    expect(findings.answered).toBe(200);
    // Payments, and the reports on some of them.
    expect(events.sent).toBeGreaterThanOrEqual(200);
    expect(events).toMatchObject({ accepted: events.sent, rejected: 0 });
    expect(after.balanced).toBe(true);
    expect(after.answered - before.answered).toBe(200);
    expect(after.stored - before.stored).toBe(200);
    expect([outcomes, stored.predictions, stored.labelled]).toEqual([200, 200, 200]);
  });

  it('explains an answer, by its id', async () => {
    const [answer] = await playRing(clientOf(connectionTo(install)), 'explained-ring', Date.now());
    const id = answer?.answer.id ?? '';
    await expect
      .poll(async () => (await runExample('fraud', install, folder, 'explain', id).end).text, {
        timeout: 60_000,
        interval: 500,
      })
      .toContain('device_payments@1/cards_24h');
  });
});
