import { beforeAll, expect, it } from 'vitest';
import { STAGING } from '../support/monitoring.ts';
import {
  at,
  drift,
  kinds,
  ofDeployment,
  policyUrn,
  RETRAIN,
  RUN,
  startTestResponses,
  type TestResponses,
} from '../support/response.ts';

const fields = `responseRun { ${RUN} } eventCursor`;
const other = { by: 'user:second', fields };

let responses: TestResponses;
beforeAll(async () => {
  responses = await startTestResponses();
}, 60_000);

it('is still good after days, where the policy waits as long as its trigger holds', async () => {
  await responses.define('patient', { level: 'APPROVE', action: RETRAIN });
  await responses.minute(10, [drift(0.4)], [policyUrn('patient')]);
  const asks = await responses.runOf('patient', { state: 'ASKING', expiresAt: null });
  await responses.minute(3 * 1_440, [drift(0.4)], [policyUrn('patient')]);
  const { responseRun } = await responses.act('approveResponseRun', { run: asks.id, reason: 'back from leave' }, other);
  expect(responseRun).toMatchObject({ state: 'ACTING', expiresAt: null });
  const waits = await responses.runOf('patient', { state: 'ACTING', stage: 'TRAIN' });
  expect(waits.retraining.to).toBe(at(10).toISOString());
  await responses.act('rejectResponseRun', { run: asks.id, reason: 'seen' }, { fields });
  await responses.forget('patient');
  await responses.minute(3 * 1_440 + 10, [], []);
});

it('is too late once the run expired, which does nothing and is not asked again', async () => {
  await responses.define('hasty', { level: 'APPROVE', action: RETRAIN, approvalHours: 2 });
  await responses.minute(5_000, [drift(0.4)], [policyUrn('hasty')]);
  const expiresAt = at(5_120).toISOString();
  const asks = await responses.runOf('hasty', { state: 'ASKING', expiresAt });
  expect(asks.steps.at(-1)).toMatchObject({ kind: 'ASKED', text: expect.stringContaining(`until ${expiresAt}`) });
  responses.monitoring.clock.now = at(5_119);
  expect(await responses.runs({ state: 'ASKING' })).toMatchObject([{ id: asks.id }]);
  responses.monitoring.clock.now = at(5_120);
  const refusal = await responses.refused('approveResponseRun', { run: asks.id, reason: 'now' }, other);
  expect(refusal).toMatchObject({ code: 'INVALID_TRANSITION', field: 'run' });
  const ended = await responses.runOf('hasty', { state: 'EXPIRED', expiresAt: null, endedAt: expiresAt });
  expect(kinds(ended)).toEqual(['TRIGGERED', 'ASKED', 'EXPIRED']);
  await responses.minute(5_130, [drift(0.4)], [policyUrn('hasty')]);
  expect(await responses.runs({ policy: policyUrn('hasty') })).toMatchObject([{ id: asks.id, state: 'EXPIRED' }]);
  await responses.forget('hasty');
  await responses.minute(5_140, [], []);
});

it('lets no model learn from what broke since it was asked for', async () => {
  await responses.define('broke', { level: 'APPROVE', deployment: STAGING, action: RETRAIN });
  await responses.minute(6_000, [drift(0.4, STAGING)], [policyUrn('broke')]);
  const { id: run } = await responses.runOf('broke', { state: 'ASKING' });
  const freshness = (value: number) =>
    ['feature_freshness', value, { ...ofDeployment(STAGING), feature: 'route__wind' }] as const;
  await responses.minute(6_010, [drift(0.4, STAGING), freshness(0.5)], []);
  const input = { run, reason: 'it drifts' };
  expect(await responses.refused('approveResponseRun', input, other)).toMatchObject({
    code: 'FAILED_PRECONDITION',
    field: 'run',
    message: expect.stringMatching(/^run: its features are broken \(incident [0-9a-f-]+\): mend them first$/),
  });
  await responses.minute(6_020, [drift(0.4, STAGING), freshness(1)], [policyUrn('broke')]);
  await responses.act('approveResponseRun', input, other);
  await responses.runOf('broke', { state: 'ACTING', stage: 'TRAIN' });
  await responses.forget('broke');
});
