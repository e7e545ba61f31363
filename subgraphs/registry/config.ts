import type { S3Settings } from '../shared/blob/s3-client.ts';
import { resolve } from 'node:path';
import { Environment } from '../../core/environment.ts';

/** How this registry runs, besides what every subgraph is given. */
export interface RegistryConfig {
  /** Where blobs lie; in the data folder where it is not said. */
  readonly blobFolder: string | undefined;
  /** The bucket in which blobs lie in place of a folder. */
  readonly blobBucket: S3Settings | undefined;
  /** Where committed manifests lie: what is delivered while the database is down. */
  readonly manifestFolder: string | undefined;
  /** Ed25519 private key as JWK, readable by its user alone. Its public half lies beside it as `<file>.pub.json`. */
  readonly signingKeyFile: string | undefined;
  /** Whether a missing signing key may be made: in dev mode only. */
  readonly makeSigningKey: boolean;
  readonly maxUploadBytes: number;
  /** How long loading and trying one model may take. */
  readonly modelLimitMs: number;
  /** How long a manifest is good for; it is issued anew when half of that is over. */
  readonly manifestLifetimeMs: number;
  /** Where audit checkpoints are written; in the data folder where it is not said, which keeps them on the same disk. */
  readonly checkpointFolder: string | undefined;
  /** Who else gets each checkpoint. */
  readonly checkpointUrl: string | undefined;
  readonly checkpointSeconds: number;
  /** Ed25519 private key as JWK that signs checkpoints; the manifests' where it is not said. */
  readonly checkpointKeyFile: string | undefined;
  /** Public keys of checkpoints that are no longer signed with, raw in base64 by key id, as `<key file>.pub.json` has them. */
  readonly checkpointTrustedKeysFile: string | undefined;
  /** Hosts that a webhook may name although they are private or without https. */
  readonly webhookHosts: readonly string[];
  /** Where people look at what a webhook tells of, with `{id}` where the id goes. */
  readonly assetUrl: string | undefined;
}

const DAY_MS = 24 * 3_600_000;
const MEGABYTE = 1024 * 1024;

const LARGEST_FILE = 16 * 1024 * MEGABYTE;
/** What S3 takes, and copies, in one request. */
const LARGEST_OBJECT = 5 * 1024 * MEGABYTE;

/** What would differ between replicas if each kept its own. Manifests may: each writes what another one issued. */
const SHARED = [
  ['TIFFIN_BLOB_DIR', 'a folder for blobs'],
  ['TIFFIN_SIGNING_KEY_FILE', 'a signing key'],
] as const;

