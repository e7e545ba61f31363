import { beforeAll, describe, expect, it } from 'vitest';
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

/** Whom experiments are about, what decides them, and what changes of them while they run, beside a real registry and monitoring. */
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
  for (const name of ['relevance', 'speed']) {
    const measure = name === 'speed' ? 'LATENCY_MS' : 'SCORE';
    const definition = { kind: 'MEAN', measure, higherIsBetter: name !== 'speed' };
    await act('createMetric', { name, definition }, 'metric { id }');
  }
  const slowest = { kind: 'QUANTILE', measure: 'LATENCY_MS', quantile: 0.9, ceiling: 200, higherIsBetter: false };
  await act('createMetric', { name: 'slowest', definition: slowest }, 'metric { id }');
  // The versions that all places share take their time.
  await anyPlace();
}, 120_000);

const typeOf = (name: string): string =>
  name === 'startExperiment' || name === 'archiveExperiment' ? 'Experiment' : name[0]!.toUpperCase() + name.slice(1);
const ask = (name: string, input: object, selection: string) =>
  own.ask(`mutation ($input: ${typeOf(name)}Input!) { ${name}(input: $input) { ${selection} } }`, { input });

const EXPERIMENT = `experiment { id name status revision splitRevision targeting namespace { name from to } segments
  secondary { metric } guardrails { metric margin }
  revisions { number targeting segments secondary { metric revision } guardrails { metric } endedAt } } warning`;

async function act(name: string, input: object, selection = EXPERIMENT): Promise<any> {
  const { data, errors } = await ask(name, input, selection);
  expect(errors).toBeUndefined();
  return data[name];
}

async function refusal(name: string, input: object): Promise<any> {
  const { errors } = await ask(name, input, EXPERIMENT);
  return { message: errors?.[0]?.message, ...errors?.[0]?.extensions };
}

async function serving(): Promise<Deployed> {
  const place = await deployed(registry, `place${++count}`, { sharedVersions: true });
  const release = place.releases[0]!.id;
  await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment: place.deployment, release });
  return place;
}

let onePlace: Promise<Deployed> | undefined;
/** One place for all that is refused there. */
const anyPlace = (): Promise<Deployed> => (onePlace ??= serving());

const inputOf = ({ deployment, releases }: Deployed, name: string, changes = {}) => ({
  name,
  hypothesis: 'the newer one is right more often',
  deployment,
  arms: ['control', 'candidate'].map((arm, i) => ({ name: arm, release: releases[i]!.id, share: 0.5 })),
  unit: 'user',
  baseline: 0.5,
  mde: 0.4,
  ...changes,
});

const layerOf = async ({ deployment }: Deployed): Promise<any> => {
  const { deployment: found } = await registry.ask(
    person('viewer'),
    `{ deployment(id: "${deployment}") { traffic { layers } serving { layer arm share } } }`,
  );
  return { ...found.traffic.layers.find(({ kind }: any) => kind === 'ALLOCATION'), serving: found.serving };
};

let space = 7_000;
/** Units that met an arm under a revision, were answered and came to an outcome. */
async function answer(
  id: string,
  holderRevision: number,
  arm: string,
  units: number,
  converted: number,
  { least = 0, later = false } = {},
) {
  const mine = space++;
  const predictions = range(0, units).map((n) => {
    const score = least + (n % 10) / 100;
    return prediction(n, {
      id: uuid(n, mine),
      holder: id,
      holderRevision,
      arm,
      unit: `${mine}-${n}`,
      bucket: 0.5,
      score,
    });
  });
  const exposures = predictions.map(({ id: predictionId, unit, occurredAt }, n) => ({
    id: uuid(n, mine + 1_000),
    predictionId,
    holder: id,
    holderRevision,
    unit,
    arm,
    occurredAt: later ? NOW.toISOString() : occurredAt,
  }));
  await monitoring.send('/v1/predictions', { node: 'edge-1', predictions, exposures });
  const outcomes = range(0, units).map((n) =>
    outcome(n, n < converted ? 1 : 0, { id: uuid(n, mine + 2_000), predictionId: uuid(n, mine) }),
  );
  expect((await monitoring.send('/v1/outcomes', { outcomes })).body.acked).toHaveLength(units);
}

