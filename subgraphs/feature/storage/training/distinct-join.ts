import { HASH_RANGE, SKETCH_SIZE } from '../../../../core/windows/folds/distinct.ts';
import type { Window } from '../../../../core/windows/window.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import { featureColumns, keyColumns } from '../log/log-columns.ts';
import { floorSql, isWholeSql, tailSql } from './hop-sql.ts';
import { FOR_EVER } from './window-events.ts';
import type { WantedWindow, WindowTables } from './window-join.ts';
import { countedSql } from './window-part.ts';

/** Hops are counted from long ago, so that no place among them is negative. */
const FIRST_PLACE = 2 ** 40;

const KNOWN = 'e.event_ms < s.at_ms AND e.known_ms <= s.at_ms AND e.until_ms > s.at_ms';

/**
 * Distinct counts of each row of the spine, by `row_id`: the estimate of the sketch of `core/windows`, whose smallest hashes are the same
 * in whatever order sketches are merged. A key with few events gives its rows the hashes of single ones. Of a busy key the hops are
 * merged two by two, then four by four, and so on: the whole hops of a window are then few blocks, and rows that lie in one hop have the
 * same ones. What is not in them comes by single events: those of the hop in which the row lies, those that became known after the
 * end of their hop, and versions that another one replaced.
 */
export function distinctSql(tables: WindowTables, view: FeatureView, wanted: readonly WantedWindow[]): string {
  const keys = keyColumns(view);
  const { spine, busy } = tables;
  const parts = wanted.flatMap(({ window }, i) => partsOf(`d${i}`, tables, { window, view, keys }));
  const cells = wanted.map(({ as }, i) => {
    const merged = `list_concat(coalesce(d${i}_few.hashes, []), coalesce(d${i}_many.hashes, []))`;
    const hashes = busy === null ? `d${i}_few.hashes` : `list_distinct(${merged})`;
    return `CASE WHEN ${isWholeSql(keys)} THEN ${estimateSql(hashes)} END AS ${as}`;
  });
  const joins = wanted.map(({ window: { hopMs } }, i) => {
    const few = `LEFT JOIN d${i}_few ON d${i}_few.row_id = s.row_id`;
    const last = placeSql('s.at_ms', hopMs);
    return busy === null
      ? few
      : `${few} LEFT JOIN d${i}_many ON ${sameSql(keys, 's', `d${i}_many`)} AND d${i}_many.last_place = ${last}`;
  });
  return `WITH ${parts.join(', ')} SELECT s.row_id, ${cells.join(', ')} FROM ${spine} s ${joins.join(' ')}`;
}

interface Asked {
  readonly window: Window;
  readonly view: FeatureView;
  readonly keys: readonly string[];
}

const sameSql = (keys: readonly string[], a: string, b: string): string =>
  keys.map((key) => `${a}.${key} = ${b}.${key}`).join(' AND ');

/** Which hop a moment lies in. */
const placeSql = (ms: string, hopMs: number): string => `(${floorSql(ms, hopMs)} // ${hopMs} + ${FIRST_PLACE})`;

