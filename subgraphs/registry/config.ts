import { bucketOf, type BlobPlace } from '../shared/blob/blob-place.ts';
import { resolve } from 'node:path';
import { Environment } from '../../core/environment.ts';

/** How this registry runs, besides what every subgraph is given. */
export interface RegistryConfig extends BlobPlace {
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
  /** For how many days events are kept that are superseded and made no edge of lineage; 0: for ever. */
  readonly outboxDays: number;
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
    outboxDays: env.integer('TIFFIN_OUTBOX_DAYS', 90, 0, 36_600),
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
