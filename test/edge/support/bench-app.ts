import { rmSync } from 'node:fs';
import description from '../../../schema/edge.openapi.json' with { type: 'json' };
import { apiDescription } from '../../../edge/http/api-page/api-description.ts';
import { MachineKeys, type MachineKey } from '../../../core/machine-keys.ts';
import { SCOPES } from '../../../core/scopes.ts';
import type { Traffic } from '../../../schema/manifest.ts';
import { createApp, type EdgeApp, type EdgeDeps } from '../../../edge/app.ts';
import { FileRecordLog } from '../../../edge/adapters/node/file-record-log.ts';
import { OrtEngine } from '../../../edge/engines/ort-engine.ts';
import { warmUp } from '../../../edge/engines/warm-up.ts';
import type { FeatureReader } from '../../../edge/features/feature-reader.ts';
import { reasonedModel } from '../../../core/reasons/reasons.ts';
import { compileModel } from '../../../core/tabular/compile-plan.ts';
import { compilePlan, readyPlan, type ReadyModel, type ReadyPlan } from '../../../edge/recipe/plan.ts';
import type { Engine } from '../../../edge/engines/engine.ts';
import type { ServingDeployment, ServingTable } from '../../../edge/serving/deployment.ts';
import { Shadows } from '../../../edge/shadow/shadows.ts';
import type { Comparison } from '../../../edge/engines/comparison.ts';
import { Detectors } from '../../../edge/detectors/detectors.ts';
import { tellDetector } from '../../../edge/node/tell-detector.ts';
import type { Metrics } from '../../../edge/telemetry/metrics.ts';
import type { DetectorReport } from '../../../schema/telemetry.ts';
import { degradedBy, nodeMetrics } from '../../../edge/node/node-metrics.ts';
import { NodeClock } from '../../../edge/control-plane/node-clock.ts';
import { TrustedKeys } from '../../../edge/control-plane/trusted-keys.ts';
import { forcedIn, shadowIn } from '../../../core/traffic/layers.ts';
import { Profiles } from '../../../edge/telemetry/profiles.ts';
import { Tokenizer } from '../../../edge/telemetry/token.ts';
import { sha256, type TestRelease } from './release.ts';
import { makeRunFolder } from '../../support/leftovers.ts';
import { ReadAhead } from '../../../edge/serving/read-ahead.ts';
import { FeatureReads } from '../../../edge/telemetry/feature-reads.ts';
import { LastMinute } from '../../../edge/telemetry/last-minute.ts';

/** One app over hand-made releases: the real engine and the real log, no network. */
export interface BenchApp extends EdgeApp {
  readonly log: FileRecordLog;
  readonly engine: OrtEngine;
  readonly deps: EdgeDeps;
  readonly shadows: Shadows;
  readonly faults: unknown[];
  readonly deployment: string;
  /** Of the first release. */
  readonly digest: string;
  /** What detectors came to. */
  readonly changes: readonly DetectorReport[];
  post(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: any; headers: Headers }>;
  get(path: string): Promise<{ status: number; body: any }>;
  records(): Promise<any[]>;
  close(): Promise<void>;
}

export const KEY = 'bench-key';

export interface BenchOptions {
  readonly releases: readonly TestRelease[];
  readonly traffic?: (digests: readonly string[]) => Traffic;
  readonly previous?: number;
  readonly reader?: FeatureReader;
  readonly log?: Partial<ConstructorParameters<typeof FileRecordLog>[0]>;
  readonly refuseAfterMs?: number;
  readonly freshness?: () => { revision: number | null; ageMs: number; stale: boolean };
  readonly p99Ms?: number;
  readonly profileBytes?: number;
  readonly reasonsP99Ms?: number;
  readonly tokenizer?: Tokenizer | null;
  readonly scopes?: readonly (typeof SCOPES)[number][];
  readonly nowMs?: () => number;
  readonly monotonicMs?: () => number;
  readonly corsOrigins?: readonly string[];
  readonly rateLimit?: number;
  readonly deviceRateLimit?: number;
  /** Keys beside the two that there are. */
  readonly keys?: readonly MachineKey[];
  readonly comparison?: Comparison;
  /** False: as on a platform whose clock stands still while nothing is waited for. */
  readonly advancesDuringCompute?: boolean;
  /** Public keys of those who may sign. */
  readonly trusted?: Readonly<Record<string, string>>;
  /** What runs shadows, in place of the engine that answers; and the bounds of their queue. */
  readonly shadows?: { readonly engine?: Engine; readonly budgetMs?: number; readonly mostQueued?: number };
}

const noFeatures: FeatureReader = { read: () => Promise.reject(new Error('no feature server in this test')) };

