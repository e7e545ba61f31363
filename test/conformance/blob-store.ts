import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BlobStore } from '../../subgraphs/shared/blob/blob-store.ts';

export interface BlobStoreAdapter {
  readonly name: string;
  /** A fresh, empty store. */
  readonly open: () => Promise<BlobStore>;
  /** Changes the stored bytes behind the store's back. */
  readonly tamper: (store: BlobStore, sha256: string, bytes: Uint8Array) => Promise<void>;
  /** How many bytes lie anywhere in the store, half-written ones included. */
  readonly usedBytes: (store: BlobStore) => Promise<number>;
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function drain(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* failing(first: Uint8Array): AsyncGenerator<Uint8Array> {
  yield first;
  await Promise.resolve();
  throw new Error('the client went away');
}

/** What every blob store must do. */
export function blobStoreConformance({ name, open, tamper, usedBytes }: BlobStoreAdapter): void {
  describe(`the ${name} blob store`, () => {
    it.each([0, 1, 70_000, 3_000_000])('gives %d bytes back as they were', async (size) => {
      const store = await open();
      const bytes = randomBytes(size);
      const stored = await store.put([bytes.subarray(0, size / 2), bytes.subarray(size / 2)]);
      expect(stored).toEqual({ sha256: digest(bytes), sizeBytes: size });
      expect(await store.stat(stored.sha256)).toEqual(stored);
      expect(Buffer.compare(await store.read(stored.sha256), bytes)).toBe(0);
      const { stream, sizeBytes } = await store.open(stored.sha256);
      expect(sizeBytes).toBe(size);
      expect(Buffer.compare(await drain(stream), bytes)).toBe(0);
    });

    it('keeps the same bytes once, however many write them at the same time', async () => {
      const store = await open();
      const bytes = randomBytes(5_000);
      const stored = await Promise.all(Array.from({ length: 8 }, () => store.put([bytes])));
      expect(new Set(stored.map(({ sha256 }) => sha256)).size).toBe(1);
      expect(await usedBytes(store)).toBe(5_000);
    });

    it('removes what is not needed any more, but for what is new', async () => {
      const store = await open();
      const [kept, gone] = [await store.put([randomBytes(50)]), await store.put([randomBytes(60)])];
      expect(await store.removeOthers(new Set([kept.sha256]), 3_600_000)).toBe(0);
      expect(await store.removeOthers(new Set([kept.sha256]), -60_000)).toBe(1);
      expect([await store.stat(kept.sha256), await store.stat(gone.sha256)]).toEqual([kept, undefined]);
      expect(await usedBytes(store)).toBe(50);
    });

    it('says that a blob is not there, and refuses what is no digest', async () => {
      const store = await open();
      const absent = 'a'.repeat(64);
      expect(await store.stat(absent)).toBeUndefined();
      await expect(store.read(absent)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(store.open(absent)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(store.read('../../etc/passwd')).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        details: { field: 'sha256' },
      });
    });

    it('keeps nothing of a write that is too large or breaks off', async () => {
      const store = await open();
      await expect(store.put([randomBytes(10), randomBytes(10)], { maxBytes: 19 })).rejects.toMatchObject({
        code: 'TOO_LARGE',
        details: { maxBytes: 19 },
      });
      await expect(store.put(failing(randomBytes(1_000)))).rejects.toThrow('the client went away');
      await expect(store.stage('half', failing(randomBytes(1_000)))).rejects.toThrow('the client went away');
      await expect(store.commit('half', 'a'.repeat(64))).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await usedBytes(store)).toBe(0);
    });

    it('notices bytes that were changed, whole and in a stream', async () => {
      const store = await open();
      const bytes = randomBytes(200_000);
      const { sha256 } = await store.put([bytes]);
      const changed = Buffer.from(bytes);
      changed[199_999]! ^= 1;
      await tamper(store, sha256, changed);
      await expect(store.read(sha256)).rejects.toMatchObject({
        code: 'DIGEST_MISMATCH',
        details: { expected: sha256 },
      });
      const { stream } = await store.open(sha256);
      await expect(drain(stream)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    });

    it('takes staged bytes by their digest only, and keeps them for another try', async () => {
      const store = await open();
      const bytes = randomBytes(1_000);
      const staged = await store.stage('u-1', [bytes]);
      expect(staged).toEqual({ sha256: digest(bytes), sizeBytes: 1_000 });
      await expect(store.commit('u-1', 'b'.repeat(64))).rejects.toMatchObject({
        code: 'DIGEST_MISMATCH',
        details: { field: 'sha256', expected: 'b'.repeat(64), actual: staged.sha256 },
      });
      expect(await store.stat(staged.sha256)).toBeUndefined();
      expect(await store.commit('u-1', staged.sha256)).toEqual(staged);
      expect(await store.commit('u-1', staged.sha256), 'once more, after a crash').toEqual(staged);
      await store.discard('u-1');
      expect(Buffer.compare(await store.read(staged.sha256), bytes)).toBe(0);
      await expect(store.commit('u-1', staged.sha256)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('replaces what was staged before, and forgets it when told', async () => {
      const store = await open();
      await store.stage('u-2', [randomBytes(10)]);
      const second = await store.stage('u-2', [randomBytes(20)]);
      expect(await store.commit('u-2', second.sha256)).toEqual(second);
      await store.stage('u-3', [randomBytes(10)]);
      await store.discard('u-3');
      await store.discard('u-3');
      await expect(store.commit('u-3', 'c'.repeat(64))).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(store.stage('../u', [])).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        details: { field: 'name' },
      });
    });

    it('goes on with staged bytes where they end, after a source that broke off as well', async () => {
      const store = await open();
      const bytes = randomBytes(30_000);
      const maxBytes = bytes.length;
      expect(await store.stagedBytes('u-4')).toBe(0);
      expect(await store.append('u-4', [bytes.subarray(0, 10_000)], { offset: 0, maxBytes })).toBe(10_000);
      await expect(
        store.append('u-4', failing(bytes.subarray(10_000, 15_000)), { offset: 10_000, maxBytes }),
      ).rejects.toThrow('the client went away');
      expect(await store.stagedBytes('u-4')).toBe(15_000);
      await expect(store.append('u-4', [bytes], { offset: 10_000, maxBytes })).rejects.toMatchObject({
        code: 'CONFLICT',
        details: { receivedBytes: 15_000 },
      });
      await expect(
        store.append('u-4', [bytes.subarray(15_000), randomBytes(1)], { offset: 15_000, maxBytes }),
      ).rejects.toMatchObject({ code: 'TOO_LARGE' });
      expect(await store.stagedBytes('u-4')).toBe(30_000);
      await expect(store.commit('u-4', 'd'.repeat(64))).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      expect(await store.commit('u-4', digest(bytes))).toEqual({ sha256: digest(bytes), sizeBytes: 30_000 });
      expect(Buffer.compare(await store.read(digest(bytes)), bytes)).toBe(0);
      const anew = await store.stage('u-4', [randomBytes(10)]);
      expect(await store.stagedBytes('u-4'), 'sent as a whole').toBe(10);
      expect(await store.commit('u-4', anew.sha256)).toEqual(anew);
      await store.discard('u-4');
      expect(await store.stagedBytes('u-4')).toBe(0);
    });

    it('removes a blob only if it was not written again since', async () => {
      const store = await open();
      const { sha256 } = await store.put([randomBytes(100)]);
      const anHour = 3_600_000;
      expect(await store.remove(sha256, { before: new Date(Date.now() - anHour) })).toBe(false);
      expect(await store.stat(sha256)).toBeDefined();
      expect(await store.remove(sha256, { before: new Date(Date.now() + anHour) })).toBe(true);
      expect(await store.stat(sha256)).toBeUndefined();
      expect(await store.remove(sha256, { before: new Date() }), 'it is gone already').toBe(true);
    });
  });
}
