import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  DEPLOYMENT,
  deploymentEvent,
  NOW,
  prediction,
  range,
  STAGING,
  startTestMonitoring,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { expectPages, PAGE } from '../support/paging.ts';
import { webhookSignature } from '../../subgraphs/shared/events/webhook-request.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const HELD = 'tiffin:default:deployment:held@production';
const HOLDER = 'tiffin:default:experiment:busy';
const holding = deploymentEvent(HELD);
const ALLOCATION = { holder: HOLDER, arms: [] };

let monitoring: TestMonitoring;
let receiver: WebhookReceiver;
let secret: string;
beforeAll(async () => {
  monitoring = await startTestMonitoring({
    events: [
      ...[DEPLOYMENT, STAGING].map((urn) => deploymentEvent(urn)),
      { ...holding, data: { ...holding.data, allocation: ALLOCATION } },
    ],
    notifyTickMs: 100,
  });
  receiver = await startWebhookReceiver();
  const CREATE = 'mutation ($input: CreateReceiverInput!) { createReceiver(input: $input) { secret } }';
  for (const name of ['on-call', 'trainer']) {
    const input = { name, kind: 'WEBHOOK', url: `${receiver.url}/${name}` };
    const { data, errors } = await monitoring.ask(CREATE, { input }, 'admin');
    expect(errors).toBeUndefined();
    secret = data.createReceiver.secret;
  }
  for (const [name, expression, severity] of [
    ['drifted', 'feature_drift > 0.25', 'WARNING'],
    ['inaccurate', 'model_auc < 0.7', 'CRITICAL'],
    ['stale', 'feature_freshness < 0.99', 'WARNING'],
  ] as const) {
    const RULE = 'mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }';
    const input = { name, expression, severity, noDataState: 'OK', evaluation: 'ON_DEMAND' };
    expect((await monitoring.ask(RULE, { input })).errors).toBeUndefined();
  }
}, 60_000);

const POLICY = `id name description level revision createdBy createdAt changedBy changedAt definition deployment { id } paused { at by reason }`;
const RUN = `id state stage author policyRevision definition startedAt actedAt endedAt modelVersion { id } release { id } shadow { id } rollout { id }
  retraining { tag model strategy from to features } deployment { id } policy { id name } incident { id cause } steps { at kind by text }`;
const mutation = (name: string, fields = `responsePolicy { ${POLICY} }`): string => {
  const types: Record<string, string> = {
    resumeResponsePolicy: 'ResponsePolicyInput',
    deleteResponsePolicy: 'ResponsePolicyInput',
    approveResponseRun: 'DecideResponseRunInput',
    rejectResponseRun: 'DecideResponseRunInput',
  };
  const type = types[name] ?? `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`;
};

async function act(
  name: string,
  input: object,
  { by = 'user:tester', fields = '', roles = ['approver'] as any[] } = {},
) {
  const text = mutation(name, fields === '' ? undefined : fields);
  const { data, errors } = await monitoring.as(by)(text, { input }, ...roles);
  expect(errors).toBeUndefined();
  return data[name];
}
async function refused(
  name: string,
  input: object,
  { by = 'user:tester', fields = '', roles = ['approver'] as any[] } = {},
) {
  const text = mutation(name, fields === '' ? undefined : fields);
  const { errors } = await monitoring.as(by)(text, { input }, ...roles);
  return { message: errors?.[0]?.message, ...errors?.[0]?.extensions } as any;
}

const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
const ofDeployment = (deployment: string): Record<string, string> => {
  const [endpoint = '', environment = ''] = deployment.split(':').at(-1)?.split('@') ?? [];
  return { endpoint, environment };
};

/** The clock goes to a minute with what series show; alerts and then policies are judged. */
async function minute(
  to: number,
  series: readonly (readonly [string, number, Record<string, string>])[],
  policies?: readonly string[],
): Promise<void> {
  const samples = series.map(([name, value, labels]) => ({ name, labels, value, at: at(to).toISOString() }));
  if (samples.length > 0) await monitoring.send('/v1/samples', { samples });
  monitoring.clock.now = at(to);
  const EVALUATE = 'mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { problem } } }';
  expect((await monitoring.ask(EVALUATE, { at: at(to).toISOString() })).errors).toBeUndefined();
  await act('evaluateResponses', { at: at(to).toISOString(), ...(policies && { policies }) }, { fields: 'evaluated' });
}

