import type { FeatureView } from '../../domain/feature-view.ts';
import { networkFeatures, networkPlaceOf, windowFeatures, windowPlanOf } from '../../domain/log-column.ts';
import type { KnownAt } from '../../domain/point-in-time.ts';
import type { ManifestLog, Spine } from '../../domain/training-set.ts';
import type { DuckSession } from '../../../shared/duckdb/duckdb.ts';
import { keyColumn } from '../log/log-columns.ts';
import { NETWORK_TABLES, networksSql, networkTablesSql } from './network-join.ts';
import { joinSql, timelineSql } from './point-in-time-join.ts';
import { spineColumn } from './spine.ts';
import { layLog, type LogParts } from './view-log.ts';
import { eventsSql } from './window-events.ts';
import { busySql, windowsSql } from './window-join.ts';

/** Which features of which views, as of which log, are wanted for the rows of a spine. */
export interface JoinPlan {
  readonly spine: Pick<Spine, 'columns'>;
  readonly knownAt: KnownAt;
  readonly views: readonly {
    readonly view: FeatureView;
    readonly features: readonly string[];
    readonly log: ManifestLog;
  }[];
}

const KINDS = ['columns', 'windows', 'networks'] as const;
type FeatureKind = (typeof KINDS)[number];

const kindsOf = (view: FeatureView): Map<string, FeatureKind> =>
  new Map(
    view.features.map(({ name, window, network }) => [name, window ? 'windows' : network ? 'networks' : 'columns']),
  );

/**
 * Joins the features to the relation `given`, a spine, as the law says. The relation `result` has its row_id and columns, then
 * the features in their order, all by place.
 */
export async function joinFeatures(
  session: DuckSession,
  parts: LogParts,
  { spine, views, knownAt }: JoinPlan,
  joined: (views: number) => Promise<void>,
): Promise<void> {
  const cells = spine.columns.map((_, i) => `g.${spineColumn(i)} AS ${spineColumn(i)}`);
  const joins: string[] = [];
  for (const [i, { view, features, log }] of views.entries()) {
    const offset = cells.length;
    const wanted = features.map((feature, j) => ({ feature, as: spineColumn(offset + j) }));
    const kinds = kindsOf(view);
    const wantedOf = (kind: FeatureKind) => wanted.filter(({ feature }) => kinds.get(feature) === kind);
    const [columnsWanted, windowsWanted, networksWanted] = KINDS.map(wantedOf);
    await session.run(`CREATE TEMP VIEW spine_${i} AS SELECT row_id, ${spineKeys(spine, view)} FROM given`);
    await layLog(session, parts, `log_${i}`, view, log);
    const tables = { log: `log_${i}`, spine: `spine_${i}`, knownAt };
    if (columnsWanted?.length) {
      await session.run(`CREATE TEMP TABLE timeline_${i} AS ${timelineSql(tables.log, tables.spine, view, knownAt)}`);
      await session.run(
        `CREATE TEMP TABLE joined_${i} AS ${joinSql(`timeline_${i}`, tables.spine, view, columnsWanted)}`,
      );
      await session.run(`DROP TABLE timeline_${i}`);
      joins.push(`JOIN joined_${i} columns${i} USING (row_id)`);
    }
    if (windowsWanted?.length) {
      await joinWindows(session, `windows_${i}`, view, windowsWanted, tables);
      joins.push(`JOIN windows_${i} windows${i} USING (row_id)`);
    }
    if (networksWanted?.length) {
      await joinNetworks(session, `networks_${i}`, view, networksWanted, tables);
      joins.push(`JOIN networks_${i} networks${i} USING (row_id)`);
    }
    cells.push(...wanted.map(({ feature, as }) => `${kinds.get(feature) ?? ''}${i}.${as} AS ${as}`));
    await joined(i + 1);
  }
  await session.run(`CREATE TEMP VIEW result AS SELECT g.row_id, ${cells.join(', ')} FROM given g ${joins.join(' ')}`);
}

/** A table with the wanted windows of a view for each row of the spine. */
async function joinWindows(
  session: DuckSession,
  table: string,
  view: FeatureView,
  wanted: readonly { readonly feature: string; readonly as: string }[],
  { log, spine, knownAt }: { readonly log: string; readonly spine: string; readonly knownAt: KnownAt },
): Promise<void> {
  const plan = windowPlanOf(view);
  if (!plan) throw new Error(`${view.name}@${view.version} has no windows`);
  const names = windowFeatures(view).map(({ name }) => name);
  const windows = wanted.flatMap(({ feature, as }) => {
    const window = plan.windows[names.indexOf(feature)];
    return window ? [{ window, as }] : [];
  });
  await session.run(`CREATE TEMP TABLE ${table}_events AS ${eventsSql(log, spine, view, plan, knownAt)}`);
  await session.run(`CREATE TEMP TABLE ${table}_busy AS ${busySql(`${table}_events`, view)}`);
  const [{ n } = { n: 0 }] = await session.rows(`SELECT count(*) AS n FROM ${table}_busy`);
  const tables = { events: `${table}_events`, spine, busy: Number(n) > 0 ? `${table}_busy` : null };
  await session.run(`CREATE TEMP TABLE ${table} AS ${windowsSql(tables, view, windows)}`);
  await session.run(`DROP TABLE ${table}_events`);
  await session.run(`DROP TABLE ${table}_busy`);
}

/** A table with the wanted networks of a view for each row of the spine. */
async function joinNetworks(
  session: DuckSession,
  table: string,
  view: FeatureView,
  wanted: readonly { readonly feature: string; readonly as: string }[],
  { log, spine, knownAt }: { readonly log: string; readonly spine: string; readonly knownAt: KnownAt },
): Promise<void> {
  const plan = windowPlanOf(view);
  if (!plan) throw new Error(`${view.name}@${view.version} has no networks`);
  const networks = networkFeatures(view).flatMap((feature) => {
    const as = wanted.find((one) => one.feature === feature.name)?.as;
    const network = plan.networks[networkPlaceOf(view, feature)];
    return as !== undefined && network ? [{ network, function: feature.network.function, as }] : [];
  });
  for (const sql of networkTablesSql(table, { log, spine, view, plan, knownAt })) await session.run(sql);
  await session.run(`CREATE TEMP TABLE ${table} AS ${networksSql(table, view, networks)}`);
  for (const part of NETWORK_TABLES) await session.run(`DROP TABLE ${table}_${part}`);
}

/** The spine's keys under the view's names, and its time. */
function spineKeys(spine: JoinPlan['spine'], view: FeatureView): string {
  const place = (name: string): number => spine.columns.findIndex((column) => column.name === name);
  const at = spine.columns.findIndex(({ role }) => role === 'TIMESTAMP');
  return [
    ...view.joinKeys.map(({ name }) => `${spineColumn(place(name))} AS ${keyColumn(name)}`),
    `${spineColumn(at)} AS at_ms`,
  ].join(', ');
}
