import { pino } from 'pino';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { cupedTest } from '../../core/statistics/cuped.ts';
import { coMomentsOf } from '../../core/statistics/comoments.ts';
import { welchTest } from '../../core/statistics/means.ts';
import { momentsOf } from '../../core/statistics/moments.ts';
import { EventRetention } from '../../subgraphs/experiment/operations/metric/event-retention.ts';
import { sorted } from '../../core/statistics/quantile.ts';
import { clusterInflation, quantileDifference, quantileEstimate } from '../../core/statistics/quantile-test.ts';
import { peerOf, startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import { testKeys } from '../support/keys.ts';
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
import { seededRandom } from '../support/seeded-random.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** Experiments with a stratum, a covariate and metrics of pushed events, beside a real registry and monitoring. */
let database: TestDatabase;
let registry: TestRegistry;
let monitoring: TestMonitoring;
let own: TestExperiment;
beforeAll(async () => {
  database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  monitoring = await startTestMonitoring({ database, registry: peerOf('registry', registry.subgraph) });
  own = await startTestExperiment({ database, registry: registry.subgraph, monitoring: monitoring.subgraph });
}, 120_000);

async function act(name: string, input: object, selection: string): Promise<any> {
  const type = /^(start|archive)Experiment$/.test(name) ? 'Experiment' : name[0]!.toUpperCase() + name.slice(1);
  const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { ${selection} } }`;
  const { data, errors } = await own.ask(query, { input });
  expect(errors).toBeUndefined();
  return data[name];
}

const refused = async (name: string, input: object): Promise<any> => {
  const type = name[0]!.toUpperCase() + name.slice(1);
  const { errors } = await own.ask(`mutation ($input: ${type}Input!) { ${name}(input: $input) { eventCursor } }`, {
    input,
  });
  return errors?.[0]?.extensions;
};

let count = 0;
async function placeOf(): Promise<Deployed> {
  const place = await deployed(registry, `adjusted${++count}`, { sharedVersions: true });
  const release = place.releases[0]!.id;
  await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment: place.deployment, release });
  return place;
}

const inputOf = (place: Deployed, name: string, changes = {}) => ({
  name,
  hypothesis: 'better',
  deployment: place.deployment,
  arms: ['control', 'candidate'].map((arm, i) => ({ name: arm, release: place.releases[i]!.id, share: 0.5 })),
  unit: 'user',
  baseline: 0.4,
  mde: 0.5,
  ...changes,
});

async function started(input: object): Promise<string> {
  const { experiment } = await act('createExperiment', input, 'experiment { id }');
  await act('startExperiment', { experiment: experiment.id }, 'experiment { status }');
  return experiment.id;
}

const RESULT = `query ($id: ID!) { experiment(id: $id) { stratum covariate { event days } result { method recommendation reasons warnings computedAt
  arms { arm exposed labelled tested rate value }
  comparisons { arm difference p better interval { lower upper } relativeLift
    unadjusted { difference p varianceReduction strata interval { lower } } bayesian { chanceToWin } }
  byDay { difference } } } }`;

async function result(id: string): Promise<any> {
  const { data, errors } = await own.ask(RESULT, { id }, 'viewer');
  expect(errors).toBeUndefined();
  return data.experiment.result;
}

const until = (id: string, check: (seen: any) => void): Promise<any> =>
  vi.waitFor(
    async () => {
      const seen = await result(id);
      check(seen);
      return seen;
    },
    { timeout: 12_000, interval: 50 },
  );

async function push(events: readonly object[], key = testKeys.with('experiment:ingest')): Promise<any> {
  const answer = await own.subgraph.app.request('/v1/unit-events', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ events }),
  });
  return { status: answer.status, body: await answer.json() };
}

let space = 7_000;
interface Met {
  readonly unit: string;
  readonly arm: string;
  readonly city: string;
  readonly converts: boolean;
}

/** When a unit met its arm. */
const metAt = (n: number): number => NOW.getTime() - 3_600_000 + n;
const HOUR = 3_600_000;

async function meet(id: string, units: readonly Met[], withOutcomes = true): Promise<void> {
  const mine = space++;
  const predictions = units.map(({ unit, arm, city }, n) =>
    prediction(n, { id: uuid(n, mine), holder: id, holderRevision: 1, arm, unit, bucket: 0.5, segments: { city } }),
  );
  const exposures = predictions.map(({ id: predictionId, occurredAt }, n) => ({
    id: uuid(n, mine + 1_000),
    predictionId,
    holder: id,
    holderRevision: 1,
    unit: units[n]!.unit,
    arm: units[n]!.arm,
    occurredAt,
  }));
  const sent = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions, exposures });
  expect(sent.body.acked).toHaveLength(2 * units.length);
  if (!withOutcomes) return;
  const outcomes = units.map(({ converts }, n) =>
    outcome(n, converts ? 1 : 0, { id: uuid(n, mine + 2_000), predictionId: uuid(n, mine) }),
  );
  expect((await monitoring.send('/v1/outcomes', { outcomes })).body.acked).toHaveLength(units.length);
}

const event = (name: string, unit: string, n: number, atMs: number, value?: number) => ({
  name,
  id: `${name}-${unit}-${n}`,
  unitField: 'user',
  unit,
  occurredAt: new Date(atMs).toISOString(),
  ...(value !== undefined && { value }),
});

describe('an experiment with a stratum and a covariate', { timeout: 90_000 }, () => {
  it('compares arms within strata: another mix of units is no effect, and the test of before stands beside it', async () => {
    const id = await started(inputOf(await placeOf(), 'strata', { stratum: 'city', mde: 0.2 }));
    // In Delhi 3 in 4 convert and in Pune 1 in 4, whatever the arm; the candidate got more units of Delhi.
    const units = (arm: string, city: string, of: number): Met[] =>
      range(0, of).map((n) => ({
        unit: `${arm}-${city}-${n}`,
        arm,
        city,
        converts: city === 'Delhi' ? n % 4 !== 0 : n % 4 === 0,
      }));
    await meet(id, [
      ...units('control', 'Delhi', 60),
      ...units('control', 'Pune', 120),
      ...units('candidate', 'Delhi', 120),
      ...units('candidate', 'Pune', 60),
    ]);
    const seen = await until(id, ({ arms, comparisons }) => {
      expect(arms.map(({ labelled }: any) => labelled)).toEqual([180, 180]);
      expect(comparisons[0].unadjusted?.strata).toBe(2);
    });
    const [{ difference, p, better, unadjusted, bayesian }] = seen.comparisons;
    expect(difference).toBeCloseTo(0, 10);
    expect(p).toBeGreaterThan(0.9);
    expect(better).toBeNull();
    expect(unadjusted.difference).toBeCloseTo(1 / 6, 10);
    expect(unadjusted.p).toBeLessThan(0.01);
    expect(unadjusted.varianceReduction).toBeGreaterThan(0.1);
    expect(bayesian.chanceToWin).toBeGreaterThan(0.9);
    expect(seen.arms.map(({ rate }: any) => rate)).toEqual([75 / 180, 105 / 180]);
    expect(seen.byDay.at(-1).difference).toBeCloseTo(0, 10);
    expect(seen.method).toContain('within city');
    expect(seen.recommendation).toBe('CONTINUE');
    expect(seen.computedAt).toBe(NOW.toISOString());
  });

  it('takes out what was known of units before, as CUPED does, and says what that gained', async () => {
    const id = await started(inputOf(await placeOf(), 'cuped', { covariate: { event: 'visit', days: 14 } }));
    const random = seededRandom(3);
    const units = range(0, 300).map((n) => {
      const visits = Math.floor(random() * 5);
      const arm = n % 2 === 0 ? 'control' : 'candidate';
      return { unit: `c-${n}`, arm, city: 'Delhi', visits, converts: random() < 0.1 + 0.2 * visits };
    });
    await meet(id, units);
    await until(id, ({ arms }) => expect(arms.map(({ labelled }: any) => labelled)).toEqual([150, 150]));
    // Two weeks before the first exposure and no longer, of that name and that field, and nothing of what came after.
    const events = units.flatMap(({ unit, visits }, n) => [
      event('visit', unit, 0, metAt(n) - 24 * HOUR, visits),
      event('visit', unit, 1, metAt(n) - 15 * 24 * HOUR, 50),
      event('visit', unit, 2, metAt(n) + HOUR, 50),
      event('other', unit, 3, metAt(n) - HOUR, 50),
      { ...event('visit', unit, 4, metAt(n) - HOUR, 50), unitField: 'device' },
    ]);
    expect(await push(events)).toEqual({ status: 200, body: { stored: 1_500, duplicates: 0, erased: 0 } });
    expect(await push(events)).toEqual({ status: 200, body: { stored: 0, duplicates: 1_500, erased: 0 } });
    const seen = await until(id, ({ comparisons }) =>
      expect(comparisons[0].unadjusted?.varianceReduction).toBeGreaterThan(0.05),
    );
    const of = (arm: string) => {
      // The planned ones: the first of the arm by exposure.
      const { tested } = seen.arms.find((one: any) => one.arm === arm);
      expect(tested).toBeLessThan(150);
      const its = units.filter((unit) => unit.arm === arm).slice(0, tested);
      const y = its.map(({ converts }) => Number(converts));
      return {
        y,
        sums: coMomentsOf(
          its.map(({ visits }) => visits),
          y,
        ),
      };
    };
    const [control, candidate] = [of('control'), of('candidate')];
    const cuped = cupedTest(control.sums, candidate.sums);
    const [{ difference, p, relativeLift, unadjusted }] = seen.comparisons;
    expect(difference).toBeCloseTo(cuped.absolute.difference!, 10);
    expect(p).toBeCloseTo(cuped.absolute.pTwoSided, 10);
    expect(relativeLift).toBeCloseTo(cuped.relative.difference!, 10);
    const plain = welchTest(momentsOf(control.y), momentsOf(candidate.y));
    expect(unadjusted.difference).toBeCloseTo(plain.difference!, 10);
    expect(unadjusted.varianceReduction).toBeCloseTo(cuped.varianceReduction!, 10);
    expect(seen.method).toContain('the sum of visit of the 14 days before the first exposure taken out (CUPED)');
  });

  it.each([
    [{ stratum: ' ' }, 'stratum'],
    [{ covariate: { event: '1st', days: 14 } }, 'covariate.event'],
    [{ covariate: { event: 'visit', days: 0 } }, 'covariate.days'],
    [{ covariate: { event: 'visit', days: 91 } }, 'covariate.days'],
  ])('refuses %j with the field', async (changes, field) => {
    const place = {
      deployment: 'fraud@production',
      releases: [{ id: 'fraud@production/1' }, { id: 'fraud@production/2' }],
    };
    const input = inputOf(place as never, `bad${++count}`, changes);
    expect(await refused('createExperiment', input)).toMatchObject({ code: 'INVALID_INPUT', field });
  });
});

describe('a metric of pushed events', { timeout: 90_000 }, () => {
  const definition = (kind: string, more = {}) => ({
    kind,
    measure: 'EVENT',
    event: 'order',
    higherIsBetter: true,
    ...more,
  });

  it('counts the events of each unit since its first exposure, units without any as well', async () => {
    const metrics: [string, object][] = [
      ['spend', definition('MEAN', { highest: 60 })],
      ['orders', definition('COUNT', { positiveFrom: 10 })],
      ['buyers', definition('PROPORTION', { positiveFrom: 0, attributionHours: 1 })],
    ];
    for (const [name, of] of metrics)
      await act('createMetric', { name, definition: of }, 'metric { id definition { event } }');
    const id = await started(
      inputOf(await placeOf(), 'shop', {
        primary: { metric: 'spend' },
        secondary: [{ metric: 'orders' }, { metric: 'buyers' }],
        baseline: 20,
        mde: 10,
        mdeKind: 'ABSOLUTE',
        deviation: 20,
      }),
    );
    const units = range(0, 40).map((n) => ({
      unit: `s-${n}`,
      arm: n % 2 === 0 ? 'control' : 'candidate',
      city: 'Pune',
      converts: false,
    }));
    await meet(id, units, false);
    await until(id, ({ arms }) => expect(arms.map(({ tested }: any) => tested)).toEqual([20, 20]));
    // Of four units of an arm one has no order, one has two, one a large one, and one an order of before and a late one.
    const events = units.flatMap(({ unit, arm }, n) => {
      const lot = arm === 'control' ? 10 : 20;
      const at = metAt(n);
      const which = Math.floor(n / 2) % 4;
      if (which === 0) return [];
      if (which === 1) return [event('order', unit, 0, at, lot), event('order', unit, 1, at + 1, 5)];
      if (which === 2) return [event('order', unit, 0, at + 2, 500)];
      return [event('order', unit, 0, at - 1, 900), event('order', unit, 1, at + 2 * HOUR, lot)];
    });
    expect((await push(events)).body.stored).toBe(events.length);
    const seen = await until(id, ({ arms }) => expect(arms[0].value).toBeCloseTo((0 + 15 + 60 + 10) / 4, 10));
    expect(seen.arms[1].value).toBeCloseTo((0 + 25 + 60 + 20) / 4, 10);
    const secondary = await own.ask(
      `query ($id: ID!) { experiment(id: $id) { result { secondary { metric control value } } } }`,
      { id },
    );
    expect(secondary.data.experiment.result.secondary).toEqual([
      { metric: 'orders', control: 0.75, value: 0.75 },
      { metric: 'buyers', control: 0.5, value: 0.5 },
    ]);
  });

  it('is compared within segments too, as a primary and as a secondary metric, a ratio of two kinds of events among them', async () => {
    const ratio = definition('RATIO', { per: 'EVENT', perEvent: 'visit' });
    await act('createMetric', { name: 'per-visit', definition: ratio }, 'metric { definition { perEvent } }');
    await act('createMetric', { name: 'sales', definition: definition('MEAN') }, 'metric { id }');
    const id = await started(
      inputOf(await placeOf(), 'cities', {
        primary: { metric: 'sales' },
        secondary: [{ metric: 'per-visit' }],
        segments: ['city'],
        baseline: 20,
        mde: 10,
        mdeKind: 'ABSOLUTE',
        deviation: 20,
      }),
    );
    // In Pune the candidate sells 10 more a unit, and in Delhi 6 less; each unit of the candidate visits twice.
    const units = range(0, 80).map((n) => {
      const arm = n % 2 === 0 ? 'control' : 'candidate';
      const city = n % 4 < 2 ? 'Pune' : 'Delhi';
      const more = arm === 'control' ? 0 : city === 'Pune' ? 10 : -6;
      return { unit: `r-${n}`, arm, city, converts: false, spent: 20 + more + (n % 8 < 4 ? 1 : -1) };
    });
    await meet(id, units, false);
    await until(id, ({ arms }) => expect(arms.map(({ tested }: any) => tested)).toEqual([40, 40]));
    await push(
      units.flatMap(({ unit, arm, spent }, n) => [
        event('order', unit, 0, metAt(n), spent),
        event('visit', unit, 0, metAt(n), 1),
        ...(arm === 'candidate' ? [event('visit', unit, 1, metAt(n) + 1)] : []),
      ]),
    );
    const CELL = 'segment value arm controlUnits units difference better interval { lower upper }';
    const seen = await vi.waitFor(async () => {
      const { data, errors } = await own.ask(
        `query ($id: ID!) { experiment(id: $id) { result { segments { ${CELL} } secondary { metric control value segments { ${CELL} } } } } }`,
        { id },
      );
      expect(errors).toBeUndefined();
      expect(data.experiment.result.secondary[0].control).toBeCloseTo(20, 10);
      return data.experiment.result;
    });
    const cell = (value: string, difference: number, better: boolean) => ({
      segment: 'city',
      value,
      arm: 'candidate',
      controlUnits: 20,
      units: 20,
      difference: expect.closeTo(difference, 9),
      better,
      interval: { lower: expect.any(Number), upper: expect.any(Number) },
    });
    expect(seen.segments).toEqual([cell('Delhi', -6, false), cell('Pune', 10, true)]);
    expect(seen.secondary).toEqual([
      {
        metric: 'per-visit',
        control: expect.closeTo(20, 9),
        value: expect.closeTo(11, 9),
        segments: [cell('Delhi', 7 - 20, false), cell('Pune', 15 - 20, false)],
      },
    ]);
  });

  it('decides by a quantile of events, of which several belong to one unit', async () => {
    const slowest = definition('QUANTILE', { event: 'delivery', quantile: 0.9, ceiling: 90, higherIsBetter: false });
    await act('createMetric', { name: 'slowest', definition: slowest }, 'metric { id }');
    const id = await started(
      inputOf(await placeOf(), 'quantile', {
        primary: { metric: 'slowest' },
        guardrails: [{ metric: 'slowest' }],
        baseline: 45,
        mde: -15,
        mdeKind: 'ABSOLUTE',
        deviation: 50,
      }),
    );
    // What a unit waits is mostly its own: four events of it are hardly more evidence than one.
    const random = seededRandom(90);
    const units = range(0, 1_000).map((n) => {
      const arm = n % 2 === 0 ? 'control' : 'candidate';
      const usual = (arm === 'control' ? 10 : 5) + 40 * random();
      return { unit: `q-${n}`, arm, city: 'Pune', converts: false, waits: range(0, 4).map(() => usual + 4 * random()) };
    });
    await meet(id, units, false);
    await until(id, ({ arms }) => expect(arms.map(({ exposed }: any) => exposed)).toEqual([500, 500]));
    await push(
      units.flatMap(({ unit, waits }, n) =>
        waits.map((minutes, i) => event('delivery', unit, i, metAt(n) + i, minutes)),
      ),
    );
    const seen = await until(id, ({ arms }) => expect(arms[1].value).toBeGreaterThan(0));
    const { tested } = seen.arms[0];
    expect(tested).toBeGreaterThan(100);
    expect(tested).toBeLessThan(500);
    const of = (arm: string) => {
      const its = units.filter((unit) => unit.arm === arm).slice(0, tested);
      const estimate = quantileEstimate(sorted(its.flatMap(({ waits }) => waits)), 0.9);
      const below = its.map(({ waits }) => waits.filter((minutes) => minutes <= estimate.value).length);
      return {
        estimate,
        inflation: clusterInflation(
          coMomentsOf(
            its.map(() => 4),
            below,
          ),
          0.9,
        ),
      };
    };
    const [control, candidate] = [of('control'), of('candidate')];
    expect(Math.min(control.inflation, candidate.inflation)).toBeGreaterThan(3);
    const inflation = [control.inflation, candidate.inflation] as const;
    const expected = quantileDifference(control.estimate, candidate.estimate, { inflation });
    const [{ difference, interval, p, better }] = seen.comparisons;
    expect(seen.arms[0].value / control.estimate.value).toBeCloseTo(1, 2);
    expect(Math.abs(difference - expected.difference)).toBeLessThan(0.3);
    const half = (of_: { lower: number; upper: number }): number => (of_.upper - of_.lower) / 2;
    expect(half(interval) / half(expected.interval!)).toBeCloseTo(1, 0);
    expect(p).toBeLessThan(0.01);
    expect(better).toBe(true);
    expect(seen).toMatchObject({ recommendation: 'SHIP', method: expect.stringContaining('quantiles 0.9 of values') });
    expect(seen.byDay.at(-1).difference).toBeLessThan(0);
  });

  it('says which effect is worth having: the plan goes by it, and a winner below it is called small', async () => {
    const more = { minimumEffect: 0.5 };
    await act('createMetric', { name: 'items', definition: definition('MEAN', more) }, 'metric { id }');
    await act(
      'createMetric',
      { name: 'waits', definition: definition('MEAN', { higherIsBetter: false, ...more }) },
      'metric { id }',
    );
    const place = await placeOf();
    const asked = { baseline: 10, mde: undefined, deviation: 1 };
    const waits = inputOf(place, 'waits', { ...asked, primary: { metric: 'waits' } });
    const design = 'experiment { id design { mde mdeKind absoluteMde } }';
    expect((await act('createExperiment', waits, design)).experiment.design).toEqual({
      mde: -0.5,
      mdeKind: 'RELATIVE',
      absoluteMde: -5,
    });
    for (const primary of [undefined, { metric: 'spend' }]) {
      const input = inputOf(place, 'none', { ...asked, primary, deviation: primary && 1 });
      expect(await refused('createExperiment', input)).toMatchObject({ code: 'INVALID_INPUT', field: 'mde' });
    }
    const id = await started(inputOf(place, 'items', { ...asked, primary: { metric: 'items' } }));
    const units = range(0, 40).map((n) => ({
      unit: `i-${n}`,
      arm: n % 2 === 0 ? 'control' : 'candidate',
      city: 'Pune',
      converts: false,
    }));
    await meet(id, units, false);
    await until(id, ({ arms }) => expect(arms[0].tested).toBeGreaterThan(0));
    await push(
      units.map(({ unit, arm }, n) =>
        event('order', unit, 0, metAt(n), (arm === 'control' ? 10 : 11) + (n % 4 < 2 ? 0 : 0.1)),
      ),
    );
    const seen = await until(id, ({ arms }) => expect(arms[1].value).toBeGreaterThan(11));
    expect(seen.comparisons[0].better).toBe(true);
    expect(seen.warnings).toEqual([
      expect.stringMatching(
        /^candidate is better by 9\.9\d? %, at most .* less than the 50 % that items calls worth having$/,
      ),
    ]);
  });

  it('guards no rollout, which is held by answers', async () => {
    const { deployment, releases } = await placeOf();
    await act(
      'createMetric',
      { name: 'returns', definition: definition('COUNT', { positiveFrom: 1 }) },
      'metric { id }',
    );
    const guardrails = [{ metric: 'returns', margin: 0.1 }];
    const input = {
      name: 'held',
      deployment,
      candidate: releases[1]!.id,
      unit: 'user',
      guardrails,
      steps: [{ weight: 0.1, minSamples: 10 }],
    };
    expect(await refused('createRollout', input)).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'guardrails.0.metric',
    });
  });

  it.each([
    [{ kind: 'MEAN', measure: 'EVENT', higherIsBetter: true }, 'definition.event'],
    [{ kind: 'MEAN', measure: 'SCORE', event: 'order', higherIsBetter: true }, 'definition.event'],
    [definition('MEAN', { event: 'no order' }), 'definition.event'],
    [definition('MEAN', { minimumEffect: 0 }), 'definition.minimumEffect'],
    [{ kind: 'RATIO', measure: 'SCORE', per: 'EVENT', higherIsBetter: true }, 'definition.per'],
    [definition('RATIO', { per: 'SCORE' }), 'definition.per'],
    [definition('RATIO', { per: 'EVENT' }), 'definition.perEvent'],
    [definition('RATIO', { per: 'EVENT', perEvent: '1st' }), 'definition.perEvent'],
    [definition('MEAN', { perEvent: 'visit' }), 'definition.perEvent'],
  ])('is refused as %j with the field', async (of, field) => {
    expect(await refused('createMetric', { name: `bad${++count}`, definition: of })).toMatchObject({
      code: 'INVALID_INPUT',
      field,
    });
  });
});

it('a result says that events which it rests on are gone', async () => {
  const covariate = { event: 'old-habit', days: 10 };
  const id = await started(inputOf(await placeOf(), 'forgotten', { covariate }));
  await push([event('old-habit', 'u', 0, NOW.getTime() - 5 * 24 * HOUR)]);
  const drop = (): Promise<void> =>
    new EventRetention({
      db: own.db,
      now: () => new Date(NOW.getTime() + 100 * 24 * HOUR),
      days: 30,
      log: pino({ level: 'silent' }),
    }).run();
  await drop();
  expect((await result(id)).warnings).toEqual([]);
  await act('stopExperiment', { experiment: id, reason: 'enough' }, 'eventCursor');
  await act('archiveExperiment', { experiment: id }, 'eventCursor');
  await drop();
  expect((await result(id)).warnings).toEqual([
    expect.stringMatching(/^events "old-habit" from before .* no longer kept/),
  ]);
});

describe('POST /v1/unit-events', () => {
  const good = event('seen', 'u', 0, NOW.getTime());
  it.each([
    [[], 'events'],
    [[{ ...good, name: '1st' }], 'events.0.name'],
    [[{ ...good, id: '' }], 'events.0.id'],
    [[good, { ...good, unit: 'a\u0000b' }], 'events.1.unit'],
    [[{ ...good, unitField: '' }], 'events.0.unitField'],
    [[{ ...good, value: 'much' }], 'events.0.value'],
    [[{ ...good, occurredAt: 'yesterday' }], 'events.0.occurredAt'],
  ])('refuses %j with the field', async (events, field) => {
    expect(await push(events as never)).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT', field } });
  });

  it('keeps the first of two with one id, and is closed to keys without its scope', async () => {
    expect((await push([good, { ...good, value: 9 }])).body).toEqual({ stored: 1, duplicates: 1, erased: 0 });
    expect((await push([{ ...good, value: 9 }])).body).toEqual({ stored: 0, duplicates: 1, erased: 0 });
    const kept = await own.db.query(`select value from unit_event where name = 'seen'`);
    expect(kept).toEqual([{ value: 1 }]);
    expect((await push([good], testKeys.without('experiment:ingest'))).status).toBe(403);
  });
});
