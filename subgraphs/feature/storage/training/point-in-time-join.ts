import type { FeatureView } from '../../domain/feature-view.ts';
import type { KnownAt } from '../../domain/point-in-time.ts';
import { featureColumn, featureColumns, keyColumn, keyColumns } from '../log/log-columns.ts';

/** Since when a row may be seen, by each rule. */
const VISIBLE: Readonly<Record<KnownAt, string>> = {
  KNOWN: 'greatest(event_ms, written_ms, available_ms)',
  CREATED: 'greatest(event_ms, written_ms)',
  EVENT_TIME: 'event_ms',
};

/**
 * What was to be seen of each entity, step by step: from `visible_ms` on, the row that then is the newest by event,
 * created time and place in the log. Only such steps remain, one for each moment, so that an ASOF join finds the row.
 */
export function timelineSql(log: string, spine: string, view: FeatureView, knownAt: KnownAt): string {
  const keys = keyColumns(view).join(', ');
  const features = featureColumns(view).join(', ');
  const wanted = view.joinKeys.map(({ name }) => keyColumn(name));
  return `WITH seen AS (
      SELECT ${keys}, ${features}, event_ms, created_ms, seq, ordinal, ${VISIBLE[knownAt]} AS visible_ms FROM ${log}
      WHERE (${keys}) IN (SELECT (${wanted.join(', ')}) FROM ${spine})
        AND event_ms <= (SELECT max(at_ms) FROM ${spine})
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY ${keys} ORDER BY event_ms, created_ms NULLS FIRST, seq, ordinal) AS place
      FROM seen
    )
    SELECT ${keys}, visible_ms, event_ms, ${features} FROM ranked
    QUALIFY place = max(place) OVER (PARTITION BY ${keys} ORDER BY visible_ms RANGE UNBOUNDED PRECEDING)`;
}

/** The wanted features of each row of the spine, by `row_id`; null where nothing was to be seen or it was too old. */
export function joinSql(
  timeline: string,
  spine: string,
  view: FeatureView,
  wanted: readonly { readonly feature: string; readonly as: string }[],
): string {
  const ttlMs = view.ttlSeconds * 1_000;
  const matches = [...keyColumns(view).map((key) => `s.${key} = t.${key}`), 's.at_ms >= t.visible_ms'].join(' AND ');
  // Asked of the found row again: from 64 rows on, DuckDB's ASOF join finds one for a row without a time.
  const counts = ttlMs === 0 ? matches : `${matches} AND s.at_ms - t.event_ms <= ${ttlMs}`;
  const values = wanted.map(({ feature, as }) => `CASE WHEN ${counts} THEN t.${featureColumn(feature)} END AS ${as}`);
  return `SELECT s.row_id, ${values.join(', ')} FROM ${spine} s ASOF LEFT JOIN ${timeline} t ON ${matches}`;
}
