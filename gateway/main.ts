import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import 'reflect-metadata';
import type { Hono } from 'hono';
import { openKeyRing } from '../subgraphs/shared/auth/keys-file.ts';
import { listen } from '../subgraphs/shared/http/listen.ts';
import { makeLog } from '../subgraphs/shared/log.ts';
import { isProgram } from '../subgraphs/shared/program.ts';
import { makeGateway, type Gateway, type GatewayParts } from './app.ts';
import { readConfig, readSplitConfig } from './config.ts';
import { readDocuments } from './console/trusted-documents.ts';
import { readJsonSchemas } from './http/json-schemas.ts';
import { remoteExecutor } from '../subgraphs/shared/remote-executor.ts';

export interface RunningGateway {
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  /** Lets running requests end, then closes the port. */
  stop(): Promise<void>;
}

export interface StartOptions extends GatewayParts {
  /** Other apps on the same port: the data planes of subgraphs in this process, the console. */
  // oxlint-disable-next-line typescript/no-explicit-any -- Hono's environment type is invariant and irrelevant here
  readonly mounted?: readonly Hono<any>[];
}

/** Serves the supergraph. In one process with subgraphs the executors are local, in split mode remote. */
export async function startGateway({ mounted = [], ...parts }: StartOptions): Promise<RunningGateway> {
  const documents = readDocuments(readFileSync(new URL('schema/console-documents.json', ROOT), 'utf8'));
  const folder = fileURLToPath(new URL('dist/console/', ROOT));
  const jsonSchemas = readJsonSchemas(new URL('schema/', ROOT));
  const gateway = await makeGateway({ console: { folder, documents }, jsonSchemas, ...parts });
  for (const app of mounted) gateway.app.route('/', app);
  const { host, port } = parts.config;
  try {
    const listening = await listen(gateway.app, { host, port });
    const stop = async (): Promise<void> => {
      gateway.refuse();
      await listening.close();
      await gateway.stop();
    };
    return { url: listening.url, port: listening.port, gateway, stop };
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

/** The folder with `schema/` and `dist/` in it; built, this file lies one deeper. */
const ROOT = new URL(import.meta.url.endsWith('.js') ? '../..' : '..', import.meta.url);

/** The supergraph as it was composed and checked in. */
export const SUPERGRAPH_FILE = new URL('schema/supergraph.graphql', ROOT);

/** A gateway in a process of its own: SIGHUP reads the supergraph again, SIGTERM and SIGINT end it. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { urls, secret, supergraphFile = SUPERGRAPH_FILE, keysFile } = readSplitConfig(process.env);
  const log = makeLog('gateway', config.logLevel);
  const readSupergraph = (): string => readFileSync(supergraphFile, 'utf8');
  const running = await startGateway({
    config,
    supergraphSdl: readSupergraph(),
    executors: new Map([...urls].map(([name, url]) => [name, remoteExecutor(url)])),
    secret,
    keys: openKeyRing(keysFile, log),
    log,
  });
  log.info({ url: running.url }, 'the gateway is ready');
  process.on('SIGHUP', () => {
    Promise.resolve()
      .then(() => running.gateway.update(readSupergraph()))
      .then(
        () => log.info('the supergraph was read again'),
        (error: unknown) => log.error({ err: error }, 'the new supergraph cannot be read: the old one goes on'),
      );
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void running.stop());
}

if (isProgram(import.meta)) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
