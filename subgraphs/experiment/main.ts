import 'reflect-metadata';
import { auditChains } from '../shared/audit/audit-chains.ts';
import { addAuditRoutes } from '../shared/audit/audit-door.ts';
import { openDatabase } from '../shared/database/database.ts';
import { migrate } from '../shared/database/migrate.ts';
import { observeFeeds } from '../shared/events/feed-metrics.ts';
import { Changes } from '../shared/events/changes.ts';
import { addFeedRoute, outboxFeed } from '../shared/events/feed.ts';
import { peerFeed } from '../shared/events/peer-feed.ts';
import { trimOutboxDaily } from '../shared/jobs/trim-outbox-daily.ts';
import { startJobs } from '../shared/jobs/jobs.ts';
import { serviceActor } from '../shared/peer.ts';
import { isProgram } from '../shared/program.ts';
import { runSubgraph } from '../shared/run-subgraph.ts';
import type { SubgraphDeps } from '../shared/subgraph-deps.ts';
import { makeSubgraph, type Subgraph } from '../shared/subgraph.ts';
import { readConfig, type ExperimentConfig } from './config.ts';
import { buildSchema } from './graphql/schema.ts';
import { addGrowthbookRoutes } from './http/growthbook/routes.ts';
import { addUnitEventRoutes } from './http/unit-events.ts';
import { finishPendingSteps } from './jobs/finish-pending.ts';
import { followPeers } from './jobs/follow-peers.ts';
import { ClientFeatures } from './operations/experiment/client-features.ts';
import { MeasurementDefinitions } from './operations/metric/definitions.ts';
import { Experiments } from './operations/experiment/experiments.ts';
import { UnitErasures } from './operations/erasure/unit-erasures.ts';
import { Holdouts } from './operations/holdout/holdouts.ts';
import { EventRetention } from './operations/metric/event-retention.ts';
import { Metrics } from './operations/metric/metrics.ts';
import { UnitEvents } from './operations/metric/unit-events.ts';
import { monitoredNodes } from './operations/rollout/monitored-nodes.ts';
import { Reading } from './operations/reading.ts';
import { registryTraffic } from './operations/registry-traffic.ts';
import { Rollouts } from './operations/rollout/rollouts.ts';
import { Shadows } from './operations/shadow/shadows.ts';
import { StudyChanges } from './operations/study-changes.ts';
import { peerFacts } from './operations/experiment/unit-facts.ts';
import { experimentKind } from './storage/experiment/experiment.ts';
import { rolloutKind } from './storage/rollout/rollout.ts';
import { experimentSchema } from './storage/schema.ts';
import { shadowKind } from './storage/shadow/shadow.ts';

const DAY_SECONDS = 86_400;

/** Starts the subgraph: migrates its schema where it may, follows registry and monitoring and takes up its work again. */
export async function startExperiment(config: ExperimentConfig, deps: SubgraphDeps): Promise<Subgraph> {
  const { secret, keys, log, now, peers } = deps;
  if (deps.ownerUrl !== undefined) await migrate(experimentSchema, deps.ownerUrl, deps.databaseUrl);
  const db = await openDatabase(experimentSchema, { url: deps.databaseUrl });
  const traffic = registryTraffic(peers.registry);
  const experiments = new Experiments({ db, traffic, log, now });
  const shadows = new Shadows({ db, traffic, log, now });
  const reader = serviceActor('experiment', ['events:read']);
  const rollouts = new Rollouts({ db, traffic, nodes: monitoredNodes(peers.monitoring), log, now });
  const metrics = new Metrics({ db, now });
  const holdouts = new Holdouts({ db, now });
  const eventRetention = new EventRetention({ db, now, days: config.unitEventDays, log });
  const unitErasures = new UnitErasures({ db, now });
  const clientFeatures = new ClientFeatures(db);
  const following = followPeers(
    { deployments: peerFeed(peers.registry, reader), facts: peerFacts(peers.monitoring, reader) },
    { db, experiments, shadows, rollouts, clientFeatures, factWaitMs: config.factWaitMs, log },
  );
  const jobs = startJobs({ url: deps.databaseUrl, schema: 'experiment', log });
  finishPendingSteps(jobs, config.pendingCheckSeconds, { experiments, shadows, rollouts });
  jobs.every('evaluate-rollouts', config.rolloutSeconds, () => rollouts.evaluateSteps());
  if (config.unitEventDays > 0) jobs.every('drop-unit-events', DAY_SECONDS, () => eventRetention.run());
  trimOutboxDaily(jobs, { db, days: config.outboxDays, now, log });
  jobs.every('evaluate-switches', config.switchSeconds, () => rollouts.evaluateSwitches());
  const feed = outboxFeed(db);
  const changeDeps = { changes: new Changes({ experiment: feed }), db, now };
  const changes = {
    experiment: new StudyChanges(changeDeps, experimentKind),
    rollout: new StudyChanges(changeDeps, rolloutKind),
    shadow: new StudyChanges(changeDeps, shadowKind),
  };
  return makeSubgraph({
    name: 'experiment',
    federated: await buildSchema(),
    contextFor: (request) => ({
      ...request,
      experiments,
      shadows,
      rollouts,
      metrics,
      holdouts,
      eventRetention,
      unitErasures,
      changes,
      definitions: new MeasurementDefinitions({ db, now, traffic }),
      reading: new Reading(db, request.actor.project),
    }),
    secret,
    keys,
    log,
    checks: { database: () => db.ping() },
    metrics: (registry) => observeFeeds(registry, following.consumers, now),
    routes: (plane) => {
      addGrowthbookRoutes(plane, clientFeatures);
      addUnitEventRoutes(plane, new UnitEvents({ db, now }));
    },
    internalRoutes: (plane) => {
      addFeedRoute(plane, feed);
      addAuditRoutes(plane, auditChains(db));
    },
    stop: async () => {
      await jobs.stop();
      await following.stop();
      await db.close();
    },
  });
}

if (isProgram(import.meta)) {
  await runSubgraph('experiment', process.env, (deps, variables) => startExperiment(readConfig(variables), deps));
}
