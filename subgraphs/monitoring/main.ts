import 'reflect-metadata';
import { join } from 'node:path';
import { auditChains } from '../shared/audit/audit-chains.ts';
import { addAuditRoutes } from '../shared/audit/audit-door.ts';
import { openBlobs, openOnce } from '../shared/blob/blob-place.ts';
import { CommitSignal } from '../shared/database/commit-signal.ts';
import { openDatabase } from '../shared/database/database.ts';
import { migrate } from '../shared/database/migrate.ts';
import { requireEvent } from '../shared/events/await-event.ts';
import { Changes } from '../shared/events/changes.ts';
import { observeFeeds } from '../shared/events/feed-metrics.ts';
import { addFeedRoute, outboxFeed } from '../shared/events/feed.ts';
import { startJobs } from '../shared/jobs/jobs.ts';
import { trimOutboxDaily } from '../shared/jobs/trim-outbox-daily.ts';
import { isProgram } from '../shared/program.ts';
import { runSubgraph } from '../shared/run-subgraph.ts';
import type { SubgraphDeps } from '../shared/subgraph-deps.ts';
import { makeSubgraph, type Subgraph } from '../shared/subgraph.ts';
import { readConfig, type MonitoringConfig } from './config.ts';
import { contextFor } from './graphql/context.ts';
import { buildSchema } from './graphql/schema.ts';
import { addArchiveRoute } from './http/archive.ts';
import { addFactRoute } from './http/fact.ts';
import { addIngestRoutes } from './http/ingest.ts';
import { addOtlpRoute } from './http/otlp.ts';
import { addPrometheusRoutes } from './http/prometheus.ts';
import { startClock } from './jobs/clock.ts';
import { followRegistry } from './jobs/follow-registry.ts';
import { MonitoringMetrics } from './operations/metrics.ts';
import type { MonitoringDeps } from './operations/deps.ts';
import { responsePeers } from './operations/response/peers.ts';
import { RegistryBlobs } from './operations/record/registry-blobs.ts';
import { makeOperations } from './operations/operations.ts';
import { FACT_CHANNEL, factFeed } from './storage/record/fact.ts';
import { DayPartitions } from './storage/partition.ts';
import { monitoringSchema } from './storage/schema.ts';

/** Starts the subgraph: migrates its schema where it may, follows the registry and takes up its work again. */
export async function startMonitoring(config: MonitoringConfig, deps: SubgraphDeps): Promise<Subgraph> {
  const { secret, keys, log, now } = deps;
  if (deps.ownerUrl !== undefined) await migrate(monitoringSchema, deps.ownerUrl, deps.databaseUrl);
  const db = await openDatabase(monitoringSchema, { url: deps.databaseUrl });
  const factCommits = new CommitSignal(deps.databaseUrl, FACT_CHANNEL);
  const partitions = new DayPartitions(db.pool);
  const { archiveAfterDays, deviceMaxAgeDays, minuteDays, outboxDays, pending, retentionDays, sampleDays } = config;
  const metrics = new MonitoringMetrics();
  const feed = outboxFeed(db);
  const own: MonitoringDeps = {
    db,
    metrics,
    now,
    partitions,
    changes: new Changes({ monitoring: feed }),
    awaitEvent: (cursor, field) => requireEvent({ registry: deployments }, cursor, field),
    blobs: new RegistryBlobs(deps.peers.registry),
    log,
    pending,
    retentionDays,
    sampleDays,
    minuteDays,
    outboxDays,
    archiveAfterDays,
    archive: {
      blobs: openOnce(() => openBlobs(config, deps.dataDir, 'archive')),
      scratchFolder: join(deps.dataDir, 'archive-on-its-way'),
    },
    notify: config.notify,
    response: responsePeers(deps.peers),
    deviceMaxAgeDays,
  };
  const monitoring = makeOperations(own);
  const deployments = followRegistry(deps.peers.registry, { db, log, now, responses: monitoring.responses });
  const jobs = startJobs({ url: deps.databaseUrl, schema: 'monitoring', log });
  trimOutboxDaily(jobs, { db, days: outboxDays, now, log });
  startClock(jobs, { ...config, deps: own, operations: monitoring });
  return makeSubgraph({
    name: 'monitoring',
    federated: await buildSchema(),
    contextFor: (request) => contextFor(monitoring, request),
    secret,
    keys,
    log,
    metrics: (registry) => {
      metrics.register(registry, db);
      observeFeeds(registry, { 'registry-deployments': deployments }, now);
    },
    checks: { database: () => db.ping() },
    routes: (plane) => {
      addIngestRoutes(plane, monitoring);
      addOtlpRoute(plane, monitoring);
      addPrometheusRoutes(plane, monitoring);
      addArchiveRoute(plane, monitoring);
    },
    internalRoutes: (plane) => {
      addFeedRoute(plane, feed);
      addAuditRoutes(plane, auditChains(db));
      addFactRoute(plane, factFeed(db, factCommits));
    },
    stop: async () => {
      await jobs.stop();
      await monitoring.delivering.stop();
      await monitoring.acting.stop();
      await deployments.stop();
      await factCommits.close();
      await db.close();
    },
  });
}

if (isProgram(import.meta)) {
  await runSubgraph('monitoring', process.env, (deps, variables) => startMonitoring(readConfig(variables), deps));
}
