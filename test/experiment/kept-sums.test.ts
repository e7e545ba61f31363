import { beforeAll, describe, expect, it } from 'vitest';
import type { Fact } from '../../schema/fact.ts';
import { EXPERIMENT } from '../../subgraphs/experiment/domain/experiment/experiment.ts';
import { analysisOf } from '../../subgraphs/experiment/operations/experiment/analysis.ts';
import { applyFacts } from '../../subgraphs/experiment/operations/experiment/unit-facts.ts';
import { applyAnswers } from '../../subgraphs/experiment/operations/metric/answer-facts.ts';
import { experimentKind } from '../../subgraphs/experiment/storage/experiment/experiment.ts';
import { experimentSchema } from '../../subgraphs/experiment/storage/schema.ts';
import { insertStudy, saveStudy } from '../../subgraphs/experiment/storage/study.ts';
import { openDatabase, type Database } from '../../subgraphs/shared/database/database.ts';
import { atEnd } from '../support/at-end.ts';
import * as fc from '../support/fast-check.ts';
import { metricUses } from '../support/kept-sums.ts';
import { runningExperiment } from '../support/running-experiment.ts';
import { createTestDatabase } from '../support/test-database.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const HOUR = 3_600_000;
const CITIES = ['delhi', 'goa', 'pune'];

/** One of each way in which answers are read. */
const METRICS = [
  { name: 'ordered', definition: { kind: 'PROPORTION', measure: 'OUTCOME', positiveFrom: 2, attributionHours: 6 } },
  { name: 'spend', definition: { kind: 'MEAN', measure: 'OUTCOME', lowest: 1, highest: 3 } },
  { name: 'orders', definition: { kind: 'COUNT', measure: 'OUTCOME', positiveFrom: 1 } },
  { name: 'error', definition: { kind: 'MEAN', measure: 'SQUARED_ERROR' } },
  { name: 'yield', definition: { kind: 'RATIO', measure: 'OUTCOME', per: 'SCORE' } },
  { name: 'fallbacks', definition: { kind: 'PROPORTION', measure: 'FALLBACK', positiveFrom: 1 } },
  { name: 'p50', definition: { kind: 'QUANTILE', measure: 'LATENCY_MS', quantile: 0.5, ceiling: 40 } },
].map(({ name, definition }) => ({ name, definition: { higherIsBetter: true, ...definition } }));
const secondary = metricUses(METRICS);
const revisions = [
  { secondary, segments: ['city'] },
  { secondary: secondary.slice(2, 5), segments: ['size', 'city'] },
];

interface Answer {
  readonly score: number | null;
  readonly answeredAt: number;
  readonly latencyMs: number | null;
  /** null while an exposure alone tells of it. */
  readonly fallback: boolean | null;
  readonly segments: Readonly<Record<string, string>> | null;
  readonly value: number | null;
  readonly valueAt: number;
  readonly id: string;
}

/** What the sums of a unit's answers must be, from what stands in its rows: numbers of few digits, of which no order loses one. */
function sumsFrom(answers: readonly Answer[], revision: number): (number | null)[] {
  const clamp = (value: number): number => Math.min(3, Math.max(1, value));
  const readers: Record<string, (of: Answer) => readonly [number, number] | null> = {
    ordered: ({ value, valueAt, answeredAt }) =>
      value === null || valueAt > answeredAt + 6 * HOUR ? null : [1, Number(value >= 2)],
    spend: ({ value }) => (value === null ? null : [1, clamp(value)]),
    orders: ({ value }) => (value === null ? null : [1, Number(value >= 1)]),
    error: ({ value, score }) => (value === null || score === null ? null : [1, (score - value) ** 2]),
    yield: ({ value, score }) => (value === null || score === null ? null : [score, value]),
    fallbacks: ({ fallback }) => (fallback === null ? null : [1, Number(fallback)]),
    p50: ({ latencyMs }) => (latencyMs === null ? null : [1, Number(latencyMs > 40)]),
  };
  return revisions[revision - 1]!.secondary.flatMap(({ name }) => {
    const found = answers.map((answer) => readers[name]!(answer)).filter((pair) => pair !== null);
    if (found.length === 0) return [null, null];
    return [0, 1].map((at) => found.reduce((sum, pair) => sum + pair[at]!, 0));
  });
}

const firstOf = (answers: readonly Answer[], segment: string): string | null =>
  answers
    .toSorted((a, b) => a.answeredAt - b.answeredAt || (a.id < b.id ? -1 : 1))
    .map(({ segments }) => segments?.[segment])
    .find((value) => value !== undefined) ?? null;

interface Said {
  readonly what: 'exposure' | 'answer' | 'outcome' | 'correction';
  readonly unit: number;
  readonly answer: number;
  readonly value: number;
  readonly hours: number;
}

const said = fc.record<Said>({
  what: fc.constantFrom('exposure', 'answer', 'outcome', 'correction'),
  unit: fc.nat(5),
  answer: fc.nat(3),
  value: fc.nat(4),
  hours: fc.nat(12),
});

