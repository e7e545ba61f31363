import { beforeAll, describe, expect, it } from 'vitest';
import { pairedTest } from '../../core/statistics/means.ts';
import { midRanks } from '../../core/statistics/ranks/mid-ranks.ts';
import { rocAuc } from '../../core/statistics/model-quality/ranking.ts';
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
import { listenTo } from '../support/listener.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

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
  const place = await deployed(registry, `shd${++count}`, { sharedVersions });
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

const FIELDS = `id name status revision leaseLostAt startedAt stoppedAt share unit seed minEffect
  deployment { id } candidate { id } modelVersions { id }`;
const INPUTS: Record<string, string> = {
  createShadow: 'CreateShadowInput',
  startShadow: 'ShadowInput',
  stopShadow: 'StopShadowInput',
};
const mutation = (name: string): string =>
  `mutation ($input: ${INPUTS[name]}!) { ${name}(input: $input) { shadow { ${FIELDS} } eventCursor } }`;
const RESULT = `query ($id: ID!, $trust: Trust) { shadow(id: $id) { result(trust: $trust) {
  recommendation reason missing pairs labelled failed { count rate } failures { cause count } decided
  agreement { count rate interval { lower upper } } flips { count rate } decisions { primary candidate count }
  scoreShift { n difference t p interval { lower upper } } signTest { higher lower p }
  brier { primary candidate alwaysValidP alwaysValidInterval { lower upper } test { n difference t p interval { lower upper } } }
  wilcoxon { n rankSum z p } slices(first: 1) { segment value inWords decided flips { count rate } shareOfFlips shareOfPairs p }
  impact { pairs undeclared primary candidate difference interval { lower upper } p total }
  auc { primary candidate } latency { n meanDifference primary { p50 p95 p99 } candidate { p50 p99 } } } } }`;

const inputOf = ({ place }: World, name: string, changes = {}) => ({
  name,
  deployment: place.deployment,
  candidate: place.releases[1]!.id,
  hypothesis: 'it knows more',
  unit: 'user',
  share: 0.5,
  ...changes,
});

async function act({ ask }: TestExperiment, name: string, input: object): Promise<any> {
  const { data, errors } = await ask(mutation(name), { input });
  expect(errors).toBeUndefined();
  return data[name].shadow;
}
const refusal = async ({ ask }: TestExperiment, name: string, input: object, ...roles: any[]): Promise<any> => {
  const { errors } = await ask(mutation(name), { input }, ...roles);
  return { message: errors?.[0]?.message, ...errors?.[0]?.extensions };
};
async function started(own: World, name: string, changes = {}): Promise<any> {
  const { id } = await act(own, 'createShadow', inputOf(own, name, changes));
  return act(own, 'startShadow', { shadow: id });
}
const read = async ({ ask }: TestExperiment, id: string): Promise<any> =>
  (await ask(`query ($id: ID!) { shadow(id: $id) { ${FIELDS} } }`, { id }, 'viewer')).data.shadow;
async function result({ ask }: TestExperiment, id: string, trust = 'SERVER'): Promise<any> {
  const { data, errors } = await ask(RESULT, { id, trust }, 'viewer');
  expect(errors).toBeUndefined();
  return data.shadow.result;
}
/** Waits until something holds of what is read. */
async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + 20_000;
  let seen = await look();
  while (!holds(seen) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    seen = await look();
  }
  return seen;
}
const layers = async ({ place }: World): Promise<any[]> =>
  (await registry.ask(person('viewer'), `{ deployment(id: "${place.deployment}") { traffic { layers } } }`)).deployment
    .traffic.layers;

