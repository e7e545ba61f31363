import { join, resolve } from 'node:path';
import { Environment } from '../../core/environment.ts';
import { postgresUrl } from '../../core/store-urls.ts';
import { DomainError } from '../../core/errors.ts';
import { followNodeKeys } from './auth/follow-node-keys.ts';
import { openKeyRing } from './auth/keys-file.ts';
import { personVerifier, readPeople } from './auth/people.ts';
import { makeDataDir } from './data-dir.ts';
import { storageErrorOf } from './database/storage-error.ts';
import { listen } from './http/listen.ts';
import { makeLog } from './log.ts';
import { remotePeer, type Peer } from './peer.ts';
import type { SubgraphDeps } from './subgraph-deps.ts';
import type { Subgraph } from './subgraph.ts';
import { SUBGRAPH_PORTS, SUBGRAPHS, type SubgraphName } from '../../schema/nouns.ts';

const LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
const SHORTEST_SECRET = 32;

type Variables = Readonly<Record<string, string | undefined>>;

interface ProcessConfig {
  readonly host: string;
  readonly port: number;
  readonly deps: SubgraphDeps;
}

/** The settings of a subgraph in a process of its own. Throws INVALID_INPUT that lists all that is wrong. */
function readProcessConfig(name: SubgraphName, variables: Variables): ProcessConfig {
  const env = new Environment(variables);
  const required = (variable: string, what: string): string => {
    const text = env.text(variable);
    if (text === undefined) env.wrong(variable, what);
    return text ?? '';
  };
  required('DATABASE_URL', 'names the database: postgres://app:password@host:5432/tiffin');
  const databaseUrl = postgresUrl(env, 'DATABASE_URL') ?? '';
  const ownerUrl = postgresUrl(env, 'DATABASE_OWNER_URL') ?? databaseUrl;
  const secretText = required(
    'TIFFIN_INTERNAL_SECRET',
    `is shared by all parts of the install, at least ${SHORTEST_SECRET} characters`,
  );
  if (secretText !== '' && secretText.length < SHORTEST_SECRET) {
    env.wrong('TIFFIN_INTERNAL_SECRET', `must have at least ${SHORTEST_SECRET} characters`);
  }
  const keysFile = env.text('TIFFIN_KEYS_FILE');
  const urls = SUBGRAPHS.map(
    (peer) => [peer, env.url(`${peer.toUpperCase()}_URL`) ?? `http://127.0.0.1:${SUBGRAPH_PORTS[peer]}`] as const,
  );
  const people = readPeople(env);
  const host = env.text('HOST') ?? '127.0.0.1';
  const port = env.integer('PORT', SUBGRAPH_PORTS[name], 0, 65_535);
  const level = env.choice('LOG_LEVEL', LEVELS, 'info');
  const dataDir = resolve(env.text('TIFFIN_DATA_DIR') ?? '.tiffin', name);
  env.throwProblems();

  const secret = new TextEncoder().encode(secretText);
  const peers = Object.fromEntries(urls.map(([peer, url]) => [peer, remotePeer(peer, url, secret)])) as Record<
    SubgraphName,
    Peer
  >;
  const log = makeLog(name, level);
  const keys = openKeyRing(keysFile, log);
  makeDataDir(dataDir);
  return {
    host,
    port,
    deps: {
      databaseUrl,
      ownerUrl,
      secret,
      keys,
      verifyPerson: personVerifier(people),
      log,
      dataDir,
      peers,
      now: () => new Date(),
    },
  };
}

/** Runs one subgraph in this process until SIGTERM or SIGINT: running requests end, then jobs, consumers and pools. */
export async function runSubgraph(
  name: SubgraphName,
  variables: Variables,
  start: (deps: SubgraphDeps, variables: Variables) => Promise<Subgraph>,
): Promise<void> {
  try {
    const { host, port, deps } = readProcessConfig(name, variables);
    const file = join(deps.dataDir, 'node-keys.json');
    const { keys, log } = deps;
    // The registry knows them itself.
    const following =
      name === 'registry' ? null : await followNodeKeys({ registry: deps.peers.registry, keys, file, log });
    const subgraph = await start(deps, variables);
    const listening = await listen(subgraph.app, { host, port }).catch(async (error: unknown) => {
      await subgraph.stop();
      throw error;
    });
    deps.log.info({ url: listening.url }, `the ${name} subgraph is ready`);
    const stop = async (): Promise<void> => {
      subgraph.refuse();
      await listening.close();
      await following?.stop();
      await subgraph.stop();
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  } catch (error) {
    const known = error instanceof DomainError ? error : storageErrorOf(error);
    const why = known?.message ?? (error instanceof Error ? error.stack : String(error));
    process.stderr.write(`the ${name} subgraph could not start: ${why}\n`);
    // What was opened half-way must not keep the process: a supervisor waits for its end.
    process.exit(1);
  }
}
