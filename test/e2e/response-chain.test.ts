import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Peer } from '../../subgraphs/shared/peer.ts';
import { localPeer } from '../../subgraphs/shared/peer.ts';
import { peerOf, startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import {
  NOW,
  outcome,
  prediction,
  range,
  SECRET,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { serviceEvent, type Deployed } from '../support/serving.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { place, register, RETRAIN, standing } from '../support/retraining.ts';
import { createTestDatabase } from '../support/test-database.ts';

let registry: TestRegistry;
let monitoring: TestMonitoring;
let experiment: TestExperiment;
/** How many answers to a rollback are lost on the way although it was done. */
let lost = 0;
beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  const wire = peerOf('registry', registry.subgraph);
  const unsteady: Peer = {
    ...wire,
    graphql: async (document, variables, actor) => {
      const answer = await wire.graphql(document, variables, actor);
      if (answer.data?.['rollback'] && lost-- > 0) throw new Error('the connection was cut');
      return answer;
    },
  };
  monitoring = await startTestMonitoring({
    database,
    registry: unsteady,
    experiment: localPeer('experiment', () => experiment?.subgraph, SECRET),
    notifyTickMs: 100,
  });
  experiment = await startTestExperiment({ database, registry: registry.subgraph, monitoring: monitoring.subgraph });
  const METRIC = 'mutation ($input: CreateMetricInput!) { createMetric(input: $input) { metric { id } } }';
  const definition = { kind: 'MEAN', measure: 'SQUARED_ERROR', higherIsBetter: false, margin: 0.1 };
  expect((await experiment.ask(METRIC, { input: { name: 'brier', definition } })).errors).toBeUndefined();
  for (const [name, expression] of [
    ['drifted', 'feature_drift > 0.25'],
    ['inaccurate', 'model_auc < 0.7'],
  ]) {
    const RULE = 'mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }';
    const input = { name, expression, severity: 'CRITICAL', noDataState: 'OK', evaluation: 'ON_DEMAND' };
    expect((await monitoring.ask(RULE, { input })).errors).toBeUndefined();
  }
}, 120_000);

const RUN = `id state stage expiresAt modelVersion { id } release { id } shadow { id } rollout { id } retraining { tag } steps { kind text }`;

/** Made on behalf of somebody who is neither of those that approve. */
async function define(name: string, deployment: string, changes: object): Promise<void> {
  const CREATE =
    'mutation ($input: CreateResponsePolicyInput!) { createResponsePolicy(input: $input) { responsePolicy { id } } }';
  const definition = {
    deployment,
    level: 'AUTOMATIC',
    evaluation: 'ON_DEMAND',
    trigger: { causes: ['COVARIATE_SHIFT'] },
    ...changes,
  };
  await vi.waitFor(
    async () => {
      const { errors } = await monitoring.as('user:author')(CREATE, { input: { name, definition } }, 'approver');
      expect(errors).toBeUndefined();
    },
    { timeout: 30_000, interval: 100 },
  );
}

let minutes = 0;
/** A series crosses its threshold; alerts and policies are judged. */
async function trouble(series: string, value: number, { endpoint }: Deployed): Promise<void> {
  minutes += 1;
  const at = new Date(monitoring.clock.now.getTime() + minutes * 60_000);
  const labels = { endpoint: endpoint.split(':').at(-1), environment: 'production', feature: 'user_txn__amount_24h' };
  await monitoring.send('/v1/samples', { samples: [{ name: series, labels, value, at: at.toISOString() }] });
  monitoring.clock.now = at;
  for (const name of ['evaluateAlerts', 'evaluateResponses']) {
    const type = name === 'evaluateAlerts' ? 'evaluated { problem }' : 'evaluated';
    const { errors } = await monitoring.ask(`mutation ($at: DateTime!) { ${name}(input: { at: $at }) { ${type} } }`, {
      at: at.toISOString(),
    });
    expect(errors).toBeUndefined();
  }
}