let space = 40_000;
interface Pair {
  readonly primary: number;
  readonly candidate: number | null;
  readonly label: number | null;
}
const seasonOf = (n: number): string => (n % 4 === 0 ? 'monsoon' : 'dry');
const decide = (score: number): string => (score >= 0.5 ? 'LATE' : 'ON_TIME');
/** Telemetry of pairs: the predictions with their shadows, and the outcomes of those that have one. */
function telemetry(holder: string, pairs: readonly Pair[], changes: Record<string, unknown> = {}) {
  const own = space++ % 65_536;
  const predictions = pairs.map(({ primary }, n) =>
    prediction(n, {
      id: uuid(n, own),
      score: primary,
      decision: decide(primary),
      timings: { derive: 0.5, model: 1 + (n % 10), total: 20 },
      segments: { season: seasonOf(n) },
      ...changes,
    }),
  );
  const shadows = pairs.map(({ primary, candidate }, n) => ({
    id: uuid(n, own + 1_000),
    predictionId: uuid(n, own),
    deployment: predictions[n]!.deployment,
    holder,
    holderRevision: 1,
    occurredAt: predictions[n]!.occurredAt,
    release: 'b'.repeat(64),
    models: [{ version: 'tiffin:default:model-version:eta@2', score: candidate }],
    score: candidate,
    decision: candidate === null ? null : decide(candidate),
    failure: candidate === null ? 'ENGINE_ERROR' : null,
    primary: {
      release: predictions[n]!.release,
      score: primary,
      decision: decide(primary),
    },
    timings: candidate === null ? { wait: 1, total: 2 } : { wait: 1, derive: 0.5, model: 3 + (n % 10), total: 9 },
  }));
  const outcomes = pairs.flatMap(({ label }, n) =>
    label === null ? [] : [outcome(n, label, { id: uuid(n, own + 2_000), predictionId: uuid(n, own) })],
  );
  return { batch: { node: 'edge-1', predictions, shadows }, outcomes: { outcomes } };
}
const close = (value: number): any => expect.closeTo(value, 9);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const random = seededRandom(5);
const pairsOf = (n: number, gain: number): Pair[] =>
  Array.from({ length: n }, () => {
    const truth = random();
    const label = random() < truth ? 1 : 0;
    const primary = Math.min(1, Math.max(0, truth + (random() - 0.5) / 2));
    return { primary, candidate: primary + (truth - primary) * gain, label };
  });

