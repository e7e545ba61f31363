import { beforeAll, describe, expect, it, vi } from 'vitest';
import { assign } from '../../core/assignment/assign.ts';
import { listenTo } from '../support/listener.ts';
import { peerOf, startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import {
  DEVICE_KEY,
  NOW,
  outcome,
  prediction,
  range,
  SECRET,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { expectPages, PAGE } from '../support/paging.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import {
  APPROVE_RELEASE,
  changeTraffic,
  CREATE_RELEASE,
  deployed,
  fraudRecipe,
  serviceEvent,
  type Deployed,
} from '../support/serving.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** A real registry with a deployment that serves; each test adds its own experiments and telemetry. */
let database: TestDatabase;
let registry: TestRegistry;
/** Without the others, for what is refused before they are asked. */
let alone: TestExperiment;
let count = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  alone = await startTestExperiment();
}, 120_000);

interface World extends TestExperiment {
  readonly place: Deployed;
  readonly monitoring: TestMonitoring;
}

async function world({ sharedVersions = true } = {}): Promise<World> {
  const place = await deployed(registry, `exp${++count}`, { sharedVersions });
  await changeTraffic(registry, person('developer'), 'promoteRelease', {
    deployment: place.deployment,
    release: place.releases[0]!.id,
  });
  const monitoring = await startTestMonitoring({ database, registry: peerOf('registry', registry.subgraph) });
  const experiment = await startTestExperiment({
    database,
    registry: registry.subgraph,
    monitoring: monitoring.subgraph,
  });
  return { ...experiment, place, monitoring };
}

const FIELDS = `id name status revision splitRevision leaseLostAt createdBy unit seed
  arms { arm isControl share release { id } modelVersions { id } } decision { ships arm reason recommendation by }
  revisions { number shares { arm share } startedAt endedAt ranges { arm from to } }
  design { baseline mde mdeKind totalUnits sizes { arm units } }`;
const mutation = (name: string): string =>
  `mutation ($input: ${name === 'startExperiment' || name === 'archiveExperiment' ? 'Experiment' : name[0]!.toUpperCase() + name.slice(1)}Input!) {
    ${name}(input: $input) { experiment { ${FIELDS} } warning eventCursor } }`;
const RESULT = `query ($id: ID!, $revision: Int, $trust: Trust) { experiment(id: $id) { result(revision: $revision, trust: $trust) {
  revision recommendation banner reasons peeking method multipleExposure confidence
  comparisons { arm difference z p pAdjusted better relativeLift interval { lower upper }
    sequential { interval { lower upper } p }
    bayesian { chanceToWin lossOfCandidate lossOfControl controlInterval { lower } candidateInterval { lower } } }
  sampleRatio { mismatch p sequentialP } arms { arm exposed labelled converted tested needed missing rate } } } }`;

interface Changes extends Record<string, unknown> {
  readonly shares?: readonly number[];
  readonly releases?: readonly string[];
}

const inputOf = ({ place }: World, name: string, { shares = [0.5, 0.5], releases, ...changes }: Changes = {}) => ({
  name,
  hypothesis: 'the newer release is right more often',
  deployment: place.deployment,
  arms: ['control', 'candidate'].map((arm, i) => ({
    name: arm,
    release: releases?.[i] ?? place.releases[i]!.id,
    share: shares[i],
  })),
  unit: 'user',
  baseline: 0.5,
  mde: 0.4,
  ...changes,
});

async function act({ ask }: TestExperiment, name: string, input: object): Promise<any> {
  const { data, errors } = await ask(mutation(name), { input });
  expect(errors).toBeUndefined();
  return data[name];
}

async function started(own: World, name: string, changes: Changes = {}): Promise<any> {
  const { experiment } = await act(own, 'createExperiment', inputOf(own, name, changes));
  return (await act(own, 'startExperiment', { experiment: experiment.id })).experiment;
}

const refusal = async ({ ask }: TestExperiment, name: string, input: object): Promise<any> => {
  const { errors } = await ask(mutation(name), { input });
  return { message: errors?.[0]?.message, ...errors?.[0]?.extensions };
};

