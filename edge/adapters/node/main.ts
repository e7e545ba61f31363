import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import { CAPABILITIES } from '../../../schema/manifest.ts';
import { createApp } from '../../app.ts';
import { Blobs } from '../../delivery/blobs.ts';
import { ControlPlane } from '../../control-plane/control-plane.ts';
import { NodeClock } from '../../control-plane/node-clock.ts';
import { Delivery } from '../../delivery/delivery.ts';
import { CachedFeatureReader } from '../../features/cached-reader.ts';
import { DirectFeatureReader } from '../../features/direct-reader.ts';
import type { FeatureReader } from '../../features/feature-reader.ts';
import { HttpFeatureReader } from '../../features/http-reader.ts';
import { RedisFeatureReader } from '../../features/redis-reader.ts';
import { ServiceLayouts } from '../../features/service-layouts.ts';
import { Shadows } from '../../shadow/shadows.ts';
import { degradedBy, nodeMetrics } from '../../node/node-metrics.ts';
import { startBackground } from './background.ts';
import { readConfigFiles } from './config-files.ts';
import { readConfig, type EdgeConfig } from './config.ts';
import { makeLog, tellDelivery } from './edge-log.ts';
import { makeEngines } from './engines.ts';
import { FileBlobCache } from './file-blob-cache.ts';
import { FileRecordLog } from './file-record-log.ts';
import { FileStateStore } from './file-state-store.ts';
import { lockFolder } from './folder-lock.ts';
import { listen } from './listen.ts';
import { isProgram } from './program.ts';
import { NodeRedisSource } from './redis-source.ts';
import { VERSION } from './version.ts';
import { WorkerEngine } from './worker-engine.ts';

export interface RunningEdge {
  readonly url: string;
  /** Takes no more requests, answers those that run, ships what it can, and keeps the rest for the next start. */
  stop(): Promise<void>;
}

const nowMs = Date.now;
const monotonicMs = (): number => performance.now();
const FEATURE_TIMEOUT_MS = 5_000;
const DRAIN_MS = 3_000;
const LAST_SHADOWS_MS = 500;
const LAST_SHIP_MS = 2_000;

/** Starts an edge on Node: what it held is served at once, whether the control plane is there or not. */
export async function startEdge(config: EdgeConfig, { log }: { readonly log: Logger }): Promise<RunningEdge> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockFolder(config.dataDir);
  const { nodeKey, keys, trusted, keyFiles, tokenizer } = await readConfigFiles(config);
  const records = new FileRecordLog({
    folder: join(config.dataDir, 'queue'),
    maxRecords: config.queueRecords,
    maxBytes: config.queueBytes,
    fsyncMs: config.fsyncMs,
    onFault: (error) => log.error({ err: error }, 'the record log cannot write'),
  });
  const clock = new NodeClock(nowMs, (skewMs) => {
    if (skewMs === 0) log.info('the clock agrees with the control plane again');
    else log.warn({ skewMs }, "the clock differs from the control plane's, whose time records bear from now on");
  });
  const registry = new ControlPlane({ url: config.registryUrl, key: nodeKey, fetch });
  const feature = new ControlPlane({ url: config.featureUrl, key: nodeKey, fetch });
  const monitoring = new ControlPlane({ url: config.monitoringUrl, key: nodeKey, fetch, clock });
  const blobs = new Blobs(new FileBlobCache(join(config.dataDir, 'blobs')), registry);
  // A thread of its own: a shadow, however slow, takes no turn from the answers.
  const shadowEngine = new WorkerEngine((digest) => blobs.load(digest), { limitMs: 2 * config.shadowBudgetMs });
  const { engines, comparison } = makeEngines(config, {
    loadBytes: (digest) => blobs.load(digest),
    beside: shadowEngine,
    onDifference: (model, why) => log.warn({ model, why }, 'the engines answer differently'),
  });
  const shadows = new Shadows({
    log: records,
    budgetMs: config.shadowBudgetMs,
    mostQueued: config.shadowQueue,
    nowMs,
    monotonicMs,
    onFault: (error) => log.error({ err: error }, 'a shadow could not be scored'),
  });
  const delivery: Delivery = new Delivery({
    control: registry,
    audience: config.audience,
    trusted,
    state: new FileStateStore(join(config.dataDir, 'held.json')),
    blobs,
    engines,
    shadowEngines: [shadowEngine],
    capabilities: CAPABILITIES,
    hasPersonalKey: tokenizer !== null,
    nowMs,
    monotonicMs,
    onEvent: (event) => tellDelivery(event, log, metrics),
  });
  const metrics = nodeMetrics({ table: delivery, log: records, shadows, clock, comparison });
  const server = new HttpFeatureReader(feature, { timeoutMs: FEATURE_TIMEOUT_MS });
  const redis = config.redisUrls && openRedis(config.redisUrls, { feature, server, log });
  const reader = new CachedFeatureReader(
    redis?.reader ?? server,
    { freshMs: config.featureFreshMs, keepMs: config.featureKeepMs, maxRows: 10_000 },
    nowMs,
  );

  let stopping = false;
  const { app } = createApp({
    table: delivery,
    reader,
    log: records,
    tokenizer,
    shadows,
    trusted,
    metrics,
    keys,
    readiness: () => {
      if (stopping) return { stopping: 'this node is shutting down' };
      return delivery.freshness().revision === null ? { manifest: 'none was accepted yet' } : null;
    },
    degraded: () => degradedBy(comparison),
    environment: config.environment,
    version: VERSION,
    nowMs: clock.nowMs,
    wrongTime: clock.wrongTime,
    corsOrigins: config.corsOrigins,
    rateLimit: config.rateLimit,
    deviceRateLimit: config.deviceRateLimit,
    monotonicMs,
    onFault: (error, requestId) => log.error({ err: error, requestId }, 'a route failed'),
  });
  const listening = await listen(app.fetch, config).catch(async (error: unknown) => {
    await records.close();
    redis?.source.close();
    lock.release();
    throw error;
  });
  log.info({ url: listening.url, node: config.node, epoch: records.epoch }, 'the edge listens');

  await delivery.restore();
  const background = startBackground({
    config,
    keyFiles,
    registry,
    monitoring,
    clock,
    delivery,
    records,
    shadows,
    metrics,
    log,
  });

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopping = true;
    await listening.close(DRAIN_MS);
    await shadows.stop(LAST_SHADOWS_MS);
    await background.stop(LAST_SHIP_MS);
    await records.close();
    for (const engine of engines) await engine.close();
    await shadowEngine.close();
    redis?.source.close();
    lock.release();
    log.info({ waiting: records.size }, 'the edge has stopped');
  };
  return { url: listening.url, stop: () => (stopped ??= stop()) };
}

/** Reads the online store where it lies, and asks the feature server where that cannot be done. */
function openRedis(
  urls: readonly string[],
  { feature, server, log }: { readonly feature: ControlPlane; readonly server: FeatureReader; readonly log: Logger },
): { readonly source: NodeRedisSource; readonly reader: FeatureReader } {
  const source = new NodeRedisSource(urls);
  const layouts = new ServiceLayouts(feature, { timeoutMs: FEATURE_TIMEOUT_MS });
  const redis = new RedisFeatureReader({ source, planOf: (service) => layouts.planOf(service), nowMs });
  const onChange = (failure: unknown): void => {
    if (failure === null) log.info('features are read from Redis again');
    else log.warn({ err: failure }, 'features cannot be read from Redis: the feature server is asked');
  };
  return { source, reader: new DirectFeatureReader({ redis, server, monotonicMs, onChange }) };
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
