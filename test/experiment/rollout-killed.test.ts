import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, expect, it } from 'vitest';
import { SCRIPTS, startApart, type ApartInstall } from '../support/apart.ts';
import { freePort } from '../support/install.ts';
import { heartbeat, prediction, range, uuid } from '../support/monitoring.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { startPart, type Part } from '../support/part.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { approvedVersion, ask, change, eventually, released } from '../support/story.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const WEIGHTS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5];
const UNITS = 30;
const KILLS = 6;
const random = seededRandom(1_907);

let install: ApartInstall | undefined;
let second: Part | undefined;
afterAll(async () => {
  await second?.end('SIGKILL');
  await install?.stop();
});

/** A deployment with two releases of which the first serves; answers what a rollout of the second needs. */
async function place(own: ApartInstall): Promise<{ deployment: string; candidate: string }> {
  const { endpoint } = await change(own, 'developer', 'createEndpoint', { name: 'eta' }, '{ endpoint { id } }');
  const where = { endpoint: endpoint.id, environment: 'staging' };
  const { deployment } = await change(own, 'developer', 'createDeployment', where, '{ deployment { id } }');
  const releases: string[] = [];
  for (const bias of [0, 1]) {
    const model = logisticModel({ features: 1, weights: [1], bias });
    const version = await approvedVersion(own, model, { model: 'eta' });
    const recipe = {
      inputs: [
        { name: 'user', dtype: 'STRING' },
        { name: 'distance', dtype: 'FLOAT64' },
      ],
      models: [{ version, inputs: [{ tensor: 'features', columns: ['distance'] }], score: { tensor: 'score' } }],
      output: { decision: { threshold: 0.5, above: 'LATE', below: 'ON_TIME' } },
    };
    releases.push((await released(own, { deployment: deployment.id, recipe })).id);
  }
  const first = { deployment: deployment.id, release: releases[0], reason: 'the first one' };
  await change(own, 'developer', 'promoteRelease', first, '{ applied }');
  return { deployment: deployment.id, candidate: releases[1]! };
}

