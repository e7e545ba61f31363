import { expect, it, vi } from 'vitest';
import { peerOf, startTestExperiment } from '../support/experiment.ts';
import { NOW, startTestMonitoring } from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry } from '../support/registry.ts';
import { place, register, RETRAIN, standing } from '../support/retraining.ts';
import { serveApp } from '../support/serve-app.ts';
import { serviceEvent } from '../support/serving.ts';
import { startSubgraphProcess, type SubgraphProcess } from '../support/subgraph-process.ts';
import { atEnd } from '../support/at-end.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

/** Each is done by whom it is sent to, whose answer nobody is there to hear. */
const COMMANDS = [
  'submitModelVersion',
  'validateModelVersion',
  'approveByStanding',
  'applyServingDefinitions',
  'createShadow',
  'startShadow',
];
const MODEL = 'killed-model';
const POLICY = 'tiffin:default:response-policy:survives';
const RUN = `{ responseRuns(policy: "${POLICY}") { edges { node { id state stage retraining { tag } modelVersion { id } release { id } shadow { id } steps { kind text } } } } }`;

it('a run goes on after each of its commands was killed unheard: nothing is done twice, and nothing is lost', async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  const trainer = await startWebhookReceiver();
  const own = await place(registry, 'killed');
  await standing(registry, MODEL);

  // What is to be done is decided before: a run that asks.
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
  const rule = { name: 'drifted', expression: 'feature_drift > 0.25', noDataState: 'OK', evaluation: 'ON_DEMAND' };
  await must('mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }', {
    ...rule,
    severity: 'CRITICAL',
  });
  const definition = {
    deployment: own.deployment,
    level: 'APPROVE',
    evaluation: 'ON_DEMAND',
    trigger: { causes: ['COVARIATE_SHIFT'] },
    action: { ...RETRAIN, model: MODEL, until: 'SHADOW', rollout: null, trainer: 'trainer' },
  };
  await vi.waitFor(
    () =>
      must(
        'mutation ($input: CreateResponsePolicyInput!) { createResponsePolicy(input: $input) { responsePolicy { id } } }',
        { name: 'survives', definition },
        'approver',
      ),
    { timeout: 30_000, interval: 100 },
  );
  const labels = { endpoint: 'killed', environment: 'production', feature: 'user_txn__amount_24h' };
  const at = NOW.toISOString();
  await before.send('/v1/samples', { samples: [{ name: 'feature_drift', labels, value: 0.5, at }] });
  await must('mutation ($input: EvaluateAlertsInput!) { evaluateAlerts(input: $input) { evaluated { problem } } }', {
    at,
  });
  await must('mutation ($input: EvaluateResponsesInput!) { evaluateResponses(input: $input) { evaluated } }', { at });
  await before.stop();

  let monitoring: SubgraphProcess | null = null;
  const kill = async (): Promise<void> => {
    const dying = monitoring;
    monitoring = null;
    await dying?.kill();
  };
  atEnd(kill);
  const killedAt: string[] = [];
  /** A subgraph that does what is asked; at the first of each command its asker is killed before it hears so. */
  const deadly = (app: { readonly fetch: (request: Request) => Response | Promise<Response> }) =>
    serveApp({
      fetch: async (request) => {
        const text = request.method === 'POST' ? await request.clone().text() : '';
        const answer = await app.fetch(request);
        const command = COMMANDS.find((name) => text.includes(`${name}(`) && !killedAt.includes(name));
        if (command === undefined) return answer;
        killedAt.push(command);
        await kill();
        return answer;
      },
    });
  const experiment = await startTestExperiment({ database, registry: registry.subgraph });
  const peers = {
    REGISTRY_URL: (await deadly(registry.subgraph.app)).url,
    EXPERIMENT_URL: (await deadly(experiment.subgraph.app)).url,
  };
  const folder = temporaryFolder('response-killed');
  const start = async (): Promise<SubgraphProcess> => {
    // As if the lease of who was killed were over, and its heartbeats had been away for long enough.
    await before.db.query(`delete from pgboss_monitoring.job where name = 'act-on-responses'`);
    await before.db.query(`update response_run set next_at = now() where state = 'ACTING'`);
    const variables = { ...peers, TIFFIN_NOTIFY_TICK_MS: '100', TIFFIN_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' };
    return startSubgraphProcess('monitoring', database, folder, variables);
  };
  const runNow = async (): Promise<any> => {
    monitoring ??= await start();
    const { responseRuns } = await monitoring.ask(person('viewer'), RUN);
    expect(responseRuns.edges).toHaveLength(1);
    return responseRuns.edges[0].node;
  };
  const reaches = (stage: string): Promise<any> =>
    vi.waitFor(
      async () => {
        const run = await runNow();
        expect(run).toMatchObject({ state: 'ACTING', stage });
        return run;
      },
      { timeout: 240_000, interval: 200 },
    );

  // The trainer gets the request and never answers; then it does.
  trainer.answers.push({ status: 1 });
  const { id: run } = await runNow();
  const APPROVE =
    'mutation ($input: DecideResponseRunInput!) { approveResponseRun(input: $input) { responseRun { id } } }';
  await monitoring!.ask(person('approver', 'second'), APPROVE, { input: { run, reason: 'go on' } });
  await trainer.until(1);
  await kill();
  const { retraining } = await reaches('TRAIN');
  expect(trainer.received.length).toBe(2);
  expect(new Set(trainer.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  await kill();
  await register(registry, MODEL, retraining.tag);
  const done = await reaches('COMPARE');

  expect(killedAt).toEqual(COMMANDS);
  expect(done.steps.map(({ kind }: any) => kind)).toEqual([
    'TRIGGERED',
    'ASKED',
    'APPROVED',
    'REQUEST',
    'TRAIN',
    'SUBMIT',
    'VALIDATE',
    'APPROVE',
    'RELEASE',
    'SHADOW',
  ]);
  const viewer = person('viewer');
  const { deployment } = await registry.ask(
    viewer,
    `{ deployment(id: "${own.deployment}") { releases(first: 10) { edges { node { id } } } traffic { shadow { holder } } } }`,
  );
  const releases = deployment.releases.edges.map(({ node }: any) => node.id);
  expect(releases).toHaveLength(2);
  expect(releases).toEqual(expect.arrayContaining([own.releases[0]!.id, done.release.id]));
  expect(deployment.traffic.shadow).toEqual({ holder: done.shadow.id });
  const { standingApprovals } = await registry.ask(
    viewer,
    '{ standingApprovals(first: 10) { edges { node { model used } } } }',
  );
  expect(standingApprovals.edges.map(({ node }: any) => node.used)).toEqual([1]);
  const { data } = await experiment.ask('{ shadows(first: 10) { edges { node { id status } } } }', {}, 'viewer');
  expect(data.shadows.edges).toEqual([{ node: { id: done.shadow.id, status: 'RUNNING' } }]);
  const events = await before.db.query<{ revision: number }>(
    'select revision from outbox where urn = $1 order by seq',
    [run],
  );
  expect(events.map(({ revision }) => revision)).toEqual(events.map((_, i) => i + 1));
}, 600_000);
