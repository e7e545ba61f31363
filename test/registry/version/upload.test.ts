import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase } from '../../support/test-database.ts';
import { testKeys } from '../../support/keys.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import { person, REGISTER, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const developer = person('developer');
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const BEGIN = 'mutation ($input: BeginUploadInput!) { beginUpload(input: $input) { uploadId url } }';
const COMPLETE = 'mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { sha256 sizeBytes } }';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ variables: { TIFFIN_MAX_UPLOAD_BYTES: '100000' } });
});

const begin = async (sizeBytes: number): Promise<{ uploadId: string; url: string }> =>
  (await registry.ask(developer, BEGIN, { input: { sizeBytes, name: 'x.onnx' } })).beginUpload;

const put = async (url: string, bytes: Uint8Array, from = registry): Promise<Response> =>
  from.subgraph.app.request(url, {
    method: 'PUT',
    headers: { authorization: `Bearer ${testKeys.with('registry:write')}` },
    body: new Uint8Array(bytes),
  });

describe('an upload', () => {
  it('is announced, sent and claimed by its digest', async () => {
    const bytes = randomBytes(50_000);
    const { uploadId, url } = await begin(bytes.length);
    const sent = await put(url, bytes);
    expect(sent.status).toBe(200);
    expect(await sent.json()).toEqual({ sha256: digest(bytes), sizeBytes: bytes.length });
    const input = { uploadId, sha256: digest(bytes) };
    const expected = { completeUpload: { sha256: digest(bytes), sizeBytes: bytes.length } };
    expect(await registry.ask(developer, COMPLETE, { input })).toEqual(expected);
    expect(await registry.ask(developer, COMPLETE, { input }), 'asked once more').toEqual(expected);
  });

  it('stays open when the digest differs, and can be sent again', async () => {
    const bytes = randomBytes(1_000);
    const { uploadId, url } = await begin(bytes.length);
    await put(url, randomBytes(1_000));
    const input = { uploadId, sha256: digest(bytes) };
    expect(await registry.refusals(developer, COMPLETE, { input })).toMatchObject([
      { code: 'DIGEST_MISMATCH', field: 'sha256', expected: digest(bytes) },
    ]);
    await put(url, bytes);
    expect(await registry.ask(developer, COMPLETE, { input })).toMatchObject({ completeUpload: input.sha256 && {} });
  });

  it('goes on where it broke off, piece by piece, and says how far it is', async () => {
    const bytes = randomBytes(1_000);
    const { uploadId, url } = await begin(bytes.length);
    const authorization = `Bearer ${testKeys.with('registry:write')}`;
    const piece = async (offset: number | string, end: number): Promise<any> => {
      const answer = await registry.subgraph.app.request(url, {
        method: 'PUT',
        headers: { authorization, 'upload-offset': String(offset) },
        body: new Uint8Array(bytes.subarray(Number(offset) || 0, end)),
      });
      return { status: answer.status, ...((await answer.json()) as object) };
    };
    expect(await piece(0, 400)).toEqual({ status: 200, state: 'OPEN', receivedBytes: 400, sizeBytes: 1_000 });
    expect(await piece(300, 1_000)).toMatchObject({ status: 409, code: 'CONFLICT', receivedBytes: 400 });
    expect(await piece('-1', 1)).toMatchObject({ status: 422, field: 'upload-offset' });
    const input = { uploadId, sha256: digest(bytes) };
    expect(await registry.refusals(developer, COMPLETE, { input })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'sizeBytes', expected: 1_000, actual: 400 },
    ]);
    const asked = await registry.subgraph.app.request(url, { headers: { authorization } });
    expect(asked.headers.get('upload-offset')).toBe('400');
    expect(await asked.json()).toEqual({ state: 'OPEN', receivedBytes: 400, sizeBytes: 1_000 });
    expect(await piece(400, 1_000)).toMatchObject({ receivedBytes: 1_000 });
    expect(await registry.ask(developer, COMPLETE, { input })).toMatchObject({ completeUpload: { sizeBytes: 1_000 } });
    expect(await piece(1_000, 1_000)).toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('that nobody finishes is dropped after a week, bytes and all, and no other is', async () => {
    const database = await createTestDatabase();
    const clock = { now: new Date() };
    const early = await startTestRegistry({ database, now: () => clock.now });
    const open = async (bytes: Uint8Array): Promise<string> => {
      const input = { sizeBytes: bytes.length, name: 'x.onnx' };
      const { uploadId, url } = (await early.ask(developer, BEGIN, { input })).beginUpload;
      expect((await put(url, bytes, early)).status).toBe(200);
      return uploadId;
    };
    const abandoned = await open(randomBytes(100));
    clock.now = new Date(clock.now.getTime() + 6 * 86_400_000);
    const bytes = randomBytes(100);
    const recent = await open(bytes);
    await early.stop();
    const staged = (): string[] => readdirSync(join(early.folder, 'blobs', 'staged'));
    expect(new Set(staged())).toEqual(new Set([abandoned, recent]));

    // The job's next turn is an hour off; it comes at once where none is set.
    const owner = new Client({ connectionString: database.appUrl });
    await owner.connect();
    await owner.query(`delete from pgboss_registry.job where name = 'abandoned-uploads'`);
    await owner.end();
    clock.now = new Date(clock.now.getTime() + 2 * 86_400_000);
    const late = await startTestRegistry({ database, folder: early.folder, now: () => clock.now });
    await vi.waitFor(() => expect(staged()).toEqual([recent]), { timeout: 20_000 });
    const claim = (uploadId: string) => ({ input: { uploadId, sha256: digest(bytes) } });
    expect(await late.refusals(developer, COMPLETE, claim(abandoned))).toMatchObject([
      { code: 'NOT_FOUND', field: 'uploadId' },
    ]);
    expect(await late.ask(developer, COMPLETE, claim(recent))).toMatchObject({ completeUpload: { sizeBytes: 100 } });
  });

  it('refuses more or fewer bytes than were announced', async () => {
    const { url, uploadId } = await begin(1_000);
    const more = await put(url, randomBytes(1_001));
    expect([more.status, ((await more.json()) as any).code]).toEqual([413, 'TOO_LARGE']);
    const fewer = await put(url, randomBytes(999));
    expect(await fewer.json()).toMatchObject({ code: 'INVALID_INPUT', expected: 1_000, actual: 999 });
    const input = { uploadId, sha256: 'a'.repeat(64) };
    expect(await registry.refusals(developer, COMPLETE, { input })).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('refuses a size past the limit before a byte is sent', async () => {
    const input = { sizeBytes: 100_001, name: 'x' };
    expect(await registry.refusals(developer, BEGIN, { input })).toMatchObject([
      { code: 'TOO_LARGE', field: 'sizeBytes', maxBytes: 100_000 },
    ]);
  });

  it('refuses bytes for an upload that nobody began, and for one that is complete', async () => {
    expect((await put('/v1/uploads/nothing', randomBytes(1))).status).toBe(404);
    const bytes = randomBytes(10);
    const { uploadId, url } = await begin(10);
    await put(url, bytes);
    await registry.ask(developer, COMPLETE, { input: { uploadId, sha256: digest(bytes) } });
    expect(await (await put(url, bytes)).json()).toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('takes a key with registry:write only', async () => {
    const { url } = await begin(1);
    const send = (headers: Record<string, string>) =>
      registry.subgraph.app.request(url, { method: 'PUT', body: 'x', headers });
    expect((await send({})).status).toBe(401);
    expect((await send({ authorization: `Bearer ${testKeys.without('registry:write')}` })).status).toBe(403);
  });

  it('says STORAGE_FULL on a full disk, keeps nothing half and goes on when there is room', async (context) => {
    const folder = temporaryFolder('full');
    const blobs = join(folder, 'blobs');
    mkdirSync(blobs);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', blobs]);
    context.skip(mounted.status !== 0, 'a small disk cannot be mounted here: this takes root on Linux');
    try {
      const small = await startTestRegistry({ folder });
      const { beginUpload } = await small.ask(developer, BEGIN, { input: { sizeBytes: 400_000, name: 'big' } });
      const full = await put(beginUpload.url, randomBytes(400_000), small);
      expect([full.status, ((await full.json()) as any).code]).toEqual([507, 'STORAGE_FULL']);
      const model = logisticModel({ features: 2, weights: [1, 2], bias: 0 });
      const artifact = await small.upload(developer, model.bytes);
      const registered = await small.ask(developer, REGISTER, { input: { artifact, model: 'after' } });
      expect(registered.registerModelVersion.modelVersion.state).toBe('DRAFT');
    } finally {
      spawnSync('umount', ['-l', blobs]);
    }
  });
});
