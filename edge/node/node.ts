import { createApp, type EdgeApp } from '../app.ts';
import { ControlPlane } from '../control-plane/control-plane.ts';
import { NodeClock } from '../control-plane/node-clock.ts';
import { Blobs } from '../delivery/blobs.ts';
import { Delivery, type DeploymentReport } from '../delivery/delivery.ts';
import { FeatureSnapshots } from '../delivery/feature-snapshots.ts';
import type { Readiness } from '../http/health.ts';
import { Shadows } from '../shadow/shadows.ts';
import { Profiles } from '../telemetry/profiles.ts';
import type { Account } from '../telemetry/record-log.ts';
import { featureReaderOf } from './feature-readers.ts';
import { degradedBy, nodeMetrics } from './node-metrics.ts';
import type { NodeLog } from './node-log.ts';
import type { Platform } from './platform.ts';
import type { NodeSettings } from './settings.ts';
import { startTasks, type RunningTasks } from './tasks.ts';
import { tellDelivery } from './tell-delivery.ts';
import { tellDetector } from './tell-detector.ts';
import { Detectors } from '../detectors/detectors.ts';
import { ReadAhead } from '../serving/read-ahead.ts';
import { FeatureReads } from '../telemetry/feature-reads.ts';
import { LastMinute } from '../telemetry/last-minute.ts';

export interface EdgeNode {
  /** Answers a request; works from the start, also before anything is served. */
  readonly fetch: EdgeApp['app']['fetch'];
  /** Takes up what the node held, whether the control plane is there or not, and begins its tasks. */
  start(): Promise<void>;
  /** What it holds, and what waits to be shipped. */
  status(): NodeStatus;
  /** Whether it holds a manifest, and is not stopping. */
  isReady(): boolean;
  /** Resolves when nothing is under way that came after an answer. */
  idle(): Promise<void>;
  /** Says that it is not ready any more, waits until `drain` has let the last requests end, ships what it can, and closes. */
  stop(drain: () => Promise<void>): Promise<void>;
}

export interface NodeStatus {
  /** Of the manifest that it goes by; null: it has none yet. */
  readonly revision: number | null;
  /** Milliseconds since the registry was last heard. */
  readonly ageMs: number;
  /** Whether the manifest has expired. */
  readonly stale: boolean;
  /** Why the manifest that the registry offers now is not gone by, such as a wrong key; null while none is refused. */
  readonly manifestRefused: { readonly code: string; readonly reason: string } | null;
  readonly deployments: readonly DeploymentReport[];
  readonly account: Account;
  /** Records of all kinds that wait to be shipped. */
  readonly waiting: number;
}

const LAST_SHADOWS_MS = 500;
const LAST_SHIP_MS = 2_000;

