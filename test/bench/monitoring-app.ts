import { rmSync } from 'node:fs';
import { Hono } from 'hono';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import { addIngestRoutes } from '../../subgraphs/monitoring/http/ingest.ts';
import { MonitoringMetrics } from '../../subgraphs/monitoring/operations/metrics.ts';
import { makeOperations, type Operations } from '../../subgraphs/monitoring/operations/operations.ts';
import { responsePeers } from '../../subgraphs/monitoring/operations/response/peers.ts';
import { RegistryBlobs } from '../../subgraphs/monitoring/operations/record/registry-blobs.ts';
import { DayPartitions } from '../../subgraphs/monitoring/storage/partition.ts';
import { monitoringSchema } from '../../subgraphs/monitoring/storage/schema.ts';
import { authenticator } from '../../subgraphs/shared/auth/authenticator.ts';
import { openDatabase, type Database } from '../../subgraphs/shared/database/database.ts';
import { migrate } from '../../subgraphs/shared/database/migrate.ts';
import { Changes } from '../../subgraphs/shared/events/changes.ts';
import { DataPlane, type DataPlaneEnv } from '../../subgraphs/shared/http/data-plane.ts';
import { remotePeer } from '../../subgraphs/shared/peer.ts';
import { testKeys } from '../support/keys.ts';
import { makeRunFolder } from '../support/leftovers.ts';

const away = (name: 'registry' | 'experiment') => remotePeer(name, 'http://127.0.0.1:9', new Uint8Array(32));

type App = Hono<DataPlaneEnv>;

export interface BenchMonitoring {
  readonly app: App;
  readonly db: Database;
  readonly monitoring: Operations;
  readonly server: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
  readonly stop: () => Promise<void>;
}

/** Monitoring's operations and its routes for records, over a database of their own. */
export async function startBenchMonitoring({
  poolSize,
  now,
}: {
  readonly poolSize: number;
  readonly now: () => Date;
}): Promise<BenchMonitoring> {
  const folder = makeRunFolder();
  const server = await startEmbeddedPostgres({ folder });
  await migrate(monitoringSchema, server.url('tiffin_owner'));
  const db = await openDatabase(monitoringSchema, { url: server.url('tiffin_app'), poolSize });
  const app: App = new Hono<DataPlaneEnv>();
  const monitoring = makeOperations({
    db,
    now,
    partitions: new DayPartitions(db.pool),
    deviceMaxAgeDays: 30,
    retentionDays: 0,
    sampleDays: 0,
    outboxDays: 0,
    minuteDays: 0,
    archiveAfterDays: 0,
    archive: { blobs: () => Promise.reject(new Error('there is no archive here')), scratchFolder: '/nowhere' },
    notify: { allowedHosts: [], smtp: null, assetUrl: undefined, firstRetryMs: 1_000 },
    log: pino({ level: 'silent' }),
    pending: { days: 30, most: 1_000 },
    metrics: new MonitoringMetrics(),
    changes: new Changes({}),
    awaitEvent: async () => {},
    blobs: new RegistryBlobs(away('registry')),
    response: responsePeers({ registry: away('registry'), experiment: away('experiment') }),
  });
  addIngestRoutes(new DataPlane(app, authenticator(testKeys.ring, new Uint8Array(32))), monitoring);
  return {
    app,
    db,
    monitoring,
    server,
    stop: async () => {
      await db.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sends a batch; all of it is to be acknowledged. */
export async function sendPredictions(app: App, batch: readonly Record<string, unknown>[]): Promise<void> {
  const answer = await app.request('/v1/predictions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${testKeys.with('monitoring:ingest')}` },
    body: JSON.stringify({ node: 'edge-1', predictions: batch }),
  });
  const { acked } = (await answer.json()) as { acked: string[] };
  if (acked.length !== batch.length) throw new Error(`only ${acked.length} of ${batch.length} were acknowledged`);
}

let made = 0;
const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');

/** Another prediction, as a node writes it, with twenty features. */
export function record(timeOf: (n: number) => number): Record<string, unknown> {
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
    occurredAt: new Date(timeOf(n)).toISOString(),
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