async function runs(filter: object = {}): Promise<any[]> {
  const query = `query ($policy: ID, $deployment: ID, $incident: ID, $state: ResponseRunState) {
    responseRuns(policy: $policy, deployment: $deployment, incident: $incident, state: $state, first: 100) { edges { node { ${RUN} } } } }`;
  const { data, errors } = await monitoring.ask(query, { ...filter }, 'viewer');
  expect(errors).toBeUndefined();
  return data.responseRuns.edges.map(({ node }: any) => node);
}
const urn = (name: string): string => `tiffin:default:response-policy:${name}`;
/** Waits until the one run of a policy is as wanted. */
const runOf = (policy: string, wanted: object): Promise<any> =>
  vi.waitFor(
    async () => {
      const [run] = await runs({ policy: urn(policy) });
      expect(run).toMatchObject(wanted);
      return run;
    },
    { timeout: 30_000, interval: 50 },
  );

/** The clock goes on while a test waits: what is tried again later is due then. */
const timePasses = <T>(look: () => T): Promise<T> =>
  vi.waitFor(
    () => {
      monitoring.clock.now = new Date(monitoring.clock.now.getTime() + 5_000);
      return look();
    },
    { timeout: 30_000, interval: 50 },
  );

const kinds = (run: any): string[] => run.steps.map(({ kind }: any) => kind);
const PAGE_ACTION = { kind: 'PAGE', receivers: ['on-call'] };
const RETRAIN = { kind: 'RETRAIN', model: 'eta', strategy: 'TARGETED', days: 7 };
const define = (name: string, changes: object, by = 'user:tester'): Promise<any> =>
  act(
    'createResponsePolicy',
    {
      name,
      definition: {
        deployment: DEPLOYMENT,
        level: 'AUTOMATIC',
        evaluation: 'ON_DEMAND',
        trigger: { causes: ['COVARIATE_SHIFT'] },
        action: PAGE_ACTION,
        cooldownMinutes: 0,
        ...changes,
      },
    },
    { by },
  );
const forget = (...names: string[]) =>
  Promise.all(names.map((name) => act('deleteResponsePolicy', { policy: urn(name) })));

