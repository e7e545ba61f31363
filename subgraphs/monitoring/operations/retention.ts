import { keptSince } from '../domain/record.ts';
import { utcDayOf } from '../domain/time-window.ts';
import { dropProfiles } from '../storage/profile.ts';
import type { MonitoringDeps } from './deps.ts';

/**
 * Drops the days that are no longer kept: predictions with their outcomes and shadows, and their ids, and
 * profiles. Counts per hour stay.
 */
export async function dropOldDays({ db, partitions, now, retentionDays, log }: MonitoringDeps): Promise<void> {
  if (retentionDays === 0) return;
  const since = keptSince(now(), retentionDays);
  await dropProfiles(db.pool, since);
  const days = await partitions.dropBefore(utcDayOf(since));
  if (days.length > 0) log.info({ days: days.length, from: days[0], to: days.at(-1) }, 'old days were dropped');
}
