import { beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENT, STAGING } from '../support/monitoring.ts';
import { inboxIn, inboxQuery } from '../support/inbox.ts';
import { expectPages, PAGE } from '../support/paging.ts';
import {
  at,
  drift,
  HELD,
  ofDeployment,
  PAGE_ACTION,
  POLICY,
  policyUrn,
  RETRAIN,
  RUN,
  startTestResponses,
  type TestResponses,
} from '../support/response.ts';

let responses: TestResponses;
beforeAll(async () => {
  responses = await startTestResponses();
}, 60_000);

describe('a response policy', () => {
  it('goes through its life: made, revised, paused, resumed, deleted', async () => {
    const { responsePolicy } = await responses.define('life', { deployment: 'eta@production' });
    expect(responsePolicy).toMatchObject({
      id: policyUrn('life'),
      level: 'AUTOMATIC',
      revision: 1,
      createdBy: 'user:tester',
      paused: null,
      deployment: { id: DEPLOYMENT },
      definition: {
        deployment: DEPLOYMENT,
        guards: { leastPredictions: null, quietHours: [], notWhileTrafficIsHeld: false },
        breaker: { actions: 3, hours: 24 },
      },
    });
    const { definition } = responsePolicy;
    const revision = {
      policy: policyUrn('life'),
      expectedRevision: 1,
      description: 'who is paged',
      definition: { ...definition, level: 'OBSERVE' },
    };
    const revised = (await responses.act('reviseResponsePolicy', revision, { by: 'user:second' })).responsePolicy;
    expect(revised).toMatchObject({
      revision: 2,
      level: 'OBSERVE',
      description: 'who is paged',
      changedBy: 'user:second',
      createdBy: 'user:tester',
    });
    expect(await responses.refused('reviseResponsePolicy', revision)).toMatchObject({
      code: 'CONFLICT',
      field: 'expectedRevision',
    });
    const paused = await responses.act('pauseResponsePolicy', { policy: policyUrn('life'), reason: 'release week' });
    expect(paused.responsePolicy.paused).toMatchObject({ by: 'user:tester', reason: 'release week' });
    await responses.minute(
      0,
      [['feature_drift', 0.4, { ...ofDeployment(DEPLOYMENT), feature: 'route__delay' }]],
      [policyUrn('life')],
    );
    expect(await responses.runs({ policy: policyUrn('life') })).toEqual([]);
    expect(
      (await responses.act('resumeResponsePolicy', { policy: policyUrn('life') })).responsePolicy.paused,
    ).toBeNull();
    await responses.act(
      'evaluateResponses',
      { at: at(0).toISOString(), policies: [policyUrn('life')] },
      { fields: 'evaluated' },
    );
    expect(await responses.runs({ policy: policyUrn('life') })).toMatchObject([
      { state: 'OBSERVED', author: 'user:second', policyRevision: 2 },
    ]);
    await responses.forget('life');
    const query = `{ responsePolicy(id: "${policyUrn('life')}") { id } }`;
    expect((await responses.monitoring.ask(query)).data.responsePolicy).toBeNull();
    expect(await responses.runs({ policy: policyUrn('life') })).toMatchObject([{ policy: null, state: 'OBSERVED' }]);
    await responses.minute(1, []);
  });

  it.each([
    ['trigger.causes', { action: { kind: 'ROLL_BACK' } }, /drift alone never rolls back/],
    ['trigger.causes', { action: { kind: 'FALLBACK' } }, /drift alone never switches/],
    ['trigger.causes', { action: { kind: 'ROLL_BACK' }, trigger: { rules: ['drifted'] } }, /PERFORMANCE_LOSS/],
    ['trigger.causes', { action: RETRAIN, trigger: { causes: ['PIPELINE_FAULT'] } }, /nothing is learned of them/],
    ['trigger', { trigger: {} }, /name rules, causes, or both/],
    ['action.shadow', { action: { ...RETRAIN, until: 'SHADOW' } }, /needs a plan/],
    [
      'action.rollout',
      {
        action: {
          ...RETRAIN,
          until: 'VALIDATED',
          rollout: { unit: 'user', steps: [{ weight: 1, minSamples: 1 }], guardrails: [{ metric: 'a' }] },
        },
      },
      /has no rollout/,
    ],
    ['action.receivers', { action: { kind: 'PAGE', receivers: [] } }, /./],
    [
      'guards.quietHours.0.timeZone',
      { guards: { quietHours: [{ from: '22:00', to: '06:00', timeZone: 'Nowhere/At' }] } },
      /time zone/,
    ],
    ['guards.quietHours.0.to', { guards: { quietHours: [{ from: '22:00', to: '22:00' }] } }, /same time/],
    ['level', { level: 'SOMETIMES' }, /./],
    ['deployment', { deployment: 'nope@production' }, /there is no/],
    ['deployment', { deployment: 'tiffin:default:model:eta' }, /./],
    ['breaker.actions', { breaker: { actions: 0, hours: 1 } }, /./],
  ])('is refused where %s is wrong (%#)', async (field, changes, message) => {
    const definition = {
      deployment: DEPLOYMENT,
      level: 'OBSERVE',
      trigger: { causes: ['COVARIATE_SHIFT'] },
      action: PAGE_ACTION,
      ...changes,
    };
    const refusal = await responses.refused('createResponsePolicy', { name: 'wrong', definition });
    expect(refusal.field).toBe(field);
    expect(refusal.message).toMatch(message);
  });

  it('acts by itself only where an approver set it, and asks another person than who did', async () => {
    const definition = {
      deployment: STAGING,
      level: 'AUTOMATIC',
      evaluation: 'ON_DEMAND',
      trigger: { causes: ['PERFORMANCE_LOSS'] },
      action: { ...RETRAIN, model: 'asked' },
    };
    const roles = ['developer'] as const;
    expect(await responses.refused('createResponsePolicy', { name: 'bound', definition }, { roles })).toMatchObject({
      code: 'FORBIDDEN',
      rule: 'G2',
      field: 'definition',
    });
    await responses.act(
      'createResponsePolicy',
      { name: 'bound', description: 'asks', definition: { ...definition, level: 'APPROVE' } },
      { roles },
    );
    expect(await responses.refused('createResponsePolicy', { name: 'bound', definition })).toMatchObject({
      code: 'CONFLICT',
      field: 'name',
    });
    const { data } = await responses.monitoring.ask(`{ responsePolicy(id: "${policyUrn('bound')}") { description } }`);
    expect(data.responsePolicy.description).toBe('asks');
    await responses.minute(10, [['model_auc', 0.6, ofDeployment(STAGING)]], [policyUrn('bound')]);
    const run = await responses.runOf('bound', { state: 'ASKING', stage: null });
    expect(run.steps.at(-1).text).toMatch(/^APPROVE: retrain asked \(TARGETED, 7 days\), until VALIDATED/);
    await responses.act(
      'createResponsePolicy',
      { name: 'bound-too', definition: { ...definition, level: 'APPROVE', action: { ...RETRAIN, model: 'as-well' } } },
      { roles },
    );
    await responses.minute(20, [['model_auc', 0.6, ofDeployment(STAGING)]], [policyUrn('bound-too')]);
    const asked = await responses.runOf('bound-too', { state: 'ASKING' });
    const asking = async (by: string, page = 'first: 100', ...held: any[]): Promise<any> =>
      inboxIn((await responses.monitoring.as(by)(inboxQuery('responseRuns', page), {}, ...held)).data);
    await expectPages((page) => asking('user:second', page, 'approver'));
    expect((await asking('user:tester', 'first: 100', 'approver')).edges).toEqual([]);
    expect((await asking('user:second', 'first: 100', 'developer')).edges).toEqual([]);
    const fields = `responseRun { ${RUN} }`;
    await responses.act('rejectResponseRun', { run: asked.id, reason: 'one is enough' }, { fields });
    const input = { run: run.id, reason: 'go on' };
    expect(await responses.refused('approveResponseRun', input, { roles, fields })).toMatchObject({ rule: 'G2' });
    expect(await responses.refused('approveResponseRun', input, { fields })).toMatchObject({
      rule: 'G1',
      makers: ['user:tester'],
    });
    const { responseRun } = await responses.act('approveResponseRun', input, { by: 'user:second', fields });
    expect(responseRun).toMatchObject({ state: 'ACTING', stage: expect.stringMatching(/^(REQUEST|TRAIN)$/) });
    expect(responseRun.steps[2]).toMatchObject({
      kind: 'APPROVED',
      by: 'user:second',
      text: expect.stringMatching(/^go on; /),
    });
    expect(await responses.refused('approveResponseRun', input, { by: 'user:second', fields })).toMatchObject({
      code: 'INVALID_TRANSITION',
      field: 'run',
    });
    // Without a trainer of its own it is asked for: what is to be learned stands in the graph.
    const waits = await responses.runOf('bound', { state: 'ACTING', stage: 'TRAIN' });
    expect(waits.retraining).toMatchObject({
      model: 'asked',
      strategy: 'TARGETED',
      to: at(10).toISOString(),
      features: [],
    });
    const ended = await responses.act('rejectResponseRun', { run: run.id, reason: 'by hand instead' }, { fields });
    expect(ended.responseRun).toMatchObject({ state: 'REJECTED' });
    expect(await responses.refused('rejectResponseRun', input, { fields })).toMatchObject({
      code: 'INVALID_TRANSITION',
    });
    const audit = await responses.monitoring.db.query<{ action: string }>(
      `select record->>'action' as action from audit_record where record->>'subject' in ($1, $2) order by seq`,
      [run.id, policyUrn('bound')],
    );
    expect(audit.map(({ action }) => action)).toEqual([
      'response-policy.create.refused',
      'response-policy.create',
      'response-run.trigger',
      'response-run.ask',
      'response-run.approve.refused',
      'response-run.approve.refused',
      'response-run.approve',
      'response-run.request-training',
      'response-run.reject',
    ]);
    await responses.forget('bound', 'bound-too');
    await responses.minute(21, [['model_auc', 0.9, ofDeployment(STAGING)]], []);
  });
});