/** A node of the edge on whatever platform it is given: what answers, what it holds, and what it does besides. */
export function createNode(platform: Platform, settings: NodeSettings & { readonly version: string }): EdgeNode {
  const { records, secrets, log } = platform;
  const { nowMs, monotonicMs, advancesDuringCompute } = platform.clock;
  const clock = new NodeClock(nowMs, (skewMs) => tellSkew(skewMs, log));
  const { fetch, post } = platform;
  const { identity } = secrets;
  const control = { key: identity ? () => identity.key : secrets.nodeKey, fetch, ...(post && { post }) };
  const registry = new ControlPlane({ url: settings.registryUrl, ...control });
  const feature = new ControlPlane({ url: settings.featureUrl, ...control });
  const monitoring = new ControlPlane({ url: settings.monitoringUrl, ...control, clock });
  const blobs = new Blobs(platform.blobs, registry);
  const { engines, shadowEngines, comparison } = platform.engines((digest) => blobs.load(digest));
  const shadows = new Shadows({
    log: records,
    budgetMs: settings.shadowBudgetMs,
    mostQueued: settings.shadowQueue,
    nowMs,
    monotonicMs,
    advancesDuringCompute,
    onFault: (error) => log.error({ err: error }, 'a shadow could not be scored'),
  });
  const profiles = new Profiles({
    log: records,
    mostBytes: settings.profileBytes,
    nowMs: clock.nowMs,
    onFault: (error) => log.error({ err: error }, 'a profile of answers could not be kept'),
  });
  const snapshots = new FeatureSnapshots({
    blobs,
    mostBytes: settings.snapshotBytes,
    nowMs: clock.nowMs,
    onEvent: (event) => tellDelivery(event, log, metrics),
  });
  const delivery: Delivery = new Delivery({
    control: registry,
    audience: settings.audience,
    trusted: secrets.trusted,
    state: platform.state,
    blobs,
    snapshots,
    engines,
    shadowEngines,
    capabilities: platform.capabilities,
    hasPersonalKey: secrets.tokenizer !== null,
    nowMs,
    monotonicMs,
    advancesDuringCompute,
    onEvent: (event) => tellDelivery(event, log, metrics),
  });
  const detectors = new Detectors({
    nowMs: clock.nowMs,
    monotonicMs,
    heeds: (trust) => platform.isDevice === true || trust === 'server',
    onChange: (change) => tellDetector(change, log, metrics),
  });
  const metrics = nodeMetrics({ table: delivery, log: records, profiles, shadows, detectors, clock, comparison });
  const unanswered = new LastMinute(monotonicMs);
  const reader = featureReaderOf(platform, settings, { feature, pinned: snapshots });
  const featureReads = new FeatureReads(monotonicMs);
  const readAhead = new ReadAhead({ reader, reads: featureReads, monotonicMs });
  let stopping = false;
  const readiness: Readiness = () => {
    if (stopping) return { stopping: 'this node is shutting down' };
    return delivery.freshness().revision === null ? { manifest: 'none was accepted yet' } : null;
  };
  const { app } = createApp({
    table: delivery,
    reader,
    log: records,
    profiles,
    tokenizer: secrets.tokenizer,
    shadows,
    trusted: secrets.trusted,
    metrics,
    unanswered,
    detectors,
    featureReads,
    readAhead,
    keys: secrets.keys,
    readiness,
    openapi: platform.openapi,
    degraded: () => degradedBy(comparison),
    environment: settings.environment,
    version: settings.version,
    nowMs: clock.nowMs,
    wrongTime: clock.wrongTime,
    corsOrigins: settings.corsOrigins,
    rateLimit: settings.rateLimit,
    deviceRateLimit: settings.deviceRateLimit,
    monotonicMs,
    advancesDuringCompute,
    onFault: (error, requestId) => log.error({ err: error, requestId }, 'a route failed'),
  });
  let tasks: RunningTasks | undefined;
  return {
    fetch: app.fetch,
    start: async () => {
      await delivery.restore();
      if (!stopping)
        tasks = startTasks({
          platform,
          settings,
          registry,
          monitoring,
          clock,
          delivery,
          shadows,
          unanswered,
          detectors,
          featureReads,
          profiles,
          metrics,
        });
    },
    status: () => ({
      ...delivery.freshness(),
      manifestRefused: delivery.manifestRefused(),
      deployments: delivery.report(),
      account: records.account(),
      waiting: records.size,
    }),
    isReady: () => readiness() === null,
    idle: async () => {
      await Promise.all([shadows.settled(), readAhead.settled()]);
    },
    stop: async (drain) => {
      stopping = true;
      await drain();
      await shadows.stop(LAST_SHADOWS_MS);
      await tasks?.stop(LAST_SHIP_MS);
      await records.close();
      for (const engine of [...engines, ...shadowEngines]) await engine.close();
    },
  };
}

function tellSkew(skewMs: number, log: NodeLog): void {
  if (skewMs === 0) log.info({}, 'the clock agrees with the control plane again');
  else log.warn({ skewMs }, "the clock differs from the control plane's, whose time records bear from now on");
}
