import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { sha256OfKey } from '../../subgraphs/shared/auth/key-ring.ts';
import { remotePeer, type Peer } from '../../subgraphs/shared/peer.ts';
import { peerOf, startTestExperiment } from '../support/experiment.ts';
import { KilledUnheard } from '../support/killed-unheard.ts';
import {
  NOW,
  outcome,
  prediction,
  range,
  SECRET,
  SERVER_KEY,
  startTestMonitoring,
  uuid,
} from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry } from '../support/registry.ts';
import { place, register, RETRAIN, standing } from '../support/retraining.ts';
import { serviceEvent } from '../support/serving.ts';
import { startSubgraphProcess, Unanswered } from '../support/subgraph-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

/** Each is done by whom it is sent to, whose answer nobody is there to hear. */
const UNTIL_SHADOW = [
  'submitModelVersion',
  'validateModelVersion',
  'approveByStanding',
  'applyServingDefinitions',
  'createShadow',
  'startShadow',
];
const UNTIL_LIVE = ['stopShadow', 'createRollout', 'startRollout', 'rollout'];
const EMERGENCIES = ['rollback', 'fallbackDeployment'];
const FATAL = [...UNTIL_SHADOW, ...UNTIL_LIVE, ...EMERGENCIES].map((field) => ({
  field,
  completed: field === 'rollout',
}));
const MODEL = 'killed-model';
const RUN = `query ($policy: ID) { responseRuns(policy: $policy) { edges { node { id state stage retraining { tag }
  modelVersion { id } release { id } shadow { id } rollout { id } steps { kind text } } } } }`;
const viewer = person('viewer');

