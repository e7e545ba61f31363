import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import type * as Postgres from '../../../install/postgres/embedded-postgres.ts';
import type * as Secrets from '../../../install/secrets.ts';
import type * as Token from '../../../subgraphs/shared/auth/internal-token.ts';
import type * as Keys from '../../../subgraphs/shared/auth/key-ring.ts';
import type * as Listen from '../../../subgraphs/shared/http/listen.ts';
import type * as Log from '../../../subgraphs/shared/log.ts';
import type * as PeerModule from '../../../subgraphs/shared/peer.ts';
import type { SubgraphDeps } from '../../../subgraphs/shared/subgraph-deps.ts';
import type { Subgraph } from '../../../subgraphs/shared/subgraph.ts';
import type { Role } from '../../../subgraphs/shared/auth/actor.ts';
import type { SubgraphName } from '../../../schema/nouns.ts';

const built = async <T>(path: string): Promise<T> => import(new URL(`../../../dist/${path}.js`, import.meta.url).href);

export interface ControlPlane {
  readonly registry: Subgraph;
  /** Where the registry listens, as in a process of its own. */
  readonly url: string;
  readonly ownerUrl: string;
  /** Asks the registry as a person of that role; throws what is wrong. */
  readonly ask: (question: string, variables?: object, role?: Role) => Promise<any>;
  readonly stop: () => Promise<void>;
}

/** All four subgraphs in this process, as `npm start` runs them, over a Postgres of their own in that folder; the registry on a free port besides. */
export async function startControlPlane(folder: string): Promise<ControlPlane> {
  const { startEmbeddedPostgres } = await built<typeof Postgres>('install/postgres/embedded-postgres');
  const { openSecrets } = await built<typeof Secrets>('install/secrets');
  const { KeyRing } = await built<typeof Keys>('subgraphs/shared/auth/key-ring');
  const { signInternalToken } = await built<typeof Token>('subgraphs/shared/auth/internal-token');
  const { listen } = await built<typeof Listen>('subgraphs/shared/http/listen');
  const { localPeer } = await built<typeof PeerModule>('subgraphs/shared/peer');
  const { makeLog } = await built<typeof Log>('subgraphs/shared/log');
  const postgres = await startEmbeddedPostgres({ folder });
  const secrets = openSecrets(join(folder, 'secrets'), { dev: true });
  const secret = secrets.internalSecret;
  const subgraphs = new Map<SubgraphName, Subgraph>();
  const names = ['experiment', 'feature', 'monitoring', 'registry'] as const;
  const peers = Object.fromEntries(
    names.map((name) => [name, localPeer(name, () => subgraphs.get(name), secret)]),
  ) as SubgraphDeps['peers'];
  const variables = { TIFFIN_SOURCE_DIRS: folder, TIFFIN_SIGNING_KEY_FILE: secrets.manifestKeyFile };
  for (const name of names) {
    const dataDir = join(folder, name);
    mkdirSync(dataDir);
    const { readConfig } = await built<any>(`subgraphs/${name}/config`);
    const main = await built<any>(`subgraphs/${name}/main`);
    const urls = { databaseUrl: postgres.url('tiffin_app'), ownerUrl: postgres.url('tiffin_owner') };
    const log = makeLog(name, 'warn', join(folder, 'tiffin.log'));
    const deps = { ...urls, secret, keys: new KeyRing(secrets.keys), log, dataDir, peers, now: () => new Date() };
    subgraphs.set(name, await main[`start${name[0]!.toUpperCase()}${name.slice(1)}`](readConfig(variables), deps));
  }
  const registry = subgraphs.get('registry')!;
  const listening = await listen(registry.app, { host: '127.0.0.1', port: 0 });
  return {
    registry,
    url: listening.url,
    ownerUrl: postgres.url('tiffin_owner'),
    ask: async (question, asked = {}, role = 'developer') => {
      const actor = { subject: `user:${role}`, kind: 'user', roles: [role], scopes: [], project: 'default' } as const;
      const token = await signInternalToken(actor, secret);
      const call = { document: parse(question), variables: { ...asked }, token };
      const { data, errors } = await registry.execute(call);
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
    stop: async () => {
      await listening.close();
      for (const subgraph of [...subgraphs.values()].toReversed()) await subgraph.stop();
      await postgres.stop();
    },
  };
}
