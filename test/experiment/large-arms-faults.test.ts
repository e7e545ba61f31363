import { expect, it } from 'vitest';
import { startTestExperiment } from '../support/experiment.ts';
import { NOW } from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

/** The source's restaurant ranking: units, their conversion and the 99th percentile of their latency. */
const CASE = [
  { arm: 'control', share: 0.7, units: 2_800_000, rate: 0.187, p99: 145 },
  { arm: 'a', share: 0.15, units: 600_000, rate: 0.203, p99: 187 },
  { arm: 'b', share: 0.15, units: 600_000, rate: 0.195, p99: 156 },
];
const DAYS = 21;
const OF = `'default', 'ranking', 1, 'server'`;

it(
  "the source's four million users: a winner that its guardrail blocks, and one more day",
  { timeout: 900_000 },
  async () => {
    const database = await createTestDatabase();
    const outbox = await featureOutbox(database);
    const registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
    await outbox.tell(serviceEvent());
    const { deployment, releases } = await deployed(registry, 'restaurants', { releases: 3, sharedVersions: true });
    await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment, release: releases[0]!.id });
    const { ask, db } = await startTestExperiment({ database, registry: registry.subgraph });
    const asked = async (query: string, variables = {}): Promise<any> => {
      const { data, errors } = await ask(query, variables);
      expect(errors).toBeUndefined();
      return data;
    };
    const definition = { kind: 'QUANTILE', measure: 'LATENCY_MS', higherIsBetter: false, quantile: 0.99, ceiling: 180 };
    await asked('mutation ($input: CreateMetricInput!) { createMetric(input: $input) { eventCursor } }', {
      input: { name: 'p99', definition },
    });
    const { createExperiment } = await asked(
      'mutation ($input: CreateExperimentInput!) { createExperiment(input: $input) { experiment { id } } }',
      {
        input: {
          name: 'ranking',
          hypothesis: 'the new ranking sells more',
          deployment,
          arms: CASE.map(({ arm, share }, i) => ({ name: arm, release: releases[i]!.id, share })),
          guardrails: [{ metric: 'p99' }],
          unit: 'user',
          baseline: 0.187,
          mde: 0.02,
        },
      },
    );
    const { id } = createExperiment.experiment;
    await asked(`mutation { startExperiment(input: { experiment: "${id}" }) { eventCursor } }`);

    // Conversions are spread evenly, so that each arm has the source's rate to the unit.
    for (const { arm, units, rate } of CASE) {
      await db.query(
        `insert into unit (project, experiment, revision, trust, unit, arm, first_exposure_at, n, sum)
       select ${OF}, $1 || i, $1, $2::timestamptz + (i % ${DAYS}) * interval '1 day', 1,
         (floor(i * $3::numeric) - floor((i - 1) * $3::numeric))::int
       from generate_series(1, $4::int) i`,
        [arm, NOW.toISOString(), rate, units],
      );
    }
    // Latencies are kept of one user in ten; a hundredth of them lies above the 99th percentile.
    for (const { arm, units, p99 } of CASE) {
      await db.query(
        `insert into answer (project, holder, revision, trust, prediction_id, unit, arm, answered_at, latency_ms)
       select 'default', $1, 1, 'server', gen_random_uuid(), $2 || 10 * i, $2, $3::timestamptz,
         case when u < 0.99 then 40 + u / 0.99 * ($4::float8 - 40) else $4::float8 * (1 + (u - 0.99) * 10) end
       from (select i, (i % 10007) / 10007.0::float8 as u from generate_series(1, $5::int) i) answers`,
        [id, arm, NOW.toISOString(), p99, units / 10],
      );
    }
    await db.query(`analyze`);
    const touch = (days: string): Promise<unknown> =>
      db.query(
        `insert into unit_day as held (project, experiment, revision, trust, day, version)
       select ${OF}, day, 1 from (${days}) days
       on conflict (project, experiment, revision, trust, day) do update set version = held.version + 1`,
      );
    await touch(`select distinct (first_exposure_at at time zone 'UTC')::date as day from unit`);

    const read = async (): Promise<any> =>
      (
        await asked(
          `query ($id: ID!) { experiment(id: $id) { result { recommendation winner ships reasons
          arms { arm exposed rate } comparisons { arm pAdjusted } guardrails { arm state control value ceiling }
          plans { arm summary } } } }`,
          { id },
        )
      ).experiment.result;
    const seen = await read();
    expect(seen).toMatchObject({ recommendation: 'SHIP', winner: 'a', ships: 'b' });
    expect(seen.arms.map(({ exposed }: any) => exposed)).toEqual(CASE.map(({ units }) => units));
    for (const [i, { rate }] of CASE.entries()) expect(seen.arms[i].rate).toBeCloseTo(rate, 3);
    for (const { pAdjusted } of seen.comparisons) expect(pAdjusted).toBeLessThan(1e-10);
    const [a, b] = seen.guardrails;
    expect(a).toMatchObject({ arm: 'a', state: 'HARMED', ceiling: 180 });
    expect(b).toMatchObject({ arm: 'b', state: 'HELD' });
    for (const [value, p99] of [
      [a.control, 145],
      [a.value, 187],
      [b.value, 156],
    ]) {
      expect(Math.abs(value / p99 - 1)).toBeLessThan(0.01);
    }
    expect(seen.reasons[1]).toMatch(/^a breaks p99: its 99th percentile is 18\d.*, the ceiling 180/);
    expect(seen.plans[0]).toMatchObject({ arm: 'a', summary: expect.stringContaining('over 4 weeks') });

    const kept = (): Promise<any[]> =>
      db.query(`select day::text as day, what, xmin::text as written from day_sum order by day, what`);
    const before = await kept();
    expect(new Set(before.map(({ day }) => day)).size).toBe(DAYS);
    // One more day of ten thousand users: the sums of the others stand as they were written.
    await db.query(
      `insert into unit (project, experiment, revision, trust, unit, arm, first_exposure_at, n, sum)
     select ${OF}, 'more' || i, case when i % 20 < 14 then 'control' when i % 20 < 17 then 'a' else 'b' end,
       $1::timestamptz + interval '${DAYS} days', 1, (i % 5 = 0)::int from generate_series(1, 10000) i`,
      [NOW.toISOString()],
    );
    await touch(`select (timestamptz '${NOW.toISOString()}' at time zone 'UTC')::date + ${DAYS} as day`);
    const later = await read();
    expect(later.arms.map(({ exposed }: any) => exposed)).toEqual([2_807_000, 601_500, 601_500]);
    expect(later.guardrails).toEqual(seen.guardrails);
    expect((await kept()).slice(0, before.length)).toEqual(before);
  },
);
