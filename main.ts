import 'reflect-metadata';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DomainError } from './core/errors.ts';
import { readConfig } from './gateway/config.ts';
import { superviseChild, type SupervisedChild } from './install/process/child-process.ts';
import { HELP, readCommandLine } from './install/command-line.ts';
import { readControlPlaneConfig, type ControlPlaneConfig } from './install/control-plane-config.ts';
import { flightsExample } from './install/flights-example.ts';
import { greeting } from './install/greeting.ts';
import { openSecrets, type Secrets } from './install/secrets.ts';
import { localExecutor } from './subgraphs/shared/local-executor.ts';
import { startGateway, SUPERGRAPH_FILE } from './gateway/main.ts';
import { readConfig as readExperimentConfig } from './subgraphs/experiment/config.ts';
import { startExperiment } from './subgraphs/experiment/main.ts';
import { DEFAULT_SOURCE_FOLDER, readConfig as readFeatureConfig } from './subgraphs/feature/config.ts';
import { startFeature } from './subgraphs/feature/main.ts';
import { readConfig as readMonitoringConfig } from './subgraphs/monitoring/config.ts';
import { startMonitoring } from './subgraphs/monitoring/main.ts';
import { readConfig as readRegistryConfig } from './subgraphs/registry/config.ts';
import { startRegistry } from './subgraphs/registry/main.ts';
import { KeyRing } from './subgraphs/shared/auth/key-ring.ts';
import { makeDataDir } from './subgraphs/shared/data-dir.ts';
import { startEmbeddedPostgres } from './install/postgres/embedded-postgres.ts';
import { storageErrorOf } from './subgraphs/shared/database/storage-error.ts';
import { makeLog } from './subgraphs/shared/log.ts';
import { localPeer, type Peer } from './subgraphs/shared/peer.ts';
import type { SubgraphDeps } from './subgraphs/shared/subgraph-deps.ts';
import type { Subgraph } from './subgraphs/shared/subgraph.ts';
import type { SubgraphName } from './schema/nouns.ts';

const MIN_NODE = 24;
type Start = (deps: SubgraphDeps, variables: Readonly<Record<string, string | undefined>>) => Promise<Subgraph>;
const STARTS: readonly (readonly [SubgraphName, Start])[] = [
  ['experiment', (deps, variables) => startExperiment(readExperimentConfig(variables), deps)],
  ['feature', (deps, variables) => startFeature(readFeatureConfig(variables), deps)],
  ['monitoring', (deps, variables) => startMonitoring(readMonitoringConfig(variables), deps)],
  ['registry', (deps, variables) => startRegistry(readRegistryConfig(variables), deps)],
];

/** What has been started, in order; stopped in the reverse order, whatever had been reached. */
class Started {
  readonly #stops: (() => Promise<void>)[] = [];
  #stopped: Promise<void> | undefined;

  get isStopping(): boolean {
    return this.#stopped !== undefined;
  }