const DEPLOYMENT = 'tiffin:default:deployment:eta@staging';
const send = async (own: ApartInstall, route: string, body: object): Promise<any> => {
  const sent = await own.call(`${own.urlOf('monitoring')}${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return sent.json();
};

let space = 1;
/** The arms of a step are answered alike by an enrolled node. */
async function answered(
  own: ApartInstall,
  holder: string,
  step: number,
  arms: readonly string[] = ['control', 'candidate'],
): Promise<void> {
  for (const arm of arms) {
    const mine = space++;
    const now = Date.now();
    const predictions = range(0, UNITS).map((n) =>
      prediction(n, {
        id: uuid(n, mine),
        occurredAt: new Date(now - n).toISOString(),
        deployment: DEPLOYMENT,
        holder,
        holderRevision: step,
        arm,
        unit: `${arm}-${mine}-${n}`,
        bucket: 0.5,
        timings: { total: 4 + (n % 3) },
      }),
    );
    expect((await send(own, '/v1/predictions', { node: 'edge-1', predictions })).acked).toHaveLength(UNITS);
  }
}

/** Kills one of two evaluators at a random moment, again and again, and the registry once for a while. */
async function havoc(own: ApartInstall, startSecond: () => Part): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(500 + random() * 2_000);
    if (kill === 2) {
      await own.parts.registry.end('SIGKILL');
      await sleep(3_000);
      await own.startAgain('registry');
    } else if (random() < 0.5) {
      await own.parts.experiment.end('SIGKILL');
      await own.startAgain('experiment');
    } else {
      await second?.end('SIGKILL');
      second = startSecond();
    }
  }
}

/** An install with two evaluators, and a deployment whose second release is a candidate. */
async function evaluators() {
  const database = await createTestDatabase();
  const env = { TIFFIN_ROLLOUT_SECONDS: '1', TIFFIN_SWITCH_SECONDS: '1', TIFFIN_PENDING_CHECK_SECONDS: '1' };
  const own = (install = await startApart({ database, env }));
  const settings = { ...own.settingsOf('experiment'), PORT: String(await freePort()) };
  const startSecond = (): Part => startPart(SCRIPTS.experiment, settings);
  second = startSecond();
  return { own, database, startSecond, ...(await place(own)) };
}

/** Every change of traffic so far: its kind, and the step whose split it brought. */
async function movesOf({ ownerUrl }: TestDatabase): Promise<readonly unknown[]> {
  const db = new Client({ connectionString: ownerUrl });
  await db.connect();
  const { rows } = await db.query(
    `select kind, jsonb_path_query_first(layers, '$[*] ? (@.kind == "ALLOCATION")') as layer
     from registry.traffic_record order by revision`,
  );
  await db.end();
  return rows.map(({ kind, layer }) => [kind, layer?.holderRevision ?? null]);
}

async function begun(own: ApartInstall, plan: object): Promise<string> {
  const { rollout } = await change(own, 'developer', 'createRollout', plan, '{ rollout { id } }');
  const start = 'mutation ($input: RolloutInput!) { startRollout(input: $input) { rollout { step } } }';
  expect((await ask(own, 'developer', start, { input: { rollout: rollout.id } })).rollout.step).toBe(1);
  return rollout.id;
}

const SEEN = `query ($id: ID!) { rollout(id: $id) { status step pendingStep
  verdicts(first: 100) { edges { node { step verdict replays } } } } }`;

/** What is heard of each step until it has ended well; answers with its verdicts, the oldest first. */
async function goneThrough(own: ApartInstall, id: string, hear: (step: number) => Promise<void>): Promise<any[]> {
  const end = await eventually(async () => {
    const seen = await ask(own, 'viewer', SEEN, { id });
    if (seen.status === 'RUNNING') await hear(seen.step);
    expect(seen).toMatchObject({ status: 'COMPLETED', pendingStep: null });
    return seen;
  }, 240_000);
  const verdicts = end.verdicts.edges.map(({ node }: any) => node).toReversed();
  expect(verdicts.every(({ replays }: any) => replays)).toBe(true);
  return verdicts;
}

const live = 'query ($id: ID!) { deployment(id: $id) { live { id } } }';

it(
  'goes through each step once and in order, whatever is killed when, by two evaluators at once',
  { timeout: 300_000 },
  async () => {
    const { own, database, startSecond, deployment, candidate } = await evaluators();
    const definition = { kind: 'MEAN', measure: 'LATENCY_MS', higherIsBetter: false, margin: 3 };
    await change(own, 'developer', 'createMetric', { name: 'latency', definition }, '{ metric { id } }');
    const steps = WEIGHTS.map((weight) => ({ weight, minSamples: 20 }));
    const plan = { name: 'killed', deployment, candidate, unit: 'user', steps, guardrails: [{ metric: 'latency' }] };
    const rollout = await begun(own, plan);

    const killing = havoc(own, startSecond);
    const verdicts = await goneThrough(own, rollout, (step) => answered(own, rollout, step));
    await killing;

    expect(verdicts.filter(({ verdict }: any) => verdict === 'CONTINUE').map(({ step }: any) => step)).toEqual(
      WEIGHTS.map((_, i) => i + 1),
    );
    expect(await movesOf(database)).toEqual([
      ['PROMOTE', null],
      ...WEIGHTS.map((_, i) => ['ACQUIRE_ALLOCATION', i + 1]),
      ['END_ALLOCATION', null],
    ]);
    expect((await ask(own, 'viewer', live, { id: deployment })).live.id).toBe(candidate);
  },
);

it('switches all traffic once, whatever is killed when, by two evaluators at once', { timeout: 300_000 }, async () => {
  await second?.end('SIGKILL');
  await install?.stop();
  const { own, database, startSecond, deployment, candidate } = await evaluators();
  const query = 'query ($id: ID!) { deployment(id: $id) { releases { edges { node { digest } } } } }';
  const { releases } = await ask(own, 'viewer', query, { id: deployment });
  const serving = releases.edges.map(({ node }: any) => ({
    release: node.digest,
    modelVersions: ['tiffin:default:model-version:eta@1'],
    p99Ms: 1,
    unanswered: 0,
  }));
  const blueGreen = { minAnswers: 10, watchMinutes: 0.3 };
  const rollout = await begun(own, { name: 'switch', deployment, candidate, unit: 'user', blueGreen });

  const killing = havoc(own, startSecond);
  const verdicts = await goneThrough(own, rollout, async (step) => {
    await send(own, '/v1/heartbeat', {
      ...heartbeat({}),
      at: new Date().toISOString(),
      memory: { usedBytes: 1, limitBytes: 10 },
      deployments: [{ deployment: DEPLOYMENT, serving, refused: null }],
    });
    await answered(own, rollout, step, [step === 1 ? 'control' : 'candidate']);
  });
  await killing;

  const moved = verdicts.filter(({ verdict }: any) => verdict === 'CONTINUE').map(({ step }: any) => step);
  expect(moved).toEqual([1, 2]);
  expect(await movesOf(database)).toEqual([
    ['PROMOTE', null],
    ['ACQUIRE_ALLOCATION', 1],
    ['ACQUIRE_ALLOCATION', 2],
    ['END_ALLOCATION', null],
  ]);
  expect((await ask(own, 'viewer', live, { id: deployment })).live.id).toBe(candidate);
});
