import { constants } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '../../../shared/blob/blob-store.ts';
import {
  beginsWithHead,
  readEvaluation,
  START_BYTES,
  wrongEvaluation,
  type Evaluation,
} from '../../domain/evaluation/read-evaluation.ts';
import { readParquetEvaluation } from './parquet-evaluation.ts';

const MAGIC = 'PAR1';

/** More bytes are not read. JSON lines are one text, which cannot be longer; Parquet is 10 million numbers, not packed, and more. */
const MOST_BYTES = { parquet: 128 * 1024 * 1024, lines: constants.MAX_STRING_LENGTH };

export interface EvaluationPlaces {
  readonly blobs: Pick<BlobStore, 'read' | 'open'>;
  /** A folder for files that are read there. */
  readonly scratchFolder: string;
}

export interface EvaluationBlob {
  readonly sizeBytes: number;
  /** Undefined for a file of another kind, which is kept and cannot be recomputed. */
  readonly evaluation: Evaluation | undefined;
}

/** Reads an evaluation file in either form, and nothing into memory of another kind. Throws INVALID_INPUT where it is wrong. */
export async function readEvaluationBlob(
  places: EvaluationPlaces,
  sha256: string,
  most: Readonly<typeof MOST_BYTES> = MOST_BYTES,
): Promise<EvaluationBlob> {
  const { start, sizeBytes } = await startOf(places, sha256);
  if (start.subarray(0, MAGIC.length).toString('latin1') === MAGIC) {
    checkSize('Parquet', sizeBytes, most.parquet);
    return { sizeBytes, evaluation: await readParquetBlob(places, sha256) };
  }
  if (beginsWithHead(start)) {
    checkSize('JSON lines', sizeBytes, most.lines);
    return { sizeBytes, evaluation: readEvaluation(await places.blobs.read(sha256)) };
  }
  // Its bytes are verified all the same.
  for await (const _ of (await places.blobs.open(sha256)).stream);
  return { sizeBytes, evaluation: undefined };
}

async function startOf(
  { blobs }: EvaluationPlaces,
  sha256: string,
): Promise<{ readonly start: Buffer; readonly sizeBytes: number }> {
  const { stream, sizeBytes } = await blobs.open(sha256);
  let start = Buffer.alloc(0);
  for await (const chunk of stream) {
    start = Buffer.concat([start, chunk]);
    if (start.length >= START_BYTES) break;
  }
  return { start, sizeBytes };
}

function checkSize(form: string, bytes: number, most: number): void {
  if (bytes > most) throw wrongEvaluation(`it is ${form} of ${bytes} bytes: at most ${most}`, { allowed: most });
}

async function readParquetBlob(
  { blobs, scratchFolder }: EvaluationPlaces,
  sha256: string,
): Promise<EvaluationBlob['evaluation']> {
  await mkdir(scratchFolder, { recursive: true });
  const path = join(scratchFolder, `${randomUUID()}.parquet`);
  try {
    const { stream } = await blobs.open(sha256);
    await pipeline(Readable.from(stream), createWriteStream(path));
    return await readParquetEvaluation(path, join(scratchFolder, 'duckdb'));
  } finally {
    await rm(path, { force: true });
  }
}
