import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OnlineEntry } from '../../subgraphs/feature/domain/online-store.ts';
import { readSnapshot, writeSnapshot } from '../../subgraphs/feature/storage/online/snapshot.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('snapshot');
const file = join(folder, 'deep/online.snapshot');

const entries: OnlineEntry[] = Array.from({ length: 3_000 }, (_, i) => ({
  view: `default/v@${i % 3}`,
  key: JSON.stringify([`ü${i}`]),
  seq: i * 2 ** 20,
  ordinal: i,
  evictAtMs: i % 2 ? i : null,
  block: Uint8Array.from({ length: i % 500 }, (_unused, j) => j),
}));
const position = { pushedSeq: 7, segments: [1, 2, 5], unsettled: [] };

describe('a snapshot of the online store', () => {
  it('gives back what was written', async () => {
    const [windows, uses] = [1, 2].map((byte) => [{ view: 'default/v@1', key: '["a"]', bytes: Uint8Array.of(byte) }]);
    await writeSnapshot(file, position, { entries, windows: windows!, uses: uses! });
    expect(await readSnapshot(file)).toEqual({ position, entries, windows, uses });
  });

  it('is none where there is none, or where a byte differs or is missing', async () => {
    expect(await readSnapshot(join(folder, 'nothing'))).toBeNull();
    await writeSnapshot(file, position, { entries });
    const whole = readFileSync(file);
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1] = flipped[whole.length >> 1]! ^ 1;
    for (const bytes of [Buffer.alloc(0), Buffer.from('tiffin'), whole.subarray(0, whole.length - 1), flipped]) {
      writeFileSync(file, bytes);
      expect(await readSnapshot(file)).toBeNull();
    }
  });

  it('keeps the last one when a new one cannot be finished', async () => {
    await writeSnapshot(file, position, { entries });
    const broken = (function* () {
      yield entries[0]!;
      throw new Error('no more');
    })();
    await expect(
      writeSnapshot(file, { pushedSeq: 8, segments: [], unsettled: [] }, { entries: broken }),
    ).rejects.toThrow('no more');
    expect((await readSnapshot(file))?.position).toEqual(position);
  });
});
