import type { WindowPlan } from '../../../../core/windows/plan.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import type { KnownAt } from '../../domain/point-in-time.ts';
import { EVENT_ID, featureColumns, keyColumns, RETRACTED } from '../log/log-columns.ts';

/** Since when a version of an event may be seen, by each rule: where only its time counts, always. */
const KNOWN_SINCE: Readonly<Record<KnownAt, string>> = {
  KNOWN: 'greatest(written_ms, available_ms)',
  CREATED: 'written_ms',
  EVENT_TIME: '-9007199254740991::BIGINT',
};

/** Until when a version stands that no other one replaced. */
export const FOR_EVER = '9007199254740991::BIGINT';

/**
 * The events of a log that may be seen of the entities in `wanted`, each with the time in which it stands: from when it was
 * known until a version that was written later was. Without ids each row is an event of its own and stands for ever.
 */
export function eventsSql(log: string, wanted: string, view: FeatureView, plan: WindowPlan, knownAt: KnownAt): string {
  const keys = keyColumns(view).join(', ');
  const read = [
    ...keyColumns(view),
    ...featureColumns(view),
    'event_ms, ordered_ms, seq, ordinal',
    EVENT_ID,
    RETRACTED,
  ];
  const seen = `SELECT ${read.join(', ')}, ${KNOWN_SINCE[knownAt]} AS known_ms FROM ${log}
    WHERE (${keys}) IN (SELECT (${keys}) FROM ${wanted})`;
  if (!plan.withIds) return `SELECT *, ${FOR_EVER} AS until_ms FROM (${seen})`;
  return `SELECT * REPLACE (coalesce(until_ms, ${FOR_EVER}) AS until_ms) FROM (
      SELECT *, min(known_ms) OVER (PARTITION BY ${keys}, ${EVENT_ID} ORDER BY ordered_ms, seq, ordinal
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS until_ms FROM (${seen}))
    WHERE NOT ${RETRACTED} AND (until_ms IS NULL OR until_ms > known_ms)`;
}
