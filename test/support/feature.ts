import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { pino } from 'pino';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { signInternalToken } from '../../subgraphs/shared/auth/internal-token.ts';
import type { Subgraph } from '../../subgraphs/shared/subgraph.ts';
import type { FeatureConfig } from '../../subgraphs/feature/config.ts';
import { OPEN_ACCESS } from '../../subgraphs/feature/domain/kafka-access.ts';
import { startFeature } from '../../subgraphs/feature/main.ts';
import { atEnd } from './at-end.ts';
import { knownFields } from './known-fields.ts';
import { testKeys } from './keys.ts';
import { createTestDatabase } from './test-database.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const SECRET = new Uint8Array(32).fill(7);

export const developer: Actor = {
  subject: 'user:developer',
  kind: 'user',
  roles: ['developer'],
  scopes: [],
  project: 'default',
};

export interface FeatureHarness {
  readonly subgraph: Subgraph;
  readonly databaseUrl: string;
  /** As the owner of its tables, who migrates them. */
  readonly ownerUrl: string;
  /** Where Parquet for the sources goes. */
  readonly folder: string;
  /** The clock; tests move it. */
  readonly clock: { at: Date };
  /** Data or the first error's `extensions` and message, whichever there is. */
  readonly ask: (query: string, variables?: Record<string, unknown>, actor?: Actor) => Promise<any>;
  /** Stops it for good: others go on with its data. */
  stop(): Promise<void>;
  /** Starts it anew on the same data, after a stop. */
  start(): Promise<void>;
  restart(between?: () => void): Promise<void>;
  /** Another process over the same database, store and `filesFolder`, with a data folder of its own; stopped with the test or the file. */
  another(): Promise<Subgraph>;
}

/** A feature subgraph of its own database and folders, stopped with the test or the test file. */
export async function startTestFeature(overrides: Partial<FeatureConfig> = {}): Promise<FeatureHarness> {
  const folder = temporaryFolder('feature');
  const database = await createTestDatabase();
  const clock = { at: new Date('2026-03-01T00:00:00.000Z') };
  const config: FeatureConfig = {
    sourceFolders: [folder],
    redisUrls: undefined,
    kafka: { brokers: [], ...OPEN_ACCESS },
    filesFolder: undefined,
    replicas: 1,
    duckdbThreads: 2,
    outboxDays: 0,
    duckdbMemoryMb: 512,
    ...overrides,
  };
  const start = (data = 'data'): Promise<Subgraph> =>
    startFeature(config, {
      databaseUrl: database.appUrl,
      ownerUrl: undefined,
      dataDir: join(folder, data),
      secret: SECRET,
      keys: testKeys.ring,
      log: pino({ level: 'silent' }),
      now: () => new Date(clock.at),
    });
  let subgraph = await start();
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await subgraph.stop();
  };
  atEnd(stop);
  return {
    stop,
    get subgraph() {
      return subgraph;
    },
    databaseUrl: database.appUrl,
    ownerUrl: database.ownerUrl,
    folder,
    clock,
    ask: (query, variables, actor) => askAt(subgraph, query, variables, actor),
    start: async () => {
      subgraph = await start();
    },
    restart: async (between = () => {}) => {
      await subgraph.stop();
      between();
      subgraph = await start();
    },
    another: async () => {
      const other = await start('data-of-another');
      atEnd(() => other.stop());
      return other;
    },
  };
}

async function askAt(subgraph: Subgraph, query: string, variables = {}, actor = developer): Promise<any> {
  const token = await signInternalToken(actor, SECRET);
  const { data, errors } = await subgraph.execute({ document: knownFields(subgraph, query), variables, token });
  // As a client gets it: through JSON.
  return JSON.parse(JSON.stringify({ ...(data && { data }), ...(errors && { errors }) }));
}

/** The same feature subgraph, called in another process over the same database and store. */
export const seenFrom = (feature: FeatureHarness, subgraph: Subgraph): FeatureHarness => ({
  ...feature,
  subgraph,
  ask: (query, variables, actor) => askAt(subgraph, query, variables, actor),
});