describe('a response policy', () => {
  it('goes through its life: made, revised, paused, resumed, deleted', async () => {
    const { responsePolicy } = await define('life', { deployment: 'eta@production' });
    expect(responsePolicy).toMatchObject({
      id: urn('life'),
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
      policy: urn('life'),
      expectedRevision: 1,
      description: 'who is paged',
      definition: { ...definition, level: 'OBSERVE' },
    };
    const revised = (await act('reviseResponsePolicy', revision, { by: 'user:second' })).responsePolicy;
    expect(revised).toMatchObject({
      revision: 2,
      level: 'OBSERVE',
      description: 'who is paged',
      changedBy: 'user:second',
      createdBy: 'user:tester',
    });
    expect(await refused('reviseResponsePolicy', revision)).toMatchObject({
      code: 'CONFLICT',
      field: 'expectedRevision',
    });
    const paused = await act('pauseResponsePolicy', { policy: urn('life'), reason: 'release week' });
    expect(paused.responsePolicy.paused).toMatchObject({ by: 'user:tester', reason: 'release week' });
    await minute(0, [['feature_drift', 0.4, { ...ofDeployment(DEPLOYMENT), feature: 'route__delay' }]], [urn('life')]);
    expect(await runs({ policy: urn('life') })).toEqual([]);
    expect((await act('resumeResponsePolicy', { policy: urn('life') })).responsePolicy.paused).toBeNull();
    await act('evaluateResponses', { at: at(0).toISOString(), policies: [urn('life')] }, { fields: 'evaluated' });
    expect(await runs({ policy: urn('life') })).toMatchObject([
      { state: 'OBSERVED', author: 'user:second', policyRevision: 2 },
    ]);
    await forget('life');
    const query = `{ responsePolicy(id: "${urn('life')}") { id } }`;
    expect((await monitoring.ask(query)).data.responsePolicy).toBeNull();
    expect(await runs({ policy: urn('life') })).toMatchObject([{ policy: null, state: 'OBSERVED' }]);
    await minute(1, []);
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
    const refusal = await refused('createResponsePolicy', { name: 'wrong', definition });
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
    const roles = ['developer'];
    expect(await refused('createResponsePolicy', { name: 'bound', definition }, { roles })).toMatchObject({
      code: 'FORBIDDEN',
      rule: 'G2',
      field: 'definition',
    });
    await act(
      'createResponsePolicy',
      { name: 'bound', description: 'asks', definition: { ...definition, level: 'APPROVE' } },
      { roles },
    );
    expect(await refused('createResponsePolicy', { name: 'bound', definition })).toMatchObject({
      code: 'CONFLICT',
      field: 'name',
    });
    const { data } = await monitoring.ask(`{ responsePolicy(id: "${urn('bound')}") { description } }`);
    expect(data.responsePolicy.description).toBe('asks');
    await minute(10, [['model_auc', 0.6, ofDeployment(STAGING)]], [urn('bound')]);
    const run = await runOf('bound', { state: 'ASKING', stage: null });
    expect(run.steps.at(-1).text).toMatch(/^APPROVE: retrain asked \(TARGETED, 7 days\), until VALIDATED/);
    const input = { run: run.id, reason: 'go on' };
    const fields = `responseRun { ${RUN} }`;
    expect(await refused('approveResponseRun', input, { roles, fields })).toMatchObject({ rule: 'G2' });
    expect(await refused('approveResponseRun', input, { fields })).toMatchObject({
      rule: 'G1',
      makers: ['user:tester'],
    });
    const { responseRun } = await act('approveResponseRun', input, { by: 'user:second', fields });
    expect(responseRun).toMatchObject({ state: 'ACTING', stage: expect.stringMatching(/^(REQUEST|TRAIN)$/) });
    expect(responseRun.steps[2]).toMatchObject({
      kind: 'APPROVED',
      by: 'user:second',
      text: expect.stringMatching(/^go on; /),
    });
    expect(await refused('approveResponseRun', input, { by: 'user:second', fields })).toMatchObject({
      code: 'INVALID_TRANSITION',
      field: 'run',
    });
    // Without a trainer of its own it is asked for: what is to be learned stands in the graph.
    const waits = await runOf('bound', { state: 'ACTING', stage: 'TRAIN' });
    expect(waits.retraining).toMatchObject({
      model: 'asked',
      strategy: 'TARGETED',
      to: at(10).toISOString(),
      features: [],
    });
    const ended = await act('rejectResponseRun', { run: run.id, reason: 'by hand instead' }, { fields });
    expect(ended.responseRun).toMatchObject({ state: 'REJECTED' });
    expect(await refused('rejectResponseRun', input, { fields })).toMatchObject({ code: 'INVALID_TRANSITION' });
    const audit = await monitoring.db.query<{ action: string }>(
      `select record->>'action' as action from audit_record where record->>'subject' in ($1, $2) order by seq`,
      [run.id, urn('bound')],
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
    await forget('bound');
    await minute(11, [['model_auc', 0.9, ofDeployment(STAGING)]], []);
  });
});

describe('the brakes of a policy', () => {
  const drift = (value: number, deployment = DEPLOYMENT): readonly [string, number, Record<string, string>] => [
    'feature_drift',
    value,
    { ...ofDeployment(deployment), feature: 'route__delay' },
  ];

  it('hold it in quiet hours, without enough predictions, while others hold the traffic or broken features, and say so', async () => {
    // 12:00 UTC is 17:30 in India.
    await define('quiet', {
      level: 'OBSERVE',
      guards: { quietHours: [{ from: '17:00', to: '18:50', timeZone: 'Asia/Kolkata' }] },
    });
    await define('few', { level: 'OBSERVE', guards: { leastPredictions: { count: 3, hours: 2 } } });
    await define('held', { level: 'OBSERVE', deployment: HELD, guards: { notWhileTrafficIsHeld: true } });
    await define('broken', { level: 'OBSERVE', action: RETRAIN });
    await define('lasting', {
      level: 'OBSERVE',
      trigger: { rules: ['drifted'], severity: 'WARNING', persistedMinutes: 30 },
    });
    await define('many', { level: 'OBSERVE', trigger: { causes: ['COVARIATE_SHIFT'], alerts: 2 } });
    await define('severe', { level: 'OBSERVE', trigger: { causes: ['COVARIATE_SHIFT'], severity: 'CRITICAL' } });
    const stale = ['feature_freshness', 0.5, { ...ofDeployment(DEPLOYMENT), feature: 'route__wind' }] as const;
    await minute(60, [drift(0.4), drift(0.4, HELD), stale]);
    const held = async (policy: string): Promise<string> =>
      (await runOf(policy, { state: 'WAITING' })).steps.at(-1).text;
    expect(await held('quiet')).toBe('quiet hours are from 17:00 to 18:50 Asia/Kolkata');
    expect(await held('few')).toBe('0 predictions in 2 h are fewer than 3');
    expect(await held('held')).toBe(`${HOLDER} holds the traffic`);
    expect(await held('broken')).toMatch(/^its features are broken \(incident [0-9a-f-]+\): mend them first$/);
    for (const policy of ['lasting', 'many', 'severe']) expect(await runs({ policy: urn(policy) })).toEqual([]);

    await monitoring.send('/v1/predictions', {
      node: 'edge-1',
      predictions: range(0, 3).map((n) => prediction(n, { occurredAt: at(65).toISOString() })),
    });
    await minute(90, [drift(0.4), drift(0.4, HELD), ['feature_freshness', 1, stale[2]]]);
    for (const policy of ['quiet', 'few', 'broken', 'lasting']) {
      const run = await runOf(policy, {
        state: 'OBSERVED',
        actedAt: at(90).toISOString(),
        endedAt: at(90).toISOString(),
      });
      expect(kinds(run)).toEqual(policy === 'lasting' ? ['TRIGGERED', 'OBSERVED'] : ['TRIGGERED', 'HELD', 'OBSERVED']);
    }
    // A reason is kept once, however often it is met.
    expect(kinds(await runOf('held', {}))).toEqual(['TRIGGERED', 'HELD']);
    await minute(95, []);
    expect(kinds(await runOf('held', { state: 'LAPSED' }))).toEqual(['TRIGGERED', 'HELD', 'LAPSED']);
    await forget('quiet', 'few', 'held', 'broken', 'lasting', 'many', 'severe');
  });

  it('are a cooldown, and a breaker that opens and says so until a person closes it', async () => {
    await define('cool', { level: 'SUGGEST', cooldownMinutes: 180, breaker: { actions: 9, hours: 24 } });
    await define('breaks', { level: 'SUGGEST', breaker: { actions: 2, hours: 24 } });
    for (const [i, on] of [200, 300, 400, 500].entries()) {
      await minute(on, [drift(0.4)]);
      // Longer ago than trouble that comes back is the same.
      await minute(on + 20, [drift(0.1)]);
      expect(await runs({ policy: urn('breaks') }), String(i)).toHaveLength(Math.min(i + 1, 3));
    }
    const cool = (await runs({ policy: urn('cool') })).toReversed();
    expect(cool.map(({ state }) => state)).toEqual(['SUGGESTED', 'LAPSED', 'SUGGESTED', 'LAPSED']);
    expect(cool[1].steps[1]).toMatchObject({
      kind: 'HELD',
      text: `it acted at ${at(200).toISOString()}: the cooldown is 180 minutes`,
    });
    const opened = await runOf('breaks', { state: 'WAITING' });
    expect(opened.steps.at(-1)).toMatchObject({ kind: 'BREAKER_OPENED', by: null });
    const policy = async () =>
      (await monitoring.ask(`{ responsePolicy(id: "${urn('breaks')}") { ${POLICY} } }`)).data.responsePolicy;
    expect((await policy()).paused).toEqual({
      at: at(400).toISOString(),
      by: null,
      reason: 'the breaker opened: 2 actions within 24 h',
    });
    expect(await refused('resumeResponsePolicy', { policy: urn('nope') })).toMatchObject({
      code: 'NOT_FOUND',
      field: 'policy',
    });
    await act('resumeResponsePolicy', { policy: urn('breaks') });
    await minute(520, []);
    await runOf('breaks', { state: 'LAPSED' });
    expect((await policy()).paused).toBeNull();

    const query = `query ($definition: JSON!, $from: DateTime!, $to: DateTime!) {
      dryRunResponsePolicy(definition: $definition, from: $from, to: $to) { incident at outcome text } }`;
    const { definition } = await policy();
    const dryRun = async (changes: object, from = at(190), to = at(560)): Promise<any> =>
      monitoring.ask(query, { definition: { ...definition, ...changes }, from, to }, 'viewer');
    const { data } = await dryRun({ breaker: { actions: 3, hours: 24 } });
    expect(data.dryRunResponsePolicy.map((one: any) => [one.at, one.outcome])).toEqual([
      [at(200).toISOString(), 'ACTED'],
      [at(300).toISOString(), 'ACTED'],
      [at(400).toISOString(), 'ACTED'],
      [at(500).toISOString(), 'BREAKER_OPENED'],
    ]);
    const cooled = (await dryRun({ cooldownMinutes: 180 })).data.dryRunResponsePolicy;
    expect(cooled.map((one: any) => one.outcome)).toEqual(['ACTED', 'HELD', 'LAPSED', 'ACTED', 'HELD', 'LAPSED']);
    expect((await dryRun({}, at(10), at(10))).errors).toMatchObject([{ extensions: { field: 'to' } }]);
    expect((await dryRun({ level: 'NO' })).errors).toMatchObject([{ extensions: { field: 'level' } }]);
    await forget('cool', 'breaks');
  });

  it('let one of several evaluators act, and each receiver hear of it once', async () => {
    const { responsePolicy } = await define('once', { trigger: { rules: ['drifted'] } });
    expect(responsePolicy.level).toBe('AUTOMATIC');
    await minute(600, [drift(0.4)], []);
    const before = receiver.received.length;
    const evaluate = () => act('evaluateResponses', { at: at(600).toISOString() }, { fields: 'evaluated' });
    await Promise.all(range(0, 8).map(evaluate));
    const run = await runOf('once', { state: 'DONE', stage: 'PAGE' });
    expect(kinds(run)).toEqual(['TRIGGERED', 'BEGUN', 'PAGE', 'DONE']);
    expect(await runs({ policy: urn('once') })).toHaveLength(1);
    await vi.waitFor(() => expect(receiver.received.length).toBe(before + 1), { timeout: 30_000, interval: 50 });
    const { groupLabels, alerts } = JSON.parse(receiver.received.at(-1)!.body);
    expect(groupLabels).toEqual({ alertname: 'once' });
    expect(alerts[0].annotations.summary).toMatch(/^once: COVARIATE_SHIFT on /);
    await forget('once');
  });

  it('leave steps as they were written', async () => {
    await expect(monitoring.db.query('update response_step set text = $1', ['x'])).rejects.toThrow(/never changes/);
    await expect(monitoring.db.query('delete from response_step')).rejects.toThrow(/never changes/);
  });
});

describe('a retraining', () => {
  it('is asked of its trainer by a signed webhook until that took it, and ends with its answer', async () => {
    await minute(690, []);
    await define('learns', { action: { ...RETRAIN, strategy: 'FULL', days: 30, trainer: 'trainer', answerHours: 2 } });
    receiver.answers.push({ status: 503 }, { status: 200 });
    const before = receiver.received.length;
    const series = ['feature_drift', 0.4, { ...ofDeployment(DEPLOYMENT), feature: 'route__delay' }] as const;
    await minute(700, [series]);
    await receiver.until(before + 1);
    await timePasses(() => expect(receiver.received.length).toBeGreaterThanOrEqual(before + 2));
    const [first, second] = receiver.received
      .slice(before)
      .map(({ headers, body }) => ({ headers, body: JSON.parse(body), text: body }));
    const run = await runOf('learns', { state: 'ACTING', stage: 'TRAIN' });
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
    expect(first!.headers['webhook-signature']).toBe(webhookSignature(secret, id, stamp, first!.text));

    const fields = `responseRun { ${RUN} }`;
    const answer = (more: object) => ({ run: run.id, ...more });
    expect(await refused('answerRetraining', answer({}), { fields })).toMatchObject({ field: 'modelVersion' });
    expect(await refused('answerRetraining', answer({ modelVersion: 'other@1' }), { fields })).toMatchObject({
      field: 'modelVersion',
      allowed: 'eta',
    });
    expect(
      await refused('answerRetraining', answer({ run: 'tiffin:default:response-run:nope', failure: 'x' }), { fields }),
    ).toMatchObject({ code: 'NOT_FOUND', field: 'run' });
    const failed = await act('answerRetraining', answer({ failure: 'out of memory' }), {
      fields,
      roles: ['developer'],
    });
    expect(failed.responseRun).toMatchObject({ state: 'STOPPED', modelVersion: null });
    expect(failed.responseRun.steps.at(-1)).toMatchObject({
      kind: 'STOPPED',
      text: 'out of memory',
      by: 'user:tester',
    });
    await forget('learns');
    await minute(710, []);
  });

  it('stops when nobody answers in time, or when there is no such trainer', async () => {
    await minute(790, []);
    await define('late', { action: { ...RETRAIN, answerHours: 1 } });
    await define('nobody', { deployment: STAGING, action: { ...RETRAIN, trainer: 'gone' } });
    const series = (deployment: string) =>
      ['feature_drift', 0.4, { ...ofDeployment(deployment), feature: 'route__delay' }] as const;
    await minute(800, [series(DEPLOYMENT), series(STAGING)]);
    expect((await runOf('nobody', { state: 'STOPPED' })).steps.at(-1).text).toBe(
      'there is no receiver "gone" of the kind WEBHOOK',
    );
    await runOf('late', { stage: 'TRAIN' });
    monitoring.clock.now = at(870);
    await timePasses(async () => expect(await runs({ policy: urn('late'), state: 'STOPPED' })).toHaveLength(1));
    expect((await runOf('late', {})).steps.at(-1).text).toBe('no version came within 1 h');
    await forget('late', 'nobody');
    await minute(880, []);
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
    const { responsePolicies } = await act('importResponsePreset', input, { fields });
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
    const again = await act('importResponsePreset', { ...input, level: 'OBSERVE' }, { fields });
    expect(again.responsePolicies).toEqual(responsePolicies);
    const bare = await act(
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
    const read = async (query: string): Promise<any> => (await monitoring.ask(query, {}, 'viewer')).data;
    await expectPages(async (page) => (await read(`{ responsePolicies(${page}) ${PAGE} }`)).responsePolicies);
    const own = (await read(`{ responsePolicies(deployment: "${STAGING}") { edges { node { name } } } }`))
      .responsePolicies;
    expect(own.edges.map(({ node }: any) => node.name)).toContain('other-low-log');
    expect(own.edges.map(({ node }: any) => node.name)).not.toContain('eta-low-log');
    await expectPages(async (page) => (await read(`{ responseRuns(${page}) ${PAGE} }`)).responseRuns);
    const [{ incident, id }] = await runs({ state: 'OBSERVED' });
    expect(await runs({ state: 'DONE' })).toMatchObject([{ stage: 'PAGE' }]);
    expect((await runs({ deployment: HELD })).map(({ state }) => state)).toEqual(['LAPSED']);
    const about = await runs({ incident: incident.id });
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
      const { data } = await monitoring.ask(query, { r: [{ __typename: 'Deployment', id: DEPLOYMENT }] }, 'viewer');
      return data['_entities'][0].responseRuns;
    };
    expect((await runsOfDeployment('state: DONE', '{ edges { node { state } } }')).edges).toEqual([
      { node: { state: 'DONE' } },
    ]);
    await expectPages((page) => runsOfDeployment(page, PAGE));
    await define('paged', { level: 'OBSERVE' });
    for (const on of [1_000, 1_100]) {
      await minute(
        on,
        [['feature_drift', 0.4, { endpoint: 'eta', environment: 'production', feature: 'route__delay' }]],
        [urn('paged')],
      );
      await minute(on + 10, [], [urn('paged')]);
    }
    await expectPages(
      async (page) =>
        (await read(`{ responsePolicy(id: "${urn('paged')}") { runs(${page}) ${PAGE} } }`)).responsePolicy.runs,
    );
  });
});