function factOf({ what, unit, answer, value, hours }: Said, holder: string): Fact {
  const n = unit * 4 + answer;
  // An answer is the same however often it is told; outcomes of one may differ.
  const answeredAt = START + (n % 3) * 24 * HOUR + n * 60_000;
  const at = what === 'outcome' || what === 'correction' ? answeredAt + hours * HOUR : answeredAt;
  const known = {
    project: 'default',
    holder,
    holderRevision: 1 + (unit % 2),
    trust: unit < 4 ? ('server' as const) : ('device' as const),
    predictionId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    unit: `user-${unit}`,
    arm: unit % 3 === 0 ? 'control' : 'a',
    occurredAt: new Date(at).toISOString(),
    receivedAt: new Date(at + (what === 'correction' ? 1 : 0)).toISOString(),
  };
  const score = n % 5 === 4 ? null : (n % 8) / 8;
  if (what === 'exposure') return { ...known, kind: 'exposure', score: null, value: null };
  if (what !== 'answer') return { ...known, kind: 'outcome', score, value };
  const segments = { ...(n % 7 > 0 && { city: CITIES[n % 11 === 0 ? 0 : unit % 3]! }), size: `s${unit % 2}` };
  const latencyMs = n % 6 === 5 ? null : 10 + 5 * n;
  const fallback = n % 9 === 8 ? 'TIMEOUT' : null;
  return { ...known, kind: 'answer', score, value: null, answer: { latencyMs, fallback, segments } };
}

let db: Database;
beforeAll(async () => {
  const { appUrl } = await createTestDatabase();
  db = await openDatabase(experimentSchema, { url: appUrl, poolSize: 2 });
  atEnd(() => db.close());
});

const take = (facts: readonly Fact[], fails = false): Promise<void> =>
  db.transaction(async (em) => {
    await applyFacts(em, facts);
    await applyAnswers(em, facts);
    if (fails) throw new Error('ended half-way');
  });

async function expectSums(experiment: string, holder: string): Promise<void> {
  const units = await db.query<any>(
    `select unit, revision::int as revision, to_json(sums) as sums, to_json(segments) as segments from unit where experiment = $1 and sums is not null`,
    [experiment],
  );
  const rows = await db.query<any>(
    `select unit, revision::int as revision, prediction_id as id, score, latency_ms as "latencyMs", fallback, segments, value,
       extract(epoch from answered_at)::float8 * 1000 as "answeredAt", extract(epoch from value_at)::float8 * 1000 as "valueAt"
     from answer where holder = $1 and answered_at is not null`,
    [holder],
  );
  for (const { unit, revision, sums, segments } of units) {
    const own = rows.filter((row) => row.unit === unit && row.revision === revision);
    expect(sums).toEqual(sumsFrom(own, revision));
    expect(segments).toEqual(revisions[revision - 1]!.segments.map((segment) => firstOf(own, segment)));
  }
  const summed = new Set(units.map(({ unit }) => unit));
  for (const { unit } of rows) expect(summed).toContain(unit);
}

/** What both revisions come to by both classes of trust; computed anew each time. */
async function results(experiment: ReturnType<typeof runningExperiment>): Promise<unknown> {
  await db.query('delete from day_sum where experiment = $1', [experiment.name]);
  const found: unknown[] = [];
  for (const revision of [1, 2]) {
    for (const trust of ['server', 'device'] as const) {
      found.push(await analysisOf({ db, now: () => new Date(START) }, experiment, revision, trust));
    }
  }
  return found;
}

describe('sums of units', () => {
  it('are those of their answers, in whatever order facts come, how often, and whether writing them is cut off', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(said, { minLength: 1, maxLength: 12 }), fc.boolean()), {
          minLength: 1,
          maxLength: 6,
        }),
        async (pages) => {
          const experiment = runningExperiment(`kept-${run++}`, ['control', 'a'], revisions, new Date(START));
          const holder = EXPERIMENT.ids.format(experiment);
          await db.transaction((em) => insertStudy(em, experimentKind, experiment));
          for (const [page, fails] of pages) {
            const facts = page.map((one) => factOf(one, holder));
            if (fails) await expect(take(facts, true)).rejects.toThrow('ended half-way');
            await take(facts);
            await expectSums(experiment.name, holder);
          }
          const kept = await results(experiment);
          await db.query('update unit set sums = null, segments = null where experiment = $1', [experiment.name]);
          expect(kept).toEqual(await results(experiment));
        },
      ),
      { numRuns: 25 },
    );
  }, 300_000);

  it('hold for what came before the revision was known, and for a number that is too large to be squared', async () => {
    const later = runningExperiment('later', ['control', 'a'], revisions, new Date(START));
    const holder = EXPERIMENT.ids.format(later);
    const before = { ...later, revisions: [] };
    await db.transaction((em) => insertStudy(em, experimentKind, before));
    const outcome = { what: 'outcome', unit: 0, answer: 1, value: 2, hours: 1 } as const;
    const facts = (['exposure', 'answer', 'outcome'] as const).flatMap((what) =>
      [0, 2].map((unit) => factOf({ ...outcome, what, unit }, holder)),
    );
    await take(facts);
    expect(await db.query('select sums from unit where experiment = $1 and sums is not null', ['later'])).toEqual([]);
    await db.transaction((em) => saveStudy(em, experimentKind, later));
    const spend = async (): Promise<unknown> => {
      await db.query('delete from day_sum where experiment = $1', ['later']);
      const found = await analysisOf({ db, now: () => new Date(START) }, later, 1, 'server');
      return found?.secondary.find(({ metric }) => metric.name === 'spend');
    };
    expect(await spend()).toMatchObject({ control: 2, value: 2 });
    await take([{ ...factOf({ ...outcome, hours: 2 }, holder), value: 1e300 } as Fact]);
    const [unit] = await db.query<any>(
      `select sums[8]::text as error, sums[4]::text as spend from unit where experiment = 'later' and unit = 'user-0'`,
    );
    expect(unit).toEqual({ error: '1e+280', spend: '3' });
    expect(await spend()).toMatchObject({ control: 3, value: 2 });
  });
});
