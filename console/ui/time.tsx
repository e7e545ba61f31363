import type { JSX } from 'preact';
import { useSyncExternal } from './use-sync-external.ts';
import { utcClock } from '../app/clock.ts';

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];
const LONG_AGO_MS = 14 * 86_400_000;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

const utc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** A moment in full, by the clock that the page is switched to. */
export const inFull = (at: string | Date, isUtc = utcClock.get()): string =>
  isUtc ? `${utc.format(new Date(at))} UTC` : local.format(new Date(at));

export function ago(at: string | Date, now = Date.now()): string {
  const ms = new Date(at).getTime() - now;
  if (Math.abs(ms) > LONG_AGO_MS) return inFull(at);
  const [unit, size] = UNITS.find(([, one]) => Math.abs(ms) >= one) ?? ['second', 1_000];
  return relative.format(Math.round(ms / size), unit);
}

/** How long ago, with the moment itself in UTC when pointed at. */
export function Time({ at }: { readonly at: string | null | undefined }): JSX.Element {
  useSyncExternal(utcClock);
  if (at === null || at === undefined) return <span class="muted">never</span>;
  return (
    <time dateTime={at} title={new Date(at).toISOString()}>
      {ago(at)}
    </time>
  );
}
