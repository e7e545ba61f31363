import { beforeAll, describe, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  DEVICE_KEY,
  NOW,
  outcome,
  prediction,
  range,
  STAGING,
  startTestMonitoring,
  uuid,
  VERSION,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { seededRandom } from '../support/seeded-random.ts';

const DAY_MS = 86_400_000;
const day = (days: number, ms = 0): string => new Date(NOW.getTime() + days * DAY_MS + ms).toISOString();

let monitoring: TestMonitoring;
beforeAll(async () => {
  monitoring = await startTestMonitoring();
});

async function ask(query: string, input: object): Promise<any> {
  const { data, errors } = await monitoring.ask(query, { input }, 'viewer');
  expect(errors).toBeUndefined();
  return Object.values(data)[0];
}

async function send(predictions: readonly object[], outcomes: readonly object[], key?: string): Promise<void> {
  const stored = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions }, key);
  expect(stored.body.rejected).toEqual([]);
  const { body } = await monitoring.send('/v1/outcomes', { outcomes }, key);
  expect(body.rejected).toEqual([]);
}

const labelOf = (space: number, n: number, value: number) =>
  outcome(n, value, { id: uuid(n, space + 1), predictionId: uuid(n, space) });

describe('an estimate of performance', () => {
  const ESTIMATE = `query ($input: PerformanceReportInput!) { performanceEstimate(input: $input) {
    calibratedOn calibration { from to } total { predictions auc { value lower upper } brier { value lower upper }
      logLoss { value } baseRate { value lower upper } } windows { from to figures { predictions auc { value } } } } }`;
  const MEASURED = `query ($input: PerformanceReportInput!) { performanceReport(input: $input) {
    total { labelled auc brier logLoss baseRate } } }`;
  const next = seededRandom(3);
  /** Scores that say too much: the chance is nearer to a half. */
  const drawn = (space: number, days: number, count: number) =>
    range(0, count).map((n) => {
      const score = next();
      const label = next() < 0.2 + 0.6 * score ? 1 : 0;
      return { record: prediction(n, { id: uuid(n, space), occurredAt: day(days, n), score }), label };
    });
  const input = { deployment: DEPLOYMENT, from: day(-1), to: day(0), windowHours: 24 };

  it('covers what is measured once outcomes come, and says on what it rests', async () => {
    const now = drawn(20, -1, 800);
    await send(
      now.map(({ record }) => record),
      [],
    );
    // Nothing says yet what a score is worth.
    expect(await ask(ESTIMATE, input)).toMatchObject({
      calibratedOn: 0,
      total: { predictions: 800, auc: null, brier: null, logLoss: null, baseRate: null },
    });
    for (const part of [0, 1]) {
      const before = drawn(22 + 2 * part, -10 - part, 1_000);
      await send(
        before.map(({ record }) => record),
        before.map(({ label }, n) => labelOf(22 + 2 * part, n, label)),
      );
    }
    const found = await ask(ESTIMATE, input);
    expect(found).toMatchObject({ calibratedOn: 2_000, calibration: { from: day(-29), to: day(-1) } });
    expect(found.windows).toEqual([
      { from: day(-1), to: day(0), figures: { predictions: 800, auc: { value: found.total.auc.value } } },
    ]);
    expect((await ask(MEASURED, input)).total).toMatchObject({ labelled: 0, auc: null });

    await send(
      [],
      now.map(({ label }, n) => labelOf(20, n, label)),
    );
    const { total } = await ask(MEASURED, input);
    for (const name of ['auc', 'brier', 'baseRate'] as const) {
      expect(total[name], name).toBeGreaterThan(found.total[name].lower);
      expect(total[name], name).toBeLessThan(found.total[name].upper);
    }
    // By the scores themselves the Brier score would be a sixth: they say too much.
    expect(found.total.brier.value).toBeGreaterThan(0.2);
    expect(found.total.logLoss.value / total.logLoss).toBeCloseTo(1, 1);
  });

  it('is not made of scores that are no chances', async () => {
    const records = range(0, 5).map((n) => prediction(n, { id: uuid(n, 30), occurredAt: day(-0.5, n), score: 3 }));
    await send(records, []);
    expect((await ask(ESTIMATE, { ...input, windowHours: null })).total).toMatchObject({
      predictions: 805,
      auc: null,
      brier: null,
    });
  });
});

