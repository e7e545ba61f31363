import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AwsClient } from 'aws4fetch';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Duck, parquetOf } from '../../subgraphs/shared/duckdb/duckdb.ts';
import type { BlobStore } from '../../subgraphs/shared/blob/blob-store.ts';
import { S3BlobStore } from '../../subgraphs/shared/blob/s3-blob-store.ts';
import type { S3Settings } from '../../subgraphs/shared/blob/s3-client.ts';
import { blobStoreConformance } from '../conformance/blob-store.ts';
import { atEnd } from '../support/at-end.ts';
import { testKeys } from '../support/keys.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, person, startTestRegistry } from '../support/registry.ts';
import { NOW, outcome, prediction, range, startTestMonitoring, uuid } from '../support/monitoring.ts';
import { createTestDatabase } from '../support/test-database.ts';
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

it('holds the archive: closed days are written to the bucket, dropped from the database and read by DuckDB', async () => {
  const folder = temporaryFolder('s3-archive');
  const database = await createTestDatabase();
  const before = await startTestMonitoring({ database });
  const DAY_MS = 86_400_000;
  const ofDay = (days: number, from: number) => ({
    node: 'edge-1',
    predictions: range(from, from + 20).map((n) =>
      prediction(n, { occurredAt: new Date(NOW.getTime() - days * DAY_MS + n).toISOString() }),
    ),
  });
  for (const batch of [ofDay(40, 0), ofDay(25, 20), ofDay(2, 40)]) {
    expect((await before.send('/v1/predictions', batch)).body.rejected).toEqual([]);
  }
  const outcomes = range(0, 10).map((n) => outcome(n, n % 2));
  expect((await before.send('/v1/outcomes', { outcomes })).body.rejected).toEqual([]);
  await vi.waitFor(async () => {
    const next = await before.db.query(
      `update pgboss_monitoring.job set start_after = now() where name = 'drop-old-days' and state = 'created' returning id`,
    );
    expect(next).toHaveLength(1);
  }, 30_000);
  await before.stop();

  const blobBucket = settingsOf('monitoring/');
  const options = { database, blobBucket, dataDir: join(folder, 'data'), retentionDays: 30, archiveAfterDays: 7 };
  const monitoring = await startTestMonitoring(options);
  const stored = async () =>
    (await monitoring.db.query<{ id: string }>('select id::text as id from prediction order by 1')).map(({ id }) => id);
  await vi.waitFor(async () => expect(await stored()).toEqual(range(20, 60).map((n) => uuid(n))), {
    timeout: 60_000,
    interval: 100,
  });
  const FILES = '{ archivedFiles(first: 100) { edges { node { kind rows sha256 sizeBytes } } } }';
  const { data } = await monitoring.ask(FILES, {}, 'viewer');
  const files = data.archivedFiles.edges.map(({ node }: any) => node);
  expect(files.map(({ kind, rows }: any) => [kind, rows])).toEqual([
    ['PREDICTION', 20],
    ['PREDICTION', 20],
    ['OUTCOME_RECORD', 10],
    ['OUTCOME', 10],
  ]);
  const duck = await Duck.open({ scratchFolder: join(folder, 'duckdb'), threads: 1, memoryMb: 256 });
  atEnd(() => duck.close());
  const ids: string[] = [];
  for (const { kind, sha256, sizeBytes } of files) {
    const answer = await monitoring.subgraph.app.request(`/v1/archive/${sha256}`, {
      headers: { authorization: `Bearer ${testKeys.with('monitoring:read')}` },
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect([answer.status, bytes.length]).toEqual([200, Number(sizeBytes)]);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    if (kind !== 'PREDICTION') continue;
    const path = join(folder, `${sha256}.parquet`);
    writeFileSync(path, bytes);
    const rows = await duck.session((session) => session.rows(`select id from ${parquetOf([path])}`));
    ids.push(...rows.map(({ id }) => String(id)));
  }
  expect(ids.toSorted()).toEqual(range(0, 40).map((n) => uuid(n)));
  expect(existsSync(join(folder, 'data', 'blobs'))).toBe(false);
});
