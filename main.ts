import 'reflect-metadata';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DomainError } from './core/errors.ts';
import { readConfig } from './gateway/config.ts';
import { devAssetUrl } from './install/asset-url.ts';
import { HELP, readCommandLine } from './install/command-line.ts';
import { readControlPlaneConfig, type ControlPlaneConfig } from './install/control-plane-config.ts';
import { startEdge, untilAnswering } from './install/edge-process.ts';
import { chosenExamples, findExamples, type Example } from './install/examples/example-manifest.ts';
import { writePages } from './install/examples/example-pages.ts';
import { setUpExamples } from './install/examples/set-up-examples.ts';
import { greeting } from './install/greeting.ts';
import { startEmbeddedPostgres } from './install/postgres/embedded-postgres.ts';
import { watchParent } from './install/process/parent-watch.ts';
import { DEV_KEY, openSecrets } from './install/secrets.ts';
import { Started, StartInterrupted } from './install/started.ts';
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
import { openKeyRing } from './subgraphs/shared/auth/keys-file.ts';
import { personVerifier } from './subgraphs/shared/auth/people.ts';
import { makeDataDir } from './subgraphs/shared/data-dir.ts';
import { storageErrorOf } from './subgraphs/shared/database/storage-error.ts';
import { makeLog } from './subgraphs/shared/log.ts';
import { localPeer, type Peer } from './subgraphs/shared/peer.ts';
import type { SubgraphDeps } from './subgraphs/shared/subgraph-deps.ts';
import type { Subgraph } from './subgraphs/shared/subgraph.ts';
import type { SubgraphName } from './schema/nouns.ts';

/** The folder with `examples/` and `schema/` in it; built, this file lies one deeper. */
const ROOT = new URL(import.meta.url.endsWith('.js') ? '..' : '.', import.meta.url);
type Start = (deps: SubgraphDeps, variables: Readonly<Record<string, string | undefined>>) => Promise<Subgraph>;
const STARTS: readonly (readonly [SubgraphName, Start])[] = [
  ['experiment', (deps, variables) => startExperiment(readExperimentConfig(variables), deps)],
  ['feature', (deps, variables) => startFeature(readFeatureConfig(variables), deps)],
  ['monitoring', (deps, variables) => startMonitoring(readMonitoringConfig(variables), deps)],
  ['registry', (deps, variables) => startRegistry(readRegistryConfig(variables), deps)],
];

const started = new Started();

async function main(variables: NodeJS.ProcessEnv): Promise<void> {
  const examples = findExamples({ root: fileURLToPath(ROOT), built: import.meta.dirname });
  const config = readControlPlaneConfig(
    variables,
    examples.map(({ name }) => name),
  );
  const chosen = chosenExamples(examples, config);
  const gatewayConfig = readConfig(process.env);
  makeDataDir(config.dataDir);
  const secrets = openSecrets(join(config.dataDir, 'secrets'), { dev: config.dev });
  const logFile = config.dev ? join(config.dataDir, 'tiffin.log') : undefined;
  const keys = openKeyRing(secrets.keysFile, makeLog('control-plane', config.logLevel, logFile));
  const verifyPerson = personVerifier(gatewayConfig.auth);

  const database = config.database
    ? { ...config.database, description: 'Postgres of DATABASE_URL' }
    : await embedded(config);
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
      verifyPerson,
      devUsers: gatewayConfig.auth.mode === 'dev',
      log: makeLog(name, config.logLevel, logFile),
      dataDir,
      peers,
      now: () => new Date(),
    };
    const settings = {
      ...process.env,
      TIFFIN_SIGNING_KEY_FILE: secrets.manifestKeyFile,
      ...(config.dev && {
        TIFFIN_ASSET_URL: process.env['TIFFIN_ASSET_URL'] || devAssetUrl(gatewayConfig),
        // Replays are of past days, which are to be measured and kept like those of today.
        TIFFIN_SAMPLE_DAYS: process.env['TIFFIN_SAMPLE_DAYS'] || '0',
        TIFFIN_SOURCE_DIRS: [
          process.env['TIFFIN_SOURCE_DIRS'] || DEFAULT_SOURCE_FOLDER,
          ...sourceFolders(examples, config),
        ].join(':'),
      }),
    };
    const subgraph = await started.start(
      () => start(deps, settings),
      (running) => running.stop(),
    );
    subgraphs.set(name, subgraph);
  }

  const gateway = await started.start(
    () =>
      startGateway({
        config: gatewayConfig,
        supergraphSdl: readFileSync(SUPERGRAPH_FILE, 'utf8'),
        executors: new Map([...subgraphs].map(([name, subgraph]) => [name, localExecutor(subgraph)])),
        secret: secrets.internalSecret,
        keys,
        log: makeLog('gateway', config.logLevel, logFile),
        mounted: [...subgraphs.values()].map(({ dataApp }) => dataApp),
        mountedMetrics: [...subgraphs.values()].map(({ metrics }) => metrics),
      }),
    (running) => running.stop(),
  );
  const edge = config.edge.enabled
    ? await started.start(
        () =>
          startEdge({
            script: fileURLToPath(new URL('edge/adapters/node/main.js', import.meta.url)),
            config,
            secrets,
            controlUrl: gateway.url,
            pagesDir: writePages(chosen, { dataDir: config.dataDir, controlUrl: gateway.url, secrets }),
            variables: process.env,
            log: makeLog('control-plane', config.logLevel, logFile),
          }),
        (running) => running.stop(),
      )
    : undefined;
  if (edge) await untilAnswering(edge);
  const greetings = edge
    ? await setUpExamples(chosen, {
        dataDir: config.dataDir,
        graphUrl: gateway.url,
        edgeUrl: edge.url,
        key: DEV_KEY,
        env: process.env,
        say: (line) => process.stdout.write(`${line}\n`),
        started,
      })
    : [];
  process.stdout.write(
    greeting({
      seconds: performance.now() / 1000, // since the process began, imports included,
      dev: config.dev,
      graphUrl: gateway.url,
      edgeUrl: edge?.url,
      dataDir: config.dataDir,
      database: database.description,
      examples: greetings,
    }),
  );
}

/** Examples derive their files from packages, below the data folder. */
const sourceFolders = (examples: readonly Example[], { dataDir }: ControlPlaneConfig): readonly string[] =>
  examples.flatMap((example) => example.sources.map((folder) => join(example.dataFolder(dataDir), folder)));

async function embedded({
  dataDir,
}: ControlPlaneConfig): Promise<{ url: string; ownerUrl: string; description: string }> {
  const server = await started.start(
    () => startEmbeddedPostgres({ folder: dataDir }),
    (running) => running.stop(),
  );
  return {
    url: server.url('tiffin_app'),
    ownerUrl: server.url('tiffin_owner'),
    description: `Postgres on port ${server.port}`,
  };
}

const end = (): void => void started.stop().then(() => process.exit(0));
// More than once: npm passes on the Ctrl-C that the terminal has given to both.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
// One that npm was killed with reaches nobody.
if (process.env['npm_lifecycle_event'] !== undefined) watchParent(end);
try {
  const variables = readCommandLine(process.argv.slice(2), process.env);
  if (variables) await main(variables);
  else process.stdout.write(HELP);
} catch (error) {
  // Whoever interrupted the start ends the process, when all is stopped.
  if (!(error instanceof StartInterrupted)) {
    const known = error instanceof DomainError ? error : storageErrorOf(error);
    const message = known?.message ?? (error instanceof Error ? error.stack : String(error));
    process.stderr.write(`Tiffin could not start: ${message}\n`);
    await started.stop();
    process.exit(1);
  }
}
