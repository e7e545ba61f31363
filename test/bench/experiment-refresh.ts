/**
 * The result of an experiment of four arms, ten secondary metrics and a segment of 50 values after one more day of units, against that of all days
 * from their rows: npm run bench -- experiment-refresh [days] [units a day] [rounds]
 */
import 'reflect-metadata';
import { rmSync } from 'node:fs';
import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import type { Experiment } from '../../subgraphs/experiment/domain/experiment/experiment.ts';
import { analysisOf } from '../../subgraphs/experiment/operations/experiment/analysis.ts';
import type { MetricDefinition } from '../../subgraphs/experiment/domain/metric/metric.ts';
import { experimentSchema } from '../../subgraphs/experiment/storage/schema.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { migrate } from '../../subgraphs/shared/database/migrate.ts';
import { EXPOSED_ARMS, TEN_METRICS } from '../support/ten-metrics.ts';
import { makeRunFolder } from '../support/leftovers.ts';
import { cpuSeconds } from '../support/server-load.ts';
import { median } from './load.ts';

const DAYS = Number(process.argv[2] ?? 28);
const UNITS = Number(process.argv[3] ?? 10_000);
const ROUNDS = Number(process.argv[4] ?? 5);
const START = Date.parse('2026-03-01T00:00:00Z');
const DAY = 86_400_000;

const NO_FIELDS: Omit<MetricDefinition, 'kind' | 'measure' | 'higherIsBetter'> = {
  per: null,
  event: null,
  perEvent: null,
  positiveFrom: null,
  quantile: null,
  ceiling: null,
  lowest: null,
  highest: null,
  attributionHours: null,
  minimumEffect: null,
  margin: null,
  marginKind: 'ABSOLUTE',
};
const secondary = TEN_METRICS.map(({ name, definition }) => ({
  name,
  revision: 1,
  definition: { ...NO_FIELDS, ...definition } as MetricDefinition,
}));
const split = Object.fromEntries(EXPOSED_ARMS.map((arm) => [arm, 0.25]));
const revisable = { split, targeting: null, secondary, guardrails: [], segments: ['city'] };
const experiment: Experiment = {
  project: 'default',
  name: 'refreshed',
  description: '',
  hypothesis: 'it sells more',
  deployment: 'tiffin:default:deployment:restaurants@production',
  arms: EXPOSED_ARMS.map((name, i) => ({ name, release: `r${i}`, modelVersions: [] })),
  unit: 'user',
  seed: 'refreshed',
  hashVersion: 2,
  status: 'RUNNING',
  positiveFrom: 0.5,
  design: { baseline: 0.2, mde: 0.05, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 },
  ...revisable,
  stratum: null,
  covariate: null,
  balance: null,
  primary: null,
  namespace: null,
  splitRevision: 1,
  revisions: [{ ...revisable, number: 1, ranges: [], balanced: null, startedAt: new Date(START), endedAt: null }],
  decision: null,
  clientEvaluation: false,
  lease: { trafficRevision: 1, lostAt: null },
  pending: null,
  createdAt: new Date(START),
  createdBy: 'user:bench',
  revision: 1,
};

const folder = makeRunFolder();
const server = await startEmbeddedPostgres({ folder });
await migrate(experimentSchema, server.url('tiffin_owner'));
const db = await openDatabase(experimentSchema, { url: server.url('tiffin_app'), poolSize: 2 });
const of = `'default', 'refreshed', 1, 'server'`;

/** A day of units that are exposed twice each, with their answers and outcomes. */
async function lay(day: number): Promise<void> {
  const at = new Date(START + day * DAY).toISOString();
  const [from, to] = [day * UNITS, (day + 1) * UNITS - 1];
  const arm = `(array[${EXPOSED_ARMS.map((one) => `'${one}'`).join(', ')}])[1 + i % 4]`;
  await db.query(
    `insert into unit (project, experiment, revision, trust, unit, arm, first_exposure_at, n, sum)
     select ${of}, 'user-' || i, ${arm}, $1::timestamptz + (i % 86400) * interval '1 ms', 2, (i * 7919 % 5 = 0)::int
     from generate_series($2::bigint, $3::bigint) i`,
    [at, from, to],
  );
  await db.query(
    `insert into answer (project, holder, revision, trust, prediction_id, unit, arm, score, answered_at, heard_at, latency_ms, fallback,
       segments, value)
     select 'default', 'tiffin:default:experiment:refreshed', 1, 'server', gen_random_uuid(), 'user-' || i, ${arm}, (i * 7919 % 1000) / 1000.0,
       $1::timestamptz + (i % 86400) * interval '1 ms', $1, 40 + (i * 104729 + k * 31) % 211, (i * 31 + k) % 97 = 0,
       jsonb_build_object('city', 'city-' || i * 6151 % 50), (i * 7907 + k) % 4
     from generate_series($2::bigint, $3::bigint) i, generate_series(0, 1) k`,
    [at, from, to],
  );
  await db.query(`insert into unit_day values (${of}, $1::date, 1)`, [at.slice(0, 10)]);
}

async function result(day: number): Promise<{ readonly ms: number; readonly cpu: number; readonly units: number }> {
  const now = (): Date => new Date(START + (day + 1) * DAY);
  const [from, computed] = [performance.now(), cpuSeconds(server.pid)];
  const found = await analysisOf({ db, now }, experiment, 1, 'server');
  const units = EXPOSED_ARMS.reduce((sum, arm) => sum + (found?.counts.arms[arm]?.exposed ?? 0), 0);
  return { ms: performance.now() - from, cpu: (cpuSeconds(server.pid) - computed) * 1_000, units };
}

try {
  for (let day = 0; day < DAYS; day++) await lay(day);
  await db.query('analyze');
  const whole = await result(DAYS - 1);
  const refreshed: number[] = [];
  const cpu: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await lay(DAYS + round);
    const more = await result(DAYS + round);
    if (more.units !== (DAYS + round + 1) * UNITS) throw new Error(`${more.units} units are not all`);
    refreshed.push(more.ms);
    cpu.push(more.cpu);
    again.push((await result(DAYS + round)).ms);
  }
  await db.query('delete from day_sum');
  const all = await result(DAYS + ROUNDS - 1);
  console.log(
    `${((DAYS + ROUNDS) * UNITS).toLocaleString('en')} units of ${DAYS + ROUNDS} days, ${UNITS.toLocaleString('en')} a day: ` +
      `one more day ${median(refreshed).toFixed(0)} ms (p50 of ${ROUNDS}), of which computing ${median(cpu).toFixed(0)} ms, nothing new ${median(again).toFixed(0)} ms, ` +
      `all days ${all.ms.toFixed(0)} ms, of which computing ${all.cpu.toFixed(0)} ms, the first time ${whole.ms.toFixed(0)} ms: ` +
      `${(all.ms / median(refreshed)).toFixed(1)} times as fast as all days`,
  );
} finally {
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