async function result({ ask }: TestExperiment, id: string, variables = {}): Promise<any> {
  const { data, errors } = await ask(RESULT, { id, ...variables }, 'viewer');
  expect(errors).toBeUndefined();
  return data.experiment.result;
}

/** Waits until the experiment subgraph has taken in everything that monitoring holds. */
async function settled(own: World, id: string, units: number, variables = {}): Promise<any> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const seen = await result(own, id, variables);
    if (seen.arms[0].labelled + seen.arms[1].labelled >= units || Date.now() > deadline) return seen;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const lease = async ({ place }: World): Promise<any> =>
  (
    await registry.ask(
      person('viewer'),
      `{ deployment(id: "${place.deployment}") { traffic { lease { holder holderRevision subject } layers } } }`,
    )
  ).deployment.traffic;

let space = 10;
/** Telemetry of units that met an arm: the prediction, the exposure and later the outcome. */
function telemetry(id: string, arm: string, units: number, converted: number, changes: Record<string, unknown> = {}) {
  const own = space++;
  const fields = { holder: id, holderRevision: 1, arm, ...changes };
  const ids = range(0, units);
  const key = (n: number): string => (fields as { unit?: string }).unit ?? `${own}-${n}`;
  const predictions = ids.map((n) => prediction(n, { id: uuid(n, own), ...fields, unit: key(n), bucket: 0.5 }));
  const exposures = ids.map((n) => ({
    id: uuid(n, own + 1_000),
    predictionId: uuid(n, own),
    holder: id,
    holderRevision: fields.holderRevision,
    unit: key(n),
    arm,
    occurredAt: predictions[n]!.occurredAt,
  }));
  const outcomes = ids.map((n) =>
    outcome(n, n < converted ? 1 : 0, { id: uuid(n, own + 2_000), predictionId: uuid(n, own) }),
  );
  return { batch: { node: 'edge-1', predictions, exposures }, outcomes: { outcomes } };
}

