import 'reflect-metadata';
import { join } from 'node:path';
import { auditChains } from '../shared/audit/audit-chains.ts';
import { addAuditRoutes } from '../shared/audit/audit-door.ts';
import { openDatabase } from '../shared/database/database.ts';
import { migrate } from '../shared/database/migrate.ts';
import { addFeedRoute, outboxFeed } from '../shared/events/feed.ts';
import { isProgram } from '../shared/program.ts';
import { runSubgraph } from '../shared/run-subgraph.ts';
import type { SubgraphDeps } from '../shared/subgraph-deps.ts';
import { makeSubgraph, type Subgraph } from '../shared/subgraph.ts';
import { Catalog } from './catalog.ts';
import { readConfig, type FeatureConfig } from './config.ts';
import { Definitions } from './definitions.ts';
import { OnlineLog } from './online-log.ts';
import { OnlineReads } from './online-reads.ts';
import { Pushes } from './pushes.ts';
import { Materializations } from './materializations.ts';
import { MemoryOnlineStore } from './storage/online/memory-online-store.ts';
import { ParquetFiles } from './storage/parquet-files.ts';
import { addFeatureRoutes } from './http/routes.ts';
import { featureContext } from './graphql/context.ts';
import { buildSchema } from './graphql/schema.ts';
import { Duck } from './storage/duckdb.ts';
import { featureSchema } from './storage/schema.ts';
import { SourceFiles } from './storage/source-files.ts';
import { TrainingSets } from './training-sets.ts';

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
  const segments = await ParquetFiles.open(join(dataDir, 'segments'));
  const store = new MemoryOnlineStore(now);
  const snapshotFile = join(dataDir, 'online.snapshot');
  const online = new OnlineLog({ db, duck, segments, store, snapshotFile, log, now });
  await online.restore();
  const catalog = new Catalog(db);
  const materializations = new Materializations({ db, duck, files, segments, online, log, now });
  await materializations.resume();
  const spines = await ParquetFiles.open(join(dataDir, 'spines'));
  const trainingSetFiles = await ParquetFiles.open(join(dataDir, 'training-sets'));
  const trainingSets = new TrainingSets({
    db,
    duck,
    files,
    segments,
    spines,
    trainingSets: trainingSetFiles,
    log,
    now,
  });
  await trainingSets.resume();
  const reads = new OnlineReads({ catalog, store, now });
  const pushes = new Pushes({ catalog, online, now });
  const definitions = new Definitions({ db, files, now });
  const operations = { catalog, definitions, materializations, trainingSets, reads };
  const feed = outboxFeed(db);
  return makeSubgraph({
    name: 'feature',
    federated: await buildSchema(),
    contextFor: (request) => featureContext(operations, request),
    secret,
    keys,
    log,
    checks: { database: () => db.ping() },
    routes: (plane) => addFeatureRoutes(plane, { reads, pushes, trainingSets }),
    internalRoutes: (plane) => {
      addFeedRoute(plane, feed);
      addAuditRoutes(plane, auditChains(db));
    },
    stop: async () => {
      await Promise.all([materializations.stop(), trainingSets.stop()]);
      await online.stop();
      duck.close();
      await db.close();
    },
  });
}

if (isProgram(import.meta)) {
  await runSubgraph('feature', process.env, (deps, variables) => startFeature(readConfig(variables), deps));
}
