import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AwsClient } from 'aws4fetch';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../../subgraphs/shared/blob/blob-store.ts';
import { S3BlobStore } from '../../subgraphs/shared/blob/s3-blob-store.ts';
import type { S3Settings } from '../../subgraphs/shared/blob/s3-client.ts';
import { blobStoreConformance } from '../conformance/blob-store.ts';
import { atEnd } from '../support/at-end.ts';
import { testKeys } from '../support/keys.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, person, startTestRegistry } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PYTHON = process.env['TIFFIN_S3_PYTHON'] ?? '.interop/s3-python/bin/python';

let server: Pick<S3Settings, 'endpoint' | 'accessKeyId' | 'secretAccessKey'>;
beforeAll(async () => {
  const child = spawn(PYTHON, ['test/interop/s3/server.py'], { stdio: ['pipe', 'pipe', 'inherit'] });
  atEnd(async () => {
    const ended = once(child, 'close');
    child.stdin.end();
    await ended;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    server = JSON.parse(line) as typeof server;
    break;
  }
}, 120_000);

const settingsOf = (prefix: string): S3Settings => ({ ...server, bucket: 'blobs', region: 'eu-central-1', prefix });

let stores = 0;
const settings = new WeakMap<BlobStore, S3Settings>();
async function open(): Promise<BlobStore> {
  const own = settingsOf(`store-${++stores}/`);
  const store = await S3BlobStore.open(own, temporaryFolder('s3'));
  settings.set(store, own);
  return store;
}

/** Asks the server round the store. */
async function ask(store: BlobStore, path: string, init: RequestInit = {}): Promise<string> {
  const { endpoint, bucket, ...keys } = settings.get(store)!;
  const answer = await new AwsClient({ ...keys, service: 's3' }).fetch(`${endpoint}/${bucket}${path}`, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.text();
}

blobStoreConformance({
  name: 'S3',
  open,
  tamper: async (store, sha256, bytes) => {
    const { prefix } = settings.get(store)!;
    const body = new Uint8Array(bytes);
    await ask(store, `/${prefix}blobs/${sha256.slice(0, 2)}/${sha256}`, { method: 'PUT', body });
  },
  usedBytes: async (store) => {
    const { prefix } = settings.get(store)!;
    const list = await ask(store, `?list-type=2&prefix=${encodeURIComponent(prefix)}`);
    return [...list.matchAll(/<Size>(\d+)<\/Size>/g)].reduce((sum, [, size]) => sum + Number(size), 0);
  },
});

describe('the S3 blob store, besides', () => {
  it('says what the server says of a wrong secret and of a bucket that is not there', async () => {
    const folder = temporaryFolder('s3');
    const wrong = { ...settingsOf(''), secretAccessKey: 'wrong' };
    await expect(S3BlobStore.open(wrong, folder)).rejects.toThrow('SignatureDoesNotMatch');
    await expect(S3BlobStore.open({ ...settingsOf(''), bucket: 'nowhere' }, folder)).rejects.toThrow('NoSuchBucket');
  });

  it('is UNAVAILABLE while nobody answers', async () => {
    const nobody = { ...settingsOf(''), endpoint: 'http://127.0.0.1:9' };
    await expect(S3BlobStore.open(nobody, temporaryFolder('s3'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

it('holds a registry: a model is uploaded, registered, validated and served from the bucket', async () => {
  const registry = await startTestRegistry({
    variables: {
      TIFFIN_S3_ENDPOINT: server.endpoint,
      TIFFIN_S3_BUCKET: 'blobs',
      TIFFIN_S3_REGION: 'eu-central-1',
      TIFFIN_S3_PREFIX: 'registry/',
      TIFFIN_S3_ACCESS_KEY_ID: server.accessKeyId,
      TIFFIN_S3_SECRET_ACCESS_KEY: server.secretAccessKey,
    },
  });
  const model = logisticModel({ features: 2, weights: [1, -1], bias: 0 });
  const id = await approvedVersion(registry, model, { model: 'scored' });
  const { modelVersion } = await registry.ask(person('viewer'), `{ modelVersion(id: "${id}") { state digest } }`);
  expect(modelVersion.state).toBe('APPROVED');
  const answer = await registry.subgraph.app.request(`/v1/blobs/${modelVersion.digest}`, {
    headers: { authorization: `Bearer ${testKeys.with('edge:deliver')}` },
  });
  expect(Buffer.compare(new Uint8Array(await answer.arrayBuffer()), model.bytes)).toBe(0);
  expect(existsSync(join(registry.folder, 'blobs'))).toBe(false);
  expect(readdirSync(join(registry.folder, 'blobs-on-their-way'))).toEqual([]);
});