it('reports the errors of predicted numbers, by window', async () => {
  const REPORT = `query ($input: PerformanceReportInput!) { regressionReport(input: $input) { deployment { id }
    total { predictions labelled used mae rmse medianAbsoluteError r2 meanError { value lower upper } }
    windows { figures { labelled mae meanError { value } } } } }`;
  // A day late by 10 or 20 minutes in turn; the next one early by 4, and one without an outcome.
  const records = range(0, 21).map((n) =>
    prediction(n, {
      id: uuid(n, 40),
      deployment: STAGING,
      score: 100 + n,
      occurredAt: day(n < 10 ? -2 : -1, n),
    }),
  );
  const errors = range(0, 20).map((n) => (n >= 10 ? -4 : n % 2 ? 20 : 10));
  await send(
    records,
    errors.map((error, n) => labelOf(40, n, 100 + n - error)),
  );
  const report = await ask(REPORT, { deployment: STAGING, from: day(-2), to: day(0), windowHours: 24 });
  expect(report.deployment).toEqual({ id: STAGING });
  expect(report.windows.map(({ figures }: any) => [figures.labelled, figures.mae, figures.meanError.value])).toEqual([
    [10, 15, 15],
    [10, 4, -4],
  ]);
  const { total } = report;
  expect(total).toMatchObject({ predictions: 21, labelled: 20, used: 20, mae: 9.5 });
  expect(total.rmse).toBeCloseTo(Math.sqrt((5 * 100 + 5 * 400 + 10 * 16) / 20), 12);
  expect(total.medianAbsoluteError).toBe(7);
  expect(total.meanError.value).toBe(5.5);
  expect(total.meanError.upper - 5.5).toBeCloseTo(5.5 - total.meanError.lower, 12);
  expect(total.r2).toBeCloseTo(1 - 2_660 / 4_570, 12);
  // One outcome has no interval, and none has no error.
  const one = await ask(REPORT, { deployment: STAGING, from: day(-2), to: day(-2, 1) });
  expect(one.total).toMatchObject({ labelled: 1, mae: 10, meanError: null });
  const none = await ask(REPORT, { deployment: STAGING, from: day(-3), to: day(-2) });
  expect(none.total).toMatchObject({ labelled: 0, mae: null, r2: null, meanError: null });
});

