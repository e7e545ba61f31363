import { beforeAll, expect, it, vi } from 'vitest';
import { DEPLOYMENT, NOW, prediction, range, startTestMonitoring, uuid, VERSION } from '../support/monitoring.ts';
import type { TestMonitoring } from '../support/monitoring.ts';
import { UNNARROWED } from '../../subgraphs/monitoring/domain/prediction-window.ts';
import { countWindow } from '../../subgraphs/monitoring/storage/record/prediction-window.ts';
import { countAnswers } from '../../subgraphs/monitoring/storage/rollup/answer-count.ts';
import { seededRandom } from '../support/seeded-random.ts';

const FIGURES = `answers perSecond failed errorRate fallbackRate fallbacks { name count } decisions { name count }
  latencyMs { count mean p50 p95 p99 } score { count mean p50 p95 p99 }`;
const SERIES = `query ($window: AnswerSeriesInput) { _entities(representations: [{ __typename: "Deployment", id: "${DEPLOYMENT}" }]) {
  ... on Deployment { answerSeries(window: $window) { from to resolution total { ${FIGURES} } points { from to figures { ${FIGURES} } }
    slices { release arm modelVersions { id } figures { ${FIGURES} } } } } } }`;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const OTHER = 'b'.repeat(64);

let monitoring: TestMonitoring;
const next = seededRandom(11);
/** Answers of two days, by two releases, in no order. */
const records = range(0, 600).map((n) =>
  prediction(n, {
    occurredAt: new Date(NOW.getTime() - 48 * HOUR_MS + Math.floor(next() * 48 * HOUR_MS)).toISOString(),
    release: n % 3 === 0 ? OTHER : prediction(0).release,
    arm: n % 3 === 0 ? 'candidate' : n % 3 === 1 ? 'control' : null,
    score: n % 50 === 0 ? null : next(),
    models: [
      n % 50 === 0 ? { version: VERSION, score: null, failure: 'ENGINE_ERROR' } : { version: VERSION, score: 0.5 },
    ],
    fallback: n % 50 === 0 ? 'ENGINE_ERROR' : n % 75 === 1 ? 'OVERRUN' : null,
    decision: n % 4 === 0 ? 'LATE' : 'ON_TIME',
    timings: n % 40 === 0 ? {} : { total: 1 + next() * 40 },
    ...(n % 200 === 7 && { forced: 'user:tester' }),
    ...(n % 100 === 9 && { trust: 'device' }),
  }),
);
const counted = records.filter((one: any) => one.forced === undefined && one.trust === undefined);

async function series(window: object): Promise<any> {
  const { data, errors } = await monitoring.ask(SERIES, { window }, 'viewer');
  expect(errors).toBeUndefined();
  return data['_entities'][0].answerSeries;
}

const send = async (predictions: readonly object[]): Promise<void> => {
  const { body } = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions });
  expect(body.rejected).toEqual([]);
};

beforeAll(async () => {
  monitoring = await startTestMonitoring({ minuteDays: 1 });
  // In three batches, one of them twice, while what came before is being added up.
  for (const part of [0, 1, 2, 1]) await send(records.filter((_, n) => n % 3 === part));
});

/** What the records themselves say of some of them: nothing that the rollups are made of is used. */
function raw(some: readonly any[], seconds: number) {
  const counts = (names: readonly (string | null)[]) =>
    Object.entries(
      Object.groupBy(
        names.filter((name) => name !== null),
        (name) => name,
      ),
    )
      .map(([name, of]) => ({ name, count: of?.length }))
      .toSorted((a, b) => a.name.localeCompare(b.name));
  return {
    answers: some.length,
    perSecond: some.length / seconds,
    failed: some.filter(({ models }) => models[0].failure).length,
    fallbacks: counts(some.map(({ fallback }) => fallback)),
    decisions: counts(some.map(({ decision }) => decision)),
    latencyMs: spread(some.flatMap(({ timings }) => timings.total ?? [])),
    score: spread(some.flatMap(({ score }) => score ?? [])),
  };
}

function spread(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    count: values.length,
    mean: values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
    quantiles: [0.5, 0.95, 0.99].map((q) => sorted[Math.floor(q * (sorted.length - 1))] ?? null),
  };
}

/** The same, of what was answered; a quantile may be off by one in a hundred. */
function expectSame(figures: any, expected: ReturnType<typeof raw>): void {
  const byName = (counts: any[]) => counts.toSorted((a, b) => a.name.localeCompare(b.name));
  expect(figures).toMatchObject({ answers: expected.answers, perSecond: expected.perSecond, failed: expected.failed });
  expect(byName(figures.fallbacks)).toEqual(expected.fallbacks);
  expect(byName(figures.decisions)).toEqual(expected.decisions);
  for (const name of ['latencyMs', 'score'] as const) {
    const [found, of] = [figures[name], expected[name]];
    expect(found.count).toBe(of.count);
    if (of.mean === null) expect(found).toMatchObject({ mean: null, p50: null });
    else expect(found.mean / of.mean).toBeCloseTo(1, 9);
    for (const [i, p] of ['p50', 'p95', 'p99'].entries()) {
      const exact = of.quantiles[i];
      if (typeof exact === 'number') expect(Math.abs(found[p] / exact - 1)).toBeLessThanOrEqual(0.0101);
    }
  }
}

const within = (from: string, to: string) => counted.filter(({ occurredAt }) => occurredAt >= from && occurredAt < to);

