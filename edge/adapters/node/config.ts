import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Environment } from '../../../core/environment.ts';

export interface EdgeConfig {
  readonly mode: 'dev' | 'production';
  readonly host: string;
  readonly port: number;
  /** Where manifests and blobs, features, and telemetry are: one base URL unless they are apart. */
  readonly registryUrl: string;
  readonly featureUrl: string;
  readonly monitoringUrl: string;
  /** The key under which this node talks to the control plane, or the file that holds it. */
  readonly key: string | null;
  readonly keyFile: string | null;
  readonly audience: string;
  readonly node: string;
  /** Keys of those who may ask this node. */
  readonly keysFile: string;
  /** Key id → raw Ed25519 public key in base64: who may sign manifests. */
  readonly trustedKeysFile: string;
  readonly dataDir: string;
  /** The environment that `/v1/predict/{endpoint}` means. */
  readonly environment: string;
  /** The secret that turns personal inputs into tokens; null: made in the data folder in dev mode, none otherwise. */
  readonly personalKeyFile: string | null;
  /** Origins of pages whose scripts may ask this node; `*`: any. */
  readonly corsOrigins: readonly string[];
  /** Requests a second that each key may make; 0: as many as it likes. */
  readonly rateLimit: number;
  /** The same for keys of trust `device`, which are public. */
  readonly deviceRateLimit: number;
  readonly queueRecords: number;
  readonly queueBytes: number;
  readonly fsyncMs: number;
  readonly pollMs: number;
  readonly shipMs: number;
  readonly heartbeatMs: number;
  /** The Redis of the online store, or some nodes of its cluster, which this node reads itself; null: it asks a feature server. */
  readonly redisUrls: readonly string[] | null;
  readonly featureFreshMs: number;
  readonly featureKeepMs: number;
  readonly maxSessions: number;
  /** What runs models: `auto` for the tabular engine where it is proven, and ONNX Runtime for all else; or one of them alone. */
  readonly engine: (typeof ENGINE_CHOICES)[number];
  /** Each so many runs of the tabular engine one is compared with ONNX Runtime; 0: none. */
  readonly compareEvery: number;
  /** Answers that may wait to be scored by a shadow, and for how long. */
  readonly shadowQueue: number;
  readonly shadowBudgetMs: number;
  readonly logLevel: string;
  readonly logFile: string | null;
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const ENGINE_CHOICES = ['auto', 'tabular', 'ort'] as const;
const MINUTE_MS = 60_000;

/** Reads the settings of an edge on Node. Throws INVALID_INPUT that lists everything that is wrong with them. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): EdgeConfig {
  const env = new Environment(variables);
  const needed = (name: string, what: string): string => {
    const text = env.text(name);
    if (text === undefined) env.wrong(name, `is not set: ${what}`);
    return text ?? '';
  };
  const optional = (name: string): string | null => env.text(name) ?? null;
  const mode = env.choice('MODE', ['dev', 'production'], 'dev');
  const host = env.text('TIFFIN_EDGE_HOST') ?? '127.0.0.1';
  if (mode === 'dev' && !LOOPBACK.includes(host)) {
    env.wrong('TIFFIN_EDGE_HOST', `in dev mode the edge listens on ${LOOPBACK.join(', ')} only, not on "${host}"`);
  }
  const controlUrl = env.url('TIFFIN_CONTROL_URL');
  const urlOf = (name: string): string => {
    const url = env.url(name) ?? controlUrl;
    if (url === undefined && env.text(name) === undefined && env.text('TIFFIN_CONTROL_URL') === undefined) {
      env.wrong(name, 'is not set, nor is TIFFIN_CONTROL_URL, which stands for all parts of the control plane');
    }
    return url ?? '';
  };
  const key = optional('TIFFIN_EDGE_KEY');
  const keyFile = optional('TIFFIN_EDGE_KEY_FILE');
  if (key === null && keyFile === null) {
    env.wrong('TIFFIN_EDGE_KEY', 'is not set, nor is TIFFIN_EDGE_KEY_FILE: the key of this node to the control plane');
  }
  const config: EdgeConfig = {
    mode,
    host,
    port: env.integer('TIFFIN_EDGE_PORT', 4100, 0, 65_535),
    registryUrl: urlOf('REGISTRY_URL'),
    featureUrl: urlOf('FEATURE_URL'),
    monitoringUrl: urlOf('MONITORING_URL'),
    key,
    keyFile,
    audience: env.text('TIFFIN_EDGE_AUDIENCE') ?? 'server',
    node: env.text('TIFFIN_EDGE_NODE') ?? hostname(),
    keysFile: needed('TIFFIN_KEYS_FILE', 'the file with the keys of those who may ask'),
    trustedKeysFile: needed('TIFFIN_TRUSTED_KEYS_FILE', 'the file with the public keys that may sign manifests'),
    dataDir: resolve(needed('TIFFIN_EDGE_DATA_DIR', 'the folder for the queue, the blobs and what is held')),
    environment: env.text('TIFFIN_ENVIRONMENT') ?? 'production',
    personalKeyFile: optional('TIFFIN_EDGE_PERSONAL_KEY_FILE'),
    corsOrigins: originsOf(env, 'TIFFIN_EDGE_CORS_ORIGINS'),
    rateLimit: env.integer('TIFFIN_EDGE_RATE_LIMIT', 0, 0, 1_000_000),
    deviceRateLimit: env.integer('TIFFIN_EDGE_DEVICE_RATE_LIMIT', 100, 0, 1_000_000),
    queueRecords: env.integer('TIFFIN_EDGE_QUEUE_RECORDS', 100_000, 1, 100_000_000),
    queueBytes: env.integer('TIFFIN_EDGE_QUEUE_BYTES', 256 * 1024 * 1024, 1_000, Number.MAX_SAFE_INTEGER),
    fsyncMs: env.integer('TIFFIN_EDGE_FSYNC_MS', 1_000, 0, MINUTE_MS),
    pollMs: env.integer('TIFFIN_EDGE_POLL_MS', 2_000, 10, 60 * MINUTE_MS),
    shipMs: env.integer('TIFFIN_EDGE_SHIP_MS', 500, 10, 60 * MINUTE_MS),
    heartbeatMs: env.integer('TIFFIN_EDGE_HEARTBEAT_MS', 10_000, 10, 60 * MINUTE_MS),
    redisUrls: env.redisUrls('TIFFIN_EDGE_REDIS_URL') ?? null,
    featureFreshMs: env.integer('TIFFIN_EDGE_FEATURE_FRESH_MS', 0, 0, 60 * MINUTE_MS),
    featureKeepMs: env.integer('TIFFIN_EDGE_FEATURE_KEEP_MS', MINUTE_MS, 0, 24 * 60 * MINUTE_MS),
    maxSessions: env.integer('TIFFIN_EDGE_MAX_SESSIONS', 32, 1, 10_000),
    engine: env.choice('TIFFIN_EDGE_ENGINE', ENGINE_CHOICES, 'auto'),
    compareEvery: env.integer('TIFFIN_EDGE_COMPARE_EVERY', 0, 0, 1_000_000_000),
    shadowQueue: env.integer('TIFFIN_EDGE_SHADOW_QUEUE', 1_000, 1, 1_000_000),
    shadowBudgetMs: env.integer('TIFFIN_EDGE_SHADOW_BUDGET_MS', 1_000, 1, 10 * MINUTE_MS),
    logLevel: env.choice('LOG_LEVEL', LEVELS, 'info'),
    logFile: optional('TIFFIN_EDGE_LOG_FILE'),
  };
  if (config.engine === 'ort' && config.compareEvery > 0) {
    env.wrong('TIFFIN_EDGE_COMPARE_EVERY', 'compares the tabular engine, which TIFFIN_EDGE_ENGINE=ort leaves out');
  }
  env.throwProblems();
  return Object.freeze(config);
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
