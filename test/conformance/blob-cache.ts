import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BlobCache } from '../../edge/delivery/blobs.ts';

export interface BlobCacheAdapter {
  readonly name: string;
  /** A fresh, empty cache. */
  readonly make: () => Promise<BlobCache>;
  /** Changes what is kept behind its back; null where nothing can get there. */
  readonly tamper: ((cache: BlobCache, digest: string) => Promise<void>) | null;
  /** Whether `retain` removes the others at once; else they go by themselves, later. */
  readonly removes: boolean;
}

const blob = (size: number): { bytes: Uint8Array; digest: string } => {
  const bytes = new Uint8Array(randomBytes(size));
  return { bytes, digest: createHash('sha256').update(bytes).digest('hex') };
};

/** What every cache of blobs does, whatever it keeps them in. */
export function blobCacheConformance({ name, make, tamper, removes }: BlobCacheAdapter): void {
  describe(`a cache of blobs: ${name}`, () => {
    it.each([0, 1, 70_000, 1_500_000])('gives %d bytes back as they were', async (size) => {
      const cache = await make();
      const { bytes, digest } = blob(size);
      expect(await cache.get(digest)).toBeNull();
      await cache.put(digest, bytes);
      await cache.put(digest, bytes);
      const got = await cache.get(digest);
      expect(got && Buffer.compare(got, bytes)).toBe(0);
    });

    it('gives bytes that are the caller’s own', async () => {
      const cache = await make();
      const { bytes, digest } = blob(10);
      await cache.put(digest, bytes);
      (await cache.get(digest))?.fill(0);
      const again = await cache.get(digest);
      expect(again && Buffer.compare(again, bytes)).toBe(0);
    });

    it('keeps many at once', async () => {
      const cache = await make();
      const blobs = Array.from({ length: 12 }, () => blob(1_000));
      await Promise.all(blobs.map(({ digest, bytes }) => cache.put(digest, bytes)));
      const got = await Promise.all(blobs.map(({ digest }) => cache.get(digest)));
      expect(got.map((one, i) => one && Buffer.compare(one, blobs[i]!.bytes))).toEqual(blobs.map(() => 0));
    });

    it('keeps what it is told to keep', async () => {
      const cache = await make();
      const [one, two, three] = [blob(100), blob(200), blob(300)];
      for (const { digest, bytes } of [one, two, three]) await cache.put(digest, bytes);
      await cache.retain(new Set([two.digest]));
      expect(await cache.get(two.digest)).toHaveLength(200);
      if (!removes) return;
      expect([await cache.get(one.digest), await cache.get(three.digest)]).toEqual([null, null]);
    });

    it('takes nothing for a digest that is none', async () => {
      const cache = await make();
      await expect(cache.put('../held.json', blob(1).bytes)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await cache.get('../held.json')).toBeNull();
    });

    it.runIf(tamper !== null)('does not give bytes that were changed', async () => {
      const cache = await make();
      const { bytes, digest } = blob(5_000);
      await cache.put(digest, bytes);
      await tamper?.(cache, digest);
      expect(await cache.get(digest)).toBeNull();
      await cache.put(digest, bytes);
      expect(await cache.get(digest)).toHaveLength(5_000);
    });
  });
}
