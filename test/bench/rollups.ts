/**
 * 10,000 predictions a second in batches of 1,000 for 60 seconds (`-- rollups <seconds>`), added up every two seconds as the clock does, while
 * once a second `answerSeries` is asked for all of them. Every ten seconds: the rate that was kept, by how much its answer is behind, how much waits to be added up,
 * memory; then what counting costs of a batch.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { PredictionRecord } from '../../schema/telemetry.ts';
import { minutesOf } from '../../subgraphs/monitoring/domain/rollup/rollup.ts';
import { appendMinutes, readRollups } from '../../subgraphs/monitoring/storage/rollup/rollup.ts';
import { countWindow } from '../../subgraphs/monitoring/storage/record/prediction-window.ts';
import { countAnswers } from '../../subgraphs/monitoring/storage/rollup/answer-count.ts';
import { median } from './load.ts';
import { record, sendPredictions, startBenchMonitoring } from './monitoring-app.ts';

const SECONDS = Number(process.argv[2] ?? 60);
const BATCHES_A_SECOND = 10;
const ROWS = 1_000;
const AT_ONCE = 3;
const START = Date.now();

const { app, db, monitoring, stop } = await startBenchMonitoring({ poolSize: AT_ONCE + 2, now: () => new Date() });
const all = {
  project: 'default',
  deployment: 'tiffin:default:deployment:eta@production',
  trust: 'server',
  from: new Date(START - 3_600_000),
  to: new Date(START + 86_400_000),
  seconds: 60,
  modelVersion: null,
  arm: null,
} as const;

let acked = 0;
const stopping = new AbortController();
const took: number[] = [];
const counting: number[] = [];
const behind: number[] = [];
const asked: number[] = [];
const waiting: number[] = [];
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(0)} MB`;

/** What a batch would take without what is measured here: the same counting again, undone. */
async function measureCounting(batch: readonly Record<string, unknown>[]): Promise<void> {
  const records = batch.map((one) => PredictionRecord.parse(one));
  const client = await db.pool.connect();
  await client.query('begin');
  const at = performance.now();
  await appendMinutes(client, minutesOf('default', 'server', records));
  counting.push(performance.now() - at);
  await client.query('rollback');
  client.release();
}

async function folding(): Promise<void> {
  while (!stopping.signal.aborted) {
    await monitoring.rollups.fold();
    await sleep(2_000);
  }
}

async function asking(): Promise<void> {
  while (!stopping.signal.aborted) {
    const before = acked;
    const at = performance.now();
    const rollups = await readRollups(db.pool, all);
    asked.push(performance.now() - at);
    behind.push(before - rollups.reduce((sum, { figures }) => sum + figures.answers, 0));
    const [row] = await db.query<{ count: number }>('select count(*)::int as count from rollup_delta');
    waiting.push(row?.count ?? 0);
    await sleep(1_000);
  }
}

/** Says how the last ten seconds went, until all are over. */
async function telling(): Promise<void> {
  let [before, asks] = [0, 0];
  for (let tens = 1; tens * 10 <= SECONDS; tens++) {
    await sleep(Math.max(0, START_SENDING + tens * 10_000 - performance.now()));
    const { rss, heapUsed } = process.memoryUsage();
    const rate = Math.round((acked - before) / 10).toLocaleString('en');
    const since = <T>(values: readonly T[]): readonly T[] => values.slice(asks);
    console.log(
      `after ${tens * 10} s: ${rate} predictions/s, an answer was behind by ${Math.max(0, ...since(behind))} and took ${Math.max(0, ...since(asked)).toFixed(0)} ms at most, ` +
        `${Math.max(0, ...since(waiting))} counts waited, memory ${megabytes(rss)}, heap ${megabytes(heapUsed)}`,
    );
    before = acked;
    asks = asked.length;
  }
}

let next = 0;
async function sending(): Promise<void> {
  for (let n = next++; n < SECONDS * BATCHES_A_SECOND; n = next++) {
    const due = START_SENDING + (n * 1_000) / BATCHES_A_SECOND;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    // Where the machine cannot keep the rate, it is the rate that suffers.
    if (performance.now() > START_SENDING + SECONDS * 1_000) return;
    const batch = Array.from({ length: ROWS }, () => record(() => Date.now()));
    const at = performance.now();
    await sendPredictions(app, batch);
    took.push(performance.now() - at);
    acked += batch.length;
    if (n % 20 === 0) await measureCounting(batch);
  }
}

const START_SENDING = performance.now();
const cpu = process.cpuUsage();
try {
  const others = [folding(), asking(), telling()];
  await Promise.all(Array.from({ length: AT_ONCE }, sending));
  const seconds = (performance.now() - START_SENDING) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  stopping.abort();
  await Promise.all(others);
  const before = performance.now();
  await monitoring.rollups.fold();
  const lastFold = performance.now() - before;
  const rows = await readRollups(db.pool, all);
  const [left] = await db.query<{ count: number }>('select count(*)::int as count from rollup_delta');
  const counted = rows.reduce((sum, { figures }) => sum + figures.answers, 0);
  const most = (values: readonly number[]): number => Math.max(...values);
  console.log(
    `${Math.round(acked / seconds).toLocaleString('en')} predictions/s for ${seconds.toFixed(0)} s, batch p50 ${median(took).toFixed(1)} ms, ${((user + system) / acked).toFixed(0)} µs of cpu of this process for each, made and sent`,
  );
  console.log(
    `counting: ${median(counting).toFixed(1)} ms of a batch, ${((median(counting) / median(took)) * 100).toFixed(1)} % of it; the batch takes ${(median(took) / (median(took) - median(counting))).toFixed(2)} times what it would without`,
  );
  console.log(
    `over all, an answer was behind by ${most(behind)} acknowledged predictions at most, and took ${median(asked).toFixed(1)} ms (p50)`,
  );
  console.log(
    `at most ${most(waiting)} counts waited to be added up; adding up the last ones took ${lastFold.toFixed(0)} ms`,
  );
  // What a rule on volume or fallbacks asks, of a window that ends with a minute: what is left of one is counted by records.
  const hour = { ...all, from: new Date(START - 1_234_567), to: new Date(Math.ceil(Date.now() / 60_000) * 60_000) };
  const timed = async (count: () => Promise<{ readonly rows: number }>) => {
    const times: number[] = [];
    let found = 0;
    for (let n = 0; n < 5; n++) {
      const at = performance.now();
      found = (await count()).rows;
      times.push(performance.now() - at);
    }
    return { found, ms: median(times) };
  };
  const byRecords = await timed(() => countWindow(db.pool, { ...hour, layer: null, variant: null }));
  const byRollups = await timed(() => countAnswers(db.pool, hour, null));
  console.log(
    `a rule counts ${byRollups.found} answers by rollups in ${byRollups.ms.toFixed(1)} ms, by records in ${byRecords.ms.toFixed(1)} ms: ${(byRecords.ms / byRollups.ms).toFixed(0)} times as fast`,
  );
  if (byRollups.found !== byRecords.found) process.exitCode = 1;
  console.log(`${counted} of ${acked} predictions are counted, ${left?.count} counts are left`);
  if (counted !== acked || left?.count !== 0 || most(behind) > 0) process.exitCode = 1;
} finally {
  stopping.abort();
  await stop();
}
