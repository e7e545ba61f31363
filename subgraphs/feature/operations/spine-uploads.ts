import { createWriteStream } from 'node:fs';
import { Transform, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { DomainError } from '../../../core/errors.ts';
import type { Duck } from '../../shared/duckdb/duckdb.ts';
import type { ParquetFiles } from '../storage/parquet-files.ts';
import { formatOf } from '../storage/file-format.ts';
import { readColumns, type SourceFile } from '../storage/source-files.ts';

export const MAX_SPINE_BYTES = 1024 ** 3;
const KEPT_MS = 86_400_000;
const FIELD = 'spine.upload';

export interface SpineUploadsDeps {
  readonly duck: Duck;
  readonly uploads: ParquetFiles;
  readonly now: () => Date;
}

/** Spines that are too large for a call of the graph: a file is sent first, and named by its SHA-256 within a day. */
export class SpineUploads {
  readonly #deps: SpineUploadsDeps;

  constructor(deps: SpineUploadsDeps) {
    this.#deps = deps;
  }

  /** Keeps the bytes. Throws INVALID_INPUT for what is neither Parquet nor CSV, TOO_LARGE beyond the limit. */
  async receive(body: ReadableStream<Uint8Array>): Promise<{ upload: string; sizeBytes: number }> {
    const { uploads, now } = this.#deps;
    await uploads.removeOlder(new Date(now().getTime() - KEPT_MS));
    const { sha256, sizeBytes } = await uploads.add(async (path) => {
      await pipeline(Readable.fromWeb(body as NodeReadableStream), limit(), createWriteStream(path));
      await formatOf({ path, file: 'the body' }, 'body');
    });
    return { upload: sha256, sizeBytes };
  }

  /** An upload as a file of a spine. Throws NOT_FOUND for one that never was, or is gone. */
  async find(upload: string): Promise<SourceFile[]> {
    const { duck, uploads } = this.#deps;
    if (!/^[0-9a-f]{64}$/.test(upload) || !(await uploads.has(upload))) {
      const what = 'POST the file to /v1/spines and give its answer within a day';
      throw new DomainError('NOT_FOUND', `${FIELD}: there is no upload "${upload}"; ${what}`, { field: FIELD });
    }
    return readColumns(duck, [{ path: uploads.pathOf(upload), file: 'the upload' }], FIELD);
  }
}

function limit(): Transform {
  let left = MAX_SPINE_BYTES;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      left -= chunk.byteLength;
      if (left >= 0) return done(null, chunk);
      const why = `body: a spine has at most ${MAX_SPINE_BYTES} bytes`;
      return done(new DomainError('TOO_LARGE', why, { field: 'body', maxBytes: MAX_SPINE_BYTES }));
    },
  });
}
