/**
 * The control plane in one process as `npm start` runs it, with two routes more on the gateway's port: `/by-hand` does
 * the hops of the query without a gateway, `/echo` parses the request and answers as many bytes. Its parent seeds it.
 * Arguments: a folder, a port, and a module that adds routes (`routesOf`). From `dist/`, since Node alone runs no decorators.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type DocumentNode } from 'graphql';
import { Hono } from 'hono';
import type * as GatewayConfig from '../../../gateway/config.ts';
import type * as Executor from '../../../subgraphs/shared/local-executor.ts';
import type * as Gateway from '../../../gateway/main.ts';
import type * as Secrets from '../../../install/secrets.ts';
import type * as Token from '../../../subgraphs/shared/auth/internal-token.ts';
import type * as Keys from '../../../subgraphs/shared/auth/key-ring.ts';
import type * as Postgres from '../../../install/postgres/embedded-postgres.ts';
import type * as Log from '../../../subgraphs/shared/log.ts';
import type * as PeerModule from '../../../subgraphs/shared/peer.ts';
import type { SubgraphDeps } from '../../../subgraphs/shared/subgraph-deps.ts';
import type { Subgraph } from '../../../subgraphs/shared/subgraph.ts';
import { byHand, HOPS } from './query.ts';
import type { SubgraphName } from '../../../schema/nouns.ts';

const [folder = '', port = '0', plugin] = process.argv.slice(2);
const built = async <T>(path: string): Promise<T> => import(new URL(`../../../dist/${path}.js`, import.meta.url).href);

const { startEmbeddedPostgres } = await built<typeof Postgres>('install/postgres/embedded-postgres');
const { openSecrets } = await built<typeof Secrets>('install/secrets');
const { KeyRing } = await built<typeof Keys>('subgraphs/shared/auth/key-ring');
const { signInternalToken } = await built<typeof Token>('subgraphs/shared/auth/internal-token');
const { localPeer } = await built<typeof PeerModule>('subgraphs/shared/peer');
const { makeLog } = await built<typeof Log>('subgraphs/shared/log');
const { localExecutor } = await built<typeof Executor>('subgraphs/shared/local-executor');
const { readConfig } = await built<typeof GatewayConfig>('gateway/config');
const { startGateway, SUPERGRAPH_FILE } = await built<typeof Gateway>('gateway/main');

const postgres = await startEmbeddedPostgres({ folder });
const secrets = openSecrets(join(folder, 'secrets'), { dev: true });
const secret = secrets.internalSecret;
const keys = new KeyRing(secrets.keys);
const logOf = (name: string) => makeLog(name, 'debug', join(folder, 'tiffin.log'));
const subgraphs = new Map<SubgraphName, Subgraph>();
const names = ['experiment', 'feature', 'monitoring', 'registry'] as const;
const peers = Object.fromEntries(
  names.map((name) => [name, localPeer(name, () => subgraphs.get(name), secret)]),
) as SubgraphDeps['peers'];
const variables = { TIFFIN_SOURCE_DIRS: folder, TIFFIN_SIGNING_KEY_FILE: secrets.manifestKeyFile };
for (const name of names) {
  const dataDir = join(folder, name);
  mkdirSync(dataDir);
  const { readConfig: configOf } = await built<any>(`subgraphs/${name}/config`);
  const main = await built<any>(`subgraphs/${name}/main`);
  const start = main[`start${name[0]!.toUpperCase()}${name.slice(1)}`];
  const urls = { databaseUrl: postgres.url('tiffin_app'), ownerUrl: postgres.url('tiffin_owner') };
  const deps = { ...urls, secret, keys, log: logOf(name), dataDir, peers, now: () => new Date() };
  subgraphs.set(name, await start(configOf(variables), deps));
}

const documents = new Map<string, DocumentNode>(Object.values(HOPS).map((text) => [text, parse(text)]));
const actor = { subject: 'user:bench', kind: 'user', roles: ['viewer'], scopes: [], project: 'default' } as const;
const plain = new Hono();
plain.post('/by-hand', async (c) => {
  const asked = await c.req.json();
  const token = await signInternalToken(actor, secret);
  const answer = await byHand(async (name, hop, given) => {
    const call = { document: documents.get(HOPS[hop])!, variables: { ...given }, token };
    const { data, errors } = await subgraphs.get(name)!.execute(call);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }, asked.variables);
  return c.json(answer);
});
let echoed: unknown = {};
plain.put('/echo', async (c) => {
  echoed = await c.req.json();
  return c.body(null, 204);
});
plain.post('/echo', async (c) => {
  await c.req.json();
  return c.json(echoed);
});

const executors = new Map([...subgraphs].map(([name, subgraph]) => [name, localExecutor(subgraph)]));
const supergraphSdl = readFileSync(SUPERGRAPH_FILE, 'utf8');
const more: readonly Hono[] =
  plugin === undefined
    ? []
    : [
        await (
          await import(plugin)
        ).routesOf({ executors, supergraphSdl, sign: () => signInternalToken(actor, secret) }),
      ];

const gateway = await startGateway({
  config: readConfig({ PORT: port }),
  supergraphSdl,
  executors,
  secret,
  keys,
  log: logOf('gateway'),
  mounted: [plain, ...more, ...[...subgraphs.values()].map(({ dataApp }) => dataApp)],
});
console.log(gateway.url);
process.once('SIGTERM', () => {
  void (async () => {
    await gateway.stop();
    for (const subgraph of [...subgraphs.values()].toReversed()) await subgraph.stop();
    await postgres.stop();
    process.exit(0);
  })();
});
