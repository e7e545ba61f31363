import type { Environment } from '../../core/environment.ts';

/** What a node is told, whatever it runs on. */
export interface NodeSettings {
  /** Where manifests and blobs, features, and telemetry are: one base URL unless they are apart. */
  readonly registryUrl: string;
  readonly featureUrl: string;
  readonly monitoringUrl: string;
  readonly audience: string;
  readonly node: string;
  /** The environment that `/v1/predict/{endpoint}` means. */
  readonly environment: string;
  /** Origins of pages whose scripts may ask this node; `*`: any. */
  readonly corsOrigins: readonly string[];
  /** Requests a second that each key may make; 0: as many as it likes. */
  readonly rateLimit: number;
  /** The same for keys of trust `device`, which are public. */
  readonly deviceRateLimit: number;
  readonly pollMs: number;
  readonly shipMs: number;
  readonly heartbeatMs: number;
  readonly featureFreshMs: number;
  readonly featureKeepMs: number;
  /** How large the snapshots of features in memory may be together. */
  readonly snapshotBytes: number;
  /** Answers that may wait to be scored by a shadow, and for how long. */
  readonly shadowQueue: number;
  readonly shadowBudgetMs: number;
  /** How often what answers were like is sent; a killed process loses what it counted since. */
  readonly profileMs: number;
  /** How much memory that may take until it is sent; beyond it segments are counted under `other`. 0: nothing is counted. */
  readonly profileBytes: number;
}

const MINUTE_MS = 60_000;
const MEGABYTE = 1024 * 1024;

/** Reads them by their names; what is wrong is noted in `env`. `nodeName`: who the node is if nobody says. */
export function readNodeSettings(env: Environment, nodeName: string): NodeSettings {
  const controlUrl = env.url('TIFFIN_CONTROL_URL');
  const urlOf = (name: string): string => {
    const url = env.url(name) ?? controlUrl;
    if (url === undefined && env.text(name) === undefined && env.text('TIFFIN_CONTROL_URL') === undefined) {
      env.wrong(name, 'is not set, nor is TIFFIN_CONTROL_URL, which stands for all parts of the control plane');
    }
    return url ?? '';
  };
  return {
    registryUrl: urlOf('REGISTRY_URL'),
    featureUrl: urlOf('FEATURE_URL'),
    monitoringUrl: urlOf('MONITORING_URL'),
    audience: env.text('TIFFIN_EDGE_AUDIENCE') ?? 'server',
    node: env.text('TIFFIN_EDGE_NODE') ?? nodeName,
    environment: env.text('TIFFIN_ENVIRONMENT') ?? 'production',
    corsOrigins: originsOf(env, 'TIFFIN_EDGE_CORS_ORIGINS'),
    rateLimit: env.integer('TIFFIN_EDGE_RATE_LIMIT', 0, 0, 1_000_000),
    deviceRateLimit: env.integer('TIFFIN_EDGE_DEVICE_RATE_LIMIT', 100, 0, 1_000_000),
    pollMs: env.integer('TIFFIN_EDGE_POLL_MS', 2_000, 10, 60 * MINUTE_MS),
    shipMs: env.integer('TIFFIN_EDGE_SHIP_MS', 500, 10, 60 * MINUTE_MS),
    heartbeatMs: env.integer('TIFFIN_EDGE_HEARTBEAT_MS', 10_000, 10, 60 * MINUTE_MS),
    featureFreshMs: env.integer('TIFFIN_EDGE_FEATURE_FRESH_MS', 0, 0, 60 * MINUTE_MS),
    featureKeepMs: env.integer('TIFFIN_EDGE_FEATURE_KEEP_MS', MINUTE_MS, 0, 24 * 60 * MINUTE_MS),
    snapshotBytes: env.integer('TIFFIN_EDGE_SNAPSHOT_BYTES', 64 * MEGABYTE, 0, 16 * 1024 * MEGABYTE),
    shadowQueue: env.integer('TIFFIN_EDGE_SHADOW_QUEUE', 1_000, 1, 1_000_000),
    profileMs: env.integer('TIFFIN_EDGE_PROFILE_MS', MINUTE_MS, 10, 60 * MINUTE_MS),
    profileBytes: env.integer('TIFFIN_EDGE_PROFILE_BYTES', 16 * MEGABYTE, 0, 4 * 1024 * MEGABYTE),
    shadowBudgetMs: env.integer('TIFFIN_EDGE_SHADOW_BUDGET_MS', 1_000, 1, 10 * MINUTE_MS),
  };
}

/** `https://shop.example,https://app.example:8443`, or `*`. */
function originsOf(env: Environment, name: string): readonly string[] {
  const origins = (env.text(name) ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  for (const origin of origins) {
    if (origin !== '*' && !isOrigin(origin)) {
      env.wrong(name, `"${origin}" is not the origin of a page, such as https://shop.example, nor *`);
    }
  }
  return origins;
}

function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}