/** Waits, while the clock goes on, until the one run of a policy is as wanted. */
const runOf = (policy: string, wanted: object): Promise<any> =>
  vi.waitFor(
    async () => {
      monitoring.clock.now = new Date(monitoring.clock.now.getTime() + 5_000);
      const query = `{ responseRuns(policy: "tiffin:default:response-policy:${policy}") { edges { node { ${RUN} } } } }`;
      const { data } = await monitoring.ask(query, {}, 'viewer');
      expect(data.responseRuns.edges).toHaveLength(1);
      expect(data.responseRuns.edges[0].node).toMatchObject(wanted);
      return data.responseRuns.edges[0].node;
    },
    { timeout: 60_000, interval: 100 },
  );

const kinds = (run: any): string[] => run.steps.map(({ kind }: any) => kind);

let space = 0;
/** Answers, as far from what came true as the arms agree on, with their outcomes; a shadow says the same. */
async function answers(changes: Record<string, unknown>, shadow: string | null = null): Promise<void> {
  const mine = (space += 1);
  const predictions = range(0, 40).map((n) =>
    prediction(n, {
      id: uuid(n, mine),
      unit: `u${mine}-${n}`,
      bucket: 0.5,
      score: n % 2 === 0 ? 0.2 : 0.8,
      ...changes,
    }),
  );
  const shadows = predictions.map(({ id, deployment, occurredAt, release, score, decision }, n) => ({
    id: uuid(n, mine + 1_000),
    predictionId: id,
    deployment,
    holder: shadow,
    holderRevision: 1,
    occurredAt,
    release: 'b'.repeat(64),
    models: [{ version: 'tiffin:default:model-version:eta@2', score }],
    score,
    decision,
    failure: null,
    primary: { release, score, decision },
    timings: { wait: 1, total: 2 },
  }));
  const batch = { node: 'edge-1', predictions, ...(shadow !== null && { shadows }) };
  const sent = await monitoring.send('/v1/predictions', batch);
  expect(sent.body.acked.length).toBeGreaterThanOrEqual(40);
  const outcomes = predictions.map(({ id }, n) => outcome(n, n % 2, { id: uuid(n, mine + 2_000), predictionId: id }));
  expect((await monitoring.send('/v1/outcomes', { outcomes })).body.acked).toHaveLength(40);
}