it('a run goes on after each of its commands was killed unheard: nothing is done twice, and nothing is lost', async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  const trainer = await startWebhookReceiver();
  const own = await place(registry, 'killed');
  const back = await place(registry, 'back', { releases: 2, sharedVersions: true });
  const fall = await place(registry, 'fall', { sharedVersions: true });
  await standing(registry, MODEL);

  // What is to be done is decided before: runs that ask.
  const before = await startTestMonitoring({
    database,
    registry: peerOf('registry', registry.subgraph),
    notifyTickMs: 100,
  });
  const must = async (query: string, input: object, ...roles: ('admin' | 'approver')[]): Promise<any> => {
    const { data, errors } = await before.as('user:author')(query, { input }, ...roles);
    expect(errors).toBeUndefined();
    return data;
  };
  const receiver = { name: 'trainer', kind: 'WEBHOOK', url: trainer.url };
  await must('mutation ($input: CreateReceiverInput!) { createReceiver(input: $input) { secret } }', receiver, 'admin');
  for (const [name, expression] of [
    ['drifted', 'feature_drift > 0.25'],
    ['inaccurate', 'model_auc < 0.7'],
  ]) {
    await must('mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }', {
      name,
      expression,
      severity: 'CRITICAL',
      noDataState: 'OK',
      evaluation: 'ON_DEMAND',
    });
  }
  const define = (name: string, deployment: string, cause: string, action: object): Promise<void> =>
    vi.waitFor(
      () =>
        must(
          'mutation ($input: CreateResponsePolicyInput!) { createResponsePolicy(input: $input) { responsePolicy { id } } }',
          {
            name,
            definition: { deployment, level: 'APPROVE', evaluation: 'ON_DEMAND', trigger: { causes: [cause] }, action },
          },
          'approver',
        ),
      { timeout: 30_000, interval: 100 },
    );
  const retrain = { ...RETRAIN, model: MODEL, until: 'LIVE', trainer: 'trainer' };
  await define('survives', own.deployment, 'COVARIATE_SHIFT', retrain);
  await define('returns', back.deployment, 'PERFORMANCE_LOSS', { kind: 'ROLL_BACK' });
  await define('falls', fall.deployment, 'PERFORMANCE_LOSS', { kind: 'FALLBACK' });
  const at = NOW.toISOString();
  const sampleOf = (name: string, endpoint: string, value: number) => {
    const labels = { endpoint, environment: 'production', feature: 'user_txn__amount_24h' };
    return { name, labels, value, at };
  };
  const samples = [
    sampleOf('feature_drift', 'killed', 0.5),
    sampleOf('model_auc', 'back', 0.6),
    sampleOf('model_auc', 'fall', 0.6),
  ];
  await before.send('/v1/samples', { samples });
  await must('mutation ($input: EvaluateAlertsInput!) { evaluateAlerts(input: $input) { evaluated { problem } } }', {
    at,
  });
  await must('mutation ($input: EvaluateResponsesInput!) { evaluateResponses(input: $input) { evaluated } }', { at });
  await before.stop();

  const folder = temporaryFolder('response-killed');
  const keysFile = join(folder, 'keys.json');
  const key = { id: 'ingest', sha256: sha256OfKey(SERVER_KEY), scopes: ['monitoring:ingest'], owner: 'user:owner' };
  writeFileSync(keysFile, JSON.stringify([{ ...key, trust: 'server' }]));
  /** As if nobody had looked at the runs for a while. */
  const lookAgain = () =>
    before.db.query(`update response_run set next_at = now() where state = 'ACTING' and next_at is not null`);
  // Its peers look for it before they are all there.
  const peers = Promise.withResolvers<{ readonly REGISTRY_URL: string; readonly EXPERIMENT_URL: string }>();
  const asker = new KilledUnheard(FATAL, async () => {
    const urls = await peers.promise;
    // As if the lease of who was killed were over, and its heartbeats had been away for long enough.
    await before.db.query(`delete from pgboss_monitoring.job where name = 'act-on-responses'`);
    await lookAgain();
    return startSubgraphProcess('monitoring', database, folder, {
      ...urls,
      TIFFIN_KEYS_FILE: keysFile,
      TIFFIN_NOTIFY_TICK_MS: '100',
      TIFFIN_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
    });
  });
  const now = async (): Promise<Peer> => remotePeer('monitoring', (await asker.alive()).url, SECRET);
  const monitoring: Peer = {
    name: 'monitoring',
    graphql: async (...asked) => (await now()).graphql(...asked),
    get: async (...asked) => (await now()).get(...asked),
  };
  const experiment = await startTestExperiment({ database, registry: registry.subgraph, monitoring });
  peers.resolve({
    REGISTRY_URL: await asker.before(registry.subgraph.app),
    EXPERIMENT_URL: await asker.before(experiment.subgraph.app),
  });
  const METRIC = 'mutation ($input: CreateMetricInput!) { createMetric(input: $input) { metric { id } } }';
  const metric = { kind: 'MEAN', measure: 'SQUARED_ERROR', higherIsBetter: false, margin: 0.1 };
  expect((await experiment.ask(METRIC, { input: { name: 'brier', definition: metric } })).errors).toBeUndefined();

  const runOf = async (policy: string): Promise<any> => {
    const id = `tiffin:default:response-policy:${policy}`;
    const { responseRuns } = await (await asker.alive()).ask(viewer, RUN, { policy: id });
    expect(responseRuns.edges).toHaveLength(1);
    return responseRuns.edges[0].node;
  };
  const comesTo = (policy: string, wanted: object): Promise<any> =>
    vi.waitFor(
      async () => {
        const run = await runOf(policy);
        expect(run).toMatchObject(wanted);
        return run;
      },
      { timeout: 240_000, interval: 200 },
    );
  /** Whoever lets it act may be killed at once by what it does. */
  const letAct = async (policy: string): Promise<void> => {
    const APPROVE =
      'mutation ($input: DecideResponseRunInput!) { approveResponseRun(input: $input) { responseRun { id } } }';
    const input = { run: (await runOf(policy)).id, reason: 'go on' };
    await (await asker.alive()).ask(person('approver', 'second'), APPROVE, { input }).catch((error: unknown) => {
      if (!(error instanceof Unanswered)) throw error;
    });
  };
  /** Sent until it is taken: nothing is counted twice. */
  const send = (path: string, body: object, least: number): Promise<void> =>
    vi.waitFor(
      async () => {
        const { url } = await asker.alive();
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${SERVER_KEY}` };
        const sent = await fetch(new URL(path, url), { method: 'POST', headers, body: JSON.stringify(body) });
        expect(((await sent.json()) as any).acked.length).toBeGreaterThanOrEqual(least);
      },
      { timeout: 60_000, interval: 200 },
    );
  let space = 0;
  /** Forty answers and what came true; a shadow says what they say. */
  const answers = async (changes: Record<string, unknown>, shadow: string | null = null): Promise<void> => {
    const mine = (space += 1);
    const predictions = range(0, 40).map((n) =>
      prediction(n, {
        id: uuid(n, mine),
        deployment: own.deployment,
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
    await send('/v1/predictions', { node: 'edge-1', predictions, ...(shadow !== null && { shadows }) }, 40);
    const outcomes = predictions.map(({ id }, n) => outcome(n, n % 2, { id: uuid(n, mine + 2_000), predictionId: id }));
    await send('/v1/outcomes', { outcomes }, 40);
  };

  // The trainer gets the request and never answers; then it does.
  trainer.answers.push({ status: 1 });
  await letAct('survives');
  await trainer.until(1);
  await asker.kill();
  const { retraining, id: run } = await comesTo('survives', { state: 'ACTING', stage: 'TRAIN' });
  expect(trainer.received.length).toBe(2);
  expect(new Set(trainer.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  await asker.kill();
  await register(registry, MODEL, retraining.tag);
  const compared = await comesTo('survives', { state: 'ACTING', stage: 'COMPARE' });

  expect(asker.at).toEqual(UNTIL_SHADOW);
  const { deployment } = await registry.ask(
    viewer,
    `{ deployment(id: "${own.deployment}") { releases(first: 10) { edges { node { id } } } traffic { shadow { holder } } } }`,
  );
  const releases = deployment.releases.edges.map(({ node }: any) => node.id);
  expect(releases).toHaveLength(2);
  expect(releases).toEqual(expect.arrayContaining([own.releases[0]!.id, compared.release.id]));
  expect(deployment.traffic.shadow).toEqual({ holder: compared.shadow.id });
  const { standingApprovals } = await registry.ask(
    viewer,
    '{ standingApprovals(first: 10) { edges { node { model used } } } }',
  );
  expect(standingApprovals.edges.map(({ node }: any) => node.used)).toEqual([1]);

  await answers({}, compared.shadow.id);
  await lookAgain();
  const rolled = await comesTo('survives', { state: 'ACTING', stage: 'PROMOTE' });
  for (const arm of ['control', 'candidate']) await answers({ holder: rolled.rollout.id, holderRevision: 1, arm });
  const EVALUATE = 'mutation ($input: RolloutInput!) { evaluateRollout(input: $input) { status } }';
  await vi.waitFor(
    async () => {
      const { data, errors } = await experiment.ask(EVALUATE, { input: { rollout: rolled.rollout.id } });
      if (errors?.[0]?.extensions?.['code'] !== 'INVALID_TRANSITION')
        expect(data?.evaluateRollout).toMatchObject({ status: 'COMPLETED' });
    },
    { timeout: 60_000, interval: 200 },
  );
  await lookAgain();
  const done = await comesTo('survives', { state: 'DONE' });

  expect(asker.at).toEqual([...UNTIL_SHADOW, ...UNTIL_LIVE]);
  const STEPS = ['SUBMIT', 'VALIDATE', 'APPROVE', 'RELEASE', 'SHADOW', 'COMPARE', 'ROLL_OUT', 'PROMOTE', 'DONE'];
  const kindsOf = ({ steps }: any): string[] => steps.map(({ kind }: any) => kind);
  expect(kindsOf(done)).toEqual(['TRIGGERED', 'ASKED', 'APPROVED', 'REQUEST', 'TRAIN', ...STEPS]);
  expect(done.steps.find(({ kind }: any) => kind === 'COMPARE').text).toMatch(/^40 pairs: /);
  const { data } = await experiment.ask(
    '{ shadows(first: 10) { edges { node { id status } } } rollouts(first: 10) { edges { node { id status } } } }',
    {},
    'viewer',
  );
  expect(data.shadows.edges).toEqual([{ node: { id: done.shadow.id, status: 'STOPPED' } }]);
  expect(data.rollouts.edges).toEqual([{ node: { id: done.rollout.id, status: 'COMPLETED' } }]);

  const trafficOf = async (id: string): Promise<any> =>
    (await registry.ask(viewer, `{ deployment(id: "${id}") { live { id } traffic { revision layers } } }`)).deployment;
  expect((await trafficOf(own.deployment)).live.id).toBe(done.release.id);
  for (const [policy, of, field] of [
    ['returns', back, 'rollback'],
    ['falls', fall, 'fallbackDeployment'],
  ] as const) {
    const { traffic: was } = await trafficOf(of.deployment);
    await letAct(policy);
    const ended = await comesTo(policy, { state: 'DONE' });
    expect(asker.at.at(-1)).toBe(field);
    const stage = policy === 'returns' ? 'ROLL_BACK' : 'FALL_BACK';
    expect(kindsOf(ended)).toEqual(['TRIGGERED', 'ASKED', 'APPROVED', stage, 'DONE']);
    expect(ended.steps.at(-2).text).toBe('it had been done already');
    const { live, traffic } = await trafficOf(of.deployment);
    expect(live.id).toBe(of.releases[0]!.id);
    expect(traffic.revision).toBe(was.revision + 1);
    if (policy === 'falls') expect(traffic.layers[0]).toMatchObject({ kind: 'KILL' });
  }

  expect(asker.at).toEqual(FATAL.map(({ field }) => field));
  const events = await before.db.query<{ revision: number }>(
    'select revision from outbox where urn = $1 order by seq',
    [run],
  );
  expect(events.map(({ revision }) => revision)).toEqual(events.map((_, i) => i + 1));
}, 600_000);
