import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '../../../shared/blob/blob-store.ts';
import { readEvaluation, wrongEvaluation, type Evaluation } from '../../domain/evaluation/read-evaluation.ts';
import { readParquetEvaluation } from './parquet-evaluation.ts';

const MAGIC = 'PAR1';
/** 10 million numbers, not packed, and half as much again. */
const MOST_BYTES = 128 * 1024 * 1024;

export interface EvaluationPlaces {
  readonly blobs: Pick<BlobStore, 'read' | 'open' | 'stat'>;
  /** A folder for files that are read there. */
  readonly scratchFolder: string;
}

export interface EvaluationBlob {
  readonly sizeBytes: number;
  /** Undefined for a file of another kind, which is kept and cannot be recomputed. */
  readonly evaluation: Evaluation | undefined;
}

/** Reads an evaluation file in either form. Throws INVALID_INPUT where it is wrong. */
export async function readEvaluationBlob(places: EvaluationPlaces, sha256: string): Promise<EvaluationBlob> {
  if (await isParquet(places, sha256)) return readParquetBlob(places, sha256);
  const bytes = await places.blobs.read(sha256);
  return { sizeBytes: bytes.length, evaluation: readEvaluation(bytes) };
}

async function isParquet({ blobs }: EvaluationPlaces, sha256: string): Promise<boolean> {
  const { stream } = await blobs.open(sha256);
  let start = Buffer.alloc(0);
  for await (const chunk of stream) {
    start = Buffer.concat([start, chunk]);
    if (start.length >= MAGIC.length) break;
  }
  return start.subarray(0, MAGIC.length).toString('latin1') === MAGIC;
}

async function readParquetBlob({ blobs, scratchFolder }: EvaluationPlaces, sha256: string): Promise<EvaluationBlob> {
  const sizeBytes = (await blobs.stat(sha256))?.sizeBytes ?? 0;
  if (sizeBytes > MOST_BYTES) {
    throw wrongEvaluation(`it is Parquet of ${sizeBytes} bytes: at most ${MOST_BYTES}`, { allowed: MOST_BYTES });
  }
  await mkdir(scratchFolder, { recursive: true });
  const path = join(scratchFolder, `${randomUUID()}.parquet`);
  try {
    const { stream } = await blobs.open(sha256);
    await pipeline(Readable.from(stream), createWriteStream(path));
    return { sizeBytes, evaluation: await readParquetEvaluation(path, join(scratchFolder, 'duckdb')) };
  } finally {
    await rm(path, { force: true });
  }
}