describe('a retraining', () => {
  it('goes from drift to live inside a standing approval by two people, and says why', async () => {
    const own = await place(registry, 'chain');
    const model = 'chain-model';
    await standing(registry, model);
    await define('adapts', own.deployment, { action: { ...RETRAIN, model, until: 'LIVE' } });
    await trouble('feature_drift', 0.4, own);
    const asked = await runOf('adapts', { state: 'ACTING', stage: 'TRAIN' });
    await register(registry, model, asked.retraining.tag);
    const compared = await runOf('adapts', {
      stage: 'COMPARE',
      modelVersion: { id: 'tiffin:default:model-version:chain-model@2' },
    });
    expect(kinds(compared)).toEqual([
      'TRIGGERED',
      'BEGUN',
      'REQUEST',
      'TRAIN',
      'SUBMIT',
      'VALIDATE',
      'APPROVE',
      'RELEASE',
      'SHADOW',
    ]);
    const { deployment } = await registry.ask(
      person('viewer'),
      `{ deployment(id: "${own.deployment}") { traffic { shadow { holder } } } }`,
    );
    expect(deployment.traffic.shadow).toEqual({ holder: compared.shadow.id });

    await answers({}, compared.shadow.id);
    const rolled = await runOf('adapts', { stage: 'PROMOTE' });
    expect(rolled.steps.at(-2)).toMatchObject({ kind: 'COMPARE', text: expect.stringMatching(/^40 pairs: /) });
    const EVALUATE =
      'mutation ($input: RolloutInput!) { evaluateRollout(input: $input) { status step evaluation { verdict reasons } } }';
    const rollout = { rollout: rolled.rollout.id };
    for (const arm of ['control', 'candidate']) await answers({ holder: rollout.rollout, holderRevision: 1, arm });
    await vi.waitFor(
      async () => {
        const { data, errors } = await experiment.ask(EVALUATE, { input: rollout });
        if (errors?.[0]?.extensions?.['code'] !== 'INVALID_TRANSITION')
          expect(data?.evaluateRollout).toMatchObject({ status: 'COMPLETED' });
      },
      { timeout: 60_000, interval: 200 },
    );
    const done = await runOf('adapts', { state: 'DONE' });
    expect(kinds(done).slice(9)).toEqual(['COMPARE', 'ROLL_OUT', 'PROMOTE', 'DONE']);

    // From what answers back to what was wrong.
    const WHY = `{ deployment(id: "${own.deployment}") { live { id modelVersions { id approvals { action actor reason grants } } } } }`;
    const { live } = (await registry.ask(person('viewer'), WHY)).deployment;
    expect(live.id).toBe(done.release.id);
    const approval = live.modelVersions[0].approvals.find(({ grants }: any) => grants);
    expect(approval).toMatchObject({
      actor: 'service:monitoring',
      reason: expect.stringMatching(/^standing approval \d+ of user:approver and user:second/),
    });
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ModelVersion { responseRun {
      id author policy { name } incident { cause evidence { text } } } } } }`;
    const { data } = await monitoring.ask(
      query,
      {
        r: [
          { __typename: 'ModelVersion', id: live.modelVersions[0].id },
          { __typename: 'ModelVersion', id: own.versions[0] },
        ],
      },
      'viewer',
    );
    const [why, none] = data['_entities'];
    expect(why.responseRun).toMatchObject({
      id: done.id,
      author: 'user:author',
      policy: { name: 'adapts' },
      incident: { cause: 'COVARIATE_SHIFT' },
    });
    expect(why.responseRun.incident.evidence[0].text).toMatch(/^drifted: /);
    expect(none.responseRun).toBeNull();
  }, 120_000);

  it('stops at VALIDATED without a standing approval, and says so', async () => {
    const own = await place(registry, 'alone');
    const model = 'alone-model';
    await define('waits', own.deployment, { action: { ...RETRAIN, model, until: 'LIVE' } });
    await trouble('feature_drift', 0.5, own);
    const { retraining, id } = await runOf('waits', { stage: 'TRAIN' });
    // A version of another model is nobody's answer, whatever tag it has.
    await register(registry, 'other-model', retraining.tag);
    const version = await register(registry, model, 'nightly');
    const ANSWER =
      'mutation ($input: AnswerRetrainingInput!) { answerRetraining(input: $input) { responseRun { modelVersion { id } } } }';
    const answer = { run: id, modelVersion: version };
    for (const _ of [1, 2]) {
      const { data } = await monitoring.ask(ANSWER, { input: answer });
      expect(data.answerRetraining.responseRun).toEqual({ modelVersion: { id: version } });
    }
    const run = await runOf('waits', { state: 'STOPPED', stage: 'APPROVE', release: null });
    expect(run.steps.at(-1).text).toBe(
      `${version} stays VALIDATED: no standing approval by two people lets it through`,
    );
    const { modelVersion } = await registry.ask(person('viewer'), `{ modelVersion(id: "${version}") { state } }`);
    expect(modelVersion.state).toBe('VALIDATED');
  }, 120_000);
});

describe('an approval that comes late', () => {
  it('has the run go on, within the time that the policy gives', async () => {
    const own = await place(registry, 'late');
    const model = 'late-model';
    const action = { ...RETRAIN, model, until: 'SHADOW', rollout: null };
    await define('patient', own.deployment, { action, approvalHours: 48 });
    await trouble('feature_drift', 0.5, own);
    const { retraining } = await runOf('patient', { stage: 'TRAIN' });
    await register(registry, model, retraining.tag);
    const waits = await runOf('patient', { state: 'ACTING', stage: 'APPROVE' });
    await vi.waitFor(async () => expect(kinds(await runOf('patient', {}))).toContain('ASKED'), { timeout: 30_000 });
    expect(Date.parse(waits.expiresAt)).toBeGreaterThan(monitoring.clock.now.getTime());
    monitoring.clock.now = new Date(monitoring.clock.now.getTime() + 24 * 3_600_000);
    await standing(registry, model);
    const gone = await runOf('patient', { stage: 'COMPARE' });
    // It said once that it waits, however often it looked.
    expect(kinds(gone).filter((kind) => kind === 'ASKED')).toHaveLength(1);
    expect(gone.steps.find(({ kind }: any) => kind === 'APPROVE').text).toMatch(/by the standing approval \d+ of/);
  }, 120_000);

  it('is too late once the run expired: the version stays VALIDATED', async () => {
    const own = await place(registry, 'too-late');
    const model = 'too-late-model';
    const action = { ...RETRAIN, model, until: 'SHADOW', rollout: null };
    await define('brief', own.deployment, { action, approvalHours: 1 });
    await trouble('feature_drift', 0.5, own);
    const { retraining } = await runOf('brief', { stage: 'TRAIN' });
    const version = await register(registry, model, retraining.tag);
    const { expiresAt } = await runOf('brief', { state: 'ACTING', stage: 'APPROVE' });
    monitoring.clock.now = new Date(expiresAt);
    const ended = await runOf('brief', { state: 'EXPIRED', stage: 'APPROVE', expiresAt: null });
    expect(ended.steps.at(-1).text).toBe(
      `${version} stays VALIDATED: no standing approval by two people lets it through; nobody approved it until ${expiresAt}`,
    );
    const { modelVersion } = await registry.ask(person('viewer'), `{ modelVersion(id: "${version}") { state } }`);
    expect(modelVersion.state).toBe('VALIDATED');
  }, 120_000);
});

describe('a policy on traffic', () => {
  const layersOf = async (own: Deployed): Promise<any> =>
    (
      await registry.ask(
        person('viewer'),
        `{ deployment(id: "${own.deployment}") { live { id } traffic { revision layers } } }`,
      )
    ).deployment;

  it('rolls back once for a loss of performance, however often it is sent', async () => {
    const own = await place(registry, 'back', { releases: 3 });
    const before = await layersOf(own);
    expect(before.live.id).toBe(own.releases[2]!.id);
    await define('returns', own.deployment, {
      trigger: { causes: ['PERFORMANCE_LOSS'] },
      action: { kind: 'ROLL_BACK' },
    });
    lost = 2;
    await trouble('model_auc', 0.6, own);
    const run = await runOf('returns', { state: 'DONE' });
    expect(kinds(run)).toEqual(['TRIGGERED', 'BEGUN', 'ROLL_BACK', 'DONE']);
    expect(run.steps[2].text).toBe('it had been done already');
    const after = await layersOf(own);
    expect(after.live.id).toBe(own.releases[1]!.id);
    expect(after.traffic.revision).toBe(before.traffic.revision + 1);
  }, 60_000);

  it('falls back, and stops with what the registry says where that cannot be', async () => {
    const own = await place(registry, 'fall', { releases: 1 });
    await define('falls', own.deployment, { trigger: { causes: ['PERFORMANCE_LOSS'] }, action: { kind: 'FALLBACK' } });
    await define('returns-nowhere', own.deployment, {
      trigger: { causes: ['PERFORMANCE_LOSS'] },
      action: { kind: 'ROLL_BACK' },
    });
    await trouble('model_auc', 0.5, own);
    const fell = await runOf('falls', { state: 'DONE' });
    expect(kinds(fell)).toEqual(['TRIGGERED', 'BEGUN', 'FALL_BACK', 'DONE']);
    const { traffic } = await layersOf(own);
    expect(traffic.layers[0]).toMatchObject({ kind: 'KILL' });
    // The other one waited for it.
    expect((await runOf('returns-nowhere', { state: 'WAITING' })).steps.at(-1).text).toBe(
      `the run ${fell.id.split(':').at(-1)} is under way on this deployment`,
    );
    await trouble('model_auc', 0.5, own);
    const back = await runOf('returns-nowhere', { state: 'STOPPED', stage: 'ROLL_BACK' });
    expect(back.steps.at(-1)).toMatchObject({ kind: 'STOPPED', text: expect.stringMatching(/./) });
    expect(await layersOf(own)).toEqual({ live: { id: own.releases[0]!.id }, traffic });
  }, 60_000);
});
