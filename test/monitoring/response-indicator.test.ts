import { beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENT, STAGING } from '../support/monitoring.ts';
import {
  at,
  drift,
  kinds,
  ofDeployment,
  policyUrn,
  RETRAIN,
  startTestResponses,
  type Shown,
  type TestResponses,
} from '../support/response.ts';

let responses: TestResponses;
beforeAll(async () => {
  responses = await startTestResponses();
}, 60_000);

const brier = (value: number, deployment = DEPLOYMENT): Shown => [
  'model_estimated_brier_score',
  value,
  ofDeployment(deployment),
];
const BAD = 'model_estimated_brier_score > 0.2';

describe('a trigger on indicators', () => {
  it('acts without an alert rule, once for each time that it begins to hold for so long', async () => {
    const { responsePolicy } = await responses.define('estimate', { trigger: { expression: `${BAD} for 10m` } });
    expect(responsePolicy.definition.trigger).toEqual({ expression: BAD, forSeconds: 600 });
    const only = [policyUrn('estimate')];
    await responses.minute(0, [brier(0.3)], only);
    expect(await responses.runs({ policy: only[0] })).toEqual([]);
    await responses.minute(5, [brier(0.1)], only);
    await responses.minute(6, [brier(0.3)], only);
    await responses.minute(12, [brier(0.3)], only);
    expect(await responses.runs({ policy: only[0] })).toEqual([]);
    await responses.minute(16, [brier(0.3), brier(0.9, STAGING)], only);
    const run = await responses.runOf('estimate', { state: 'DONE', incident: null });
    expect(kinds(run)).toEqual(['TRIGGERED', 'BEGUN', 'PAGE', 'DONE']);
    expect(run.steps[0].text).toContain(BAD);
    expect(run.steps[0].text).not.toContain('staging');
    const { alerts } = (await responses.monitoring.ask('{ alerts { edges { node { id } } } }', {}, 'viewer')).data;
    expect(alerts.edges).toEqual([]);
    // It goes on holding, is judged twice, and nothing is done again.
    await responses.minute(18, [brier(0.4)], only);
    await responses.evaluate(18, only);
    expect(await responses.runs({ policy: only[0] })).toHaveLength(1);
    await responses.minute(20, [brier(0.1)], only);
    await responses.minute(21, [brier(0.3)], only);
    await Promise.all([0, 1].map(() => responses.minute(31, [brier(0.3)], only)));
    expect(await responses.runs({ policy: only[0] })).toHaveLength(2);
    await responses.forget('estimate');
  });

  it('is held by the brakes, lapses where it no longer holds, and names what drifted', async () => {
    await responses.define('braked', {
      level: 'OBSERVE',
      trigger: { expression: 'feature_drift > 0.25', forSeconds: 0 },
      action: RETRAIN,
      cooldownMinutes: 60,
      breaker: { actions: 2, hours: 24 },
    });
    const only = [policyUrn('braked')];
    const newest = async (): Promise<any> => (await responses.runs({ policy: only[0] }))[0];
    await responses.minute(100, [drift(0.4)], only);
    expect(await newest()).toMatchObject({ state: 'OBSERVED', retraining: { features: ['route__delay'] } });
    await responses.minute(105, [drift(0.1)], only);
    await responses.minute(110, [drift(0.4)], only);
    expect(kinds(await newest())).toEqual(['TRIGGERED', 'HELD']);
    await responses.minute(115, [drift(0.1)], only);
    expect(await newest()).toMatchObject({ state: 'LAPSED' });
    await responses.minute(120, [drift(0.4)], only);
    await responses.minute(165, [drift(0.4)], only);
    expect(await newest()).toMatchObject({ state: 'OBSERVED' });
    await responses.minute(230, [drift(0.1)], only);
    await responses.minute(235, [drift(0.4)], only);
    expect(kinds(await newest())).toEqual(['TRIGGERED', 'BREAKER_OPENED']);
    await responses.forget('braked');
    await responses.minute(236, [drift(0.1)], []);
  });

  it('is of the deployment, however another one does', async () => {
    await responses.define('own', { level: 'OBSERVE', trigger: { expression: BAD } });
    const only = [policyUrn('own')];
    await responses.minute(300, [brier(0.1), brier(0.9, STAGING)], only);
    expect(await responses.runs({ policy: only[0] })).toEqual([]);
    await responses.forget('own');
  });

  it.each([
    ['trigger.expression', { expression: 'model_auc <' }, {}, /unexpected|expected|end/i],
    ['trigger.expression', { expression: 'rate(model_auc[5m' }, {}, /./],
    ['trigger.expression', { expression: 'model_auc[5m]' }, {}, /instant vector/],
    ['trigger.expression', { expression: 'vector(1) > 0' }, {}, /reads no indicator/],
    ['trigger.expression', { expression: '' }, {}, /./],
    ['trigger.expression', { expression: 3 }, {}, /./],
    ['trigger.forSeconds', { expression: BAD, forSeconds: -1 }, {}, /whole number from 0 to 7776000/],
    ['trigger.forSeconds', { expression: `${BAD} for 5m`, forSeconds: 60 }, {}, /say it once/],
    ['trigger', { expression: BAD, rules: ['drifted'] }, {}, /rules/],
    ['trigger.expression', { expression: 'feature_psi > 0.2' }, { kind: 'ROLL_BACK' }, /drift alone never rolls back/],
    ['trigger.expression', { expression: 'feature_missing_rate > 0.2' }, RETRAIN, /nothing is learned of them/],
  ])('names the field %s of %j', async (field, trigger, action, message) => {
    const definition = {
      deployment: DEPLOYMENT,
      level: 'OBSERVE',
      trigger,
      action: 'kind' in action ? action : { kind: 'PAGE', receivers: ['on-call'] },
    };
    const refused = await responses.refused('createResponsePolicy', { name: 'refused', definition });
    expect(refused).toMatchObject({ code: 'INVALID_INPUT', field });
    expect(refused.message).toMatch(message);
  });

  describe('tried on what was', () => {
    const dryRun = async (definition: object, from: number, to: number): Promise<any> => {
      const query = `query ($definition: JSON!, $from: DateTime!, $to: DateTime!) {
        dryRunResponsePolicy(definition: $definition, from: $from, to: $to) { incident at outcome text } }`;
      const variables = {
        definition: { deployment: DEPLOYMENT, action: { kind: 'PAGE', receivers: ['on-call'] }, ...definition },
        from: at(from).toISOString(),
        to: at(to).toISOString(),
      };
      const { data, errors } = await responses.monitoring.ask(query, variables, 'viewer');
      return errors ? { message: errors[0]?.message, ...errors[0]?.extensions } : data.dryRunResponsePolicy;
    };

    it('acts where the real one did, at the same minutes and by the same brakes', async () => {
      const definition = {
        level: 'OBSERVE',
        trigger: { expression: 'feature_drift > 0.25 for 2m' },
        cooldownMinutes: 60,
        breaker: { actions: 2, hours: 24 },
      };
      await responses.define('tried', definition);
      const only = [policyUrn('tried')];
      const high = new Set([402, 403, 404, 405, 410, 411, 412, 413, 470, 480, 481, 482, 540, 541, 542, 543]);
      for (let minute = 400; minute <= 545; minute++) {
        // Quiet hours of samples end by themselves: a series stands for five minutes.
        const shown = high.has(minute) ? 0.4 : 0.1;
        const isLooked = high.has(minute) || high.has(minute - 1) || high.has(minute + 1);
        if (isLooked) await responses.minute(minute, [drift(shown), drift(0.9, STAGING)], only);
      }
      const acted = (await responses.runs({ policy: only[0] })).flatMap(({ steps }: any) =>
        steps.flatMap(({ at: time, kind }: any) => (kind === 'TRIGGERED' ? [] : [[time, kind]])),
      );
      await responses.forget('tried');
      const found = await dryRun(definition, 400, 545);
      const as = { OBSERVED: 'ACTED' } as Readonly<Record<string, string>>;
      expect(found.map(({ at: time, outcome }: any) => [time, outcome])).toEqual(
        acted.map(([time, kind]) => [time, as[kind] ?? kind]).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      );
      expect(found.map(({ outcome }: any) => outcome)).toEqual(['ACTED', 'HELD', 'LAPSED', 'ACTED', 'BREAKER_OPENED']);
      expect(found[0]).toMatchObject({ incident: null, at: at(404).toISOString() });
      expect(found[0].text).toMatch(/^OBSERVE: page on-call; feature_drift > 0\.25: .*route__delay.* 0\.4$/);
      expect(found[0].text).not.toContain('staging');
    });

    it('finds nothing where nothing met it', async () => {
      const trigger = { expression: 'feature_drift > 0.95' };
      expect(await dryRun({ level: 'OBSERVE', trigger }, 400, 545)).toEqual([]);
    });

    it.each([
      ['to', BAD, 10, 10, /after from/],
      ['definition.trigger.expression', 'feature_drift > on () group_left () feature_drift', 403, 404, /./],
    ])('names the field %s of %s', async (field, expression, from, to, message) => {
      const refused = await dryRun({ level: 'OBSERVE', trigger: { expression } }, from, to);
      expect(refused).toMatchObject({ code: 'INVALID_INPUT', field });
      expect(refused.message).toMatch(message);
    });
  });
});
