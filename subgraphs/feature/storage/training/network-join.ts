import type { BadMark, Network, NetworkFunction } from '../../../../core/windows/network.ts';
import type { WindowPlan } from '../../../../core/windows/plan.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import type { KnownAt } from '../../domain/point-in-time.ts';
import { sqlText } from '../../../shared/duckdb/duckdb.ts';
import { featureColumns, keyColumns } from '../log/log-columns.ts';
import { tailSql } from './hop-sql.ts';
import { eventsSql } from './window-events.ts';
import { literalOf } from './window-part.ts';

/** A network of a plan, what is wanted of it, and as which column. */
export interface WantedNetwork {
  readonly network: Network;
  readonly function: NetworkFunction;
  readonly as: string;
}

/** What the tables that a join stands on are called, behind its own name. */
export const NETWORK_TABLES = ['entities', 'events', 'asked'] as const;

interface NetworkTables {
  readonly log: string;
  readonly spine: string;
  readonly view: FeatureView;
  readonly plan: WindowPlan;
  readonly knownAt: KnownAt;
}

/**
 * Everyone that the spine asks for or that ever used a value that one of those used, numbered in the order of their keys;
 * their events; and the rows of the spine with the numbers.
 */
export function networkTablesSql(table: string, { log, spine, view, plan, knownAt }: NetworkTables): string[] {
  const keys = keyColumns(view);
  const tuple = `(${keys.join(', ')})`;
  const columns = [...new Set(plan.networks.map(({ through }) => featureColumns(view)[through.index] ?? ''))];
  const asked = `${tuple} IN (SELECT ${tuple} FROM ${spine})`;
  const sharing = columns.map((column) => `${column} IN (SELECT ${column} FROM ${log} WHERE ${asked})`);
  return [
    `CREATE TEMP TABLE ${table}_entities AS SELECT *, row_number() OVER (ORDER BY ${nameSql(keys)}) AS who
     FROM (SELECT DISTINCT ${keys.join(', ')} FROM ${log} WHERE ${[asked, ...sharing].join(' OR ')})`,
    `CREATE TEMP TABLE ${table}_events AS SELECT * FROM (${eventsSql(log, `${table}_entities`, view, plan, knownAt)})
     JOIN ${table}_entities USING (${keys.join(', ')})`,
    `CREATE TEMP TABLE ${table}_asked AS SELECT s.row_id, s.at_ms, e.who,
       ${[...keys.map((key) => `s.${key}`), 's.at_ms'].map((one) => `${one} IS NOT NULL`).join(' AND ')} AS is_whole
     FROM ${spine} s LEFT JOIN ${table}_entities e ON ${keys.map((key) => `s.${key} = e.${key}`).join(' AND ')}`,
  ];
}

/** The wanted networks of each row of the spine, by `row_id`; null where the row has no key or no time. */
export function networksSql(table: string, view: FeatureView, wanted: readonly WantedNetwork[]): string {
  const distinct = [...new Set(wanted.map(({ network }) => network))];
  const parts = distinct.map((network, i) => countsSql(table, `n${i}`, network, featureColumns(view)));
  const cells = wanted.map(({ network, function: name, as }) => {
    const from = `n${distinct.indexOf(network)}`;
    return `CASE WHEN s.is_whole THEN ${COUNTED[name](from)} END AS ${as}`;
  });
  const joins = distinct.map((_, i) => `LEFT JOIN n${i} ON n${i}.row_id = s.row_id`);
  return `WITH ${parts.join(', ')} SELECT s.row_id, ${cells.join(', ')} FROM ${table}_asked s ${joins.join(' ')}`;
}

const COUNTED: Readonly<Record<NetworkFunction, (from: string) => string>> = {
  OTHERS: (from) => `coalesce(${from}.others, 0)`,
  BAD_OTHERS: (from) => `coalesce(${from}.bad, 0)`,
  CUT: (from) => `coalesce(${from}.cut, FALSE)`,
};

