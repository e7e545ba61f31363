import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  checkpointFile,
  newCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from '../../../../examples/flights/replay/checkpoint.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const first = newCheckpoint({ deploymentCreatedAt: '2026-01-01T00:00:00.000Z', fromMs: 980_121_600_000, share: 0.1 });

describe('a checkpoint', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder('checkpoint');
  });

  it('is not there before the first', async () => expect(await readCheckpoint(folder)).toBeUndefined());

  it('is read as it was written, each in place of the one before', async () => {
    await writeCheckpoint(folder, first);
    const open = [{ predictionId: '01900000-0000-7000-8000-000000000000', knownMs: 980_130_000_000, late: false }];
    const second = { ...first, nextMs: first.nextMs + 3_600_000, answered: 7, withoutFeatures: [3], open };
    await writeCheckpoint(folder, second);
    expect(await readCheckpoint(folder)).toEqual(second);
    expect(existsSync(`${checkpointFile(folder)}.partial`)).toBe(false);
  });

  it('is the one before when the process ended while it was written', async () => {
    await writeCheckpoint(folder, first);
    await writeFile(`${checkpointFile(folder)}.partial`, '{"format":1,"fromMs":98');
    expect(await readCheckpoint(folder)).toEqual(first);
    await writeCheckpoint(folder, { ...first, answered: 1 });
    expect(await readCheckpoint(folder)).toEqual({ ...first, answered: 1 });
  });

  it.each(['', '{"format":1', JSON.stringify({ ...first, format: 99 }), '[]'])(
    'is refused with what to do when it is none: %j',
    async (text) => {
      await writeFile(checkpointFile(folder), text);
      await expect(readCheckpoint(folder)).rejects.toThrow(/replay\.json is no checkpoint of this version: remove it/);
    },
  );
});
