import 'reflect-metadata';
import { join } from 'node:path';
import { auditChains } from '../shared/audit/audit-chains.ts';
import { addAuditRoutes, peerAuditChains } from '../shared/audit/audit-door.ts';
import { openBlobs } from '../shared/blob/blob-place.ts';
import { openScratch } from '../shared/scratch.ts';
import { openDatabase } from '../shared/database/database.ts';
import { migrate } from '../shared/database/migrate.ts';
import { observeFeeds } from '../shared/events/feed-metrics.ts';
import { Changes } from '../shared/events/changes.ts';
import { addFeedRoute, outboxFeed } from '../shared/events/feed.ts';
import { peerFeed } from '../shared/events/peer-feed.ts';
import { startJobs } from '../shared/jobs/jobs.ts';
import { trimOutboxDaily } from '../shared/jobs/trim-outbox-daily.ts';
import { serviceActor } from '../shared/peer.ts';
import { addJobGauge } from '../shared/jobs/job-metrics.ts';
import { isProgram } from '../shared/program.ts';
import { runSubgraph } from '../shared/run-subgraph.ts';
import type { SubgraphDeps } from '../shared/subgraph-deps.ts';
import { makeSubgraph, type Subgraph } from '../shared/subgraph.ts';
import { readConfig, type RegistryConfig } from './config.ts';
import { contextFor } from './graphql/context.ts';
import { buildSchema } from './graphql/schema.ts';
import { addAuditExportRoute } from './http/audit/audit-export.ts';
import { addMlflowRoutes } from './http/mlflow/mlflow-routes.ts';
import { addLineageRoutes } from './http/openlineage/lineage-routes.ts';
import { addDeliveryRoutes } from './http/serving/delivery.ts';
import { addInternalBlobRoute } from './http/serving/internal-blob.ts';
import { addEnrolmentRoutes } from './http/node/enrolment.ts';
import { addNodeKeysRoute } from './http/node/node-keys.ts';
import { addUploadRoute } from './http/version/uploads.ts';
import { startPeriodicWork } from './jobs/periodic-work.ts';
import { IndexFeeds } from './jobs/catalogue/index-feeds.ts';
import { ManifestFiles } from './storage/files/manifest-files.ts';
import { ManifestIssuer } from './operations/serving/manifest-issuer.ts';
import { signBytes } from './domain/signature.ts';
import { openCheckpoints } from './storage/files/open-checkpoints.ts';
import { openSigningKeys } from './storage/files/signing-key.ts';
import { followForWebhooks } from './jobs/webhook/webhook-feeds.ts';
import { startWebhookSender } from './jobs/webhook/webhook-sender.ts';
import type { RegistryDeps } from './operations/deps.ts';
import { EnrolledKeys } from './operations/node/enrolled-keys.ts';
import { makeOperations } from './operations/operations.ts';
import { WebhookMetrics } from './operations/webhook/webhook-metrics.ts';
import { ModelJobs } from './operations/version/model-jobs.ts';
import { ModelRunner } from './runtime/model-runner.ts';
import { registrySchema } from './storage/schema.ts';