/** One network, step by step: the values that a row's entity used, the others that used them, and which of those are bad. */
function countsSql(table: string, name: string, network: Network, columns: readonly string[]): string {
  const { through, limit, bad } = network;
  const value = `e.${columns[through.index] ?? ''}::VARCHAR`;
  const known = 'e.event_ms < s.at_ms AND e.known_ms <= s.at_ms AND e.until_ms > s.at_ms';
  const inside = `e.event_ms >= ${tailSql(network)} AND ${known}`;
  // Rows and events meet by stretches of time as long as the network looks back, of which it touches two.
  const stretchMs = network.windowMs + network.hopMs;
  const stretched = (of: string): string =>
    `(SELECT s.*, s.at_ms // ${stretchMs} - back.n AS stretch FROM ${of} s, (VALUES (0), (1)) back(n)) s`;
  const near = `e.event_ms // ${stretchMs} = s.stretch AND ${inside}`;
  const parts = [
    `${name}_used AS (
      SELECT *, count(*) OVER (PARTITION BY row_id) > ${limit} AS cut FROM (
        SELECT s.row_id, s.at_ms, s.who, ${value} AS value, max(e.event_ms) AS last_ms
        FROM ${stretched(`${table}_asked`)} JOIN ${table}_events e ON e.who = s.who AND ${near} AND ${value} IS NOT NULL GROUP BY ALL)
      QUALIFY row_number() OVER (PARTITION BY row_id ORDER BY last_ms DESC, value DESC) <= ${limit})`,
    `${name}_found AS (
      SELECT row_id, at_ms, count(*) AS found, max_by(other, row(last_ms, other), ${limit}) AS others FROM (
        SELECT s.row_id, s.at_ms, e.who AS other, max(e.event_ms) AS last_ms
        FROM ${stretched(`${name}_used`)} JOIN ${table}_events e ON ${value} = s.value AND e.who <> s.who AND ${near} GROUP BY ALL)
      GROUP BY ALL)`,
    ...(bad
      ? [
          `${name}_bad AS (
      SELECT s.row_id, count(DISTINCT s.other) AS bad
      FROM (SELECT row_id, at_ms, unnest(others) AS other FROM ${name}_found) s JOIN ${table}_events e
        ON e.who = s.other AND ${markSql(bad, columns)} AND e.event_ms >= ${tailSql(bad)} AND ${known}
      GROUP BY s.row_id)`,
        ]
      : []),
    `${name} AS (
      SELECT u.row_id, least(coalesce(f.found, 0), ${limit}) AS others, u.cut OR coalesce(f.found, 0) > ${limit} AS cut,
        ${bad ? 'coalesce(b.bad, 0)' : '0'} AS bad
      FROM (SELECT row_id, bool_or(cut) AS cut FROM ${name}_used GROUP BY row_id) u
      LEFT JOIN ${name}_found f ON f.row_id = u.row_id
      ${bad ? `LEFT JOIN ${name}_bad b ON b.row_id = u.row_id` : ''})`,
  ];
  return parts.join(', ');
}

const markSql = ({ column, oneOf }: BadMark, columns: readonly string[]): string =>
  `e.${columns[column.index] ?? ''} IN (${oneOf.map(literalOf).join(', ')})`;

/** What JSON writes otherwise inside a text. */
const ESCAPED = ['\\', '"', ...Array.from({ length: 31 }, (_, i) => String.fromCharCode(i + 1))];

/** A key as the on-line store writes it, by which it orders those of one moment. */
function nameSql(keys: readonly string[]): string {
  const parts = keys.map((key) =>
    ESCAPED.reduce(
      (sql, char) => `replace(${sql}, chr(${char.charCodeAt(0)}), ${sqlText(JSON.stringify(char).slice(1, -1))})`,
      `${key}::VARCHAR`,
    ),
  );
  return `'["' || ${parts.join(` || '","' || `)} || '"]'`;
}
