import { beforeAll, describe, expect, it, vi } from 'vitest';
import { peerOf, startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import {
  NOW,
  outcome,
  prediction,
  range,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

/** Experiments of three arms, with metrics of answers, beside a real registry and monitoring. */
let registry: TestRegistry;
let monitoring: TestMonitoring;
let own: TestExperiment;
let place: Deployed;

beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  place = await deployed(registry, 'ranking', { releases: 3, sharedVersions: true });
  const release = place.releases[0]!.id;
  await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment: place.deployment, release });
  monitoring = await startTestMonitoring({ database, registry: peerOf('registry', registry.subgraph) });
  own = await startTestExperiment({ database, registry: registry.subgraph, monitoring: monitoring.subgraph });
  const metric = (name: string, definition: object) => act('createMetric', { name, definition }, 'metric { id }');
  const quantile = { kind: 'QUANTILE', measure: 'LATENCY_MS', higherIsBetter: false, quantile: 0.9 };
  await metric('p90', { ...quantile, ceiling: 180 });
  const fallbacks = { kind: 'PROPORTION', measure: 'FALLBACK', positiveFrom: 1, higherIsBetter: false };
  await metric('fallbacks', { ...fallbacks, marginKind: 'RELATIVE' });
  await metric('relevance', { kind: 'MEAN', measure: 'SCORE', higherIsBetter: true });
  await metric('speed', { kind: 'MEAN', measure: 'LATENCY_MS', higherIsBetter: false });
  // What refers to the revisions of before goes on with these.
  const revise = (name: string, definition: object) =>
    act('reviseMetric', { metric: name, expectedRevision: 1, definition }, 'metric { revision }');
  await revise('p90', { ...quantile, ceiling: 500 });
  await revise('relevance', { kind: 'MEAN', measure: 'SCORE', higherIsBetter: false });
}, 120_000);