it.each([
  ['HOUR', 49, 3_600],
  ['DAY', 49, 86_400],
  ['MINUTE', 6, 60],
] as const)('by %s says the same as the records', async (resolution, hours, seconds) => {
  const found = await series({ hours, resolution, to: NOW.toISOString() });
  expect(found.resolution).toBe(resolution);
  const all = within(found.from, found.to);
  expect(all.length).toBeGreaterThan(50);
  expectSame(found.total, raw(all, (Date.parse(found.to) - Date.parse(found.from)) / 1_000));
  for (const point of found.points) expectSame(point.figures, raw(within(point.from, point.to), seconds));
  expect(found.points.at(-1).to).toBe(found.to);
});

it('says which release answered in which arm', async () => {
  const { slices, from, to } = await series({ hours: 48 });
  expect(slices.map(({ release, arm }: any) => `${release[0]} ${arm}`)).toEqual(['a null', 'a control', 'b candidate']);
  for (const { release, arm, modelVersions, figures } of slices) {
    const own = within(from, to).filter((one) => one.release === release && one.arm === arm);
    expectSame(figures, raw(own, 48 * 3_600));
    expect(modelVersions).toEqual([{ id: VERSION }]);
  }
});

it('is narrowed to a version, an arm and a class of trust, and ends where one says', async () => {
  const answers = async (window: object) => (await series({ hours: 48, ...window })).total.answers;
  expect(await answers({ modelVersion: VERSION })).toBe(counted.length);
  expect(await answers({ modelVersion: `${VERSION}9` })).toBe(0);
  expect(await answers({ arm: 'candidate' })).toBe(counted.filter(({ arm }) => arm === 'candidate').length);
  expect(await answers({ trust: 'DEVICE' })).toBe(6);
  const to = new Date(NOW.getTime() - 24 * HOUR_MS).toISOString();
  expect(await answers({ to, hours: 24 })).toBe(within('2026', to).length);
});

it('adds up each batch once, whoever adds it up and whatever comes late', async () => {
  const before = (await series({ hours: 72, resolution: 'HOUR' })).total;
  const late = range(0, 40).map((n) =>
    prediction(n, { id: uuid(n, 8), occurredAt: new Date(NOW.getTime() - 60 * HOUR_MS + n * MINUTE_MS).toISOString() }),
  );
  await Promise.all([...late.keys()].map((n) => send(late.slice(n, n + 1))));
  expect((await series({ hours: 72, resolution: 'HOUR' })).total.answers).toBe(before.answers + 40);
  await vi.waitFor(async () => expect(await monitoring.db.query('select from rollup_delta')).toEqual([]), 30_000);
  const after = (await series({ hours: 72, resolution: 'HOUR' })).total;
  expect(after.answers).toBe(before.answers + 40);
  expect(after.latencyMs.count).toBe(before.latencyMs.count + 40);
  // What is older than minutes are kept for counts by the hour alone.
  const minutes = await monitoring.db.query(`select from rollup where seconds = 60 and start < '2026-03-09'`);
  expect(minutes).toEqual([]);
});

it('counts for alert rules what the records say, of any window', async () => {
  const { pool } = monitoring.db;
  const day = { project: 'default', deployment: DEPLOYMENT } as const;
  const since = new Date('2026-03-09T00:00:00Z');
  const random = seededRandom(12);
  const at = (): Date => new Date(NOW.getTime() - 62 * HOUR_MS + Math.floor(random() * 64 * HOUR_MS));
  const lengths = [0, 1, 30_000, MINUTE_MS, 90_000, HOUR_MS, 3 * HOUR_MS, 40 * HOUR_MS];
  let seen = 0;
  for (const trust of ['server', 'device'] as const) {
    for (const n of range(0, 60)) {
      const from = n % 3 === 0 ? new Date(Math.floor(at().getTime() / MINUTE_MS) * MINUTE_MS) : at();
      const window = { ...day, trust, from, to: new Date(from.getTime() + lengths[n % lengths.length]!) };
      const stored = await countWindow(pool, { ...window, ...UNNARROWED });
      expect(await countAnswers(pool, window, since), JSON.stringify(window)).toEqual(stored);
      seen += stored.rows + stored.fallbacks;
    }
  }
  expect(seen).toBeGreaterThan(1_000);
  // Through the public door: a rule, evaluated after the records are gone.
  const rule = { deployment: DEPLOYMENT, comparison: 'ABOVE', threshold: 0, severity: 'WARNING' };
  const more = { name: 'any', signal: 'FALLBACK_RATE', windowSeconds: 48 * 3_600, minRows: 1, evaluation: 'ON_DEMAND' };
  const CREATE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }`;
  expect((await monitoring.ask(CREATE, { input: { ...rule, ...more } })).errors).toBeUndefined();
  const fallbacks = counted.filter(({ fallback }) => fallback !== null).length;
  await monitoring.db.query(`delete from prediction where occurred_at < $1`, [new Date(NOW.getTime() - HOUR_MS)]);
  const { data } = await monitoring.ask(
    `mutation { evaluateAlerts(input: { at: "${NOW.toISOString()}" }) { evaluated { value rows } } }`,
  );
  expect(data.evaluateAlerts.evaluated).toEqual([{ value: fallbacks / counted.length, rows: counted.length }]);
});

it.each([
  [{ hours: 48, resolution: 'MINUTE' }, 'resolution', 'this asks for 2880 points; at most 1500 are given at once'],
  [
    { hours: 20, resolution: 'MINUTE', to: '2026-03-09T12:00:00Z' },
    'resolution',
    'minutes are kept since 2026-03-09T00:00:00.000Z; allowed before: HOUR, DAY',
  ],
  [{ hours: 0 }, 'hours', '0 is out of range; allowed: 1 to 8784'],
])('refuses %j', async (window, field, message) => {
  const { errors } = await monitoring.ask(SERIES, { window }, 'viewer');
  expect(errors).toMatchObject([{ message: `${field}: ${message}`, extensions: { field } }]);
});
