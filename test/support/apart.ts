import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from '../../client/client.ts';
import { sha256OfKey } from '../../subgraphs/shared/auth/key-ring.ts';
import { SCOPES } from '../../subgraphs/shared/auth/actor.ts';
import { freePort, graphqlAt, type Install } from './install.ts';
import { startPart, untilReady, type Part } from './part.ts';
import type { TestDatabase } from './test-database.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const SUBGRAPHS = ['feature', 'registry', 'experiment', 'monitoring'] as const;
export type SubgraphPart = (typeof SUBGRAPHS)[number];
type PartName = SubgraphPart | 'gateway' | 'edge';

export const SCRIPTS: Readonly<Record<PartName, string>> = {
  feature: 'dist/subgraphs/feature/main.js',
  registry: 'dist/subgraphs/registry/main.js',
  experiment: 'dist/subgraphs/experiment/main.js',
  monitoring: 'dist/subgraphs/monitoring/main.js',
  gateway: 'dist/gateway/main.js',
  edge: 'dist/edge/adapters/node/main.js',
};
const PARTS = Object.keys(SCRIPTS) as PartName[];
/** Six processes begin at once, on a machine that may be busy. */
const READY_MS = 180_000;
const CLIENT_KEY = 'a-client-of-the-test';

/** The same install as six processes over one database, as docs/deploying.md says. */
export interface ApartInstall extends Install {
  readonly parts: Readonly<Record<PartName, Part>>;
  urlOf(name: PartName): string;
  settingsOf(name: PartName): Readonly<Record<string, string>>;
  /** Starts one part that has ended, on its port, and waits until it is ready. */
  startAgain(name: PartName): Promise<void>;
}

export interface ApartOptions {
  readonly database: TestDatabase;
  readonly env?: Readonly<Record<string, string>>;
  /** In which order the parts are started; each begins without waiting for the one before. */
  readonly order?: readonly PartName[];
}

export async function startApart({ database, env = {}, order = PARTS }: ApartOptions): Promise<ApartInstall> {
  const folder = temporaryFolder('apart');
  makeSecrets(folder);
  const ports = Object.fromEntries(await Promise.all(PARTS.map(async (name) => [name, await freePort()])));
  const urlOf = (name: PartName): string => `http://127.0.0.1:${ports[name]}`;
  const settings = settingsOf({ folder, database, ports, urlOf, env });
  const parts = {} as Record<PartName, Part>;
  const start = (name: PartName): Part => (parts[name] = startPart(SCRIPTS[name], settings(name)));
  const ready = (name: PartName): Promise<void> =>
    untilReady(parts[name], `${urlOf(name)}${name === 'edge' ? '/v2/health/live' : '/readyz'}`, READY_MS);
  const startAgain = (name: PartName): Promise<void> => {
    start(name);
    return ready(name);
  };
  const endAll = async (names: readonly PartName[], signal: NodeJS.Signals): Promise<number | null> => {
    const codes = await Promise.all(names.map((name) => parts[name].end(signal)));
    return codes.find((code) => code !== 0) ?? 0;
  };
  const controlPlane = PARTS.filter((name) => name !== 'edge');

  try {
    for (const name of order) start(name);
    await Promise.all(PARTS.map(ready));
  } catch (error) {
    await endAll(Object.keys(parts) as PartName[], 'SIGKILL');
    throw error;
  }
  const install: ApartInstall = {
    parts,
    urlOf,
    settingsOf: settings,
    startAgain,
    graphUrl: urlOf('gateway'),
    edgeUrl: urlOf('edge'),
    dataUrl: urlOf,
    dataDir: folder,
    key: CLIENT_KEY,
    output: () =>
      Object.values(parts)
        .map((part) => part.output())
        .join('\n'),
    graphql: graphqlAt(urlOf('gateway')),
    client: (user = 'developer') =>
      new Client({
        graphUrl: urlOf('gateway'),
        edgeUrl: urlOf('edge'),
        featureUrl: urlOf('feature'),
        registryUrl: urlOf('registry'),
        key: CLIENT_KEY,
        identity: { user },
      }),
    call: (url, init = {}) =>
      fetch(url, { ...init, headers: { authorization: `Bearer ${CLIENT_KEY}`, ...(init.headers as object) } }),
    stop: async () => {
      const code = await endAll(['edge'], 'SIGTERM');
      return (await endAll(controlPlane, 'SIGTERM')) || code;
    },
    kill: async () => {
      await endAll(controlPlane, 'SIGKILL');
    },
    again: async () => {
      await Promise.all(controlPlane.map(startAgain));
      return install;
    },
  };
  return install;
}

/** Runs the page's own commands, then adds a key for the test as an operator would. */
function makeSecrets(folder: string): void {
  const page = readFileSync('docs/deploying.md', 'utf8');
  const commands = /```sh\n(# What all parts share[\s\S]*?)```/.exec(page)?.[1];
  if (commands === undefined) throw new Error('docs/deploying.md has no commands that make the secrets');
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
  const { status, stderr } = spawnSync('sh', ['-euc', commands], {
    cwd: folder,
    env: { PATH: path },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the commands of docs/deploying.md fail: ${stderr}`);
  const file = join(folder, 'keys.json');
  const client = {
    id: 'client',
    sha256: sha256OfKey(CLIENT_KEY),
    scopes: SCOPES,
    trust: 'server',
    owner: 'user:client',
  };
  writeFileSync(file, JSON.stringify([...JSON.parse(readFileSync(file, 'utf8')), client]));
}

interface Place {
  readonly folder: string;
  readonly database: TestDatabase;
  readonly ports: Readonly<Record<string, number>>;
  readonly urlOf: (name: PartName) => string;
  readonly env: Readonly<Record<string, string>>;
}

function settingsOf({ folder, database, ports, urlOf, env }: Place): (name: PartName) => Record<string, string> {
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8').trim();
  const urls = Object.fromEntries(SUBGRAPHS.map((name) => [`${name.toUpperCase()}_URL`, urlOf(name)]));
  const keysFile = { TIFFIN_KEYS_FILE: join(folder, 'keys.json') };
  const subgraph = {
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    TIFFIN_INTERNAL_SECRET: text('internal.secret'),
    TIFFIN_DATA_DIR: join(folder, 'data'),
    TIFFIN_SIGNING_KEY_FILE: join(folder, 'signing-key.json'),
    ...keysFile,
    ...urls,
  };
  const gateway = { TIFFIN_INTERNAL_SECRET: text('internal.secret'), ...keysFile, ...urls };
  const edge = {
    TIFFIN_EDGE_PORT: String(ports['edge']),
    TIFFIN_EDGE_KEY_FILE: join(folder, 'edge.key'),
    TIFFIN_EDGE_NODE: 'edge-1',
    TIFFIN_TRUSTED_KEYS_FILE: join(folder, 'trusted-keys.json'),
    TIFFIN_EDGE_DATA_DIR: join(folder, 'edge'),
    ...keysFile,
    ...urls,
  };
  return (name) => ({
    ...(name === 'edge' ? edge : { ...(name === 'gateway' ? gateway : subgraph), PORT: String(ports[name]) }),
    ...env,
  });
}
