/**
 * `POST /v1/predictions` in batches of 1000 against a bare unnest insert of the same rows into a like table: validation,
 * dedup by id, tallies and daily partitions on the one side, nothing of it on the other. Both through one connection.
 */
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { monitoringSchema } from '../../subgraphs/monitoring/storage/schema.ts';
import { median } from './load.ts';
import { record, sendPredictions, startBenchMonitoring } from './monitoring-app.ts';

const ROUNDS = 7;
const BATCHES = 12;
const ROWS = 1_000;
const DAYS = 3;

const NOW = Date.UTC(2026, 2, 10, 12);
const COLUMNS = `project id occurred_at received_at trust node epoch seq deployment release models unit score
  decision inputs features timings`.split(/\s+/);
const TYPES = `text uuid timestamptz timestamptz text text text bigint text text
  jsonb text float8 text jsonb jsonb jsonb`.split(/\s+/);

/** Records of three days. */
const recordTime = (n: number): number => NOW - (n % DAYS) * 86_400_000 + (n % 1_000);

interface Round {
  readonly rowsPerSecond: number;
  readonly cpuMsPerBatch: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function round(send: (batch: readonly Record<string, unknown>[]) => Promise<void>): Promise<Round> {
  const batches = Array.from({ length: BATCHES }, () => Array.from({ length: ROWS }, () => record(recordTime)));
  const took: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (const batch of batches) {
    const at = performance.now();
    await send(batch);
    took.push(performance.now() - at);
  }
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const sorted = took.toSorted((a, b) => a - b);
  return {
    rowsPerSecond: (BATCHES * ROWS) / (ms / 1_000),
    cpuMsPerBatch: (user + system) / 1_000 / BATCHES,
    p50Ms: sorted[Math.floor(sorted.length / 2)] ?? 0,
    p99Ms: sorted.at(-1) ?? 0,
  };
}

const { app, db, server, stop } = await startBenchMonitoring({ poolSize: 1, now: () => new Date(NOW) });
const owner = await openDatabase(monitoringSchema, { url: server.url('tiffin_owner'), poolSize: 1 });
await owner.query('create table bare (like prediction)');
await owner.query('grant all on bare to tiffin_app');
await owner.query('create index bare_by_deployment on bare (project, deployment, occurred_at desc, id desc)');
await owner.close();

const ours = (): Promise<Round> => round((batch) => sendPredictions(app, batch));

const INSERT = `insert into bare (${COLUMNS.join(', ')}) select * from unnest(${TYPES.map((type, i) => `$${i + 1}::${type}[]`).join(', ')})`;
const fieldOf = (column: string): string => column.replace(/_(\w)/, (_, letter: string) => letter.toUpperCase());
const cell = (value: unknown): unknown => (typeof value === 'object' ? JSON.stringify(value) : value);
const bare = (): Promise<Round> =>
  round(async (batch) => {
    const at = new Date(NOW).toISOString();
    const fixed: Record<string, string> = { project: 'default', received_at: at, trust: 'server', node: 'edge-1' };
    const values = COLUMNS.map((column) => batch.map((one) => fixed[column] ?? cell(one[fieldOf(column)])));
    await db.pool.query({ name: 'bare', text: INSERT, values });
  });

try {
  await ours();
  await bare();
  const rounds: { ours: Round; bare: Round }[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    rounds.push(i % 2 === 0 ? { ours: await ours(), bare: await bare() } : { bare: await bare(), ours: await ours() });
  }
  const of = (side: 'ours' | 'bare', figure: keyof Round): number => median(rounds.map((one) => one[side][figure]));
  for (const side of ['ours', 'bare'] as const) {
    console.log(
      `${side.padEnd(5)} ${Math.round(of(side, 'rowsPerSecond')).toLocaleString('en')} predictions/s, batch p50 ${of(side, 'p50Ms').toFixed(1)} ms, ` +
        `slowest ${of(side, 'p99Ms').toFixed(1)} ms, cpu ${of(side, 'cpuMsPerBatch').toFixed(1)} ms`,
    );
  }
  console.log(
    `ratio to the bare insert: time ${(of('ours', 'p50Ms') / of('bare', 'p50Ms')).toFixed(2)}, cpu ${(of('ours', 'cpuMsPerBatch') / of('bare', 'cpuMsPerBatch')).toFixed(2)}`,
  );
  const [stored] = await db.query<{ rows: number; tallied: number }>(
    'select (select count(*)::int from prediction) as rows, (select sum(stored)::int from node_stored) as tallied',
  );
  const sent = (ROUNDS + 1) * BATCHES * ROWS;
  console.log(`${stored?.rows} of ${sent} predictions are stored, ${stored?.tallied} are in the account`);
  if (stored?.rows !== sent || stored.tallied !== sent) process.exitCode = 1;
} finally {
  await stop();
}
