import 'reflect-metadata';
import { DirectoryBlobStore } from '../shared/blob/directory-blob-store.ts';
import { openDatabase } from '../shared/database/database.ts';
import { migrate } from '../shared/database/migrate.ts';
import { addFeedRoute, outboxFeed } from '../shared/events/feed.ts';
import { runSubgraph } from '../shared/run-subgraph.ts';
import type { SubgraphDeps } from '../shared/subgraph-deps.ts';
import { makeSubgraph, type Subgraph } from '../shared/subgraph.ts';
import { readConfig } from './config.ts';
import { contextFor } from './graphql/context.ts';
import { buildSchema } from './graphql/schema.ts';
import { addUploadRoute } from './http/uploads.ts';
import { makeOperations } from './operations/operations.ts';
import { ModelRunner } from './runtime/model-runner.ts';
import { registrySchema } from './storage/schema.ts';

/** Starts the subgraph: migrates its schema where it may, opens its stores and takes up its work again. */
export async function startRegistry(
  deps: SubgraphDeps,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Subgraph> {
  const { secret, keys, log, now } = deps;
  const config = readConfig(variables, deps.dataDir);
  if (deps.ownerUrl !== undefined) await migrate(registrySchema, deps.ownerUrl, deps.databaseUrl);
  const db = await openDatabase(registrySchema, { url: deps.databaseUrl });
  const blobs = await DirectoryBlobStore.open(config.blobFolder);
  const runner = new ModelRunner(config.modelLimitMs);
  const limits = { maxUploadBytes: config.maxUploadBytes };
  const operations = makeOperations({ db, blobs, runner, log, now, limits });
  const feed = outboxFeed(db);
  return makeSubgraph({
    name: 'registry',
    federated: await buildSchema(),
    contextFor: (request) => contextFor(operations, request),
    secret,
    keys,
    log,
    checks: { database: () => db.ping() },
    routes: (plane) => addUploadRoute(plane, operations.uploads),
    internalRoutes: (plane) => addFeedRoute(plane, feed),
    stop: async () => {
      await runner.stop();
      await db.close();
    },
  });
}

if (import.meta.main) await runSubgraph('registry', process.env, startRegistry);