async function result(id: string, revision: number): Promise<any> {
  const { data, errors } = await own.ask(
    `query ($id: ID!, $revision: Int) { experiment(id: $id) { result(revision: $revision) {
      recommendation warnings arms { arm exposed labelled } secondary { metric arm control } } } }`,
    { id, revision },
    'viewer',
  );
  expect(errors).toBeUndefined();
  return data.experiment.result;
}

/** The result once it has so many units with an outcome, and values for its secondary metrics. */
async function counted(id: string, revision: number, labelled: readonly number[]): Promise<any> {
  return expect
    .poll(() => result(id, revision), { timeout: 20_000, interval: 50 })
    .toMatchObject({
      arms: labelled.map((units) => ({ labelled: units })),
    });
}

describe('an experiment with a condition', () => {
  it('is about the requests that meet it, checked by the types of every release that may answer', async () => {
    const place = await serving();
    const targeting = 'country == "IN" && amount > 10.0';
    const { experiment } = await act('createExperiment', inputOf(place, 'india', { targeting }));
    expect(experiment).toMatchObject({ targeting, namespace: null, revisions: [] });
    await act('startExperiment', { experiment: experiment.id });
    const { targeting: sent, serving: shares } = await layerOf(place);
    expect(sent).toMatchObject({ text: targeting, ast: { type: 'bool', root: { op: 'and' } } });
    expect(shares.map(({ layer, arm, share }: any) => [layer, arm, share])).toEqual([
      ['ALLOCATION', 'control', null],
      ['ALLOCATION', 'candidate', null],
      ['DEFAULT', null, 1],
    ]);
  });

  it.each([
    ['amount > "ten"', 'no such overload: double > string'],
    ['user_txn__amount_24h > 1.0', 'Unknown variable'],
    ['amount', 'allowed: bool'],
  ])('%s is refused before it is designed', async (targeting, said) => {
    const place = await anyPlace();
    expect(await refusal('createExperiment', inputOf(place, 'wrong', { targeting }))).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'targeting',
      message: expect.stringContaining(said),
    });
  });
});

describe('experiments in one namespace', () => {
  it('share its units out: a slice that is held is refused with who holds it, and free once that one has ended', async () => {
    const [here, there] = [await serving(), await serving()];
    const slice = (from: number, to: number) => ({ namespace: { name: 'checkout', from, to } });
    const first = await act('createExperiment', inputOf(here, 'first', slice(0, 0.6)));
    await act('startExperiment', { experiment: first.experiment.id });
    expect((await layerOf(here)).namespace).toEqual({ id: 'checkout', from: 0, to: 0.6 });
    expect((await layerOf(here)).serving[0]).toMatchObject({ arm: 'control', share: 0.3 });
    expect(await refusal('createExperiment', inputOf(there, 'second', slice(0.5, 1)))).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'namespace',
      message: expect.stringContaining(`${first.experiment.id} holds [0, 0.6)`),
      allowed: ['[0.6, 1)'],
    });
    expect(
      await refusal('createExperiment', inputOf(there, 'second', { ...slice(0.6, 1), unit: 'country' })),
    ).toMatchObject({
      field: 'unit',
    });
    const second = await act('createExperiment', inputOf(there, 'second', slice(0.6, 1)));
    expect(second.experiment.namespace).toEqual({ name: 'checkout', from: 0.6, to: 1 });
    await act('stopExperiment', { experiment: first.experiment.id, reason: 'enough' });
    await act('createExperiment', inputOf(here, 'third', slice(0, 0.6)));
  });
});