/** Reads the settings. Throws INVALID_INPUT that lists everything that is wrong with them. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): RegistryConfig {
  const env = new Environment(variables);
  const path = (name: string): string | undefined => {
    const text = env.text(name);
    return text === undefined ? undefined : resolve(text);
  };
  const replicas = env.integer('TIFFIN_REPLICAS', 1, 1, 1_000);
  const blobBucket = bucketOf(env);
  for (const [name, what] of SHARED) {
    if (replicas === 1 || env.text(name) !== undefined) continue;
    if (name === 'TIFFIN_BLOB_DIR' && blobBucket) continue;
    env.wrong(name, `with ${replicas} replicas (TIFFIN_REPLICAS) it names ${what} that all of them share`);
  }
  const config: RegistryConfig = {
    blobFolder: path('TIFFIN_BLOB_DIR'),
    blobBucket,
    manifestFolder: path('TIFFIN_MANIFEST_DIR'),
    signingKeyFile: path('TIFFIN_SIGNING_KEY_FILE'),
    makeSigningKey: env.choice('MODE', ['dev', 'production'], 'dev') === 'dev',
    maxUploadBytes: env.integer(
      'TIFFIN_MAX_UPLOAD_BYTES',
      512 * MEGABYTE,
      1,
      blobBucket ? LARGEST_OBJECT : LARGEST_FILE,
    ),
    modelLimitMs: env.integer('TIFFIN_MODEL_LIMIT_MS', 120_000, 100, 3_600_000),
    manifestLifetimeMs: env.integer('TIFFIN_MANIFEST_LIFETIME_MS', DAY_MS, 2_000, 365 * DAY_MS),
    checkpointFolder: path('TIFFIN_CHECKPOINT_DIR'),
    checkpointUrl: env.url('TIFFIN_CHECKPOINT_URL'),
    checkpointSeconds: env.integer('TIFFIN_CHECKPOINT_SECONDS', 600, 1, 86_400),
    checkpointKeyFile: path('TIFFIN_CHECKPOINT_KEY_FILE'),
    checkpointTrustedKeysFile: path('TIFFIN_CHECKPOINT_TRUSTED_KEYS_FILE'),
    webhookHosts: hostsOf(env, 'TIFFIN_WEBHOOK_ALLOWED_HOSTS'),
    assetUrl: assetUrlOf(env, 'TIFFIN_ASSET_URL'),
  };
  env.throwProblems();
  return Object.freeze(config);
}

const BUCKET = ['TIFFIN_S3_BUCKET', 'TIFFIN_S3_ACCESS_KEY_ID', 'TIFFIN_S3_SECRET_ACCESS_KEY'] as const;
const OPTIONAL = ['TIFFIN_S3_ENDPOINT', 'TIFFIN_S3_REGION', 'TIFFIN_S3_PREFIX'] as const;

/** All settings of a bucket, or none. */
function bucketOf(env: Environment): S3Settings | undefined {
  const [bucket, accessKeyId, secretAccessKey] = BUCKET.map((name) => env.text(name));
  const region = env.text('TIFFIN_S3_REGION') ?? 'us-east-1';
  const endpoint = env.url('TIFFIN_S3_ENDPOINT') ?? `https://s3.${region}.amazonaws.com`;
  const prefix = env.text('TIFFIN_S3_PREFIX') ?? '';
  const given = [...BUCKET, ...OPTIONAL].filter((name) => env.text(name) !== undefined);
  if (given.length === 0) return undefined;
  if (bucket !== undefined && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    env.wrong('TIFFIN_S3_BUCKET', `"${bucket}" is no name of a bucket: 3 to 63 of a-z, 0-9, "." and "-"`);
  }
  if (prefix !== '' && !/^(?:[\w.-]+\/)+$/.test(prefix)) {
    env.wrong('TIFFIN_S3_PREFIX', `"${prefix}" is no folder: write names, each with "/" behind it`);
  }
  if (env.text('TIFFIN_BLOB_DIR') !== undefined) {
    env.wrong('TIFFIN_BLOB_DIR', 'blobs lie in a folder or in a bucket: leave out this or the TIFFIN_S3_ settings');
  }
  for (const name of BUCKET) {
    if (env.text(name) === undefined) env.wrong(name, `goes with ${given.join(', ')} and is missing`);
  }
  if (bucket === undefined || accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { endpoint, bucket, region, prefix, accessKeyId, secretAccessKey };
}

/** A URL that says where the id goes. */
function assetUrlOf(env: Environment, name: string): string | undefined {
  const url = env.url(name);
  if (url !== undefined && !url.includes('{id}')) {
    env.wrong(
      name,
      `must say with {id} where the id goes, as https://tiffin.example.org/assets/{id} does; not "${url}"`,
    );
  }
  return url;
}

/** Hosts without port, divided by commas. */
function hostsOf(env: Environment, name: string): readonly string[] {
  const hosts = (env.text(name) ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);
  for (const host of hosts) {
    const bare = host.includes(':') ? `[${host}]` : host;
    if (URL.parse(`http://${bare}/`)?.host !== bare) {
      env.wrong(name, `"${host}" is no host: write names or addresses without port or path, divided by commas`);
    }
  }
  return hosts;
}