describe('a shadow', () => {
  it('goes through its life: described, started in the registry, stopped', async () => {
    const own = await world({ sharedVersions: false });
    const created = await act(own, 'createShadow', inputOf(own, 'life'));
    expect(created).toMatchObject({
      id: 'tiffin:default:shadow:life',
      status: 'DRAFT',
      revision: 1,
      seed: 'tiffin:default:shadow:life',
      minEffect: 0.001,
      startedAt: null,
      modelVersions: [],
      deployment: { id: own.place.deployment },
      candidate: { id: own.place.releases[1]!.id },
    });
    expect(await result(own, created.id)).toBeNull();
    expect((await layers(own)).map(({ kind }) => kind)).toEqual(['DEFAULT']);

    const begun = await act(own, 'startShadow', { shadow: created.id });
    expect(begun).toMatchObject({ status: 'RUNNING', startedAt: NOW.toISOString() });
    expect((await layers(own))[0]).toMatchObject({
      kind: 'SHADOW',
      holder: created.id,
      holderRevision: 1,
      seed: created.id,
      unit: 'user',
      share: 0.5,
      release: own.place.releases[1]!.digest,
      endsAt: null,
    });
    expect(await refusal(own, 'startShadow', { shadow: created.id })).toMatchObject({
      code: 'INVALID_TRANSITION',
      allowed: ['STOPPED'],
    });
    const seen = await until(
      () => read(own, created.id),
      ({ modelVersions }) => modelVersions.length > 0,
    );
    expect(seen.modelVersions).toEqual([{ id: own.place.versions[1] }]);

    const { data } = await own.ask(
      `query ($ids: [_Any!]!) { found: _entities(representations: $ids) {
        ... on Deployment { shadows { edges { node { name } } } } ... on ModelVersion { shadows { edges { node { name } } } } } }`,
      {
        ids: [
          { __typename: 'Deployment', id: own.place.deployment },
          { __typename: 'ModelVersion', id: own.place.versions[1] },
          { __typename: 'ModelVersion', id: own.place.versions[0] },
        ],
      },
      'viewer',
    );
    const names = data.found.map(({ shadows }: any) => shadows.edges.map(({ node }: any) => node.name));
    expect(names).toEqual([['life'], ['life'], []]);

    const stopped = await act(own, 'stopShadow', { shadow: created.id, reason: 'seen enough' });
    expect(stopped).toMatchObject({ status: 'STOPPED', stoppedAt: NOW.toISOString() });
    expect((await layers(own)).map(({ kind }) => kind)).toEqual(['DEFAULT']);
    const actions = await own.db.query<any>(
      `select record->>'action' as action, record->>'reason' as reason from audit_record
       where record->>'subject' = $1 order by seq`,
      [created.id],
    );
    expect(actions).toEqual([
      { action: 'shadow.create', reason: null },
      { action: 'shadow.start', reason: null },
      { action: 'shadow.stop', reason: 'seen enough' },
    ]);
    const [event] = await own.db.query<any>(
      `select kind, event->'asset'->'upstream' as upstream from outbox where urn = $1
       order by seq desc limit 1`,
      [created.id],
    );
    expect(event).toEqual({
      kind: 'shadow',
      upstream: [own.place.deployment, own.place.releases[1]!.id, own.place.versions[1]].map((urn) => ({
        urn,
        relation: 'WATCHES',
      })),
    });
  });

  it('is refused a second place on a deployment, with the name of the first, and lives beside an experiment', async () => {
    const own = await world();
    const first = await started(own, 'first');
    const second = await act(own, 'createShadow', inputOf(own, 'second'));
    expect(await refusal(own, 'startShadow', { shadow: second.id })).toMatchObject({
      code: 'CONFLICT',
      holder: first.id,
      message: expect.stringContaining(first.id),
    });
    expect(await read(own, second.id)).toMatchObject({ status: 'DRAFT', revision: 1 });
    const { data, errors } = await own.ask(
      `mutation ($input: CreateExperimentInput!) { createExperiment(input: $input) { experiment { id } } }`,
      {
        input: {
          name: `beside${count}`,
          hypothesis: 'x',
          deployment: own.place.deployment,
          arms: ['control', 'candidate'].map((arm, i) => ({
            name: arm,
            release: own.place.releases[i]!.id,
            share: 0.5,
          })),
          unit: 'user',
          baseline: 0.5,
          mde: 0.4,
        },
      },
    );
    expect(errors).toBeUndefined();
    const begun = await own.ask(
      `mutation ($input: ExperimentInput!) { startExperiment(input: $input) { experiment { status } } }`,
      { input: { experiment: data.createExperiment.experiment.id } },
    );
    expect(begun.errors).toBeUndefined();
    expect((await layers(own)).map(({ kind }) => kind)).toEqual(['ALLOCATION', 'SHADOW', 'DEFAULT']);
    await act(own, 'stopShadow', { shadow: first.id, reason: 'make room' });
    expect((await layers(own)).map(({ kind }) => kind)).toEqual(['ALLOCATION', 'DEFAULT']);
  });

  it('learns that its release was promoted, and can still be stopped', async () => {
    const own = await world();
    const { id } = await started(own, 'promoted');
    await changeTraffic(registry, person('developer'), 'promoteRelease', {
      deployment: own.place.deployment,
      release: own.place.releases[1]!.id,
    });
    const lost = await until(
      () => read(own, id),
      ({ leaseLostAt }) => leaseLostAt !== null,
    );
    expect(lost).toMatchObject({ status: 'RUNNING', leaseLostAt: NOW.toISOString() });
    expect(await act(own, 'stopShadow', { shadow: id, reason: 'it serves now' })).toMatchObject({ status: 'STOPPED' });
  });

  it('is started once when two people start it at the same time', async () => {
    const own = await world();
    const { id } = await act(own, 'createShadow', inputOf(own, 'twice'));
    const answers = await Promise.all(
      range(0, 4).map(() => own.ask(mutation('startShadow'), { input: { shadow: id } })),
    );
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
  });

  it('is listed by deployment and status', async () => {
    const own = await world();
    await started(own, 'a-runs');
    const short = own.place.releases[1]!.id.replace('tiffin:default:release:', '');
    await act(own, 'createShadow', inputOf(own, 'b-waits', { candidate: short }));
    const list = async (more: string): Promise<string[]> => {
      const { data } = await own.ask(
        `{ shadows(deployment: "${own.place.deployment.split(':').pop()}", first: 1 ${more}) { edges { node { name } cursor } } }`,
        {},
        'viewer',
      );
      return data.shadows.edges.map(({ node }: any) => node.name);
    };
    expect(await list('')).toEqual(['a-runs']);
    expect(await list('status: DRAFT')).toEqual(['b-waits']);
    expect(await list('status: STOPPED')).toEqual([]);
  });

  it.each([
    ['a share above one', { share: 1.5 }, 'INVALID_INPUT', 'share'],
    ['no unit', { unit: '' }, 'INVALID_INPUT', 'unit'],
    ['a name that is none', { name: '1 2' }, 'INVALID_INPUT', 'name'],
    ['a deployment that is a release', { deployment: 'tiffin:default:release:x@y/1' }, 'INVALID_INPUT', 'deployment'],
    ['a candidate that is no id', { candidate: 'x' }, 'INVALID_INPUT', 'candidate'],
    ['a hash that does not exist', { hashVersion: 3 }, 'INVALID_INPUT', 'hashVersion'],
    ['a smallest effect of nothing', { minEffect: 0 }, 'INVALID_INPUT', 'minEffect'],
  ])('is not described with %s', async (_, changes, code, field) => {
    const own = alone;
    const place = {
      deployment: 'tiffin:default:deployment:a@production',
      releases: [{ id: 'tiffin:default:release:a@production/1' }, { id: 'tiffin:default:release:a@production/2' }],
    };
    const input = inputOf({ ...own, place } as never, 'bad', changes);
    expect(await refusal(own, 'createShadow', input)).toMatchObject({ code, field });
  });

  it('is not for viewers to make, has a name of its own, and is not found under another', async () => {
    const own = await world();
    expect(await refusal(own, 'createShadow', inputOf(own, 'mine'), 'viewer')).toMatchObject({ code: 'FORBIDDEN' });
    await act(own, 'createShadow', inputOf(own, 'mine'));
    expect(await refusal(own, 'createShadow', inputOf(own, 'mine'))).toMatchObject({ code: 'CONFLICT', field: 'name' });
    for (const shadow of ['tiffin:default:shadow:nobody', 'tiffin:other:shadow:mine', 'nobody']) {
      expect(await refusal(own, 'startShadow', { shadow })).toMatchObject({ code: 'NOT_FOUND', field: 'shadow' });
    }
  });

  it('hands on what it was told of time and hash', async () => {
    const own = await world();
    const endsAt = '2026-04-01T00:00:00.000Z';
    const shadow = await started(own, 'told', { endsAt, seed: 'salt', hashVersion: 1, description: 'why not' });
    expect(shadow.seed).toBe('salt');
    expect((await layers(own))[0]).toMatchObject({ kind: 'SHADOW', endsAt, seed: 'salt', hashVersion: 1 });
    const found = await own.ask(
      `{ shadow(id: "${shadow.id}") { endsAt hashVersion description hypothesis share } }`,
      {},
      'viewer',
    );
    expect(found.data.shadow).toEqual({
      endsAt,
      hashVersion: 1,
      description: 'why not',
      hypothesis: 'it knows more',
      share: 0.5,
    });
    expect(await result(own, shadow.id)).toMatchObject({ recommendation: 'NEEDS_MORE' });
    own.clock.now = new Date('2026-04-01T00:00:00.000Z');
    expect(await result(own, shadow.id), 'its time is over').toMatchObject({ recommendation: 'NO_DIFFERENCE_SHOWN' });
  });

  it('that the registry refuses stays a draft: the default release is nothing to compare', async () => {
    const own = await world();
    const { id } = await act(own, 'createShadow', inputOf(own, 'same', { candidate: own.place.releases[0]!.id }));
    expect(await refusal(own, 'startShadow', { shadow: id })).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await read(own, id)).toMatchObject({ status: 'DRAFT' });
  });
});