/** `few`: the hashes of single events by row; `many`: those of whole hops by key and by the place of the hop in which a row lies. */
function partsOf(name: string, { events, spine, busy }: WindowTables, { window, view, keys }: Asked): string[] {
  const { hopMs, windowMs } = window;
  const { value, counted } = countedSql(window, featureColumns(view));
  const key = keys.join(', ');
  const hashed = `SELECT *, ${hashSql(value ?? '')} AS hash FROM ${events}`;
  const inside = `e.event_ms >= ${tailSql(window)}`;
  const few = [
    `SELECT s.row_id, e.hash FROM ${spine} s JOIN (${hashed} ${busy === null ? '' : `ANTI JOIN ${busy} USING (${key})`} WHERE ${counted}) e
       ON ${sameSql(keys, 's', 'e')} AND ${KNOWN} AND ${inside}`,
  ];
  if (busy === null) return [fewSql(name, few)];
  const stretchMs = windowMs + hopMs;
  few.push(
    `SELECT s.row_id, e.hash FROM ${name}_rows s JOIN ${name}_events e
       ON ${sameSql(keys, 's', 'e')} AND e.place = s.last_place AND e.is_settled AND ${KNOWN}`,
    `SELECT s.row_id, e.hash FROM (SELECT s.*, s.at_ms // ${stretchMs} - back.n AS stretch FROM ${name}_rows s, (VALUES (0), (1)) back(n)) s
       JOIN ${name}_events e ON ${sameSql(keys, 's', 'e')} AND e.event_ms // ${stretchMs} = s.stretch AND NOT e.is_settled AND ${KNOWN} AND ${inside}`,
  );
  const levels = Math.floor(Math.log2(Math.ceil(windowMs / hopMs)));
  const blocks = Array.from({ length: levels + 1 }, (_, level) => blocksSql(name, level, key));
  const ofWindows = blocks.flatMap((_, level) => takenSql(name, level, keys));
  return [
    `${name}_rows AS MATERIALIZED (
       SELECT row_id, ${key}, at_ms, ${placeSql(tailSql(window, 'at_ms'), hopMs)} AS first_place, ${placeSql('at_ms', hopMs)} AS last_place
       FROM ${spine} SEMI JOIN ${busy} USING (${key}) WHERE at_ms IS NOT NULL)`,
    // What stands for good and was known at the end of its hop is known to every row behind that.
    `${name}_events AS MATERIALIZED (
       SELECT ${key}, event_ms, known_ms, until_ms, hash, ${placeSql('event_ms', hopMs)} AS place,
         until_ms = ${FOR_EVER} AND known_ms <= ${floorSql('event_ms', hopMs)} + ${hopMs} AS is_settled
       FROM (${hashed} SEMI JOIN ${busy} USING (${key}) WHERE ${counted}))`,
    ...blocks,
    `${name}_many AS MATERIALIZED (${smallestSql(`${key}, last_place`, ofWindows.join(' UNION ALL '))})`,
    fewSql(name, few),
  ];
}

const fewSql = (name: string, found: readonly string[]): string =>
  `${name}_few AS (SELECT row_id, list(DISTINCT hash) AS hashes FROM (${found.join(' UNION ALL ')}) GROUP BY row_id)`;

/** The sketches of blocks of 2^level hops, each from the two of the level below. */
function blocksSql(name: string, level: number, key: string): string {
  if (level === 0) {
    const found = `SELECT DISTINCT ${key}, place, hash FROM ${name}_events WHERE is_settled`;
    return `${name}_0 AS MATERIALIZED (SELECT ${key}, place, ${SMALLEST} AS hashes FROM (${found}) GROUP BY ALL)`;
  }
  const halves = `SELECT ${key}, place // 2 AS place, hashes FROM ${name}_${level - 1}`;
  return `${name}_${level} AS MATERIALIZED (${smallestSql(`${key}, place`, halves)})`;
}

/** The blocks of a level that windows are made of: those inside that are no half of a block inside, one at each end at most. */
function takenSql(name: string, level: number, keys: readonly string[]): string[] {
  const size = 2 ** level;
  const [first, last] = [`(w.first_place + ${size - 1}) // ${size}`, `w.last_place // ${size}`];
  const key = keys.map((one) => `w.${one}`).join(', ');
  const taken = (place: string, isOdd: string): string =>
    `SELECT ${key}, w.last_place, b.hashes FROM (SELECT DISTINCT ${keys.join(', ')}, first_place, last_place FROM ${name}_rows) w
       JOIN ${name}_${level} b ON ${sameSql(keys, 'w', 'b')} AND b.place = ${place} WHERE ${isOdd} % 2 = 1 AND ${first} < ${last}`;
  return [taken(first, `(${first})`), taken(`${last} - 1`, `(${last})`)];
}

/** Merges sketches by what they are of. */
const smallestSql = (by: string, sketches: string): string =>
  `SELECT ${by}, ${SMALLEST} AS hashes FROM (SELECT DISTINCT ${by}, unnest(hashes) AS hash FROM (${sketches})) GROUP BY ALL`;

const SMALLEST = `min(hash, ${SKETCH_SIZE})`;

/** The same 53 bits as `hash53`. */
const hashSql = (value: string): string => `(md5_number_lower(${value}::VARCHAR) & 9007199254740991)::BIGINT`;

/** The same estimate as the sketch of `core/windows`: exact while it holds all hashes. */
function estimateSql(hashes: string): string {
  const held = `coalesce(len(${hashes}), 0)`;
  const largest = `list_sort(${hashes})[${SKETCH_SIZE}]`;
  return `CASE WHEN ${held} < ${SKETCH_SIZE} THEN ${held} ELSE round(${(SKETCH_SIZE - 1) * HASH_RANGE}::DOUBLE / ${largest})::BIGINT END`;
}
