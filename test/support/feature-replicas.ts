import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signInternalToken } from '../../subgraphs/shared/auth/internal-token.ts';
import { SCOPES } from '../../subgraphs/shared/auth/actor.ts';
import { sha256OfKey } from '../../subgraphs/shared/auth/key-ring.ts';
import { SCRIPTS } from './apart.ts';
import { atEnd } from './at-end.ts';
import { developer } from './feature.ts';
import { freePort } from './install.ts';
import { startPart, untilReady, type Part } from './part.ts';
import { createTestDatabase } from './test-database.ts';
import { temporaryFolder } from './temporary-folder.ts';

const KEY = 'a-client-of-the-test';
const SECRET = 'shared by all parts of this install, and by nobody else';

/** One of several feature processes, built code, as a client or the gateway sees it. */
export interface FeatureReplica {
  readonly url: string;
  ask(query: string, variables?: object): Promise<any>;
  post(path: string, body: unknown): Promise<{ status: number; body: any }>;
  output(): string;
  kill(): Promise<void>;
  /** It does nothing more, and is thought dead; its connections stay open. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on its port and its data folder. */
  start(): Promise<void>;
}

/** Feature processes over one database, one Redis and one folder of files. */
export async function startFeatureReplicas(
  count: number,
  env: Readonly<Record<string, string>>,
  otherKeys: readonly string[] = [],
): Promise<{ readonly replicas: readonly FeatureReplica[]; readonly folder: string; readonly databaseUrl: string }> {
  const folder = temporaryFolder('replicas');
  const database = await createTestDatabase();
  const keysFile = join(folder, 'keys.json');
  const keys = [KEY, ...otherKeys].map((key, i) => ({
    id: `client-${i}`,
    sha256: sha256OfKey(key),
    scopes: SCOPES,
    trust: 'server',
    owner: 'user:client',
  }));
  writeFileSync(keysFile, JSON.stringify(keys));
  const settings = {
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    TIFFIN_INTERNAL_SECRET: SECRET,
    TIFFIN_KEYS_FILE: keysFile,
    TIFFIN_SOURCE_DIRS: folder,
    TIFFIN_FEATURE_DIR: join(folder, 'shared'),
    TIFFIN_REPLICAS: String(count),
    ...env,
  };
  const replicas = await Promise.all(
    Array.from({ length: count }, (_, i) => startReplica({ ...settings, TIFFIN_DATA_DIR: join(folder, `own-${i}`) })),
  );
  return { replicas, folder, databaseUrl: database.appUrl };
}

async function startReplica(env: Readonly<Record<string, string>>): Promise<FeatureReplica> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let part: Part;
  const call = async (path: string, token: string, body: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const replica: FeatureReplica = {
    url,
    ask: async (query, variables = {}) => {
      const token = await signInternalToken(developer, new TextEncoder().encode(SECRET));
      return (await call('/graphql', token, { query, variables })).json();
    },
    post: async (path, body) => {
      const answer = await call(path, KEY, body);
      return { status: answer.status, body: await answer.json() };
    },
    output: () => part.output(),
    kill: async () => void (await part.end('SIGKILL')),
    freeze: () => part.signal('SIGSTOP'),
    thaw: () => part.signal('SIGCONT'),
    start: async () => {
      part = startPart(SCRIPTS.feature, { ...env, PORT: String(port) });
      await untilReady(part, `${url}/readyz`);
    },
  };
  atEnd(() => replica.kill());
  await replica.start();
  return replica;
}