describe('the result of a shadow', () => {
  it('is what an independent computation over the same pairs gives', async () => {
    const own = await world();
    const costs = [
      { decision: 'LATE', positive: true, cost: 1 },
      { decision: 'LATE', positive: false, cost: 3 },
      { decision: 'ON_TIME', positive: true, cost: 10 },
      { decision: 'ON_TIME', positive: false, cost: 0 },
    ];
    const { id } = await started(own, 'exact', { costs });
    const pairs = [
      ...pairsOf(380, 0.7),
      ...range(0, 15).map((): Pair => ({ primary: 0.3, candidate: null, label: 1 })),
      ...range(0, 25).map((): Pair => ({ primary: 0.4, candidate: 0.6, label: null })),
    ];
    const { batch, outcomes } = telemetry(id, pairs);
    await own.monitoring.send('/v1/predictions', batch);
    await own.monitoring.send('/v1/outcomes', outcomes);
    const found = await until(
      () => result(own, id),
      ({ pairs: n, labelled }) => n === 420 && labelled === 380,
    );

    const scored = pairs.filter(({ candidate }) => candidate !== null);
    const shift = pairedTest(
      scored.map(({ primary }) => primary),
      scored.map(({ candidate }) => candidate!),
    );
    const labelled = scored.filter(({ label }) => label !== null);
    const labels = labelled.map(({ label }) => label!);
    const square = (of: (pair: Pair) => number): number[] => labelled.map((pair) => (of(pair) - pair.label!) ** 2);
    const [before, after] = [square(({ primary }) => primary), square(({ candidate }) => candidate!)];
    const brier = pairedTest(before, after);
    const flips = scored.filter(({ primary, candidate }) => primary >= 0.5 !== candidate! >= 0.5).length;

    expect(found).toMatchObject({
      pairs: 420,
      labelled: 380,
      failed: { count: 15, rate: close(15 / 420) },
      failures: [{ cause: 'ENGINE_ERROR', count: 15 }],
      decided: 405,
      agreement: { count: 405 - flips, rate: close(1 - flips / 405) },
      flips: { count: flips },
      scoreShift: { n: 405, difference: close(shift.difference!), t: close(shift.t!), p: close(shift.pTwoSided) },
      signTest: {
        higher: scored.filter(({ primary, candidate }) => candidate! > primary).length,
        lower: scored.filter(({ primary, candidate }) => candidate! < primary).length,
      },
      brier: {
        primary: close(mean(before)),
        candidate: close(mean(after)),
        test: { n: 380, difference: close(brier.difference!), t: close(brier.t!), p: close(brier.pTwoSided) },
      },
      auc: {
        primary: close(
          rocAuc(
            labels,
            labelled.map(({ primary }) => primary),
          )!,
        ),
        candidate: close(
          rocAuc(
            labels,
            labelled.map(({ candidate }) => candidate!),
          )!,
        ),
      },
      latency: { n: 405, meanDifference: close(2), primary: { p50: 6.5 }, candidate: { p50: 8.5 } },
    });
    const differences = scored.map(({ primary, candidate }) => candidate! - primary).filter((size) => size !== 0);
    const ranks = midRanks(differences.map(Math.abs));
    const rankSum = ranks.reduce((sum, rank, i) => sum + (differences[i]! > 0 ? rank : 0), 0);
    expect(found.wilcoxon).toMatchObject({ n: differences.length, rankSum: close(rankSum) });
    const slices = ['monsoon', 'dry'].map((value) => {
      const mine = pairs.filter(({ candidate }, n) => candidate !== null && seasonOf(n) === value);
      const flipped = mine.filter(({ primary, candidate }) => primary >= 0.5 !== candidate! >= 0.5).length;
      return { segment: 'season', value, decided: mine.length, flips: { count: flipped } };
    });
    expect(found.slices).toHaveLength(1);
    const [slice] = found.slices;
    expect(slices.map(({ value }) => value)).toContain(slice.value);
    expect(slice).toMatchObject(slices.find(({ value }) => value === slice.value)!);
    expect(slice.shareOfFlips).toBeCloseTo(slice.flips.count / flips, 9);
    const costOf = (score: number, label: number): number =>
      costs.find(({ decision, positive }) => decision === decide(score) && positive === (label === 1))!.cost;
    const [was, wouldBe] = [
      labelled.map(({ primary, label }) => costOf(primary, label!)),
      labelled.map(({ candidate, label }) => costOf(candidate!, label!)),
    ];
    const saved = pairedTest(was, wouldBe);
    expect(found.impact).toMatchObject({
      pairs: 380,
      undeclared: 0,
      primary: close(mean(was)),
      candidate: close(mean(wouldBe)),
      difference: close(saved.difference!),
      p: close(saved.pTwoSided),
      total: close(380 * saved.difference!),
    });
    expect(found.decisions.reduce((sum: number, one: any) => sum + one.count, 0)).toBe(405);
    expect(found.recommendation, 'it fails too often to be compared').toBe('CANDIDATE_FAILS');
  });

  it('calls a candidate that is better, once there are enough pairs, and the same after everything was sent again', async () => {
    const own = await world();
    const { id } = await started(own, 'better');
    const few = telemetry(id, pairsOf(60, 1));
    await own.monitoring.send('/v1/predictions', few.batch);
    await own.monitoring.send('/v1/outcomes', few.outcomes);
    const early = await until(
      () => result(own, id),
      ({ labelled }) => labelled === 60,
    );
    expect(early).toMatchObject({ recommendation: 'NEEDS_MORE', missing: 40 });
    const many = range(0, 2).map(() => telemetry(id, pairsOf(1_000, 1)));
    for (const { batch, outcomes } of [...many, ...many]) {
      await own.monitoring.send('/v1/outcomes', outcomes);
      await own.monitoring.send('/v1/predictions', batch);
      await own.monitoring.send('/v1/outcomes', outcomes);
    }
    const found = await until(
      () => result(own, id),
      ({ labelled }) => labelled === 2_060,
    );
    expect(found).toMatchObject({ pairs: 2_060, labelled: 2_060, recommendation: 'CANDIDATE_BETTER', missing: 0 });
    expect(found.brier.alwaysValidInterval.upper).toBeLessThan(0);
  });

  it('follows a correction of an outcome', async () => {
    const own = await world();
    const { id } = await started(own, 'corrected');
    const { batch, outcomes } = telemetry(id, [{ primary: 0.8, candidate: 0.4, label: 1 }]);
    await own.monitoring.send('/v1/predictions', batch);
    await own.monitoring.send('/v1/outcomes', outcomes);
    const first = await until(
      () => result(own, id),
      ({ labelled }) => labelled === 1,
    );
    expect(first.brier).toMatchObject({ primary: close(0.04), candidate: close(0.36) });
    const [one] = outcomes.outcomes;
    const correction = { ...one!, id: uuid(1, space++), value: 0, occurredAt: NOW.toISOString() };
    await own.monitoring.send('/v1/outcomes', { outcomes: [correction] });
    const second = await until(
      () => result(own, id),
      ({ brier }) => brier.primary > 0.5,
    );
    expect(second).toMatchObject({ labelled: 1, brier: { primary: close(0.64), candidate: close(0.16) } });
  });

  it('takes for a positive what it was told to', async () => {
    const own = await world();
    const { id } = await started(own, 'minutes', { positiveFrom: 15 });
    const { batch, outcomes } = telemetry(id, [
      { primary: 0.8, candidate: 0.4, label: 20 },
      { primary: 0.8, candidate: 0.4, label: 14 },
    ]);
    await own.monitoring.send('/v1/predictions', batch);
    await own.monitoring.send('/v1/outcomes', outcomes);
    const found = await until(
      () => result(own, id),
      ({ labelled }) => labelled === 2,
    );
    expect(found.brier).toMatchObject({ primary: close((0.04 + 0.64) / 2), candidate: close((0.36 + 0.16) / 2) });
    expect(found.auc).toEqual({ primary: 0.5, candidate: 0.5 });
  });

  it('keeps devices apart and never lets them decide', async () => {
    const own = await world();
    const { id } = await started(own, 'devices');
    const { batch, outcomes } = telemetry(id, pairsOf(300, 1));
    await own.monitoring.send('/v1/predictions', batch, DEVICE_KEY);
    await own.monitoring.send('/v1/outcomes', outcomes, DEVICE_KEY);
    const found = await until(
      () => result(own, id, 'DEVICE'),
      ({ labelled }) => labelled === 300,
    );
    expect(found).toMatchObject({ pairs: 300, recommendation: 'NOT_CALLED' });
    expect(await result(own, id)).toMatchObject({ pairs: 0, recommendation: 'NEEDS_MORE' });
  });

  it('is of 2001 when the predictions are: a replay', async () => {
    const own = await world();
    const { id } = await started(own, 'replay');
    const { batch, outcomes } = telemetry(id, pairsOf(5, 1), { occurredAt: '2001-06-01T12:00:00.000Z' });
    await own.monitoring.send('/v1/predictions', batch);
    const late = outcomes.outcomes.map((one) => ({ ...one, occurredAt: '2001-06-01T15:00:00.000Z' }));
    await own.monitoring.send('/v1/outcomes', { outcomes: late });
    expect(
      await until(
        () => result(own, id),
        ({ labelled }) => labelled === 5,
      ),
    ).toMatchObject({ pairs: 5, labelled: 5 });
  });
});