describe('a report on fairness', () => {
  const REPORT = `query ($input: FairnessReportInput!) { fairnessReport(input: $input) { deployment { id }
    total { groups { name answers selected labelled positives selectionRate { value lower upper } }
      measures { measure value n lowest highest tooSmall interval { lower upper } } }
    windows { from figures { groups { name answers } } } } }`;
  const input = { deployment: STAGING, segment: 'city', from: day(-6), to: day(-4), windowHours: 24 };
  const measures = (report: any): Record<string, any> =>
    Object.fromEntries(report.total.measures.map((one: any) => [one.measure, one]));

  beforeAll(async () => {
    // pune: half are let through; goa: one of five; leh: ten answers. Half have an outcome: two of three let through are good.
    const records = range(0, 410).map((n) => {
      const city = n < 200 ? 'pune' : n < 400 ? 'goa' : 'leh';
      const yes = city === 'pune' ? n % 2 === 0 : n % 5 === 0;
      return prediction(n, {
        id: uuid(n, 50),
        deployment: STAGING,
        occurredAt: day(n % 2 ? -6 : -5, n),
        segments: { city, tier: 'a' },
        score: yes ? 0.7 : 0.3,
        decision: n < 100 ? 'REVIEW' : yes ? 'APPROVE' : 'DECLINE',
      });
    });
    await send(
      records,
      range(0, 205).map((n) => labelOf(50, 2 * n, n % 3 === 0 ? 0 : 1)),
    );
    const device = range(0, 7).map((n) =>
      prediction(n, {
        id: uuid(n, 60),
        deployment: STAGING,
        occurredAt: day(-5, n),
        segments: { city: 'agra' },
        models: [{ version: `${VERSION}7`, score: 0.9 }],
        release: 'c'.repeat(64),
      }),
    );
    await send(device, [], DEVICE_KEY);
    await send(
      device.map((one, n) => ({ ...one, id: uuid(n, 61), segments: { city: 'puri' } })),
      [],
    );
  });

  it('compares groups that are large enough, each with its size and interval', async () => {
    const report = await ask(REPORT, input);
    expect(report.deployment).toEqual({ id: STAGING });
    expect(report.total.groups.map(({ name, answers, selected }: any) => [name, answers, selected])).toEqual([
      ['goa', 200, 40],
      ['pune', 200, 100],
      ['leh', 10, 2],
      ['puri', 7, 0],
    ]);
    const [goa] = report.total.groups;
    expect(goa.selectionRate.value).toBe(0.2);
    expect(goa.selectionRate.lower).toBeCloseTo(0.1504, 3);
    expect(goa.selectionRate.upper).toBeCloseTo(0.2608, 3);
    const found = measures(report);
    expect(found['DEMOGRAPHIC_PARITY']).toMatchObject({
      n: 400,
      lowest: 'goa',
      highest: 'pune',
      tooSmall: ['leh', 'puri'],
    });
    expect(found['DEMOGRAPHIC_PARITY'].value).toBeCloseTo(0.3, 12);
    expect(found['FOUR_FIFTHS'].value).toBeCloseTo(0.4, 12);
    // Newcombe's interval of 100 of 200 against 40 of 200.
    expect(found['DEMOGRAPHIC_PARITY'].interval.lower).toBeCloseTo(0.207, 2);
    // Only 66 of each have a positive outcome: too few for a rate.
    expect(found['EQUAL_OPPORTUNITY']).toMatchObject({ value: null, tooSmall: ['goa', 'pune', 'leh', 'puri'] });
    expect(report.windows.map(({ from, figures }: any) => [from, figures.groups[0].answers])).toEqual([
      [day(-6), 100],
      [day(-5), 100],
    ]);
  });

  it('says yes by a threshold, or by decisions', async () => {
    const selected = async (more: object) =>
      Object.fromEntries(
        (await ask(REPORT, { ...input, windowHours: null, ...more })).total.groups.map((one: any) => [
          one.name,
          one.selected,
        ]),
      );
    expect(await selected({ threshold: 0.2 })).toMatchObject({ pune: 200, goa: 200 });
    expect(await selected({ decisions: ['APPROVE'] })).toMatchObject({ pune: 50, goa: 40 });
    expect(await selected({ segment: 'tier' })).toEqual({ a: 142 });
    expect(await selected({ from: day(-5) })).toMatchObject({ pune: 100, goa: 20 });
    expect(await selected({ to: day(-5) })).toMatchObject({ pune: 0, goa: 20 });
    expect(await selected({ modelVersion: `${VERSION}7` })).toEqual({ puri: 7 });
    expect(await selected({ trust: 'DEVICE' })).toEqual({ agra: 0 });
    expect(await selected({ deployment: DEPLOYMENT })).toEqual({});
  });

  it.each([
    [{ threshold: 0.5, decisions: ['APPROVE'] }, 'decisions: cannot stand with a threshold; allowed: one of both'],
    [{ decisions: [] }, 'decisions: 0 of them; allowed: 1 to 100'],
    [{ segment: '' }, 'segment: is empty; allowed: a segment that the recipe declares'],
    [{ segment: 'country' }, 'segment: no answer of this time has "country"; allowed: one of city, tier'],
  ])('refuses %j', async (more, message) => {
    const { errors } = await monitoring.ask(REPORT, { input: { ...input, ...more } }, 'viewer');
    expect(errors).toMatchObject([{ message, extensions: { field: message.split(':')[0] } }]);
  });
});