  add(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stopAll());
  }

  async #stopAll(): Promise<void> {
    for (const stop of this.#stops.toReversed()) {
      try {
        await stop();
      } catch (error) {
        process.stderr.write(`while stopping: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  }
}

async function main(started: Started, variables: NodeJS.ProcessEnv): Promise<void> {
  const config = readControlPlaneConfig(variables);
  const gatewayConfig = readConfig(process.env);
  makeDataDir(config.dataDir);
  const secrets = openSecrets(join(config.dataDir, 'secrets'), { dev: config.dev });
  const logFile = config.dev ? join(config.dataDir, 'tiffin.log') : undefined;
  const keys = new KeyRing(secrets.keys);

  const database = config.database
    ? { ...config.database, description: 'Postgres of DATABASE_URL' }
    : await embedded(config, started);
  const subgraphs = new Map<SubgraphName, Subgraph>();
  const peers = Object.fromEntries(
    STARTS.map(([name]) => [name, localPeer(name, () => subgraphs.get(name), secrets.internalSecret)]),
  ) as Record<SubgraphName, Peer>;
  // One after another: each waits for its migrations, and they take turns anyway.
  for (const [name, start] of STARTS) {
    const dataDir = join(config.dataDir, name);
    mkdirSync(dataDir, { recursive: true });
    const deps: SubgraphDeps = {
      databaseUrl: database.url,
      ownerUrl: database.ownerUrl,
      secret: secrets.internalSecret,
      keys,
      log: makeLog(name, config.logLevel, logFile),
      dataDir,
      peers,
      now: () => new Date(),
    };
    const subgraph = await start(deps, {
      ...process.env,
      TIFFIN_SIGNING_KEY_FILE: secrets.manifestKeyFile,
      ...(config.dev && {
        // The example derives its files from a package, below the data folder.
        TIFFIN_SOURCE_DIRS: `${process.env['TIFFIN_SOURCE_DIRS'] || DEFAULT_SOURCE_FOLDER}:${flightsFolder(config)}`,
      }),
    });
    subgraphs.set(name, subgraph);
    started.add(() => subgraph.stop());
  }

  const gateway = await startGateway({
    config: gatewayConfig,
    supergraphSdl: readFileSync(SUPERGRAPH_FILE, 'utf8'),
    executors: new Map([...subgraphs].map(([name, subgraph]) => [name, localExecutor(subgraph)])),
    secret: secrets.internalSecret,
    keys,
    log: makeLog('gateway', config.logLevel, logFile),
    mounted: [...subgraphs.values()].map(({ dataApp }) => dataApp),
  });
  started.add(() => gateway.stop());

  const edge = config.edge.enabled ? await startEdge(config, secrets, gateway.url) : undefined;
  if (edge) {
    started.add(() => edge.stop());
    await untilReady(`http://127.0.0.1:${config.edge.port}/livez`);
  }
  const edgeUrl = edge && `http://127.0.0.1:${config.edge.port}`;
  const flightsTo =
    edgeUrl === undefined || !config.example
      ? undefined
      : await flightsExample({
          script: fileURLToPath(new URL('examples/flights/main.js', import.meta.url)),
          folder: flightsFolder(config),
          graphUrl: gateway.url,
          edgeUrl,
          env: process.env,
          say: (line) => process.stdout.write(`${line}\n`),
          began: (stop) => started.add(stop),
        });
  if (started.isStopping) return;
  process.stdout.write(
    greeting({
      seconds: performance.now() / 1000, // since the process began, imports included,
      dev: config.dev,
      graphUrl: gateway.url,
      edgeUrl,
      dataDir: config.dataDir,
      database: database.description,
      flightsTo,
    }),
  );
}

const flightsFolder = ({ dataDir }: ControlPlaneConfig): string => join(dataDir, 'flights');

async function embedded(
  { dataDir }: ControlPlaneConfig,
  started: Started,
): Promise<{ url: string; ownerUrl: string; description: string }> {
  const server = await startEmbeddedPostgres({ folder: dataDir });
  started.add(() => server.stop());
  return {
    url: server.url('tiffin_app'),
    ownerUrl: server.url('tiffin_owner'),
    description: `Postgres on port ${server.port}`,
  };
}

/** The edge in a process of its own, started again if it dies; it goes on by itself when this process dies. */
function startEdge(config: ControlPlaneConfig, secrets: Secrets, controlUrl: string): Promise<SupervisedChild> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return superviseChild({
    name: 'edge',
    script: fileURLToPath(new URL('edge/adapters/node/main.js', import.meta.url)),
    pidFile: join(config.dataDir, 'edge.pid'),
    log: makeLog('control-plane', config.logLevel, config.dev ? join(config.dataDir, 'tiffin.log') : undefined),
    env: {
      ...Object.fromEntries(inherited),
      TIFFIN_EDGE_HOST: config.host,
      TIFFIN_EDGE_PORT: String(config.edge.port),
      TIFFIN_CONTROL_URL: controlUrl,
      TIFFIN_EDGE_NODE: process.env['TIFFIN_EDGE_NODE'] ?? 'edge-1',
      TIFFIN_EDGE_KEY: secrets.edgeKey,
      TIFFIN_KEYS_FILE: secrets.keysFile,
      TIFFIN_TRUSTED_KEYS_FILE: secrets.trustedKeysFile,
      TIFFIN_EDGE_DATA_DIR: join(config.dataDir, 'edge'),
      ...(config.dev && { TIFFIN_EDGE_LOG_FILE: join(config.dataDir, 'edge.log') }),
    },
  });
}

async function untilReady(url: string): Promise<void> {
  const answers = (): Promise<boolean> =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 50) {
    if (await answers()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new DomainError(
    'UNAVAILABLE',
    `the edge does not answer at ${url}: its port may be taken (EDGE_PORT chooses another); see edge.log`,
  );
}

function checkNode(): void {
  if (Number(process.versions.node.split('.')[0]) >= MIN_NODE) return;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `this needs Node ${MIN_NODE}, and this is ${process.versions.node}: start it with "npm start", which brings its own ` +
      '(after "npm ci" without --ignore-scripts)',
  );
}

const started = new Started();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void started.stop().then(() => process.exit(0)));
}
try {
  checkNode();
  const variables = readCommandLine(process.argv.slice(2), process.env);
  if (variables) await main(started, variables);
  else process.stdout.write(HELP);
} catch (error) {
  const known = error instanceof DomainError ? error : storageErrorOf(error);
  const message = known?.message ?? (error instanceof Error ? error.stack : String(error));
  process.stderr.write(`Tiffin could not start: ${message}\n`);
  await started.stop();
  process.exit(1);
}
