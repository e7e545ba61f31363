/**
 * One evaluation of 1,000 rules in PromQL over 10,000 series with twenty samples each (five minutes at a sample every 15 s), as the
 * clock does it: read, evaluate, decide under locks, store. A tenth of the rules has a series that fires, which goes on firing.
 */
import { rmSync } from 'node:fs';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { migrate } from '../../subgraphs/shared/database/migrate.ts';
import { Changes } from '../../subgraphs/shared/events/changes.ts';
import { remotePeer } from '../../subgraphs/shared/peer.ts';
import { MonitoringMetrics } from '../../subgraphs/monitoring/operations/metrics.ts';
import { makeOperations } from '../../subgraphs/monitoring/operations/operations.ts';
import { RegistryBlobs } from '../../subgraphs/monitoring/operations/record/registry-blobs.ts';
import { responsePeers } from '../../subgraphs/monitoring/operations/response/peers.ts';
import { writeSamples } from '../../subgraphs/monitoring/storage/metric-sample.ts';
import { DayPartitions } from '../../subgraphs/monitoring/storage/partition.ts';
import { monitoringSchema } from '../../subgraphs/monitoring/storage/schema.ts';
import { median } from './load.ts';
import { makeRunFolder } from '../support/leftovers.ts';

const ROUNDS = 7;
const RULES = 1_000;
const SERIES_EACH = 10;
const STEP_MS = 15_000;
const NOW = Date.UTC(2026, 2, 10, 12);

const folder = makeRunFolder();
const server = await startEmbeddedPostgres({ folder });
await migrate(monitoringSchema, server.url('tiffin_owner'));
const db = await openDatabase(monitoringSchema, { url: server.url('tiffin_app') });
const now = (): Date => new Date(NOW);
const { alerting } = makeOperations({
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
  blobs: new RegistryBlobs(remotePeer('registry', 'http://127.0.0.1:9', new Uint8Array(32))),
  response: responsePeers({
    registry: remotePeer('registry', 'http://127.0.0.1:9', new Uint8Array(32)),
    experiment: remotePeer('experiment', 'http://127.0.0.1:9', new Uint8Array(32)),
  }),
});
const context = {
  actor: { subject: 'user:bench', kind: 'user', roles: ['developer'], scopes: [], project: 'default' },
  requestId: 'bench',
} as const;

/** The samples of all series between two instants; every tenth metric has a series above the threshold. */
async function fill(fromMs: number, toMs: number): Promise<void> {
  for (let at = fromMs; at <= toMs; at += STEP_MS) {
    const samples = Array.from({ length: RULES * SERIES_EACH }, (_, i) => {
      const metric = Math.floor(i / SERIES_EACH);
      const instance = i % SERIES_EACH;
      const value = metric % 10 === 0 && instance === 0 ? 90 : 10 + ((at / STEP_MS + i) % 50);
      return {
        name: `latency_${metric}_ms`,
        labels: { instance: `i${instance}`, zone: `z${i % 3}` },
        at: new Date(at),
        value,
      };
    });
    await writeSamples(db.pool, 'default', samples);
  }
}

try {
  await fill(NOW - 300_000 + STEP_MS, NOW);
  await db.query('analyze metric_series, metric_sample');
  for (let i = 0; i < RULES; i++) {
    await alerting.createRule(context, {
      name: `latency-${i}`,
      description: '',
      expression: `avg by (instance) (avg_over_time(latency_${i}_ms[5m])) > 75`,
      delaySeconds: 0,
      keepFiringForSeconds: 0,
      evaluationIntervalSeconds: 15,
      severity: 'WARNING',
      noDataState: 'OK',
      evaluation: 'AUTOMATIC',
    });
  }
  const took: number[] = [];
  const cpu: number[] = [];
  let evaluated = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const at = NOW + round * STEP_MS;
    if (round > 0) await fill(at, at);
    const before = process.cpuUsage();
    const start = performance.now();
    evaluated = (await alerting.evaluateDue(new Date(at))).length;
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    // The first one makes the alerts and reads the rules' text.
    if (round === 0) continue;
    took.push(ms);
    cpu.push((user + system) / 1_000);
  }
  const [stored] = await db.query<{ firing: number; samples: number }>(
    `select (select count(*)::int from alert where status = 'FIRING') as firing, (select count(*)::int from metric_sample) as samples`,
  );
  console.log(
    `${evaluated} rules over ${(RULES * SERIES_EACH).toLocaleString('en')} series: p50 ${Math.round(median(took))} ms, slowest ${Math.round(Math.max(...took))} ms, cpu of this process ${Math.round(median(cpu))} ms`,
  );
  console.log(`${stored?.firing} alerts fire, ${stored?.samples.toLocaleString('en')} samples are stored`);
  if (evaluated !== RULES || stored?.firing !== RULES / 10) process.exitCode = 1;
} finally {
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