/** Starts the subgraph: migrates its schema where it may, opens its stores and takes up its work again. */
export async function startRegistry(config: RegistryConfig, deps: SubgraphDeps): Promise<Subgraph> {
  const { secret, keys, log, now } = deps;
  const inDataDir = (name: string): string => join(deps.dataDir, name);
  if (deps.ownerUrl !== undefined) await migrate(registrySchema, deps.ownerUrl, deps.databaseUrl);
  const db = await openDatabase(registrySchema, { url: deps.databaseUrl });
  const blobs = await openBlobs(config, deps.dataDir, '');
  const snapshotBlobs = await openBlobs(config, deps.dataDir, 'snapshots');
  const runner = new ModelRunner(config.modelLimitMs);
  const queue = startJobs({ url: deps.databaseUrl, schema: 'registry', log });
  trimOutboxDaily(queue, { db, days: config.outboxDays, now, log });
  const modelJobs = new ModelJobs({ db, log, now, queue, runner });
  const feed = outboxFeed(db);
  const reader = serviceActor('registry', ['events:read']);
  const feeds = {
    feature: peerFeed(deps.peers.feature, reader),
    registry: feed,
    experiment: peerFeed(deps.peers.experiment, reader),
    monitoring: peerFeed(deps.peers.monitoring, reader),
  };
  const index = new IndexFeeds({ db, feeds, log, now });
  const files = new ManifestFiles(config.manifestFolder ?? inDataDir('manifests'));
  const keyFile = config.signingKeyFile ?? inDataDir('signing-key.json');
  const signingKeys = await openSigningKeys(keyFile, { make: config.makeSigningKey });
  const issuer = new ManifestIssuer({ db, files, keys: signingKeys, now, lifetimeMs: config.manifestLifetimeMs, log });
  await issuer.start();
  const enrolled = new EnrolledKeys({ db, now, log, onChange: (good) => keys.setEnrolled(good) });
  await enrolled.start();
  const ownChains = auditChains(db);
  const auditor = serviceActor('registry', ['audit:read']);
  const checkpointFiles = await openCheckpoints(config, { signingKeys, folder: inDataDir('checkpoints') });
  const registryDeps: RegistryDeps = {
    db,
    blobs,
    snapshotBlobs,
    feature: deps.peers.feature,
    scratchFolder: await openScratch(inDataDir('evaluations-on-their-way')),
    modelJobs,
    log,
    now,
    awaitEvent: (cursor, field) => index.require(cursor, field),
    changes: { own: new Changes({ registry: feed }), all: new Changes(feeds) },
    publish: (project) => issuer.publish(project),
    sign: (bytes) => signBytes(bytes, signingKeys),
    webhookHosts: config.webhookHosts,
    assetUrl: config.assetUrl,
    chains: {
      feature: peerAuditChains(deps.peers.feature, auditor),
      registry: ownChains,
      experiment: peerAuditChains(deps.peers.experiment, auditor),
      monitoring: peerAuditChains(deps.peers.monitoring, auditor),
    },
    checkpoints: { files: checkpointFiles, url: config.checkpointUrl },
    enrolled,
    keys,
    limits: { maxUploadBytes: config.maxUploadBytes },
  };
  const webhookFeeds = followForWebhooks({ db, feeds, log, now, assetUrl: config.assetUrl });
  const webhookMetrics = new WebhookMetrics();
  const sender = startWebhookSender({
    db,
    log,
    now,
    allowedHosts: config.webhookHosts,
    onAttempt: (result) => webhookMetrics.noteAttempt(result),
  });
  const operations = makeOperations(registryDeps, index);
  modelJobs.start();
  startPeriodicWork(queue, { db, ...operations, checkpointSeconds: config.checkpointSeconds, log, now });
  return makeSubgraph({
    name: 'registry',
    federated: await buildSchema(),
    contextFor: (request) => contextFor(operations, request),
    secret,
    keys,
    verifyPerson: deps.verifyPerson,
    devUsers: deps.devUsers,
    log,
    checks: { database: () => db.ping() },
    metrics: (metrics) => {
      webhookMetrics.register(metrics, db, now);
      const modelWork = { name: 'registry_model_jobs', help: 'Models that are loaded and tried, by state.' };
      addJobGauge(metrics, db, { ...modelWork, table: 'model_job' });
      observeFeeds(metrics, { ...index.consumers, ...webhookFeeds.consumers }, now);
    },
    routes: (plane) => {
      addUploadRoute(plane, operations.uploads);
      addDeliveryRoutes(plane, { committed: files, stores: [blobs, snapshotBlobs] });
      addLineageRoutes(plane, { intake: operations.lineageIntake, lineages: operations.lineages });
      addAuditExportRoute(plane, operations.audit);
      addEnrolmentRoutes(plane, operations.nodeKeys);
      addMlflowRoutes(plane, operations);
    },
    internalRoutes: (plane) => {
      addFeedRoute(plane, feed);
      addAuditRoutes(plane, ownChains);
      addInternalBlobRoute(plane, blobs);
      addNodeKeysRoute(plane, enrolled);
    },
    stop: async () => {
      await enrolled.stop();
      await modelJobs.stop();
      await queue.stop();
      await issuer.stop();
      await Promise.all([index.stop(), webhookFeeds.stop()]);
      await sender.stop();
      await db.close();
    },
  });
}

if (isProgram(import.meta)) {
  await runSubgraph('registry', process.env, (deps, variables) => startRegistry(readConfig(variables), deps));
}