it('tells subscribers of one shadow, or of all, as it starts and ends, and in between how it stands', async () => {
  const own = await world();
  const query = `subscription ($id: ID, $after: String, $everySeconds: Int) {
    shadowChanged(id: $id, after: $after, everySeconds: $everySeconds) { revision shadow { id status } } }`;
  const listen = (variables: Record<string, unknown>) =>
    listenTo(own.subgraph, query, { actor: person('viewer'), secret: SECRET, variables });
  const other = await act(own, 'createShadow', inputOf(own, 'told-first'));
  const { id } = await act(own, 'createShadow', inputOf(own, 'told-second'));
  const one = await listen({ id, after: 'experiment:0-0' });
  const next = async (): Promise<any> => (await one.next()).data.shadowChanged;
  expect(await next()).toMatchObject({ revision: 1, shadow: { id, status: 'DRAFT' } });
  const all = await listen({ after: 'experiment:0-0' });
  const seen = new Set<string>();
  while (!seen.has(other.id)) seen.add((await all.next()).data.shadowChanged.shadow.id);
  await act(own, 'startShadow', { shadow: id });
  const often = await listen({ id, everySeconds: 1 });
  expect((await often.next()).data.shadowChanged).toMatchObject({ shadow: { id, status: 'RUNNING' } });
  await act(own, 'stopShadow', { shadow: id, reason: 'told enough' });
  let told = await next();
  while (told.shadow.status !== 'STOPPED') told = await next();
});
