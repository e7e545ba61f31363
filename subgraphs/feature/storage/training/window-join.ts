import type { Window, WindowFunction } from '../../../../core/windows/window.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import { featureColumns, keyColumns } from '../log/log-columns.ts';
import { distinctSql } from './distinct-join.ts';
import { floorSql, isWholeSql, tailSql } from './hop-sql.ts';
import { FOR_EVER } from './window-events.ts';
import { windowPart, type PartColumn } from './window-part.ts';

/** A window of a plan, and the column that it is wanted as. */
export interface WantedWindow {
  readonly window: Window;
  readonly as: string;
}

/** Which windows keep the same of some events. */
const keptBy = ({ function: name, column, where }: Window): string =>
  JSON.stringify([name, column, where], (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

/** A key with more events than this is joined by hops. */
const BUSY = 1_000;

/** What is 0 of no event; all else is null. */
const OF_NOTHING: readonly WindowFunction[] = ['COUNT', 'SUM'];

/**
 * The wanted windows of each row of the spine, by `row_id`: over [tail, at), null where the row has no key or no time. Each is put
 * together from the parts that `partsSql` finds for its row.
 */
export function windowsSql(tables: WindowTables, view: FeatureView, wanted: readonly WantedWindow[]): string {
  const { distinct = [], others = [] } = Object.groupBy(wanted, ({ window }) =>
    window.function === 'DISTINCT' ? 'distinct' : 'others',
  );
  if (distinct.length === 0) return joinSql(tables, view, others);
  if (others.length === 0) return distinctSql(tables, view, distinct);
  return `SELECT * FROM (${joinSql(tables, view, others)}) JOIN (${distinctSql(tables, view, distinct)}) USING (row_id)`;
}

function joinSql(tables: WindowTables, view: FeatureView, wanted: readonly WantedWindow[]): string {
  const columns = featureColumns(view);
  const kept = [...new Set(wanted.map(({ window }) => keptBy(window)))];
  const hops = [...new Set(wanted.map(({ window }) => window.hopMs))];
  const all = wanted.map(({ window, as }, i) => {
    const part = windowPart(window, columns, {
      prefix: `w${kept.indexOf(keptBy(window))}`,
      alone: tables.busy === null,
    });
    const counted = `(p.hop IS NULL OR p.hop = ${window.hopMs}) AND p.from_ms >= ${tailSql(window, 'p.at_ms')}`;
    return { window, as, part, filter: `FILTER (WHERE ${counted})`, mean: `mean_${i}` };
  });
  const held = [...new Map(all.flatMap(({ part }) => part.columns).map((column) => [column.name, column])).values()];
  const rings = hops.map((hopMs): Ring => {
    const own = all.filter(({ window }) => window.hopMs === hopMs);
    const names = own.flatMap(({ part }) => part.columns.map(({ name }) => name));
    return { hopMs, spanMs: Math.max(...own.map(({ window }) => window.windowMs)), names };
  });
  const means = all.flatMap(({ part, filter, mean }) => (part.mean ? [`${part.mean(filter)} AS ${mean}`] : []));
  const results = all.map(({ as, part, filter, mean }) => `${part.result(filter, `m.${mean}`)} AS ${as}`);
  const asked = isWholeSql(keyColumns(view));
  const cells = wanted.map(({ window, as }) => {
    const nothing = OF_NOTHING.includes(window.function) ? '0' : 'NULL';
    return `CASE WHEN ${asked} THEN CASE WHEN f.row_id IS NULL THEN ${nothing} ELSE f.${as} END END AS ${as}`;
  });
  const parts = partsSql(tables, { keys: keyColumns(view), rings, held });
  return `WITH ${parts.join(', ')}, p AS ${means.length > 0 ? 'MATERIALIZED' : ''} (FROM quiet ${rings.map((_, i) => (tables.busy === null ? '' : `UNION ALL FROM p${i}`)).join(' ')}),
    ${means.length > 0 ? `m AS (SELECT p.row_id, ${means.join(', ')} FROM p GROUP BY p.row_id),` : ''}
    f AS (SELECT p.row_id, ${results.join(', ')} FROM p ${means.length > 0 ? 'JOIN m USING (row_id)' : ''} GROUP BY p.row_id)
    SELECT s.row_id, ${cells.join(', ')} FROM ${tables.spine} s LEFT JOIN f ON f.row_id = s.row_id`;
}

/** What a join reads: the events of `eventsSql`, the spine, and those keys that are joined by hops; null where there are none. */
export interface WindowTables {
  readonly events: string;
  readonly spine: string;
  readonly busy: string | null;
}

/** The keys that are joined by hops. */
export const busySql = (events: string, view: FeatureView, most = BUSY): string =>
  `SELECT ${keyColumns(view).join(', ')} FROM ${events} GROUP BY ALL HAVING count(*) > ${most}`;

/** Hops of one length, back to the longest window that is made of them, and what they hold. */
interface Ring {
  readonly hopMs: number;
  readonly spanMs: number;
  readonly names: readonly string[];
}

/**
 * What each row of the spine is put together from, as a relation `p`. A key with few events gives single ones. A busy key gives, for each
 * length of hops, what its whole hops are put together to, and single events only where a hop is not whole: those of the hop in which
 * the row lies, and versions that another one replaced. A hop is put together apart for each moment at which some of its events became
 * known after its end. So a busy key costs a row its hops, not its events. Rows and hops meet by stretches of time as long
 * as the longest window, of which a window touches two.
 */
function partsSql(
  { events, spine, busy }: WindowTables,
  { keys, rings, held }: { keys: readonly string[]; rings: readonly Ring[]; held: readonly PartColumn[] },
): string[] {
  const key = keys.join(', ');
  const same = (other: string): string => keys.map((one) => `s.${one} = ${other}.${one}`).join(' AND ');
  const known = 'e.event_ms < s.at_ms AND e.known_ms <= s.at_ms AND e.until_ms > s.at_ms';
  const valuesOf = (names: readonly string[], from: string): string =>
    held.map(({ name }) => (names.includes(name) ? `${from}.${name}` : `NULL AS ${name}`)).join(', ');
  const singles = held.map(({ name, ofEvent }) => `${ofEvent} AS ${name}`).join(', ');
  const farthest = rings.map(({ hopMs, spanMs }) => tailSql({ windowMs: spanMs, hopMs })).join(', ');
  const few = busy === null ? '' : `ANTI JOIN ${busy} USING (${key})`;
  const quiet = `quiet AS (
    SELECT s.row_id, s.at_ms, NULL::BIGINT AS hop, e.event_ms AS from_ms, ${held.map(({ name }) => `e.${name}`).join(', ')}
    FROM ${spine} s JOIN (SELECT *, ${singles} FROM ${events} ${few}) e
      ON ${same('e')} AND ${known} AND e.event_ms >= least(${farthest}))`;
  if (busy === null) return [quiet];
  const ofRings = rings.flatMap(({ hopMs, spanMs, names }, i) => {
    const stretchMs = spanMs + hopMs;
    const hop = floorSql('event_ms', hopMs);
    const from = (start: string): string => `SELECT s.row_id, s.at_ms, ${hopMs} AS hop, ${start} AS from_ms`;
    const inside = (start: string): string => `${start} >= ${tailSql({ windowMs: spanMs, hopMs })}`;
    return [
      `h${i} AS (
        SELECT ${key}, ${hop} AS hop_ms, ${hop} // ${stretchMs} AS stretch, greatest(known_ms, ${hop} + ${hopMs}) AS whole_ms,
          ${held.flatMap(({ name, ofHop }) => (names.includes(name) ? [`${ofHop} AS ${name}`] : [])).join(', ')}
        FROM busy_events WHERE until_ms = ${FOR_EVER} GROUP BY ALL)`,
      `s${i} AS (SELECT s.*, s.at_ms // ${stretchMs} - back.n AS stretch FROM busy_rows s, (VALUES (0), (1)) back(n))`,
      `p${i} AS (
        ${from('h.hop_ms')}, ${valuesOf(names, 'h')} FROM s${i} s JOIN h${i} h ON ${same('h')} AND h.stretch = s.stretch
          AND ${inside('h.hop_ms')} AND h.hop_ms + ${hopMs} <= s.at_ms AND h.whole_ms <= s.at_ms
        UNION ALL ${from('e.event_ms')}, ${valuesOf(names, 'e')} FROM busy_rows s JOIN busy_events e ON ${same('e')}
          AND ${floorSql('e.event_ms', hopMs)} = ${floorSql('s.at_ms', hopMs)} AND ${known} AND e.until_ms = ${FOR_EVER}
        UNION ALL ${from('e.event_ms')}, ${valuesOf(names, 'e')} FROM s${i} s JOIN busy_events e ON ${same('e')}
          AND e.event_ms // ${stretchMs} = s.stretch AND ${inside('e.event_ms')} AND ${known} AND e.until_ms < ${FOR_EVER})`,
    ];
  });
  return [
    quiet,
    `busy_rows AS MATERIALIZED (SELECT row_id, ${key}, at_ms FROM ${spine} SEMI JOIN ${busy} USING (${key}))`,
    `busy_events AS MATERIALIZED (SELECT *, ${singles} FROM ${events} SEMI JOIN ${busy} USING (${key}))`,
    ...ofRings,
  ];
}
