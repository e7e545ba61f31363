import type { FeatureView } from '../../domain/feature-view.ts';
import type { KnownAt } from '../../domain/point-in-time.ts';
import { featureColumn, featureColumns, keyColumn, keyColumns } from '../log/log-columns.ts';

/** Since when a row may be seen, by each rule; null: never. */
const VISIBLE: Readonly<Record<KnownAt, string>> = {
  KNOWN: 'greatest(event_ms, written_ms, available_ms)',
  CREATED: 'CASE WHEN written_ms IS NOT NULL THEN greatest(event_ms, written_ms) END',
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
      FROM seen WHERE visible_ms IS NOT NULL
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
  const inTime = ttlMs === 0 ? 'TRUE' : `s.at_ms - t.event_ms <= ${ttlMs}`;
  const values = wanted.map(({ feature, as }) => `CASE WHEN ${inTime} THEN t.${featureColumn(feature)} END AS ${as}`);
  const keys = keyColumns(view).map((key) => `s.${key} = t.${key}`);
  return `SELECT s.row_id, ${values.join(', ')} FROM ${spine} s
    ASOF LEFT JOIN ${timeline} t ON ${keys.join(' AND ')} AND s.at_ms >= t.visible_ms`;
}
