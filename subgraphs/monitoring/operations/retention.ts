import { keptSince } from '../domain/record.ts';
import { utcDayOf } from '../domain/time-window.ts';
import type { MonitoringDeps } from './deps.ts';

/** Drops the days that are no longer kept: predictions with their outcomes and shadows, and their ids. Counts per hour stay. */
export async function dropOldDays({ partitions, now, retentionDays, log }: MonitoringDeps): Promise<void> {
  if (retentionDays === 0) return;
  const days = await partitions.dropBefore(utcDayOf(keptSince(now(), retentionDays)));
  if (days.length > 0) log.info({ days: days.length, from: days[0], to: days.at(-1) }, 'old days were dropped');
}