describe('an experiment that is revised', () => {
  it('begins anew, says what that costs, and keeps the result of before under its own metrics', async () => {
    const place = await serving();
    const created = await act(
      'createExperiment',
      inputOf(place, 'revised', { secondary: [{ metric: 'relevance' }], segments: ['city'] }),
    );
    const { id } = created.experiment;
    const { experiment: started } = await act('startExperiment', { experiment: id });
    await answer(id, 1, 'control', 6, 3);
    await answer(id, 1, 'candidate', 6, 4);
    await counted(id, 1, [6, 6]);

    const change = { experiment: id, targeting: 'amount > 1.0', secondary: [{ metric: 'speed' }], segments: [] };
    expect(await refusal('reviseExperiment', { ...change, expectedRevision: 1 })).toMatchObject({
      code: 'CONFLICT',
      field: 'expectedRevision',
    });
    const wrong = { ...change, targeting: 'country > 1', expectedRevision: started.revision };
    expect(await refusal('reviseExperiment', wrong)).toMatchObject({ code: 'INVALID_INPUT', field: 'targeting' });
    const { experiment, warning } = await act('reviseExperiment', { ...change, expectedRevision: started.revision });
    expect(warning).toMatch(
      /revision 2 begins with no units.*other requests.*secondary and segments are judged by new units/,
    );
    expect(experiment).toMatchObject({ status: 'RUNNING', splitRevision: 2, targeting: 'amount > 1.0', segments: [] });
    expect(experiment.revisions).toMatchObject([
      { number: 1, targeting: null, segments: ['city'], secondary: [{ metric: 'relevance', revision: 1 }] },
      { number: 2, targeting: 'amount > 1.0', segments: [], secondary: [{ metric: 'speed', revision: 1 }] },
    ]);
    expect(await layerOf(place)).toMatchObject({ holderRevision: 2, targeting: { text: 'amount > 1.0' } });

    await answer(id, 2, 'control', 5, 2);
    await counted(id, 2, [5, 0]);
    const [before, after] = [await result(id, 1), await result(id, 2)];
    expect(before.arms.map(({ labelled }: any) => labelled)).toEqual([6, 6]);
    expect(before.secondary.map(({ metric }: any) => metric)).toEqual(['relevance']);
    expect(after.secondary.map(({ metric }: any) => metric)).toEqual(['speed']);
    expect(before.warnings).toEqual([]);
    expect(after.warnings).toEqual([expect.stringContaining('it is revision 2')]);

    const { experiment: everybody } = await act('reviseExperiment', {
      experiment: id,
      expectedRevision: experiment.revision,
      targeting: '',
      guardrails: [{ metric: 'relevance', margin: 0.5 }],
    });
    expect(everybody).toMatchObject({ targeting: null, guardrails: [{ metric: 'relevance', margin: 0.5 }] });
    expect((await layerOf(place)).targeting).toBeUndefined();
    expect(everybody.secondary).toEqual([{ metric: 'speed' }]);
  });

  it('as a draft takes the change by itself', async () => {
    const place = await serving();
    const { experiment } = await act('createExperiment', inputOf(place, 'draft'));
    const change = { experiment: experiment.id, expectedRevision: 1, segments: ['city'] };
    expect(await act('reviseExperiment', change)).toMatchObject({
      warning: null,
      experiment: { status: 'DRAFT', revision: 2, splitRevision: 1, segments: ['city'], revisions: [] },
    });
  });

  it('is refused once its planned units are there: another revision would hide the answer', async () => {
    const place = await serving();
    const created = await act('createExperiment', inputOf(place, 'answered', { mde: 0.9 }));
    const { id } = created.experiment;
    const { experiment } = await act('startExperiment', { experiment: id });
    for (const arm of ['control', 'candidate']) await answer(id, 1, arm, 40, 20);
    await counted(id, 1, [40, 40]);
    const change = { experiment: id, expectedRevision: experiment.revision, segments: ['city'] };
    expect(await refusal('reviseExperiment', change)).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('revision 1 has its planned units'),
      allowed: ['stopExperiment'],
    });
  });
});