export async function benchApp(options: BenchOptions): Promise<BenchApp> {
  const { releases, traffic = ([first]) => [{ kind: 'DEFAULT', release: first! }] } = options;
  const folder = makeRunFolder();
  const blobs = new Map(releases.flatMap((one) => [...one.blobs]));
  const engine = new OrtEngine((digest) => Promise.resolve(blobs.get(digest)!));
  const faults: unknown[] = [];
  const log = new FileRecordLog({
    folder,
    maxRecords: 10_000,
    maxBytes: 1e9,
    fsyncMs: 1_000,
    onFault: (error) => void faults.push(error),
    ...options.log,
  });
  const plans = new Map<string, ReadyPlan>();
  for (const { digest, document } of releases) {
    const plan = compilePlan(digest, document);
    const models: ReadyModel[] = [];
    for (const model of plan.models) {
      const p99Ms = options.p99Ms ?? (await warmUp(engine, model.file, () => performance.now()));
      const reasoned = reasonedModel(model, compileModel(blobs.get(model.file.digest)!));
      models.push({ ...model, engine, p99Ms, reasoned, reasonsP99Ms: options.reasonsP99Ms ?? 0 });
    }
    plans.set(digest, readyPlan(plan, models));
  }
  const digests = releases.map(({ digest }) => digest);
  const first = releases[0]!.document.deployment;
  const [endpoint, environment] = first.split(':').at(-1)!.split('@') as [string, string];
  const layer = shadowIn(traffic(digests));
  const { engine: shadowEngine = engine, ...bounds } = options.shadows ?? {};
  const shadowed = layer && plans.get(layer.release);
  const shadowPlan =
    shadowed &&
    readyPlan(
      shadowed,
      shadowed.models.map((model) => ({ ...model, engine: shadowEngine })),
    );
  const deployment: ServingDeployment = {
    shadow: layer ? { layer, plan: shadowPlan ?? null } : null,
    forced: new Map(
      forcedIn(traffic(digests)).flatMap((digest) => (plans.has(digest) ? [[digest, plans.get(digest)!]] : [])),
    ),
    project: 'default',
    plans,
    previous: options.previous === undefined ? null : plans.get(digests[options.previous]!)!,
    entry: {
      deployment: first,
      endpoint,
      environment,
      revision: 1,
      requires: [],
      traffic: traffic(digests),
      previous: null,
      refuseAfterMs: options.refuseAfterMs ?? null,
      snapshots: [],
    },
  };
  const table: ServingTable = {
    deployments: () => [deployment],
    unserved: () => null,
    freshness: options.freshness ?? (() => ({ revision: 1, ageMs: 0, stale: false })),
  };
  const shadows = new Shadows({
    log,
    budgetMs: 10_000,
    mostQueued: 1_000,
    nowMs: options.nowMs ?? Date.now,
    monotonicMs: () => performance.now(),
    advancesDuringCompute: true,
    onFault: (error) => void faults.push(error),
    ...bounds,
  });
  const profiles = new Profiles({
    log,
    mostBytes: options.profileBytes ?? 16 * 1024 * 1024,
    nowMs: options.nowMs ?? Date.now,
    onFault: (error) => void faults.push(error),
  });
  const nowMs = options.nowMs ?? Date.now;
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const ignore = (): void => undefined;
  const changes: DetectorReport[] = [];
  const detectors: Detectors = new Detectors({
    nowMs,
    monotonicMs,
    heeds: (trust) => trust === 'server',
    onChange: (change) => {
      changes.push(change);
      tellDetector(change, { debug: ignore, info: ignore, warn: ignore, error: ignore }, metrics);
    },
  });
  const clock = new NodeClock(nowMs);
  const parts = { table, log, profiles, shadows, detectors, clock, comparison: options.comparison ?? null };
  const metrics: Metrics = nodeMetrics(parts);
  const reader = options.reader ?? noFeatures;
  const featureReads = new FeatureReads(() => performance.now());
  const deps: EdgeDeps = {
    shadows,
    profiles,
    trusted: await TrustedKeys.import(options.trusted ?? {}),
    table,
    reader,
    log,
    tokenizer: options.tokenizer === undefined ? new Tokenizer(new Uint8Array(32).fill(7)) : options.tokenizer,
    metrics,
    detectors,
    unanswered: new LastMinute(() => performance.now()),
    featureReads,
    readAhead: new ReadAhead({ reader, reads: featureReads, monotonicMs: () => performance.now() }),
    keys: new MachineKeys([
      { id: 'bench', sha256: sha256(KEY), scopes: options.scopes ?? SCOPES, project: 'default', trust: 'server' },
      { id: 'other', sha256: sha256('other-project'), scopes: SCOPES, project: 'other', trust: 'server' },
      ...(options.keys ?? []),
    ]),
    readiness: () => null,
    openapi: apiDescription(description),
    degraded: () => degradedBy(options.comparison ?? null),
    environment: 'production',
    version: '0.0.0',
    nowMs: options.nowMs ?? Date.now,
    wrongTime: () => null,
    corsOrigins: options.corsOrigins ?? [],
    rateLimit: options.rateLimit ?? 0,
    deviceRateLimit: options.deviceRateLimit ?? 0,
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
    advancesDuringCompute: options.advancesDuringCompute ?? true,
    onFault: (error) => void faults.push(error),
  };
  const { app, routes } = createApp(deps);
  const ask = async (path: string, init: RequestInit): Promise<{ status: number; body: any; headers: Headers }> => {
    const answer = await app.request(path, init);
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, body: isJson ? JSON.parse(text) : text, headers: answer.headers };
  };
  const authorization = `Bearer ${KEY}`;
  return {
    app,
    routes,
    log,
    engine,
    deps,
    shadows,
    faults,
    deployment: first,
    digest: digests[0]!,
    changes,
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { authorization, 'content-type': 'application/json', ...headers },
      }),
    get: (path) => ask(path, { headers: { authorization } }),
    records: async () => (await log.next(10_000)).map(({ kind, json }) => ({ kind, ...JSON.parse(json) })),
    close: async () => {
      await shadows.stop(1_000);
      await log.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