async function act(name: string, input: object, selection: string): Promise<any> {
  const type = name === 'startExperiment' ? 'Experiment' : name[0]!.toUpperCase() + name.slice(1);
  const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { ${selection} } }`;
  const { data, errors } = await own.ask(query, { input });
  expect(errors).toBeUndefined();
  return data[name];
}

const inputOf = (name: string, changes = {}) => ({
  name,
  hypothesis: 'a ranks better',
  deployment: place.deployment,
  control: 'today',
  arms: [
    { name: 'a', release: place.releases[1]!.id, share: 0.25 },
    { name: 'today', release: place.releases[0]!.id, share: 0.5 },
    { name: 'b', release: place.releases[2]!.id, share: 0.25 },
  ],
  guardrails: [
    { metric: 'p90', revision: 1 },
    { metric: 'fallbacks', margin: 0.08, marginKind: 'ABSOLUTE' },
  ],
  secondary: [{ metric: 'relevance', revision: 1 }, { metric: 'speed' }],
  segments: ['city'],
  unit: 'user',
  baseline: 0.2,
  mde: 1,
  ...changes,
});

const RESULT = `query ($id: ID!) { experiment(id: $id) { result {
  recommendation ships winner reasons daysLeft peeking banner confidence sampleRatio { mismatch }
  arms { arm exposed labelled needed rate chanceToBeBest }
  comparisons { arm difference p pAdjusted better }
  guardrails { metric revision arm state control value ceiling worse accepted inWords }
  secondary { metric arm control value pAdjusted better }
  segments { segment value arm controlUnits units difference pAdjusted better }
  byDay { day arm controlUnits units difference interval { lower upper } ownDifference } novelty { arm } warnings
  plans { arm summary first steps { weight minMinutes } } } } }`;

async function result(id: string): Promise<any> {
  const { data, errors } = await own.ask(RESULT, { id }, 'viewer');
  expect(errors).toBeUndefined();
  return data.experiment.result;
}

interface Answered {
  readonly units: number;
  readonly converted: number;
  readonly score: number;
  /** Of two in five answers; the others are fast. */
  readonly slowest: number;
}

let space = 3_000;
/** Units that met an arm, were answered and came to an outcome. */
async function answer(id: string, arm: string, { units, converted, score, slowest }: Answered): Promise<void> {
  const mine = space++;
  const predictions = range(0, units).map((n) =>
    prediction(n, {
      id: uuid(n, mine),
      holder: id,
      holderRevision: 1,
      arm,
      unit: `${arm}-${n}`,
      bucket: 0.5,
      score: score + (n % 5) / 50,
      timings: { total: n % 5 < 2 ? slowest : 90 },
      segments: { city: n % 3 === 0 ? 'Delhi' : 'Mumbai' },
    }),
  );
  const exposures = predictions.map(({ id: predictionId, unit, occurredAt }, n) => ({
    id: uuid(n, mine + 1_000),
    predictionId,
    holder: id,
    holderRevision: 1,
    unit,
    arm,
    occurredAt,
  }));
  const sent = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions, exposures });
  expect(sent.body.acked).toHaveLength(2 * units);
  const outcomes = range(0, units).map((n) =>
    outcome(n, n < converted ? 1 : 0, { id: uuid(n, mine + 2_000), predictionId: uuid(n, mine) }),
  );
  expect((await monitoring.send('/v1/outcomes', { outcomes })).body.acked).toHaveLength(units);
}

const until = (id: string, labelled: readonly number[]): Promise<any> =>
  vi.waitFor(
    async () => {
      const seen = await result(id);
      expect(seen.arms.map((arm: any) => arm.labelled)).toEqual(labelled);
      expect(seen.secondary.every(({ value }: any) => value !== null)).toBe(true);
      return seen;
    },
    { timeout: 20_000, interval: 50 },
  );

describe('an experiment of three arms', () => {
  it('has a winner that its guardrail blocks: the answer says so, names who may ship, and how', async () => {
    const created = await act(
      'createExperiment',
      inputOf('ranking'),
      `experiment { id arms { arm isControl share } metric { kind } secondary { metric revision }
        guardrails { metric revision margin marginKind } design { sizes { arm units } totalUnits } }`,
    );
    const { id, arms, secondary, guardrails, design } = created.experiment;
    expect(arms).toEqual([
      { arm: 'today', isControl: true, share: 0.5 },
      { arm: 'a', isControl: false, share: 0.25 },
      { arm: 'b', isControl: false, share: 0.25 },
    ]);
    expect(guardrails).toEqual([
      { metric: 'p90', revision: 1, margin: null, marginKind: 'ABSOLUTE' },
      { metric: 'fallbacks', revision: 1, margin: 0.08, marginKind: 'ABSOLUTE' },
    ]);
    expect(secondary).toEqual([
      { metric: 'relevance', revision: 1 },
      { metric: 'speed', revision: 1 },
    ]);
    expect(design.sizes.map(({ arm }: any) => arm)).toEqual(['today', 'a', 'b']);
    await act('startExperiment', { experiment: id }, 'experiment { status }');
    const { layers } = (
      await registry.ask(person('viewer'), `{ deployment(id: "${place.deployment}") { traffic { layers } } }`)
    ).deployment.traffic;
    const split = layers.find(({ kind }: any) => kind === 'ALLOCATION');
    expect(split.arms.map(({ arm, release }: any) => [arm, release])).toEqual([
      ['today', place.releases[0]!.digest],
      ['a', place.releases[1]!.digest],
      ['b', place.releases[2]!.digest],
    ]);

    await answer(id, 'today', { units: 30, converted: 6, score: 0.3, slowest: 145 });
    await answer(id, 'a', { units: 15, converted: 9, score: 0.3, slowest: 145 });
    await answer(id, 'b', { units: 15, converted: 7, score: 0.3, slowest: 145 });
    expect(await until(id, [30, 15, 15])).toMatchObject({ recommendation: 'CONTINUE', peeking: true, ships: null });

    await answer(id, 'today', { units: 300, converted: 60, score: 0.3, slowest: 145 });
    await answer(id, 'a', { units: 150, converted: 90, score: 0.34, slowest: 187 });
    await answer(id, 'b', { units: 150, converted: 75, score: 0.3, slowest: 156 });
    const seen = await until(id, [300, 150, 150]);
    expect(seen).toMatchObject({ recommendation: 'SHIP', winner: 'a', ships: 'b', banner: null, confidence: 0.975 });
    expect(seen.reasons.slice(0, 3)).toEqual([
      expect.stringContaining('a is better at the planned size'),
      expect.stringContaining('a breaks p90: its 90th percentile is'),
      'a is blocked by its guardrail: a better primary metric does not make up for it',
    ]);
    expect(seen.comparisons).toMatchObject([
      { arm: 'a', better: true },
      { arm: 'b', better: true },
    ]);
    const [a, , b] = seen.guardrails;
    expect(a).toMatchObject({ metric: 'p90', revision: 1, arm: 'a', state: 'HARMED', ceiling: 180 });
    expect(a.value).toBeGreaterThan(185);
    expect(a.value).toBeLessThan(189);
    expect(b).toMatchObject({ metric: 'p90', arm: 'b', state: 'HELD' });
    expect(b.control).toBeCloseTo(145, -1);
    expect(seen.guardrails.filter(({ metric }: any) => metric === 'fallbacks')).toMatchObject([
      { state: 'HELD', accepted: 0.08 },
      { state: 'HELD', accepted: 0.08 },
    ]);
    expect(seen.secondary.map(({ metric, arm, better }: any) => [metric, arm, better])).toEqual([
      ['relevance', 'a', true],
      ['relevance', 'b', null],
      ['speed', 'a', expect.toSatisfy((better) => better !== true)],
      ['speed', 'b', expect.toSatisfy((better) => better !== true)],
    ]);
    expect(seen.segments.map(({ value, arm, controlUnits, units }: any) => [value, arm, controlUnits, units])).toEqual([
      ['Delhi', 'a', 100, 50],
      ['Delhi', 'b', 100, 50],
      ['Mumbai', 'a', 200, 100],
      ['Mumbai', 'b', 200, 100],
    ]);
    expect(seen.segments.every(({ segment, better }: any) => segment === 'city' && better === true)).toBe(true);
    const [, found] = seen.comparisons;
    expect(
      seen.byDay.map(({ arm, controlUnits, units, difference }: any) => [arm, controlUnits, units, difference]),
    ).toEqual(
      [
        ['a', 300, 150, 90 / 150 - 60 / 300],
        ['b', 300, 150, 75 / 150 - 60 / 300],
      ].map(([arm, control, units, difference]) => [arm, control, units, expect.closeTo(difference as number, 12)]),
    );
    expect(seen.byDay[1].ownDifference).toBeCloseTo(0.3, 12);
    expect(found.better).toBe(true);
    expect(seen.warnings).toEqual([]);
    expect(seen.arms[1].chanceToBeBest).toBeGreaterThan(0.9);
    expect(seen.plans).toMatchObject([
      {
        arm: 'a',
        first: [expect.stringContaining('a breaks p90')],
        summary: expect.stringContaining('gradual rollout over 4 weeks'),
        steps: [{ weight: 0.05, minMinutes: 10_080 }, { weight: 0.2 }, { weight: 0.5 }, { weight: 1 }],
      },
      { arm: 'b', first: [] },
    ]);

    const { errors } = await own.ask(
      `mutation { stopExperiment(input: { experiment: "${id}", reason: "r" }) { eventCursor } }`,
    );
    expect(errors).toBeUndefined();
    const decide = `mutation ($input: DecideExperimentInput!) { decideExperiment(input: $input) {
      experiment { decision { ships arm recommendation } } } }`;
    const unnamed = await own.ask(decide, { input: { experiment: id, ships: true, reason: 'b is safe' } });
    expect(unnamed.errors).toMatchObject([
      { message: 'arm: say which arm ships', extensions: { code: 'INVALID_INPUT', field: 'arm', allowed: ['a', 'b'] } },
    ]);
    const decided = await own.ask(decide, { input: { experiment: id, ships: true, arm: 'b', reason: 'b is safe' } });
    expect(decided.data.decideExperiment.experiment.decision).toEqual({
      ships: true,
      arm: 'b',
      recommendation: 'SHIP',
    });
  });

  it.each([
    ['arms', 'there are 1; allowed: 2 to 10', (input: any) => ({ arms: input.arms.slice(1, 2) })],
    ['arms', 'two arms are called "a"', (input: any) => ({ arms: [...input.arms, { ...input.arms[0], share: 0.1 }] })],
    ['control', 'no arm is called "c"', () => ({ control: 'c' })],
    ['segments', '"city" is named twice', () => ({ segments: ['city', 'city'] })],
    ['guardrails.1.metric', '"p90" guards already', () => ({ guardrails: [{ metric: 'p90' }, { metric: 'p90' }] })],
    ['guardrails.0.margin', 'fallbacks says of none', () => ({ guardrails: [{ metric: 'fallbacks' }] })],
    ['secondary.0.metric', 'there is no metric "nobody"', () => ({ secondary: [{ metric: 'nobody' }] })],
    [
      'secondary.1.metric',
      '"speed" is compared already',
      () => ({ secondary: [{ metric: 'speed' }, { metric: 'speed' }] }),
    ],
  ])('is not designed with a wrong %s: %s', async (field, message, change) => {
    const input = inputOf('wrong');
    const query = 'mutation ($input: CreateExperimentInput!) { createExperiment(input: $input) { eventCursor } }';
    const { errors } = await own.ask(query, { input: { ...input, ...change(input) } });
    expect(errors).toMatchObject([{ message: expect.stringContaining(message), extensions: { field } }]);
  });
});
