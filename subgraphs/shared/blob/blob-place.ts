import { join } from 'node:path';
import type { Environment } from '../../../core/environment.ts';
import type { BlobStore } from './blob-store.ts';
import { DirectoryBlobStore } from './directory-blob-store.ts';
import { S3BlobStore } from './s3-blob-store.ts';
import type { S3Settings } from './s3-client.ts';

/** Where blobs of an install lie. */
export interface BlobPlace {
  /** In the data folder where it is not said. */
  readonly blobFolder: string | undefined;
  /** The bucket in which blobs lie in place of a folder. */
  readonly blobBucket: S3Settings | undefined;
}

/** Opens the store in a folder of the place; an empty name is the place itself. */
export async function openBlobs(
  { blobBucket, blobFolder }: BlobPlace,
  dataDir: string,
  folder: string,
): Promise<BlobStore> {
  if (!blobBucket) return DirectoryBlobStore.open(join(blobFolder ?? join(dataDir, 'blobs'), folder));
  const prefix = folder === '' ? blobBucket.prefix : `${blobBucket.prefix}${folder}/`;
  return S3BlobStore.open({ ...blobBucket, prefix }, join(dataDir, 'blobs-on-their-way'));
}

const BUCKET = ['TIFFIN_S3_BUCKET', 'TIFFIN_S3_ACCESS_KEY_ID', 'TIFFIN_S3_SECRET_ACCESS_KEY'] as const;
const OPTIONAL = ['TIFFIN_S3_ENDPOINT', 'TIFFIN_S3_REGION', 'TIFFIN_S3_PREFIX'] as const;

/** Opens a store when it is first asked for; one that could not be opened is tried again. */
export function openOnce(open: () => Promise<BlobStore>): () => Promise<BlobStore> {
  let opened: Promise<BlobStore> | undefined;
  return () =>
    (opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
}

/** All settings of a bucket, or none. */
export function bucketOf(env: Environment): S3Settings | undefined {
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