/** Two processes behind one name, as clients see replicas: each call goes to the other one than the call before. */
export function inTurn(one: FeatureHarness, other: FeatureHarness): FeatureHarness {
  let calls = 0;
  const next = (): FeatureHarness => (calls++ % 2 === 0 ? one : other);
  return {
    ...one,
    get subgraph() {
      return next().subgraph;
    },
    ask: (query, variables, actor) => next().ask(query, variables, actor),
  };
}

/** Writes Parquet with the SQL that makes its rows. */
export async function writeParquet(path: string, select: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  await connection.run(`copy (${select}) to '${path}' (format parquet)`);
  connection.closeSync();
  instance.closeSync();
}

const DEFINE = `mutation ($entity: DefineEntityInput!, $source: DefineSourceInput!, $view: DefineFeatureViewInput!,
  $service: DefineFeatureServiceInput!) {
  defineEntity(input: $entity) { eventCursor } defineSource(input: $source) { eventCursor }
  defineFeatureView(input: $view) { featureView { id } }
  defineFeatureService(input: $service) { featureService { id } } }`;

/** An entity `user`, a source `txn`, a view `user_txn` with the given TTL and a service `fraud` that reads all of it. */
export async function defineUserTxn(
  { ask }: FeatureHarness,
  path: string,
  {
    ttlSeconds = 3_600,
    features = [{ name: 'amount' }],
    source = {},
  }: {
    ttlSeconds?: number;
    features?: object[];
    source?: object;
  } = {},
): Promise<{ view: string; service: string }> {
  const { data, errors } = await ask(DEFINE, {
    entity: { name: 'user', joinKeys: [{ name: 'user_id', dtype: 'STRING' }] },
    source: { name: 'txn', path, eventColumn: 'event_time', createdColumn: 'created_at', ...source },
    view: { name: 'user_txn', entity: 'user', source: 'txn', ttlSeconds, features },
    service: { name: 'fraud', views: [{ view: 'user_txn' }] },
  });
  if (errors) throw new Error(JSON.stringify(errors));
  return { view: data.defineFeatureView.featureView.id, service: data.defineFeatureService.featureService.id };
}

/** Asks for a load and waits for its end. */
export const materialize = async ({ ask }: FeatureHarness, input: object): Promise<any> =>
  ask(
    `mutation ($input: MaterializeInput!) { materialize(input: $input) { eventCursor materialization {
      id state knownSince rowsRead rowsWritten rowsOnline skipped { reason rows } error finishedAt from to onlineAt
      files { path sha256 sizeBytes } view { id } } } }`,
    { input: { waitMs: 20_000, ...input } },
  );

/** A call of the data plane with a key that may do everything it needs. */
export async function post(
  { subgraph }: Pick<FeatureHarness, 'subgraph'>,
  path: string,
  body: unknown,
  key = testKeys.with(/\/(push|events)$/.test(path) ? 'feature:write' : 'feature:read'),
): Promise<{ status: number; body: any }> {
  const answer = await subgraph.app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

/** Makes a training set and waits for its end. */
export const createTrainingSet = async ({ ask }: FeatureHarness, input: object): Promise<any> =>
  ask(
    `mutation ($input: CreateTrainingSetInput!) { createTrainingSet(input: $input) { eventCursor
      build { id state rows views viewsJoined error }
      trainingSet { id rowCount contentHash schemaHash sha256 sizeBytes downloadPath knownAt manifest
        columns { name dtype role } service { id } } } }`,
    { input: { waitMs: 20_000, ...input } },
  );

/** The rows of a training set's Parquet, as a client downloads it, in their order. */
export async function downloadRows(
  { subgraph, folder }: FeatureHarness,
  set: { downloadPath: string },
): Promise<any[]> {
  const answer = await subgraph.app.request(set.downloadPath, {
    headers: { authorization: `Bearer ${testKeys.with('feature:read')}` },
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  const file = join(folder, `download-${randomUUID()}.parquet`);
  writeFileSync(file, new Uint8Array(await answer.arrayBuffer()));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  const rows = await connection.runAndReadAll(`select * from read_parquet('${file}')`);
  return rows.getRowObjectsJS();
}