describe('the usual plan', () => {
  it('is made for a model as a preset, whose own policies stay as they are', async () => {
    const fields = `responsePolicies { ${POLICY} }`;
    const input = {
      deployment: DEPLOYMENT,
      model: 'eta',
      receivers: ['on-call'],
      trainer: 'trainer',
      level: 'APPROVE',
    };
    const { responsePolicies } = await responses.act('importResponsePreset', input, { fields });
    expect(
      responsePolicies.map(({ name, level, definition }: any) => [
        name,
        level,
        definition.action.kind,
        definition.action.strategy,
      ]),
    ).toEqual([
      ['eta-high-full-retraining', 'APPROVE', 'RETRAIN', 'FULL'],
      ['eta-high-notice', 'APPROVE', 'PAGE', undefined],
      ['eta-moderate-incremental-retraining', 'APPROVE', 'RETRAIN', 'INCREMENTAL'],
      ['eta-moderate-notice', 'APPROVE', 'PAGE', undefined],
      ['eta-performance-backup', 'APPROVE', 'FALLBACK', undefined],
      ['eta-performance-targeted-retraining', 'APPROVE', 'RETRAIN', 'TARGETED'],
      ['eta-low-log', 'OBSERVE', 'RETRAIN', 'INCREMENTAL'],
    ]);
    expect(responsePolicies[0].definition).toMatchObject({
      deployment: DEPLOYMENT,
      trigger: { alerts: 4, severity: 'CRITICAL' },
      action: { trainer: 'trainer', days: 30 },
    });
    expect(responsePolicies[1].definition.action.receivers).toEqual(['on-call']);
    const again = await responses.act('importResponsePreset', { ...input, level: 'OBSERVE' }, { fields });
    expect(again.responsePolicies).toEqual(responsePolicies);
    const bare = await responses.act(
      'importResponsePreset',
      { deployment: STAGING, model: 'other' },
      { fields, roles: ['developer'] },
    );
    expect(bare.responsePolicies).toHaveLength(5);
    expect(bare.responsePolicies[0]).toMatchObject({
      level: 'SUGGEST',
      deployment: { id: STAGING },
      definition: { action: { model: 'other', trainer: null } },
    });
  });

  it('is listed, as its runs are, page by page', async () => {
    const read = async (query: string): Promise<any> => (await responses.monitoring.ask(query, {}, 'viewer')).data;
    await expectPages(async (page) => (await read(`{ responsePolicies(${page}) ${PAGE} }`)).responsePolicies);
    const own = (await read(`{ responsePolicies(deployment: "${STAGING}") { edges { node { name } } } }`))
      .responsePolicies;
    expect(own.edges.map(({ node }: any) => node.name)).toContain('other-low-log');
    expect(own.edges.map(({ node }: any) => node.name)).not.toContain('eta-low-log');
    await expectPages(async (page) => (await read(`{ responseRuns(${page}) ${PAGE} }`)).responseRuns);
    const named = ['observes', 'pages', 'held'].map(policyUrn);
    await responses.define('observes', { level: 'OBSERVE' });
    await responses.define('pages', {});
    await responses.define('held', { level: 'OBSERVE', deployment: HELD, guards: { notWhileTrafficIsHeld: true } });
    await responses.minute(900, [drift(0.4), drift(0.4, HELD)], named);
    await responses.runOf('pages', { state: 'DONE', stage: 'PAGE' });
    await responses.minute(910, [], named);
    const [{ incident, id }] = await responses.runs({ policy: policyUrn('observes') });
    expect(await responses.runs({ state: 'DONE' })).toMatchObject([{ stage: 'PAGE' }]);
    expect((await responses.runs({ deployment: HELD })).map(({ state }) => state)).toEqual(['LAPSED']);
    const about = await responses.runs({ incident: incident.id });
    expect(about.map((one) => one.id)).toContain(id);
    expect(about.every((one) => one.incident.id === incident.id)).toBe(true);
    expect((await read(`{ responseRun(id: "${id}") { id } }`)).responseRun).toEqual({ id });
    expect(
      (
        await read(
          `{ incident(id: "${incident.id}") { responseRuns(first: 50, state: OBSERVED) { edges { node { id } } } } }`,
        )
      ).incident.responseRuns.edges,
    ).toContainEqual({ node: { id } });
    await expectPages(
      async (page) =>
        (await read(`{ incident(id: "${incident.id}") { responseRuns(${page}) ${PAGE} } }`)).incident.responseRuns,
    );
    const runsOfDeployment = async (args: string, fields: string): Promise<any> => {
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Deployment { responseRuns(${args}) ${fields} } } }`;
      const { data } = await responses.monitoring.ask(
        query,
        { r: [{ __typename: 'Deployment', id: DEPLOYMENT }] },
        'viewer',
      );
      return data['_entities'][0].responseRuns;
    };
    expect((await runsOfDeployment('state: DONE', '{ edges { node { state } } }')).edges).toEqual([
      { node: { state: 'DONE' } },
    ]);
    await expectPages((page) => runsOfDeployment(page, PAGE));
    await responses.define('paged', { level: 'OBSERVE' });
    for (const on of [1_000, 1_100]) {
      await responses.minute(
        on,
        [['feature_drift', 0.4, { endpoint: 'eta', environment: 'production', feature: 'route__delay' }]],
        [policyUrn('paged')],
      );
      await responses.minute(on + 10, [], [policyUrn('paged')]);
    }
    await expectPages(
      async (page) =>
        (await read(`{ responsePolicy(id: "${policyUrn('paged')}") { runs(${page}) ${PAGE} } }`)).responsePolicy.runs,
    );
  });
});
