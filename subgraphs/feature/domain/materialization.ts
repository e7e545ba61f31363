import { DomainError } from '../../../core/errors.ts';
import type { FeatureView } from './feature-view.ts';
import { beginWork, type LongWork } from './long-work.ts';

/** Why rows of the source did not enter the log. None of them is lost: a later load of the same range takes them. */
export const SKIP_REASONS = [
  'NO_EVENT_TIME',
  'NULL_KEY',
  'NO_EVENT_ID',
  'EVENT_AHEAD',
  'CREATED_AHEAD',
  'ALREADY_LOADED',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** How the loaded rows came to be known: history since it was created, later loads since they were put on-line. */
export const KNOWN_SINCE = ['CREATED', 'LOADED'] as const;
export type KnownSince = (typeof KNOWN_SINCE)[number];

/** One load of a range of a view's source into the log and the online store. */
export interface Materialization extends LongWork {
  readonly view: string;
  readonly version: number;
  /** Event times of [from, to). */
  readonly from: Date | null;
  readonly to: Date;
  /** Leaves the online store as it was at this instant: later events, and rows created later, enter the log alone. */
  readonly onlineAt: Date | null;
  readonly knownSince: KnownSince | null;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsOnline: number;
  readonly skipped: readonly { readonly reason: SkipReason; readonly rows: number }[];
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly sizeBytes: number }[];
}

/** What a caller wants to be loaded. */
export interface MaterializeInput {
  readonly view: string;
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
  readonly onlineAt?: Date | null | undefined;
  readonly waitMs: number;
}

/** A load that begins. Throws INVALID_INPUT for a range that is empty or reaches into the future. */
export function beginMaterialization(
  view: FeatureView,
  ordered: Parameters<typeof beginWork>[0],
  key: string,
  range: Pick<MaterializeInput, 'from' | 'to' | 'onlineAt'>,
  now: Date,
): Materialization {
  const { from = null, to, onlineAt = null } = range;
  const end = to ?? now;
  if (end > now) {
    throw new DomainError('INVALID_INPUT', `to: ${end.toISOString()} lies ahead; it is ${now.toISOString()}`, {
      field: 'to',
      allowed: { max: now.toISOString() },
    });
  }
  if (from !== null && from >= end) {
    throw new DomainError('INVALID_INPUT', `from: the range [${from.toISOString()}, ${end.toISOString()}) is empty`, {
      field: 'from',
    });
  }
  return {
    ...beginWork(ordered, key, now),
    view: view.name,
    version: view.version,
    from,
    to: end,
    onlineAt,
    knownSince: null,
    rowsRead: 0,
    rowsWritten: 0,
    rowsOnline: 0,
    skipped: [],
    files: [],
  };
}