describe('an experiment', () => {
  it('goes through its life: designed, started under the lease, stopped, decided, archived', async () => {
    const own = await world();
    const { place } = own;
    const created = await act(own, 'createExperiment', inputOf(own, 'life'));
    expect(created.experiment).toMatchObject({
      id: 'tiffin:default:experiment:life',
      status: 'DRAFT',
      revisions: [],
      seed: 'tiffin:default:experiment:life',
      arms: [{ isControl: true }, { isControl: false }],
      design: {
        mdeKind: 'RELATIVE',
        totalUnits: 186,
        sizes: [
          { arm: 'control', units: 93 },
          { arm: 'candidate', units: 93 },
        ],
      },
    });
    expect((await lease(own)).lease).toBeNull();
    expect(await result(own, created.experiment.id)).toBeNull();

    const { experiment } = await act(own, 'startExperiment', { experiment: created.experiment.id });
    expect(experiment).toMatchObject({
      status: 'RUNNING',
      splitRevision: 1,
      revisions: [{ number: 1, endedAt: null }],
    });
    const traffic = await lease(own);
    expect(traffic.lease).toEqual({ holder: experiment.id, holderRevision: 1, subject: 'service:experiment' });
    const layer = traffic.layers.find(({ kind }: any) => kind === 'ALLOCATION');
    expect(layer).toMatchObject({ unit: 'user', seed: experiment.seed, hashVersion: 2 });
    const arms = layer.arms.map(({ arm, ranges }: any) => ({ arm, ranges }));
    const got = range(0, 1_000).map(
      (n) => assign({ seed: layer.seed, hashAttribute: 'user', hashVersion: 2, arms }, `u${n}`).arm,
    );
    expect(got.filter((arm) => arm === 'candidate').length).toBeGreaterThan(420);
    expect(got).not.toContain(null);

    expect(await refusal(own, 'startExperiment', { experiment: experiment.id })).toMatchObject({
      code: 'INVALID_TRANSITION',
      allowed: ['STOPPED'],
    });
    expect(
      await refusal(own, 'decideExperiment', { experiment: experiment.id, ships: true, reason: 'x' }),
    ).toMatchObject({ code: 'INVALID_TRANSITION' });
    const stopped = await act(own, 'stopExperiment', { experiment: experiment.id, reason: 'enough' });
    expect(stopped.experiment).toMatchObject({ status: 'STOPPED' });
    expect(stopped.experiment.revisions[0].endedAt).not.toBeNull();
    expect((await lease(own)).lease).toBeNull();

    expect(
      await refusal(own, 'decideExperiment', { experiment: experiment.id, ships: true, reason: ' ' }),
    ).toMatchObject({ code: 'INVALID_INPUT', field: 'reason' });
    const decided = await act(own, 'decideExperiment', {
      experiment: experiment.id,
      ships: true,
      reason: 'we need it',
    });
    expect(decided.experiment).toMatchObject({
      status: 'DECIDED',
      decision: { ships: true, arm: 'candidate', recommendation: 'KEEP', by: 'user:tester' },
    });
    expect((await act(own, 'archiveExperiment', { experiment: experiment.id })).experiment.status).toBe('ARCHIVED');

    const actions = await own.db.query<any>(
      `select record->>'action' as action, record->>'reason' as reason from audit_record
       where record->>'subject' = $1 order by seq`,
      [experiment.id],
    );
    expect(actions.map(({ action, reason }) => [action, reason])).toEqual([
      ['experiment.create', null],
      ['experiment.start', null],
      ['experiment.stop', 'enough'],
      ['experiment.decide', 'we need it'],
      ['experiment.archive', null],
    ]);
    const events = await own.db.query(
      `select revision, event->'asset'->'upstream' as upstream from outbox where urn = $1 order by seq`,
      [experiment.id],
    );
    expect(events.map(({ revision }) => revision)).toEqual(expect.arrayContaining([1, 2]));
    expect(events[0]!['upstream']).toEqual([{ urn: place.deployment, relation: 'WATCHES' }]);
  });

  it('is refused a second place on a deployment, with the name of the holder', async () => {
    const own = await world();
    const first = await started(own, 'first');
    const { experiment } = await act(own, 'createExperiment', inputOf(own, 'second'));
    expect(await refusal(own, 'startExperiment', { experiment: experiment.id })).toMatchObject({
      code: 'CONFLICT',
      holder: first.id,
      message: expect.stringContaining(first.id),
    });
    const { data } = await own.ask(
      `query ($id: ID!) { experiment(id: $id) { status revision } }`,
      { id: experiment.id },
      'viewer',
    );
    expect(data.experiment).toEqual({ status: 'DRAFT', revision: 1 });
    await act(own, 'stopExperiment', { experiment: first.id, reason: 'make room' });
    expect((await act(own, 'startExperiment', { experiment: experiment.id })).experiment.status).toBe('RUNNING');
    await act(own, 'stopExperiment', { experiment: experiment.id, reason: 'done' });
  });

  it('is started once when two people start it at the same time', async () => {
    const own = await world();
    const { experiment } = await act(own, 'createExperiment', inputOf(own, 'twice'));
    const answers = await Promise.all(
      range(0, 4).map(() => own.ask(mutation('startExperiment'), { input: { experiment: experiment.id } })),
    );
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(answers.filter(({ errors }) => errors?.[0]?.extensions?.['code'] === 'INVALID_TRANSITION')).toHaveLength(3);
  });

  it('learns from the registry which versions its arms serve, and when somebody takes its traffic away', async () => {
    const own = await world({ sharedVersions: false });
    const { place } = own;
    const experiment = await started(own, 'follows');
    const read = async () =>
      (
        await own.ask(
          `query ($id: ID!) { experiment(id: $id) { leaseLostAt arms { modelVersions { id } } } }`,
          { id: experiment.id },
          'viewer',
        )
      ).data.experiment;
    const until = async (done: (seen: any) => boolean): Promise<any> => {
      const deadline = Date.now() + 20_000;
      while (!done(await read()) && Date.now() < deadline) await new Promise((r) => setTimeout(r, 25));
      return read();
    };
    const seen = await until(({ arms }) => arms[1].modelVersions.length > 0);
    expect(seen).toEqual({ leaseLostAt: null, arms: place.versions.map((id) => ({ modelVersions: [{ id }] })) });
    const { data } = await own.ask(
      `query ($ids: [_Any!]!) { _entities(representations: $ids) {
        ... on ModelVersion { experiments { edges { node { name } } } }
        ... on Deployment { experiments(status: RUNNING) { edges { node { name } } } } } }`,
      {
        ids: [
          { __typename: 'ModelVersion', id: place.versions[1] },
          { __typename: 'Deployment', id: place.deployment },
        ],
      },
      'viewer',
    );
    expect(data['_entities'].map(({ experiments }: any) => experiments.edges)).toEqual([
      [{ node: { name: 'follows' } }],
      [{ node: { name: 'follows' } }],
    ]);
    await changeTraffic(registry, person('developer'), 'killDeployment', { deployment: place.deployment });
    await changeTraffic(registry, person('developer'), 'liftFreeze', { deployment: place.deployment });
    await changeTraffic(registry, person('developer'), 'promoteRelease', {
      deployment: place.deployment,
      release: place.releases[1]!.id,
    });
    await changeTraffic(registry, person('developer'), 'rollback', { deployment: place.deployment });
    expect((await until(({ leaseLostAt }) => leaseLostAt !== null)).leaseLostAt).toBe(NOW.toISOString());
    expect((await act(own, 'stopExperiment', { experiment: experiment.id, reason: 'lost' })).experiment.status).toBe(
      'STOPPED',
    );
  });

  it.each([
    ['name', { name: 'two words' }],
    ['deployment', { deployment: 'tiffin:default:model:x' }],
    ['arms.0.release', { releases: ['tiffin:default:model:x'] }],
    ['arms', { shares: [0.6, 0.6] }],
    ['arms.0.share', { shares: [0, 0.5] }],
    ['control', { control: 'nobody' }],
    ['baseline', { baseline: 1 }],
    ['mde', { mde: 2 }],
    ['alpha', { alpha: 0 }],
    ['hashVersion', { hashVersion: 3 }],
    ['unit', { unit: ' ' }],
  ])('is not designed with a wrong %s', async (field, changes) => {
    const own = alone;
    const place = {
      deployment: 'tiffin:default:deployment:a@production',
      releases: [{ id: 'tiffin:default:release:a@production/1' }, { id: 'tiffin:default:release:a@production/2' }],
    };
    const input = inputOf({ ...own, place } as never, 'x', changes);
    expect(await refusal(own, 'createExperiment', input)).toMatchObject({ code: 'INVALID_INPUT', field });
  });

  it('does not start with a recipe that nobody has approved, and starts once somebody has', async () => {
    const own = await world();
    const { deployment, versions } = own.place;
    const recipe = fraudRecipe(versions[1]!, { output: { decision: { threshold: 0.9, above: 'NO', below: 'YES' } } });
    const { createRelease } = await registry.ask(person('developer'), CREATE_RELEASE, {
      input: { deployment, recipe },
    });
    const release = createRelease.release.id;
    const { experiment } = await act(
      own,
      'createExperiment',
      inputOf(own, 'bolder', { releases: [own.place.releases[0]!.id, release] }),
    );
    expect(await refusal(own, 'startExperiment', { experiment: experiment.id })).toMatchObject({
      code: 'FAILED_PRECONDITION',
      rule: 'G16',
      release,
      message: expect.stringContaining('approveRelease'),
    });
    expect(await lease(own)).toMatchObject({ lease: null });
    await registry.ask(person('approver'), APPROVE_RELEASE, { input: { release } });
    await act(own, 'startExperiment', { experiment: experiment.id });
    expect((await lease(own)).lease).toMatchObject({ holder: experiment.id });
  });

  it('is designed with short ids, keeps whole ones with what else is said, and is listed by either', async () => {
    const own = await startTestExperiment();
    const short = {
      deployment: 'a@production',
      releases: [{ id: 'a@production/1' }, { id: 'tiffin:default:release:a@production/2' }],
    };
    const split = { shares: [0.3, 0.2], unit: 'card' };
    await act(own, 'createExperiment', inputOf({ ...own, place: short } as never, 'short', split));
    const LIST = `query ($id: ID!) { experiments(deployment: $id) { edges { node {
      deployment { id } unit arms { share release { id } } } } } }`;
    for (const id of ['a@production', 'tiffin:default:deployment:a@production']) {
      const { data, errors } = await own.ask(LIST, { id }, 'viewer');
      expect(errors).toBeUndefined();
      expect(data.experiments.edges).toEqual([
        {
          node: {
            deployment: { id: 'tiffin:default:deployment:a@production' },
            unit: 'card',
            arms: [
              { share: 0.3, release: { id: 'tiffin:default:release:a@production/1' } },
              { share: 0.2, release: { id: 'tiffin:default:release:a@production/2' } },
            ],
          },
        },
      ]);
    }
    const { errors } = await own.ask(LIST, { id: 'nonsense' }, 'viewer');
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'deployment' } }]);
  });

  it('is refused a name that is taken, two equal releases, and what does not exist', async () => {
    const own = await startTestExperiment();
    const place = {
      deployment: 'tiffin:default:deployment:a@production',
      releases: [{ id: 'tiffin:default:release:a@production/1' }, { id: 'tiffin:default:release:a@production/2' }],
    };
    const input = inputOf({ ...own, place } as never, 'taken');
    await act(own, 'createExperiment', input);
    expect(await refusal(own, 'createExperiment', input)).toMatchObject({ code: 'CONFLICT', field: 'name' });
    const [{ release }] = input.arms as [(typeof input.arms)[number]];
    const same = { ...input, arms: input.arms.map((arm) => ({ ...arm, release })) };
    expect(await refusal(own, 'createExperiment', same)).toMatchObject({ code: 'INVALID_INPUT', field: 'arms' });
    expect(await refusal(own, 'startExperiment', { experiment: 'tiffin:default:experiment:nobody' })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await refusal(own, 'startExperiment', { experiment: 'tiffin:default:experiment:taken' })).toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      subgraph: 'registry',
    });
    const { data } = await own.ask(`{ experiments { edges { node { name status } } } }`, {}, 'viewer');
    expect(data.experiments.edges).toEqual([{ node: { name: 'taken', status: 'DRAFT' } }]);
  });
});