describe('an experiment that a metric decides', () => {
  const RESULT = `query ($id: ID!) { experiment(id: $id) { metric { kind metric revision } design { deviation sizes { arm units } } result {
    recommendation ships reasons method banner peeking
    arms { arm value rate tested needed interval { lower upper } chanceToBeBest }
    comparisons { arm difference interval { lower } relativeLift z p better sequential { p } bayesian { chanceToWin } }
    byDay { units difference } } } }`;
  const read = async (id: string): Promise<any> => {
    const { data, errors } = await own.ask(RESULT, { id }, 'viewer');
    expect(errors).toBeUndefined();
    return data.experiment;
  };
  const design = { primary: { metric: 'relevance' }, baseline: 0.345, mde: 0.1, mdeKind: 'ABSOLUTE', deviation: 0.03 };

  it('is planned by its deviation, tested on the planned units, and stays as it was called', async () => {
    const place = await serving();
    const { experiment } = await act('createExperiment', inputOf(place, 'mean', design));
    const { id } = experiment;
    await act('startExperiment', { experiment: id });
    await answer(id, 1, 'control', 12, 6, { least: 0.3 });
    await answer(id, 1, 'candidate', 2, 1, { least: 0.4 });
    await counted(id, 1, [12, 2]);
    const early = await read(id);
    expect(early.metric).toEqual({ kind: 'MEAN', metric: 'relevance', revision: 1 });
    expect(early.design.sizes).toEqual([
      { arm: 'control', units: 3 },
      { arm: 'candidate', units: 3 },
    ]);
    expect(early.result).toMatchObject({
      recommendation: 'CONTINUE',
      peeking: true,
      reasons: [expect.stringContaining('1 more units of candidate, each with a value')],
    });

    await answer(id, 1, 'candidate', 10, 5, { least: 0.4 });
    await counted(id, 1, [12, 12]);
    const { result: found } = await read(id);
    expect(found).toMatchObject({ recommendation: 'SHIP', ships: 'candidate', banner: null, peeking: false });
    expect(found.method).toContain('Welch’s t-test');
    expect(found.arms).toMatchObject([
      { arm: 'control', tested: 3, needed: 3, rate: null, chanceToBeBest: null },
      { arm: 'candidate', tested: 3, needed: 3, rate: null },
    ]);
    const [control, candidate] = found.arms;
    expect(candidate.value - control.value).toBeGreaterThan(0.05);
    const [compared] = found.comparisons;
    expect(compared).toMatchObject({ arm: 'candidate', better: true, z: null });
    expect(compared.difference).toBeCloseTo(candidate.value - control.value, 9);
    expect(compared.interval.lower).toBeGreaterThan(0);
    expect(compared.bayesian.chanceToWin).toBeGreaterThan(0.99);
    expect(found.byDay.at(-1)).toMatchObject({ units: 12 });

    // Far worse units come later, and the call stays.
    await answer(id, 1, 'candidate', 30, 15, { least: -5, later: true });
    await counted(id, 1, [12, 42]);
    const { result: later } = await read(id);
    expect(later.byDay.at(-1).units).toBe(42);
    expect(later.comparisons[0]).toMatchObject({ p: compared.p, better: true });
  });

  it.each([
    [{ deviation: null }, 'deviation', 'how far units lie apart'],
    [{ deviation: 0 }, 'deviation', 'above 0'],
    [{ primary: null }, 'deviation', 'belongs to a primary metric'],
    [{ mde: -0.1 }, 'mde', 'of relevance more is better'],
    [{ primary: { metric: 'slowest' }, mde: -0.1, segments: ['city'] }, 'segments', 'leave it out'],
    [{ primary: { metric: 'slowest' }, mde: -0.1, stratum: 'city' }, 'stratum', 'leave it out'],
    [{ primary: { metric: 'nothing' } }, 'primary.metric', 'there is no metric'],
    [{ primary: { metric: 'relevance', revision: 9 } }, 'primary.metric', '9'],
  ])('is not designed with %o', async (changes, field, said) => {
    const place = await anyPlace();
    expect(await refusal('createExperiment', inputOf(place, 'wrong', { ...design, ...changes }))).toMatchObject({
      field,
      message: expect.stringContaining(said),
    });
  });
});
