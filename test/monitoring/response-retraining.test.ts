import { beforeAll, describe, expect, it } from 'vitest';
import { webhookSignature } from '../../subgraphs/shared/events/webhook-request.ts';
import { DEPLOYMENT, STAGING } from '../support/monitoring.ts';
import {
  ofDeployment,
  RETRAIN,
  at,
  policyUrn,
  RUN,
  startTestResponses,
  type TestResponses,
} from '../support/response.ts';

let responses: TestResponses;
beforeAll(async () => {
  responses = await startTestResponses();
}, 60_000);

describe('a retraining', () => {
  it('is asked of its trainer by a signed webhook until that took it, and ends with its answer', async () => {
    await responses.minute(690, []);
    await responses.define('learns', {
      action: { ...RETRAIN, strategy: 'FULL', days: 30, trainer: 'trainer', answerHours: 2 },
    });
    responses.receiver.answers.push({ status: 503 }, { status: 200 });
    const before = responses.receiver.received.length;
    const series = ['feature_drift', 0.4, { ...ofDeployment(DEPLOYMENT), feature: 'route__delay' }] as const;
    await responses.minute(700, [series]);
    await responses.receiver.until(before + 1);
    await responses.timePasses(() => expect(responses.receiver.received.length).toBeGreaterThanOrEqual(before + 2));
    const [first, second] = responses.receiver.received
      .slice(before)
      .map(({ headers, body }) => ({ headers, body: JSON.parse(body), text: body }));
    const run = await responses.runOf('learns', { state: 'ACTING', stage: 'TRAIN' });
    expect(second!.body).toEqual(first!.body);
    expect(first!.body).toEqual({
      type: 'retraining',
      run: run.id,
      tag: run.retraining.tag,
      model: 'eta',
      strategy: 'FULL',
      from: at(700 - 30 * 1_440).toISOString(),
      to: at(700).toISOString(),
      features: ['route__delay'],
      deployment: DEPLOYMENT,
      incident: run.incident.id.split(':').at(-1),
    });
    const id = String(first!.headers['webhook-id']);
    expect(second!.headers['webhook-id']).toBe(id);
    const stamp = String(first!.headers['webhook-timestamp']);
    expect(first!.headers['webhook-signature']).toBe(webhookSignature(responses.secret, id, stamp, first!.text));

    const fields = `responseRun { ${RUN} }`;
    const answer = (more: object) => ({ run: run.id, ...more });
    expect(await responses.refused('answerRetraining', answer({}), { fields })).toMatchObject({
      field: 'modelVersion',
    });
    expect(await responses.refused('answerRetraining', answer({ modelVersion: 'other@1' }), { fields })).toMatchObject({
      field: 'modelVersion',
      allowed: 'eta',
    });
    expect(
      await responses.refused('answerRetraining', answer({ run: 'tiffin:default:response-run:nope', failure: 'x' }), {
        fields,
      }),
    ).toMatchObject({ code: 'NOT_FOUND', field: 'run' });
    const failed = await responses.act('answerRetraining', answer({ failure: 'out of memory' }), {
      fields,
      roles: ['developer'],
    });
    expect(failed.responseRun).toMatchObject({ state: 'STOPPED', modelVersion: null });
    expect(failed.responseRun.steps.at(-1)).toMatchObject({
      kind: 'STOPPED',
      text: 'out of memory',
      by: 'user:tester',
    });
    await responses.forget('learns');
    await responses.minute(710, []);
  });

  it('stops when nobody answers in time, or when there is no such trainer', async () => {
    await responses.minute(790, []);
    await responses.define('late', { action: { ...RETRAIN, answerHours: 1 } });
    await responses.define('nobody', { deployment: STAGING, action: { ...RETRAIN, trainer: 'gone' } });
    const series = (deployment: string) =>
      ['feature_drift', 0.4, { ...ofDeployment(deployment), feature: 'route__delay' }] as const;
    await responses.minute(800, [series(DEPLOYMENT), series(STAGING)]);
    expect((await responses.runOf('nobody', { state: 'STOPPED' })).steps.at(-1).text).toBe(
      'there is no receiver "gone" of the kind WEBHOOK',
    );
    await responses.runOf('late', { stage: 'TRAIN' });
    responses.monitoring.clock.now = at(870);
    await responses.timePasses(async () =>
      expect(await responses.runs({ policy: policyUrn('late'), state: 'STOPPED' })).toHaveLength(1),
    );
    expect((await responses.runOf('late', {})).steps.at(-1).text).toBe('no version came within 1 h');
    await responses.forget('late', 'nobody');
    await responses.minute(880, []);
  });
});