describe('the units of an experiment', () => {
  it('are counted from exposures and outcomes, once, in whatever order they come', async () => {
    const own = await world();
    const { send } = own.monitoring;
    const { id } = await started(own, 'units');
    const control = telemetry(id, 'control', 120, 60);
    const candidate = telemetry(id, 'candidate', 115, 90);
    const other = telemetry('tiffin:default:experiment:nobody', 'control', 10, 5);
    for (const { batch } of [candidate, control, other, candidate]) await send('/v1/predictions', batch);
    for (const { outcomes } of [control, other, candidate, control]) await send('/v1/outcomes', outcomes);
    const seen = await settled(own, id, 235);
    expect(seen).toMatchObject({
      revision: 1,
      recommendation: 'SHIP',
      banner: null,
      peeking: false,
      multipleExposure: 0,
      confidence: 0.95,
    });
    expect(seen.arms).toEqual([
      { arm: 'control', exposed: 120, labelled: 120, converted: 60, tested: 93, needed: 93, missing: 0, rate: 60 / 93 },
      {
        arm: 'candidate',
        exposed: 115,
        labelled: 115,
        converted: 90,
        tested: 93,
        needed: 93,
        missing: 0,
        rate: 90 / 93,
      },
    ]);
    const [found] = seen.comparisons;
    const { sequential, bayesian } = found;
    expect(found).toMatchObject({ arm: 'candidate', better: true, pAdjusted: found.p });
    expect(found.z).toBeGreaterThan(4);
    expect(found.interval.lower).toBeGreaterThan(0);
    expect(sequential.interval.lower).toBeGreaterThan(0);
    expect(sequential.interval.lower).toBeLessThan(found.interval.lower);
    expect(sequential.p).toBeLessThan(0.05);
    expect(bayesian.chanceToWin).toBeGreaterThan(0.9999);
    expect(bayesian.lossOfControl - bayesian.lossOfCandidate).toBeCloseTo(91 / 117 - 61 / 122, 8);
    expect(bayesian.candidateInterval.lower).toBeGreaterThan(bayesian.controlInterval.lower);

    // Units after the plan are counted, and the call stays.
    const more = telemetry(id, 'control', 40, 40);
    await send('/v1/predictions', {
      ...more.batch,
      exposures: more.batch.exposures.map((exposure) => ({ ...exposure, occurredAt: NOW.toISOString() })),
    });
    await send('/v1/outcomes', more.outcomes);
    const looked = await settled(own, id, 275);
    expect(looked.arms[0]).toMatchObject({ labelled: 160, converted: 100, tested: 93, rate: 60 / 93 });
    const [again] = looked.comparisons;
    expect({ z: again.z, p: again.p }).toEqual({ z: found.z, p: found.p });

    // Everything again, and labels that are corrected: 40 of the candidate's positives become negatives.
    await send('/v1/predictions', control.batch);
    await send('/v1/outcomes', candidate.outcomes);
    const later = new Date(NOW.getTime() - 1_000).toISOString();
    const corrected = candidate.outcomes.outcomes
      .slice(0, 40)
      .map((one, n) => ({ ...one, id: uuid(n, 9_000), value: 0, occurredAt: later }));
    await send('/v1/outcomes', { outcomes: corrected });
    for (let tries = 0; tries < 200 && (await result(own, id)).arms[1].converted !== 50; tries++)
      await new Promise((r) => setTimeout(r, 25));
    expect(await result(own, id)).toMatchObject({
      recommendation: 'KEEP',
      arms: [
        { exposed: 160, labelled: 160, converted: 100 },
        { exposed: 115, labelled: 115, converted: 50 },
      ],
    });
  });

  it('that met both arms are left out and counted', async () => {
    const own = await world();
    const { send } = own.monitoring;
    const { id } = await started(own, 'both');
    const both = ['control', 'candidate'].map((arm) => telemetry(id, arm, 1, 1, { unit: 'someone' }));
    const rest = [telemetry(id, 'control', 10, 5), telemetry(id, 'candidate', 10, 5)];
    for (const { batch, outcomes } of [...both, ...rest]) {
      await send('/v1/predictions', batch);
      await send('/v1/outcomes', outcomes);
    }
    const seen = await settled(own, id, 20);
    expect(seen.multipleExposure).toBe(1);
    expect(seen.arms.map(({ exposed }: any) => exposed)).toEqual([10, 10]);
    expect(seen).toMatchObject({ recommendation: 'INVALID', banner: expect.stringContaining('met several arms') });
  });

  it('that do not fit the split put a banner above everything', async () => {
    const own = await world();
    const { send } = own.monitoring;
    const { id } = await started(own, 'srm');
    for (const { batch, outcomes } of [telemetry(id, 'control', 300, 100), telemetry(id, 'candidate', 180, 120)]) {
      await send('/v1/predictions', batch);
      await send('/v1/outcomes', outcomes);
    }
    const seen = await settled(own, id, 480);
    expect(seen).toMatchObject({
      recommendation: 'INVALID',
      sampleRatio: { mismatch: true },
      banner: expect.stringContaining('sample-ratio mismatch'),
    });
    expect(seen.sampleRatio.p).toBeLessThan(0.001);
    expect(seen.sampleRatio.sequentialP).toBeLessThan(0.001);
  });

  it('of devices are shown apart', async () => {
    const own = await world();
    const { send } = own.monitoring;
    const { id } = await started(own, 'devices');
    const device = telemetry(id, 'control', 5, 5);
    const server = telemetry(id, 'control', 7, 3);
    await send('/v1/predictions', device.batch, DEVICE_KEY);
    await send('/v1/outcomes', device.outcomes, DEVICE_KEY);
    await send('/v1/predictions', server.batch);
    await send('/v1/outcomes', server.outcomes);
    expect((await settled(own, id, 7)).arms[0]).toMatchObject({ exposed: 7, converted: 3 });
    expect((await settled(own, id, 5, { trust: 'DEVICE' })).arms[0]).toMatchObject({ exposed: 5, converted: 5 });
  });

  it('of another split are another revision, and the answer says what that costs', async () => {
    const own = await world();
    const { send } = own.monitoring;
    const experiment = await started(own, 'revisions', { shares: [0.3, 0.1] });
    const { id } = experiment;
    const before = telemetry(id, 'control', 8, 4);
    await send('/v1/predictions', before.batch);
    await send('/v1/outcomes', before.outcomes);
    await settled(own, id, 8);

    const shares = [
      { arm: 'control', share: 0.4 },
      { arm: 'candidate', share: 0.2 },
    ];
    const change = { experiment: id, shares };
    expect(await refusal(own, 'changeExperimentSplit', { ...change, expectedRevision: 1 })).toMatchObject({
      code: 'CONFLICT',
      field: 'expectedRevision',
    });
    const { data } = await own.ask(`query ($id: ID!) { experiment(id: $id) { revision } }`, { id }, 'viewer');
    const changed = await act(own, 'changeExperimentSplit', { ...change, expectedRevision: data.experiment.revision });
    expect(changed).toMatchObject({
      warning: expect.stringContaining('revision 2 begins with no units'),
      experiment: { splitRevision: 2 },
    });
    const [one, two] = changed.experiment.revisions;
    expect(two.shares).toEqual(shares);
    expect([one.endedAt === null, two.endedAt]).toEqual([false, null]);
    expect((await lease(own)).lease).toMatchObject({ holder: id, holderRevision: 2 });

    const after = telemetry(id, 'candidate', 5, 5, { holderRevision: 2 });
    await send('/v1/predictions', after.batch);
    await send('/v1/outcomes', after.outcomes);
    expect((await settled(own, id, 5)).arms.map(({ exposed }: any) => exposed)).toEqual([0, 5]);
    expect((await result(own, id, { revision: 1 })).arms.map(({ exposed }: any) => exposed)).toEqual([8, 0]);
    const { errors } = await own.ask(RESULT, { id, revision: 3 }, 'viewer');
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'revision', allowed: [1, 2] } }]);
  });
});

