import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import description from '../../../schema/edge.openapi.json' with { type: 'json' };
import { apiDescription } from '../../http/api-page/api-description.ts';
import { DomainError } from '../../../core/errors.ts';
import { CAPABILITIES } from '../../../schema/manifest.ts';
import { fetchPoster } from '../../control-plane/control-plane.ts';
import { createNode } from '../../node/node.ts';
import { livingSchedule } from '../../time/task.ts';
import { readConfigFiles } from './config-files.ts';
import { readConfig, type EdgeConfig } from './config.ts';
import { makeLog } from './edge-log.ts';
import { makeEngines } from './engines.ts';
import { FileBlobCache } from './file-blob-cache.ts';
import { FileRecordLog } from './file-record-log.ts';
import { FileStateStore } from './file-state-store.ts';
import { lockFolder } from './folder-lock.ts';
import { listen } from './listen.ts';
import { redisReader } from './online-reader.ts';
import { readPages } from './pages.ts';
import { isProgram } from './program.ts';
import { NodeRedisSource } from './redis-source.ts';
import { processMemory } from './process-memory.ts';
import { runtimeName } from './runtime-name.ts';
import { textPoster } from './text-poster.ts';
import { VERSION } from './version.ts';

export interface RunningEdge {
  readonly url: string;
  /** Takes no more requests, answers those that run, ships what it can, and keeps the rest for the next start. */
  stop(): Promise<void>;
}

const DRAIN_MS = 3_000;

/** Starts an edge on Node: what it held is served at once, whether the control plane is there or not. */
export async function startEdge(config: EdgeConfig, { log }: { readonly log: Logger }): Promise<RunningEdge> {
  const { dataDir } = config;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockFolder(dataDir);
  const secrets = await readConfigFiles(config);
  const records = new FileRecordLog({
    folder: join(dataDir, 'queue'),
    maxRecords: config.queueRecords,
    maxBytes: config.queueBytes,
    fsyncMs: config.fsyncMs,
    onFault: (error) => log.error({ err: error }, 'the record log cannot write'),
  });
  const pages = config.pagesDir === null ? null : readPages(config.pagesDir, config);
  const redis = config.redisUrls && new NodeRedisSource(config.redisUrls);
  const node = createNode(
    {
      capabilities: CAPABILITIES,
      openapi: apiDescription(description),
      runtime: runtimeName(),
      records,
      blobs: new FileBlobCache(join(dataDir, 'blobs')),
      state: new FileStateStore(join(dataDir, 'held.json')),
      engines: (loadBytes) =>
        makeEngines(config, loadBytes, (model, why) => log.warn({ model, why }, 'the engines answer differently')),
      clock: { nowMs: Date.now, monotonicMs: () => performance.now(), advancesDuringCompute: true },
      memory: processMemory,
      fetch,
      post: textPoster(fetchPoster(fetch)),
      secrets,
      schedule: livingSchedule,
      onlineReader: redis && redisReader(redis, log),
      log,
    },
    { ...config, version: VERSION },
  );
  const letGo = (): void => {
    redis?.close();
    lock.release();
  };
  const listening = await listen(pages ? pages.after(node.fetch) : node.fetch, config).catch(async (error: unknown) => {
    await records.close();
    letGo();
    throw error;
  });
  log.info({ url: listening.url, node: config.node, epoch: records.epoch }, 'the edge listens');
  await node.start();

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await node.stop(() => listening.close(DRAIN_MS));
    letGo();
    log.info({ waiting: records.size }, 'the edge has stopped');
  };
  return { url: listening.url, stop: () => (stopped ??= stop()) };
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const starting = startEdge(config, { log: makeLog(config) });
  // Told to end while it starts, it starts first: what it holds must be closed in order.
  const end = (): Promise<never> =>
    starting
      .then((edge) => edge.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
  await starting;
}

if (isProgram(import.meta)) {
  try {
    await main();
  } catch (error) {
    const why = error instanceof DomainError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`the edge could not start: ${why}\n`);
    process.exit(1);
  }
}
