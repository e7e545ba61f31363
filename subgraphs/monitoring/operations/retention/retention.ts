import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '../../../../core/errors.ts';
import type { BlobBody } from '../../../shared/blob/blob-store.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { keptSince } from '../../domain/record/record.ts';
import type { ArchivedFile } from '../../domain/retention/archive.ts';
import { policiesOf, type RetentionPolicy } from '../../domain/retention/policy.ts';
import { utcDayOf } from '../../domain/time-window.ts';
import { writeDay } from '../../storage/archive/archive-day.ts';
import {
  archivedDigests,
  findArchivedDay,
  findArchivedFile,
  listArchivedFiles,
  noteWrites,
  saveArchivedDay,
} from '../../storage/archive/archived-file.ts';
import { countDay, writesOfDay } from '../../storage/archive/day-rows.ts';
import { NOTIFICATION_DAYS } from '../../storage/notify/notification.ts';
import { dropProfiles } from '../../storage/quality/profile.ts';
import type { MonitoringDeps } from '../deps.ts';

const DAY_MS = 86_400_000;
/** Records that came in the moment between may make a day be written again before it is dropped. */
const ATTEMPTS = 3;

/** How long what is stored is kept, what becomes of it then, and where it lies afterwards. */
export class Retention {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  policies(): readonly RetentionPolicy[] {
    return policiesOf(this.#deps, NOTIFICATION_DAYS);
  }

  archivedFiles({ actor }: RequestContext, page: PageRequest): Promise<readonly ArchivedFile[]> {
    return listArchivedFiles(this.#deps.db.pool, actor.project, page);
  }

  /** The bytes of an archived file. Throws NOT_FOUND for one that is none of the project's. */
  async open({ actor }: RequestContext, sha256: string): Promise<BlobBody> {
    const { archive, db } = this.#deps;
    const found = await findArchivedFile(db.pool, actor.project, sha256);
    if (!found) {
      throw new DomainError('NOT_FOUND', `sha256: there is no archived file ${sha256}`, { field: 'sha256' });
    }
    return (await archive.blobs()).open(sha256);
  }

  /**
   * Writes days that are old enough to the archive, and drops those that are no longer kept: with an archive, only a day that is
   * in it as it is.
   */
  async run(): Promise<void> {
    const { archive, archiveAfterDays, now, partitions, retentionDays } = this.#deps;
    const at = now();
    if (archiveAfterDays > 0) {
      const closed = utcDayOf(new Date(at.getTime() - archiveAfterDays * DAY_MS));
      for (const day of await partitions.daysBefore(closed)) {
        if (await this.#hasChanged(day)) await this.#archive(day);
      }
    }
    if (retentionDays > 0) {
      const since = keptSince(at, retentionDays);
      await dropProfiles(this.#deps.db.pool, since);
      await this.#drop(utcDayOf(since));
    }
    if (archiveAfterDays > 0) {
      const needed = await archivedDigests(this.#deps.db.pool);
      await (await archive.blobs()).removeOthers(needed, DAY_MS);
    }
  }

  /** Whether a day has other rows than its archive, or is in none. */
  async #hasChanged(day: string): Promise<boolean> {
    const { pool } = this.#deps.db;
    const archived = await findArchivedDay(pool, day);
    const writes = await writesOfDay(pool, day);
    if (archived === null) return true;
    if (archived.writes === writes) return false;
    if (!isDeepStrictEqual(await countDay(pool, day), archived.counts)) return true;
    await noteWrites(pool, day, writes);
    return false;
  }

  async #archive(day: string): Promise<void> {
    const { archive, db, log, now } = this.#deps;
    const writes = await writesOfDay(db.pool, day);
    const { counts, files } = await writeDay(db.pool, day, archive);
    const at = now();
    await saveArchivedDay(
      db.pool,
      day,
      { counts, writes },
      files.map((file) => ({ ...file, archivedAt: at })),
      at,
    );
    log.info({ day, files: files.length, counts }, 'a day was archived');
  }

  /** Drops the days before one: predictions with their outcomes and shadows, and their ids. Rollups stay. */
  async #drop(before: string): Promise<void> {
    const { archiveAfterDays, log, partitions } = this.#deps;
    const dropped: string[] = [];
    for (const day of await partitions.daysBefore(before)) {
      if (archiveAfterDays === 0) await partitions.drop(day);
      else if (!(await this.#dropArchived(day))) {
        log.warn({ day }, 'a day is not dropped yet: it has other rows than its archive');
        continue;
      }
      dropped.push(day);
    }
    if (dropped.length > 0) {
      log.info({ days: dropped.length, from: dropped[0], to: dropped.at(-1) }, 'old days were dropped');
    }
  }

  async #dropArchived(day: string): Promise<boolean> {
    const { db, partitions } = this.#deps;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const archived = await findArchivedDay(db.pool, day);
      if (archived !== null && (await partitions.dropIfAs(day, archived.counts))) return true;
      await this.#archive(day);
    }
    return false;
  }
}
