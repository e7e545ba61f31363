import { beforeAll, describe, expect, it, vi } from 'vitest';
import { peerOf, startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import {
  DEVICE_KEY,
  heartbeat,
  NOW,
  prediction,
  range,
  startTestMonitoring,
  uuid,
  VERSION,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

let registry: TestRegistry;
let monitoring: TestMonitoring;
let own: TestExperiment;
let count = 0;
beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  monitoring = await startTestMonitoring({ database, registry: peerOf('registry', registry.subgraph) });
  own = await startTestExperiment({ database, registry: registry.subgraph, monitoring: monitoring.subgraph });
  // Makes the models that all share.
  await place();
}, 120_000);

const FIELDS = `rollout { id status step pendingStep steps { number weight bakeMinutes maxMinutes approval passedAt approvedBy }
  blueGreen { windowSeconds minAnswers maxErrorShare maxP99Ms maxMemoryShare minPerSecond maxStaleShare nodes } }`;

async function act(name: string, type: string, input: object, ...roles: any[]): Promise<any> {
  const fields = name === 'evaluateRollout' ? FIELDS.replace('rollout {', '').replace(/\}$/, '') : FIELDS;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`;
  const { data, errors } = await own.ask(query, { input }, ...roles);
  if (errors) return { refused: { message: errors[0]?.message, ...errors[0]?.extensions } };
  return data[name].rollout ?? data[name];
}

async function place(): Promise<Deployed> {
  const made = await deployed(registry, `swap${++count}`, { sharedVersions: true });
  const first = { deployment: made.deployment, release: made.releases[0]!.id };
  await changeTraffic(registry, person('developer'), 'promoteRelease', first);
  return made;
}

/** Few answers suffice, so that a test need not send many. */
const PLAN = { minAnswers: 10, watchMinutes: 30 };
const create = ({ deployment, releases }: Deployed, name: string, blueGreen: object = {}, more: object = {}) =>
  act('createRollout', 'CreateRolloutInput', {
    name,
    deployment,
    candidate: releases[1]!.id,
    unit: 'user',
    blueGreen: { ...PLAN, ...blueGreen },
    ...more,
  });

async function started(where: Deployed, name: string, blueGreen: object = {}, more: object = {}): Promise<any> {
  const { id } = await create(where, name, blueGreen, more);
  return act('startRollout', 'RolloutInput', { rollout: id });
}
const evaluated = ({ id }: { readonly id: string }): Promise<any> =>
  act('evaluateRollout', 'RolloutInput', { rollout: id });

async function read({ id }: { readonly id: string }): Promise<any> {
  const query = `query ($id: ID!) { rollout(id: $id) { status step evaluation { verdict reasons checks { check node state value limit detail } }
    verdicts { edges { node { step verdict reasons replays checks { check node state } } } } } }`;
  const { data, errors } = await own.ask(query, { id }, 'viewer');
  expect(errors).toBeUndefined();
  return { ...data.rollout, verdicts: data.rollout.verdicts.edges.map(({ node }: any) => node) };
}

const traffic = async ({ deployment }: Deployed): Promise<any> => {
  const query = `{ deployment(id: "${deployment}") { live { id } traffic { lease { holder } layers } } }`;
  const found = (await registry.ask(person('viewer'), query)).deployment;
  const split = found.traffic.layers.find(({ kind }: any) => kind === 'ALLOCATION');
  return { live: found.live.id, lease: found.traffic.lease?.holder ?? null, arms: split?.arms ?? null };
};

/** Each deployment has a node of its own: of one node a heartbeat of the same time changes nothing. */
const nodeOf = ({ deployment }: Deployed): string => `on-${deployment.split(':').at(-1)!.split('@')[0]}`;

/** What an enrolled node says of itself: it has both releases ready, and room. */
async function beat(where: Deployed, more: Record<string, unknown> = {}, key?: string) {
  const { deployment, releases } = where;
  const serving = releases
    .slice(0, 2)
    .map(({ digest }) => ({ release: digest, modelVersions: [VERSION], p99Ms: 2, unanswered: 0 }));
  const said = heartbeat(
    {},
    {
      node: nodeOf(where),
      at: monitoring.clock.now.toISOString(),
      memory: { usedBytes: 400, limitBytes: 1_000 },
      deployments: [{ deployment, serving, refused: null }],
      ...more,
    },
  );
  expect((await monitoring.send('/v1/heartbeat', said, key)).status).toBeLessThan(300);
}

let space = 500;
interface Answers {
  readonly units?: number;
  readonly errors?: number;
  readonly latencyMs?: number;
}
/** Answers of one arm in a step, stored now; waits until the experiment subgraph has heard of them. */
async function answer({ id }: { readonly id: string }, step: number, answers: Answers = {}, key?: string) {
  const { units = 20, errors = 0, latencyMs = 5 } = answers;
  const mine = space++;
  const arm = step === 1 ? 'control' : 'candidate';
  const predictions = range(0, units).map((n) =>
    prediction(n, {
      id: uuid(n, mine),
      holder: id,
      holderRevision: step,
      arm,
      unit: `${mine}-${n}`,
      bucket: 0.5,
      occurredAt: monitoring.clock.now.toISOString(),
      fallback: n < errors ? 'ENGINE_ERROR' : null,
      timings: { total: latencyMs },
    }),
  );
  const sent = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions }, key);
  expect(sent.body.acked).toHaveLength(units);
  const stored = `select count(*)::int as rows from answer where holder = $1 and unit like $2`;
  await vi.waitFor(async () => expect((await own.db.query<any>(stored, [id, `${mine}-%`]))[0].rows).toBe(units), {
    timeout: 20_000,
    interval: 50,
  });
}

/** All clocks go on together. */
function wait(minutes: number): void {
  const at = new Date(own.clock.now.getTime() + minutes * 60_000);
  own.clock.now = at;
  monitoring.clock.now = at;
}

/** A switch that has taken place, and is watched. */
async function switched(name: string, blueGreen: object = {}, more: object = {}): Promise<[any, Deployed]> {
  const where = await place();
  const rollout = await started(where, name, blueGreen, more);
  await beat(where);
  await answer(rollout, 1);
  expect((await read(rollout)).evaluation).toMatchObject({ verdict: 'CONTINUE', reasons: [expect.any(String)] });
  expect(await evaluated(rollout)).toMatchObject({ step: 2, status: 'RUNNING' });
  await answer(rollout, 2);
  return [rollout, where];
}

describe('a blue-green switch', () => {
  it('makes the candidate ready on every node, switches all traffic once, watches, and ends as the default', async () => {
    const where = await place();
    const created = await create(where, 'whole', { maxMinutes: 600 });
    expect(created).toMatchObject({
      status: 'DRAFT',
      steps: [
        { number: 1, weight: 0, bakeMinutes: 0, maxMinutes: 600 },
        { number: 2, weight: 1, bakeMinutes: 30, maxMinutes: 600 },
      ],
      blueGreen: {
        windowSeconds: 60,
        minAnswers: 10,
        maxErrorShare: 0.01,
        maxP99Ms: 100,
        maxMemoryShare: 0.9,
        minPerSecond: null,
        maxStaleShare: null,
        nodes: [],
      },
    });
    const rollout = await act('startRollout', 'RolloutInput', { rollout: created.id });
    const [blue, green] = where.releases.map(({ digest }) => digest);
    const arms = (control: number[][], candidate: number[][]) => [
      { arm: 'control', release: blue, ranges: control },
      { arm: 'candidate', release: green, ranges: candidate },
    ];
    expect(await traffic(where)).toMatchObject({ lease: created.id, arms: arms([[0, 1]], []) });

    expect(await evaluated(rollout)).toMatchObject({ step: 1 });
    expect((await read(rollout)).evaluation).toMatchObject({
      verdict: 'WAIT',
      reasons: ['no enrolled node reports the deployment'],
    });
    const [first] = where.releases;
    const half = [{ release: first!.digest, modelVersions: [VERSION], p99Ms: 2, unanswered: 0 }];
    await beat(where, { deployments: [{ deployment: where.deployment, serving: half, refused: null }] });
    await answer(rollout, 1);
    expect((await read(rollout)).evaluation.reasons).toEqual([
      `READY of ${nodeOf(where)}: has not said yet that the candidate is loaded`,
    ]);
    wait(0.1);
    await beat(where);
    expect(await evaluated(rollout)).toMatchObject({ step: 2, blueGreen: { nodes: [nodeOf(where)] } });
    expect(await traffic(where)).toMatchObject({
      lease: created.id,
      live: where.releases[0]!.id,
      arms: arms([], [[0, 1]]),
    });

    await answer(rollout, 2);
    expect(await evaluated(rollout)).toMatchObject({ step: 2, steps: [{}, { passedAt: expect.any(String) }] });
    wait(31);
    await beat(where);
    await answer(rollout, 2);
    expect(await evaluated(rollout)).toMatchObject({ status: 'COMPLETED' });
    expect(await traffic(where)).toEqual({ live: where.releases[1]!.id, lease: null, arms: null });
    const { verdicts } = await read(rollout);
    expect(verdicts.map(({ step, verdict }: any) => [step, verdict])).toEqual([
      [2, 'CONTINUE'],
      [2, 'WAIT'],
      [1, 'CONTINUE'],
      [1, 'WAIT'],
    ]);
    expect(verdicts.every(({ replays }: any) => replays)).toBe(true);
    expect(verdicts[2].checks.map(({ check, state }: any) => `${check} ${state}`)).toEqual(
      ['HEARD', 'READY', 'WARM_LATENCY', 'MEMORY', 'ERRORS', 'LATENCY'].map((check) => `${check} PASSED`),
    );
  });

  it.each<[string, object, (rollout: any, where: Deployed) => Promise<void>, string]>([
    [
      'memory',
      { maxMemoryShare: 0.8 },
      (_, where) => beat(where, { memory: { usedBytes: 850, limitBytes: 1_000 } }),
      'MEMORY: 0.85 of its memory is in use; allowed: up to 0.8',
    ],
    [
      'errors',
      { maxErrorShare: 0.2 },
      (rollout) => answer(rollout, 2, { errors: 12 }),
      "ERRORS: 0.3 of 40 requests in the last 60 s had no answer, or a fallback's; allowed: up to 0.2",
    ],
    [
      'requests without an answer',
      { maxErrorShare: 0.2 },
      (_, where) =>
        beat(where, {
          deployments: [
            {
              deployment: where.deployment,
              serving: where.releases.map(({ digest: release }) => ({
                release,
                modelVersions: [VERSION],
                p99Ms: 2,
                unanswered: 30,
              })),
              refused: null,
            },
          ],
        }),
      "ERRORS: 0.6 of 50 requests in the last 60 s had no answer, or a fallback's; allowed: up to 0.2",
    ],
    [
      'latency',
      { maxP99Ms: 50 },
      (rollout) => answer(rollout, 2, { latencyMs: 70 }),
      'LATENCY: 70 ms at the 99th percentile in the last 60 s; allowed: up to 50',
    ],
  ])('goes back by itself for %s after the switch, though it is paused', async (name, limit, spoil, reason) => {
    const [rollout, where] = await switched(`back-${name.replaceAll(' ', '-')}`, limit);
    await act('pauseRollout', 'ReasonedRolloutInput', { rollout: rollout.id, reason: 'lunch' });
    wait(0.1);
    await spoil(rollout, where);
    expect(await evaluated(rollout)).toMatchObject({ status: 'ROLLED_BACK' });
    expect(await traffic(where)).toEqual({ live: where.releases[0]!.id, lease: null, arms: null });
    const [verdict] = (await read(rollout)).verdicts;
    expect(verdict).toMatchObject({ verdict: 'ROLLBACK', replays: true });
    expect(verdict.reasons.map((one: string) => one.replace(/ of on-\w+:/, ':'))).toEqual([reason]);
  });

  it('asks, where it is told to, whether nodes are quick enough and the features of the candidate fresh', async () => {
    const where = await place();
    const rollout = await started(where, 'capacity', { minPerSecond: 600, maxStaleShare: 0.2 });
    expect(rollout.blueGreen).toMatchObject({ minPerSecond: 600, maxStaleShare: 0.2 });
    const says = (p99Ms: number, features?: object) => {
      wait(0.1);
      const serving = where.releases.map(({ digest }) => ({
        release: digest,
        modelVersions: [VERSION],
        p99Ms,
        unanswered: 0,
        features,
      }));
      return beat(where, { deployments: [{ deployment: where.deployment, serving, refused: null }] });
    };
    const seen = async (): Promise<readonly string[]> =>
      (await read(rollout)).evaluation.checks
        .filter(({ check }: any) => check === 'FEATURES' || check === 'THROUGHPUT')
        .map(({ check, state, value, limit }: any) => `${check} ${state} ${value} ${limit}`);
    await says(2);
    await answer(rollout, 1);
    expect(await seen()).toEqual(['THROUGHPUT FAILED 500 600', 'FEATURES NO_DATA null null']);
    await says(1, { read: 40, stale: 8 });
    expect(await seen()).toEqual(['THROUGHPUT PASSED 1000 600', 'FEATURES PASSED 0.2 0.2']);
    expect(await evaluated(rollout)).toMatchObject({ step: 2 });
    // A hundred answers in a minute are fewer than were asked for; nothing goes back for that.
    await answer(rollout, 2);
    await says(1, { read: 40, stale: 0 });
    expect(await seen()).toEqual(['THROUGHPUT FAILED 0.3333333333333333 600', 'FEATURES PASSED 0 0.2']);
    expect(await evaluated(rollout)).toMatchObject({ status: 'RUNNING', step: 2 });
    wait(0.1);
    const [blue, green] = where.releases.map(({ digest }) => ({
      release: digest,
      modelVersions: [VERSION],
      p99Ms: 1,
      unanswered: 0,
    }));
    const serving = [
      { ...blue, features: { read: 40, stale: 0 } },
      { ...green, features: { read: 40, stale: 30 } },
    ];
    await beat(where, { deployments: [{ deployment: where.deployment, serving, refused: null }] });
    expect(await evaluated(rollout)).toMatchObject({ status: 'ROLLED_BACK' });
    const [verdict] = (await read(rollout)).verdicts;
    expect(verdict).toMatchObject({ verdict: 'ROLLBACK', replays: true });
    expect(verdict.reasons).toEqual([
      'FEATURES: 0.75 of 40 values of features in the last minute were too old or not there; allowed: up to 0.2',
    ]);
  });

  it('is switched once by evaluators that judge it at the same time', async () => {
    const where = await place();
    const rollout = await started(where, 'twice');
    await beat(where);
    await answer(rollout, 1);
    const moves = `{ deployment(id: "${where.deployment}") { traffic { revision } } }`;
    const revision = async (): Promise<number> =>
      (await registry.ask(person('viewer'), moves)).deployment.traffic.revision;
    const before = await revision();
    await Promise.all(range(0, 5).map(() => evaluated(rollout)));
    expect(await revision()).toBe(before + 1);
    expect((await read(rollout)).verdicts.map(({ verdict }: any) => verdict)).toContain('CONTINUE');
  });

  it('judges only the answers of its window', async () => {
    const [rollout] = await switched('window', { windowSeconds: 30, maxErrorShare: 0.9 });
    wait(0.6);
    expect((await read(rollout)).evaluation.reasons.join()).toContain('0 answers in the last 30 s; needed: 10');
  });

  it('never takes what devices say for its own, and silence not for health', async () => {
    const [rollout, where] = await switched('devices');
    await beat(where, { node: 'phone-1', memory: { usedBytes: 999, limitBytes: 1_000 } }, DEVICE_KEY);
    await answer(rollout, 2, { errors: 20 }, DEVICE_KEY);
    expect(await evaluated(rollout)).toMatchObject({ status: 'RUNNING' });
    expect((await read(rollout)).evaluation).toMatchObject({
      verdict: 'WAIT',
      reasons: [expect.stringContaining('all checks pass')],
    });
    wait(2);
    await answer(rollout, 2);
    expect(await evaluated(rollout)).toMatchObject({ status: 'RUNNING', steps: [{}, { passedAt: null }] });
    expect((await read(rollout)).evaluation).toMatchObject({
      verdict: 'HOLD',
      reasons: [expect.stringContaining('not heard since')],
    });
  });

  it('ends by its policy where its time is over', async () => {
    const [rollout, where] = await switched('expired', { watchMinutes: 5, maxMinutes: 10 });
    wait(11);
    expect(await evaluated(rollout)).toMatchObject({ status: 'ROLLED_BACK' });
    expect((await traffic(where)).live).toBe(where.releases[0]!.id);
  });

  it('waits for another person where one must agree, and can be switched and ended by hand', async () => {
    const where = await place();
    const rollout = await started(where, 'byhand', { approval: true });
    await beat(where);
    await answer(rollout, 1);
    expect(await evaluated(rollout)).toMatchObject({ step: 1, steps: [{ approval: true }, { approval: false }] });
    const reasoned = { rollout: rollout.id, reason: 'now' };
    expect(await act('skipRolloutStep', 'ReasonedRolloutInput', reasoned, 'approver')).toMatchObject({ step: 2 });
    expect((await traffic(where)).arms[1].ranges).toEqual([[0, 1]]);
    expect(await act('abortRollout', 'ReasonedRolloutInput', reasoned)).toMatchObject({ status: 'ROLLED_BACK' });
    expect(await traffic(where)).toEqual({ live: where.releases[0]!.id, lease: null, arms: null });
  });

  it('is refused with what is allowed', async () => {
    const where = await place();
    const refused = async (blueGreen: object, more: object = {}) =>
      (await create(where, 'refused', blueGreen, more)).refused;
    const wrong = (field: string) => ({ code: 'INVALID_INPUT', field, message: expect.stringContaining('allowed:') });
    for (const [name, value] of Object.entries({
      watchMinutes: -1,
      maxMinutes: 30,
      windowSeconds: 0,
      minAnswers: 0,
      maxErrorShare: 1.1,
      maxP99Ms: 0,
      maxMemoryShare: 0,
      minPerSecond: 0,
      maxStaleShare: 1.1,
    })) {
      expect(await refused({ [name]: value })).toMatchObject(wrong(`blueGreen.${name}`));
    }
    expect(await refused({}, { onExpiry: 'CONTINUE_WITHIN_MARGIN' })).toMatchObject(wrong('onExpiry'));
    expect(await refused({}, { unit: 'country' })).toMatchObject({ field: 'unit', allowed: ['user', 'amount'] });
    expect(await refused({}, { preset: 'STAGED_5_20_50_100' })).toMatchObject({ field: 'steps' });
    expect(await refused({}, { candidate: where.releases[0]!.id })).toMatchObject({ field: 'candidate' });
  });
});