describe('what is said of an experiment', () => {
  it('is kept, and decides what is a positive', async () => {
    const own = await world();
    const { send } = own.monitoring;
    const said = {
      description: 'before the summer',
      mdeKind: 'ABSOLUTE',
      mde: 0.1,
      power: 0.9,
      alpha: 0.01,
      seed: 'salt',
    };
    const input = inputOf(own, 'said', { ...said, positiveFrom: 2, hashVersion: 1 });
    const { experiment } = await act(own, 'createExperiment', input);
    const { data } = await own.ask(
      `query ($id: ID!) { experiment(id: $id) { description hypothesis hashVersion seed metric { kind positiveFrom }
        design { mdeKind mde power alpha } } }`,
      { id: experiment.id },
      'viewer',
    );
    const { description, seed, ...design } = said;
    expect(data.experiment).toEqual({
      description,
      seed,
      hypothesis: input.hypothesis,
      hashVersion: 1,
      metric: { kind: 'PROPORTION', positiveFrom: 2 },
      design,
    });
    await act(own, 'startExperiment', { experiment: experiment.id });
    const { batch, outcomes } = telemetry(experiment.id, 'control', 6, 6);
    await send('/v1/predictions', batch);
    await send('/v1/outcomes', outcomes);
    expect((await settled(own, experiment.id, 6)).arms[0]).toMatchObject({ labelled: 6, converted: 0 });
  });

  it('is found by its deployment, its state, and from what it compares, page by page', async () => {
    const own = await world({ sharedVersions: false });
    const { place } = own;
    const running = await started(own, 'listed-running');
    for (const name of ['listed-a', 'listed-b']) await act(own, 'createExperiment', inputOf(own, name));
    const read = async (query: string, variables: object = {}): Promise<any> => {
      const { data, errors } = await own.ask(query, { ...variables }, 'viewer');
      expect(errors).toBeUndefined();
      return data;
    };
    const ofDeployment = `experiments(deployment: "${place.deployment}"`;
    await expectPages(async (page) => (await read(`{ ${ofDeployment}, ${page}) ${PAGE} }`)).experiments);
    const names = async (filter: string): Promise<string[]> =>
      (await read(`{ ${ofDeployment}${filter}) { edges { node { name } } } }`)).experiments.edges.map(
        ({ node }: any) => node.name,
      );
    expect((await names('')).toSorted()).toEqual(['listed-a', 'listed-b', 'listed-running']);
    expect(await names(', status: RUNNING')).toEqual(['listed-running']);

    const linked = (type: string, id: string, args: string) => {
      const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { experiments(${args}) ${PAGE} } } }`;
      return read(query, { of: [{ __typename: type, id }] }).then(({ _entities }) => _entities[0].experiments);
    };
    await expectPages((page) => linked('Deployment', place.deployment, page));
    for (const [status, found] of [
      ['RUNNING', 1],
      ['STOPPED', 0],
    ] as const) {
      expect((await linked('Deployment', place.deployment, `status: ${status}`)).edges).toHaveLength(found);
    }

    await act(own, 'stopExperiment', { experiment: running.id, reason: 'room for the next' });
    await act(own, 'startExperiment', { experiment: 'tiffin:default:experiment:listed-a' });
    const version = place.versions[1]!;
    // The versions of the arms come with the deployment's event.
    await vi.waitFor(
      async () => expect((await linked('ModelVersion', version, 'first: 9')).edges).toHaveLength(2),
      20_000,
    );
    await expectPages((page) => linked('ModelVersion', version, page));
    for (const status of ['RUNNING', 'STOPPED']) {
      expect((await linked('ModelVersion', version, `status: ${status}`)).edges).toHaveLength(1);
    }
  });
});

it('tells subscribers of one experiment, or of all behind a cursor, as it starts', async () => {
  const own = await world();
  const query = `subscription ($id: ID, $after: String, $everySeconds: Int) {
    experimentChanged(id: $id, after: $after, everySeconds: $everySeconds) { cursor revision experiment { id status deployment { id } } } }`;
  const listen = (variables: Record<string, unknown>) =>
    listenTo(own.subgraph, query, { actor: person('viewer'), secret: SECRET, variables });
  const other = await act(own, 'createExperiment', inputOf(own, 'told-first'));
  const { experiment } = await act(own, 'createExperiment', inputOf(own, 'told-second'));
  const one = await listen({ id: experiment.id, after: 'experiment:0-0' });
  const made = await one.next();
  expect(made.errors).toBeUndefined();
  expect(made.data.experimentChanged).toMatchObject({
    revision: 1,
    experiment: { id: experiment.id, status: 'DRAFT', deployment: { id: own.place.deployment } },
  });
  const all = await listen({ after: other.eventCursor });
  expect((await all.next()).data.experimentChanged.experiment.id).toBe(experiment.id);
  await act(own, 'startExperiment', { experiment: experiment.id });
  let told = await one.next();
  while (told.data.experimentChanged.experiment.status !== 'RUNNING') told = await one.next();
  expect(told.data.experimentChanged.revision).toBeGreaterThan(1);
  const often = await listen({ id: experiment.id, everySeconds: 1 });
  let [before, now] = [await often.next(), await often.next()];
  // What is told of a change has a revision of its own.
  while (now.data.experimentChanged.revision !== before.data.experimentChanged.revision) {
    [before, now] = [now, await often.next()];
  }
  expect(now.data.experimentChanged.experiment).toMatchObject({ id: experiment.id, status: 'RUNNING' });
});
