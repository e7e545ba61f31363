import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UnusedBlobs } from '../../../subgraphs/registry/operations/version/unused-blobs.ts';
import { registrySchema } from '../../../subgraphs/registry/storage/schema.ts';
import { DirectoryBlobStore } from '../../../subgraphs/shared/blob/directory-blob-store.ts';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import { atEnd } from '../../support/at-end.ts';
import { logModel, mlflowClient } from '../../support/mlflow-client.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import { person, startTestRegistry } from '../../support/registry.ts';

const WEEK_MS = 7 * 86_400_000;

it('removes the bytes that runs let go of a week ago, and never those that a version or another run names', async () => {
  const registry = await startTestRegistry();
  const client = mlflowClient(registry, person('developer'));
  const lies = (bytes: Uint8Array): boolean => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return existsSync(join(registry.folder, 'blobs', 'blobs', sha256.slice(0, 2), sha256));
  };
  const { experiment_id: group } = await client.ok('POST', 'experiments/create', { name: 'trials' });
  const { run } = await client.ok('POST', 'runs/create', { experiment_id: group });
  const { artifact_uri: uri } = run.info;
  const [replaced, deleted, shared, kept] = Array.from({ length: 4 }, () => new Uint8Array(randomBytes(100)));
  await client.putFile(uri, 'a', replaced!);
  await client.putFile(uri, 'a', kept!);
  for (const [path, bytes] of Object.entries({ 'b/c': deleted!, 'b/d': shared!, e: shared! })) {
    await client.putFile(uri, path, bytes);
  }
  const model = new Uint8Array(logisticModel({ features: 2, weights: [1, 2], bias: 0 }).bytes);
  const files = { 'model.onnx': model, 'notes.txt': new Uint8Array(randomBytes(50)) };
  const logged = await logModel(client, { group, run: run.info.run_id, files });
  await client.ok('POST', 'registered-models/create', { name: 'scored' });
  await client.ok('POST', 'model-versions/create', { name: 'scored', source: `models:/${logged.model_id}` });
  await client.ok('DELETE', `logged-models/${logged.model_id}`);
  const folder = uri.replace('mlflow-artifacts:/', '');
  const gone = await client.remove(`${folder}/b`);
  expect(gone).toBe(200);

  const db = await openDatabase(registrySchema, { url: registry.database.appUrl, poolSize: 2 });
  atEnd(() => db.close());
  const blobs = await DirectoryBlobStore.open(join(registry.folder, 'blobs'));
  const after = (ms: number): Promise<number> =>
    new UnusedBlobs({ db, blobs, now: () => new Date(Date.now() + ms) }).remove();
  expect(await after(WEEK_MS - 60_000), 'too early').toBe(0);
  expect([replaced, deleted].every((bytes) => lies(bytes!))).toBe(true);
  expect(await after(WEEK_MS + 60_000)).toBe(2);
  expect([replaced, deleted].some((bytes) => lies(bytes!))).toBe(false);
  expect([shared, kept, model, files['notes.txt']].every((bytes) => lies(bytes!))).toBe(true);
  expect(await after(WEEK_MS + 60_000), 'once more').toBe(0);
  const { artifact_uri: version } = await client.ok('GET', 'model-versions/get-download-uri', {
    name: 'scored',
    version: '1',
  });
  expect(Buffer.compare(await client.getFile(version, 'notes.txt'), files['notes.txt'])).toBe(0);
});

it('leaves alone what was written again since it was let go of', async () => {
  const registry = await startTestRegistry();
  const client = mlflowClient(registry, person('developer'));
  const { run } = await client.ok('POST', 'runs/create', {});
  const bytes = new Uint8Array(randomBytes(100));
  await client.putFile(run.info.artifact_uri, 'a', bytes);
  await client.putFile(run.info.artifact_uri, 'a', new Uint8Array(randomBytes(100)));
  const db = await openDatabase(registrySchema, { url: registry.database.appUrl, poolSize: 2 });
  atEnd(() => db.close());
  const blobs = await DirectoryBlobStore.open(join(registry.folder, 'blobs'));
  // Somebody stores the same bytes and has not said yet what for.
  const { sha256 } = await blobs.put([bytes]);
  const unused = new UnusedBlobs({ db, blobs, now: () => new Date(Date.now() + 2 * WEEK_MS) });
  expect(await unused.remove()).toBe(0);
  expect(await blobs.stat(sha256)).toBeDefined();
});
