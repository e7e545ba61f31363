import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { signInternalToken } from '../../subgraphs/shared/auth/internal-token.ts';
import { sha256OfKey } from '../../subgraphs/shared/auth/key-ring.ts';

export const KEY = 'bench-key';
export const SERVICE = 'tiffin:default:feature-service:bench@1';
const SECRET = 'a secret of the benchmark, long enough';
const PORT = 20_000 + (process.pid % 20_000);

export interface Running {
  readonly url: string;
  readonly child: ChildProcess;
}

/** A feature subgraph as it runs in production, in a process of its own, with its request log on. */
export async function featureServer(
  folder: string,
  databaseUrl: string,
  ownerUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const keysFile = join(folder, 'keys.json');
  const scopes = ['feature:read', 'feature:write'];
  writeFileSync(keysFile, JSON.stringify([{ id: 'bench', sha256: sha256OfKey(KEY), scopes, trust: 'server' }]));
  const child = spawn(process.execPath, ['dist/subgraphs/feature/main.js'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      DATABASE_OWNER_URL: ownerUrl,
      TIFFIN_INTERNAL_SECRET: SECRET,
      TIFFIN_KEYS_FILE: keysFile,
      TIFFIN_DATA_DIR: join(folder, 'data'),
      TIFFIN_SOURCE_DIRS: folder,
      PORT: String(PORT),
      ...env,
    },
  });
  child.stdout.resume();
  const url = `http://127.0.0.1:${PORT}`;
  for (const end = Date.now() + 120_000; ;) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return { url, child };
    if (Date.now() > end) throw new Error('the feature subgraph did not start');
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

async function ask(url: string, query: string, variables: object): Promise<any> {
  const actor = { subject: 'user:bench', kind: 'user', roles: ['developer'], scopes: [], project: 'default' } as const;
  const token = await signInternalToken(actor, new TextEncoder().encode(SECRET));
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as any;
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

export interface SeedSizes {
  readonly views: number;
  /** Of each view. */
  readonly features: number;
  /** Of these, the first so many are in the service. */
  readonly read: number;
  readonly users: number;
}

/** Views of numbers for users, loaded, and a service over all of them. */
export async function seed(
  url: string,
  folder: string,
  { views: viewCount, features: featureCount, read, users: userCount }: SeedSizes,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  const names = Array.from({ length: featureCount }, (_, i) => `f${i}`);
  await ask(
    url,
    'mutation { defineEntity(input: { name: "user", joinKeys: [{ name: "user_id", dtype: STRING }] }) { eventCursor } }',
    {},
  );
  for (let view = 0; view < viewCount; view++) {
    const columns = names.map((name, i) => `(i * ${i + 1} % 1000) / 7.0 as ${name}`);
    await connection.run(
      `copy (select 'u' || i as user_id, now() - interval 1 hour as event_time, now() - interval 1 hour as created_at,
        ${columns.join(', ')} from range(${userCount}) t(i)) to '${join(folder, `v${view}.parquet`)}' (format parquet)`,
    );
    await ask(
      url,
      `mutation ($source: DefineSourceInput!, $view: DefineFeatureViewInput!, $load: MaterializeInput!) {
        defineSource(input: $source) { eventCursor } defineFeatureView(input: $view) { eventCursor }
        materialize(input: $load) { materialization { state } } }`,
      {
        source: { name: `v${view}`, path: `v${view}.parquet`, eventColumn: 'event_time', createdColumn: 'created_at' },
        view: {
          name: `v${view}`,
          entity: 'user',
          source: `v${view}`,
          ttlSeconds: 86_400,
          features: names.map((name) => ({ name })),
        },
        load: { view: `v${view}`, waitMs: 20_000 },
      },
    );
  }
  const views = Array.from({ length: viewCount }, (_, view) => ({ view: `v${view}`, features: names.slice(0, read) }));
  await ask(
    url,
    'mutation ($input: DefineFeatureServiceInput!) { defineFeatureService(input: $input) { eventCursor } }',
    { input: { name: 'bench', views } },
  );
  connection.closeSync();
}
