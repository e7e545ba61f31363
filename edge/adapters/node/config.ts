import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Environment } from '../../../core/environment.ts';
import { redisUrls } from '../../../core/store-urls.ts';
import { holdsKey } from './held-key-file.ts';
import { readNodeSettings, type NodeSettings } from '../../node/settings.ts';

export interface EdgeConfig extends NodeSettings {
  readonly mode: 'dev' | 'production';
  readonly host: string;
  readonly port: number;
  /** The key under which this node talks to the control plane, or the file that holds it. */
  readonly key: string | null;
  readonly keyFile: string | null;
  /** The one-time token with which the node enrols a key of its own, or the file that holds it; both null: it has a key. */
  readonly enrolToken: string | null;
  readonly enrolTokenFile: string | null;
  /** After so many days the node's own key is rotated; 0: never. */
  readonly keyDays: number;
  /** Keys of those who may ask this node. */
  readonly keysFile: string;
  /** Key id → raw Ed25519 public key in base64: who may sign manifests. */
  readonly trustedKeysFile: string;
  readonly dataDir: string;
  /** A folder of web pages that this node serves besides; null: none. */
  readonly pagesDir: string | null;
  /** The secret that turns personal inputs into tokens; null: made in the data folder in dev mode, none otherwise. */
  readonly personalKeyFile: string | null;
  readonly queueRecords: number;
  readonly queueBytes: number;
  readonly fsyncMs: number;
  /** The Redis of the online store, or some nodes of its cluster, which this node reads itself; null: it asks a feature server. */
  readonly redisUrls: readonly string[] | null;
  readonly maxSessions: number;
  /** How large the files of the models in ONNX Runtime's memory may be together. */
  readonly maxModelBytes: number;
  /** What runs models: `auto` for the tabular engine where it is proven, and ONNX Runtime for all else; or one of them alone. */
  readonly engine: (typeof ENGINE_CHOICES)[number];
  /** Each so many runs of the tabular engine one is compared with ONNX Runtime; 0: none. */
  readonly compareEvery: number;
  readonly logLevel: string;
  readonly logFile: string | null;
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const ENGINE_CHOICES = ['auto', 'tabular', 'ort'] as const;

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
  const settings = readNodeSettings(env, hostname());
  const key = optional('TIFFIN_EDGE_KEY');
  const keyFile = optional('TIFFIN_EDGE_KEY_FILE');
  const enrolToken = optional('TIFFIN_EDGE_ENROL_TOKEN');
  const enrolTokenFile = optional('TIFFIN_EDGE_ENROL_TOKEN_FILE');
  const dataDir = resolve(needed('TIFFIN_EDGE_DATA_DIR', 'the folder for the queue, the blobs and what is held'));
  if ([key, keyFile, enrolToken, enrolTokenFile].every((one) => one === null) && !holdsKey(dataDir)) {
    env.wrong(
      'TIFFIN_EDGE_KEY',
      'is not set, nor is TIFFIN_EDGE_KEY_FILE: the key of this node to the control plane; nor TIFFIN_EDGE_ENROL_TOKEN, with which it enrols one',
    );
  }
  const config: EdgeConfig = {
    ...settings,
    mode,
    host,
    port: env.integer('TIFFIN_EDGE_PORT', 4100, 0, 65_535),
    key,
    keyFile,
    enrolToken,
    enrolTokenFile,
    keyDays: env.integer('TIFFIN_EDGE_KEY_DAYS', 30, 0, 3_650),
    keysFile: needed('TIFFIN_KEYS_FILE', 'the file with the keys of those who may ask'),
    trustedKeysFile: needed('TIFFIN_TRUSTED_KEYS_FILE', 'the file with the public keys that may sign manifests'),
    dataDir,
    pagesDir: optional('TIFFIN_EDGE_PAGES_DIR'),
    personalKeyFile: optional('TIFFIN_EDGE_PERSONAL_KEY_FILE'),
    queueRecords: env.integer('TIFFIN_EDGE_QUEUE_RECORDS', 100_000, 1, 100_000_000),
    queueBytes: env.integer('TIFFIN_EDGE_QUEUE_BYTES', 256 * 1024 * 1024, 1_000, Number.MAX_SAFE_INTEGER),
    fsyncMs: env.integer('TIFFIN_EDGE_FSYNC_MS', 1_000, 0, 60_000),
    redisUrls: redisUrls(env, 'TIFFIN_EDGE_REDIS_URL') ?? null,
    maxSessions: env.integer('TIFFIN_EDGE_MAX_SESSIONS', 32, 1, 10_000),
    maxModelBytes: env.integer('TIFFIN_EDGE_MAX_MODEL_BYTES', 512 * 1024 * 1024, 1, Number.MAX_SAFE_INTEGER),
    engine: env.choice('TIFFIN_EDGE_ENGINE', ENGINE_CHOICES, 'auto'),
    compareEvery: env.integer('TIFFIN_EDGE_COMPARE_EVERY', 0, 0, 1_000_000_000),
    logLevel: env.choice('LOG_LEVEL', LEVELS, 'info'),
    logFile: optional('TIFFIN_EDGE_LOG_FILE'),
  };
  if (config.engine === 'ort' && config.compareEvery > 0) {
    env.wrong('TIFFIN_EDGE_COMPARE_EVERY', 'compares the tabular engine, which TIFFIN_EDGE_ENGINE=ort leaves out');
  }
  env.throwProblems();
  return Object.freeze(config);
}
