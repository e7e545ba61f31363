/**
 * `POST /v1/predictions` in batches of 1000 against a bare unnest insert of the same rows into a like table: validation,
 * dedup by id, tallies and daily partitions on the one side, nothing of it on the other. Both through one connection.
 */
import { rmSync } from 'node:fs';
import { Hono } from 'hono';
import { pino } from 'pino';
import { authenticator } from '../../subgraphs/shared/auth/authenticator.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import { migrate } from '../../subgraphs/shared/database/migrate.ts';
import { Changes } from '../../subgraphs/shared/events/changes.ts';
import { DataPlane, type DataPlaneEnv } from '../../subgraphs/shared/http/data-plane.ts';
import { remotePeer } from '../../subgraphs/shared/peer.ts';
import { addIngestRoutes } from '../../subgraphs/monitoring/http/ingest.ts';
import { RegistryBlobs } from '../../subgraphs/monitoring/operations/registry-blobs.ts';
import { responsePeers } from '../../subgraphs/monitoring/operations/response/peers.ts';
import { MonitoringMetrics } from '../../subgraphs/monitoring/operations/metrics.ts';
import { makeOperations } from '../../subgraphs/monitoring/operations/operations.ts';
import { DayPartitions } from '../../subgraphs/monitoring/storage/partition.ts';
import { monitoringSchema } from '../../subgraphs/monitoring/storage/schema.ts';
import { testKeys } from '../support/keys.ts';
import { median } from './load.ts';
import { makeRunFolder } from '../support/leftovers.ts';

const ROUNDS = 7;
const BATCHES = 12;
const ROWS = 1_000;
const DAYS = 3;

const NOW = Date.UTC(2026, 2, 10, 12);
const COLUMNS = `project id occurred_at received_at trust node epoch seq deployment release models unit score
  decision inputs features timings`.split(/\s+/);
const TYPES = `text uuid timestamptz timestamptz text text text bigint text text
  jsonb text float8 text jsonb jsonb jsonb`.split(/\s+/);

let made = 0;
const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');

function record(): Record<string, unknown> {
  const n = made++;
  const features = Array.from({ length: 20 }, (_, i) => [
    `route__f${i}`,
    { value: ((n * (i + 3)) % 997) / 10, status: 'PRESENT', ageMs: 1_000 + i },
  ]);
  return {
    id: `${hex(n, 8)}-0000-7000-8000-${hex(n, 12)}`,
    seq: n,
    epoch: 'e1',
    deployment: 'tiffin:default:deployment:eta@production',
    release: 'a'.repeat(64),
    models: [{ version: 'tiffin:default:model-version:eta@1', score: (n % 1_000) / 1_000 }],
    occurredAt: new Date(NOW - (n % DAYS) * 86_400_000 + (n % 1_000)).toISOString(),
    unit: `user-${n}`,
    arm: null,
    holder: null,
    holderRevision: null,
    bucket: null,
    score: (n % 1_000) / 1_000,
    decision: 'ON_TIME',
    fallback: null,
    inputs: { distance: n % 3_000, airline: 'AA', origin: 'SEA' },
    features: Object.fromEntries(features),
    timings: { features: 1.5, derive: 0.1, model: 2, log: 0.3, total: 4 },
  };
}

interface Round {
  readonly rowsPerSecond: number;
  readonly cpuMsPerBatch: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function round(send: (batch: readonly Record<string, unknown>[]) => Promise<void>): Promise<Round> {
  const batches = Array.from({ length: BATCHES }, () => Array.from({ length: ROWS }, record));
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

const folder = makeRunFolder();
const server = await startEmbeddedPostgres({ folder });
await migrate(monitoringSchema, server.url('tiffin_owner'));
const db = await openDatabase(monitoringSchema, { url: server.url('tiffin_app'), poolSize: 1 });
const owner = await openDatabase(monitoringSchema, { url: server.url('tiffin_owner'), poolSize: 1 });
await owner.query('create table bare (like prediction)');
await owner.query('grant all on bare to tiffin_app');
await owner.query('create index bare_by_deployment on bare (project, deployment, occurred_at desc, id desc)');
await owner.close();

const app = new Hono<DataPlaneEnv>();
const now = (): Date => new Date(NOW);
const monitoring = makeOperations({
  db,
  now,
  partitions: new DayPartitions(db.pool),
  deviceMaxAgeDays: 30,
  retentionDays: 0,
  sampleDays: 0,
  minuteDays: 0,
  notify: { allowedHosts: [], smtp: null, assetUrl: undefined, firstRetryMs: 1_000 },
  log: pino({ level: 'silent' }),
  pending: { days: 30, most: 1_000 },
  metrics: new MonitoringMetrics(),
  changes: new Changes({}),
  awaitEvent: async () => {},
  blobs: new RegistryBlobs(remotePeer('registry', 'http://127.0.0.1:9', new Uint8Array(32))),
  response: responsePeers({
    registry: remotePeer('registry', 'http://127.0.0.1:9', new Uint8Array(32)),
    experiment: remotePeer('experiment', 'http://127.0.0.1:9', new Uint8Array(32)),
  }),
});
addIngestRoutes(new DataPlane(app, authenticator(testKeys.ring, new Uint8Array(32))), monitoring);

const ours = (): Promise<Round> =>
  round(async (batch) => {
    const answer = await app.request('/v1/predictions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${testKeys.with('monitoring:ingest')}` },
      body: JSON.stringify({ node: 'edge-1', predictions: batch }),
    });
    const { acked } = (await answer.json()) as { acked: string[] };
    if (acked.length !== batch.length) throw new Error(`only ${acked.length} of ${batch.length} were acknowledged`);
  });

const INSERT = `insert into bare (${COLUMNS.join(', ')}) select * from unnest(${TYPES.map((type, i) => `$${i + 1}::${type}[]`).join(', ')})`;
const fieldOf = (column: string): string => column.replace(/_(\w)/, (_, letter: string) => letter.toUpperCase());
const cell = (value: unknown): unknown => (typeof value === 'object' ? JSON.stringify(value) : value);
const bare = (): Promise<Round> =>
  round(async (batch) => {
    const at = now().toISOString();
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
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
