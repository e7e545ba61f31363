import 'reflect-metadata';
import { join } from 'node:path';
import { auditChains } from '../shared/audit/audit-chains.ts';
import { addAuditRoutes } from '../shared/audit/audit-door.ts';
import { openDatabase } from '../shared/database/database.ts';
import { migrate } from '../shared/database/migrate.ts';
import { addFeedRoute, outboxFeed } from '../shared/events/feed.ts';
import { addJobGauge } from '../shared/jobs/job-metrics.ts';
import { startJobs } from '../shared/jobs/jobs.ts';
import { trimOutboxDaily } from '../shared/jobs/trim-outbox-daily.ts';
import { isProgram } from '../shared/program.ts';
import { runSubgraph } from '../shared/run-subgraph.ts';
import type { SubgraphDeps } from '../shared/subgraph-deps.ts';
import { makeSubgraph, type Subgraph } from '../shared/subgraph.ts';
import { readConfig, type FeatureConfig } from './config.ts';
import { featureContext } from './graphql/context.ts';
import { buildSchema } from './graphql/schema.ts';
import { addFeatureRoutes } from './http/routes.ts';
import { addStreamGauges } from './jobs/stream-metrics.ts';
import { StreamRunners } from './jobs/stream-runners.ts';
import { Definitions } from './operations/definitions.ts';
import { EventStreams } from './operations/event-streams.ts';
import { Events } from './operations/events.ts';
import { FeatureDistributions } from './operations/feature-distributions.ts';
import { LogQueue } from './operations/log-queue.ts';
import { Materializations } from './operations/materializations.ts';
import { OnlineReads } from './operations/online-reads.ts';
import { Pushes } from './operations/pushes.ts';
import { Quarantine } from './operations/quarantine.ts';
import { readingOf } from './operations/reading.ts';
import { SpineUploads } from './operations/spine-uploads.ts';
import { StreamIntake } from './operations/stream-intake.ts';
import { TrainingSets } from './operations/training-sets.ts';
import { Duck } from '../shared/duckdb/duckdb.ts';
import { OnlineFold } from './storage/online/fold.ts';
import { MemoryOnlineStore } from './storage/online/memory-online-store.ts';
import { RedisOnlineStore } from './storage/online/redis/redis-online-store.ts';
import { ParquetFiles } from './storage/parquet-files.ts';
import { featureSchema } from './storage/schema.ts';
import { SourceFiles } from './storage/source-files.ts';

/** Starts the subgraph: migrates its schema where it may, opens its stores and takes up its work again. */
export async function startFeature(config: FeatureConfig, deps: Omit<SubgraphDeps, 'peers'>): Promise<Subgraph> {
  const { databaseUrl, ownerUrl, dataDir, secret, keys, log, now } = deps;
  if (ownerUrl !== undefined) await migrate(featureSchema, ownerUrl, databaseUrl);
  const db = await openDatabase(featureSchema, { url: databaseUrl });
  const duck = await Duck.open({
    scratchFolder: join(dataDir, 'scratch'),
    threads: config.duckdbThreads,
    memoryMb: config.duckdbMemoryMb,
  });
  const files = new SourceFiles(duck, config.sourceFolders);
  const { redisUrls, filesFolder } = config;
  const filesIn = (name: string): Promise<ParquetFiles> =>
    ParquetFiles.open(join(filesFolder ?? dataDir, name), { shared: filesFolder !== undefined });
  const segments = await filesIn('segments');
  const redis = redisUrls === undefined ? undefined : await RedisOnlineStore.open({ urls: redisUrls, log, now });
  const store = redis ?? (await MemoryOnlineStore.open({ snapshotFile: join(dataDir, 'online.snapshot'), log, now }));
  const fold = new OnlineFold({ db, duck, segments, store, log });
  await fold.start();
  const jobs = startJobs({ url: databaseUrl, schema: 'feature', log, alone: config.replicas === 1 });
  const materializations = new Materializations({ db, duck, files, segments, fold, jobs, log, now });
  const [spines, setFiles, uploads] = [
    await filesIn('spines'),
    await filesIn('training-sets'),
    await filesIn('spine-uploads'),
  ];
  const spineUploads = new SpineUploads({ duck, uploads, now });
  const stores = { db, duck, segments, spines, trainingSets: setFiles };
  const trainingSets = new TrainingSets({ ...stores, files, spineUploads, jobs, log, now });
  trimOutboxDaily(jobs, { db, days: config.outboxDays, now, log });
  materializations.start();
  trainingSets.start();
  const reads = new OnlineReads({ db, store, now });
  const queue = new LogQueue({ fold, now });
  const pushes = new Pushes({ db, queue, now });
  const events = new Events({ db, queue, now });
  const eventStreams = new EventStreams({ db, now });
  const intake = new StreamIntake({ db, queue, now });
  const streams = new StreamRunners({ db, intake, kafka: config.kafka, log, now });
  const definitions = new Definitions({ db, files, now, brokers: config.kafka.brokers });
  const quarantine = new Quarantine({ db, queue, now });
  const read = { reading: readingOf(db), reads };
  const distributions = new FeatureDistributions({ ...stores, now });
  const operations = { ...read, distributions, definitions, materializations, trainingSets, eventStreams, quarantine };
  const feed = outboxFeed(db);
  return makeSubgraph({
    name: 'feature',
    federated: await buildSchema(),
    contextFor: (request) => featureContext(operations, request),
    secret,
    keys,
    log,
    checks: { database: () => db.ping(), ...(redis && { onlineStore: () => redis.ping() }) },
    metrics: (metrics) => {
      const loads = { name: 'feature_materializations', help: 'Materializations, by their state.' };
      addJobGauge(metrics, db, { ...loads, table: 'materialization' });
      const builds = { name: 'feature_training_set_builds', help: 'Builds of training sets, by their state.' };
      addJobGauge(metrics, db, { ...builds, table: 'training_set_build' });
      addStreamGauges(metrics, db);
    },
    routes: (plane) => addFeatureRoutes(plane, { reads, pushes, events, trainingSets, spineUploads }),
    internalRoutes: (plane) => {
      addFeedRoute(plane, feed);
      addAuditRoutes(plane, auditChains(db));
    },
    stop: async () => {
      await streams.stop();
      await Promise.all([materializations.stop(), trainingSets.stop(), jobs.stop(), queue.stop()]);
      await fold.stop();
      await store.close();
      duck.close();
      await db.close();
    },
  });
}

if (isProgram(import.meta)) {
  await runSubgraph('feature', process.env, (deps, variables) => startFeature(readConfig(variables), deps));
}
