import { createReadStream } from 'node:fs';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool, PoolClient } from 'pg';
import type { BlobStore } from '../../../shared/blob/blob-store.ts';
import { Duck, type DuckSession } from '../../../shared/duckdb/duckdb.ts';
import {
  ARCHIVE_KINDS,
  ROWS_PER_FILE,
  type ArchivedFile,
  type ArchiveKind,
  type DayCounts,
} from '../../domain/retention/archive.ts';
import { ARCHIVED } from './columns.ts';
import { beginSnapshot, countDay, dayLines, projectsOfDay } from './day-rows.ts';
import { toParquet, writeLines } from './write-parquet.ts';

const DUCKDB = { threads: 1, memoryMb: 512 };

export interface ArchivePlaces {
  /** Opened when it is first used: most installs have no archive. */
  readonly blobs: () => Promise<BlobStore>;
  /** A folder for files on their way. */
  readonly scratchFolder: string;
}

type Written = Omit<ArchivedFile, 'archivedAt'>;

/** What a day was when it was read, and the files that hold it. */
export interface WrittenDay {
  readonly counts: DayCounts;
  readonly files: readonly Written[];
}

/**
 * Writes a day to the blobs: all of it is of one state of the database. Whoever dies here leaves blobs that nobody names, and the next one writes
 * the same ones.
 */
export async function writeDay(pool: Pool, day: string, places: ArchivePlaces): Promise<WrittenDay> {
  const { scratchFolder } = places;
  const blobs = await places.blobs();
  await mkdir(scratchFolder, { recursive: true });
  const folder = await mkdtemp(join(scratchFolder, 'day-'));
  const duck = await Duck.open({ scratchFolder: join(folder, 'duckdb'), ...DUCKDB });
  const client = await pool.connect();
  try {
    await beginSnapshot(client);
    const counts = await countDay(client, day);
    const files: Written[] = [];
    for (const project of await projectsOfDay(client, day)) {
      for (const kind of ARCHIVE_KINDS) {
        files.push(
          ...(await duck.session((session) => writeKind(client, session, { project, day, kind }, folder, blobs))),
        );
      }
    }
    return { counts, files };
  } finally {
    // Nothing was written: a connection that cannot say so is thrown away.
    await client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    );
    duck.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeKind(
  client: PoolClient,
  duck: DuckSession,
  of: { readonly project: string; readonly day: string; readonly kind: ArchiveKind },
  folder: string,
  blobs: BlobStore,
): Promise<readonly Written[]> {
  const [lines, parquet] = [join(folder, 'rows.ndjson'), join(folder, 'rows.parquet')];
  const files: Written[] = [];
  const batches = dayLines(client, of.kind, of.project, of.day);
  for (;;) {
    const rows = await writeLines(lines, upTo(batches, ROWS_PER_FILE));
    if (rows === 0) return files;
    await toParquet(duck, lines, parquet, ARCHIVED[of.kind].columns);
    const blob = await blobs.put(createReadStream(parquet));
    files.push({ ...of, part: files.length, rows, ...blob });
  }
}

/** The next batches, until there are so many rows; what comes after them stays. */
async function* upTo(batches: AsyncGenerator<readonly string[]>, most: number): AsyncGenerator<readonly string[]> {
  for (let count = 0; count < most;) {
    const { done, value } = await batches.next();
    if (done === true) return;
    count += value.length;
    yield value;
  }
}
