import 'reflect-metadata';
import { auditChains } from '../shared/audit/audit-chains.ts';
import { addAuditRoutes } from '../shared/audit/audit-door.ts';
import { openDatabase } from '../shared/database/database.ts';
import { migrate } from '../shared/database/migrate.ts';
import { followFeed } from '../shared/events/consumer.ts';
import { addFeedRoute, outboxFeed } from '../shared/events/feed.ts';
import { peerFeed } from '../shared/events/peer-feed.ts';
import { startJobs } from '../shared/jobs/jobs.ts';
import { serviceActor } from '../shared/peer.ts';
import { isProgram } from '../shared/program.ts';
import { runSubgraph } from '../shared/run-subgraph.ts';
import type { SubgraphDeps } from '../shared/subgraph-deps.ts';
import { makeSubgraph, type Subgraph } from '../shared/subgraph.ts';
import { Alerting } from './alerting.ts';
import { readConfig, type MonitoringConfig } from './config.ts';
import { buildSchema } from './graphql/schema.ts';
import { addFactRoute } from './http/facts.ts';
import { addIngestRoutes } from './http/ingest.ts';
import { Ingest } from './ingest.ts';
import { keepHouse } from './jobs/housekeeping.ts';
import { Reading } from './reading.ts';
import { saveDeployment } from './storage/deployment.ts';
import { factFeed } from './storage/fact.ts';
import { DayPartitions } from './storage/partition.ts';
import { monitoringSchema } from './storage/schema.ts';

/** Starts the subgraph: migrates its schema where it may, follows the registry and takes up its work again. */
export async function startMonitoring(config: MonitoringConfig, deps: SubgraphDeps): Promise<Subgraph> {
  const { secret, keys, log, now } = deps;
  if (deps.ownerUrl !== undefined) await migrate(monitoringSchema, deps.ownerUrl, deps.databaseUrl);
  const db = await openDatabase(monitoringSchema, { url: deps.databaseUrl });
  const partitions = new DayPartitions(db.pool);
  const ingest = new Ingest({ pool: db.pool, now, partitions, deviceMaxAgeDays: config.deviceMaxAgeDays });
  const alerting = new Alerting(db, now);
  const deployments = followFeed({
    name: 'registry-deployments',
    source: peerFeed(deps.peers.registry, serviceActor('monitoring', ['events:read'])),
    db,
    log,
    apply: async (em, event) => {
      if (event.kind === 'deployment') await saveDeployment(em, event);
    },
  });
  const jobs = startJobs({ url: deps.databaseUrl, schema: 'monitoring', log });
  keepHouse(jobs, { ...config, alerting, partitions, now });
  const feed = outboxFeed(db);
  return makeSubgraph({
    name: 'monitoring',
    federated: await buildSchema(),
    contextFor: (request) => ({ ...request, db, now, alerting, reading: new Reading(db, request.actor.project) }),
    secret,
    keys,
    log,
    checks: { database: () => db.ping() },
    routes: (plane) => addIngestRoutes(plane, ingest, db, now),
    internalRoutes: (plane) => {
      addFeedRoute(plane, feed);
      addAuditRoutes(plane, auditChains(db));
      addFactRoute(plane, factFeed(db.pool));
    },
    stop: async () => {
      await jobs.stop();
      await deployments.stop();
      await db.close();
    },
  });
}

if (isProgram(import.meta)) {
  await runSubgraph('monitoring', process.env, (deps, variables) => startMonitoring(readConfig(variables), deps));
}
