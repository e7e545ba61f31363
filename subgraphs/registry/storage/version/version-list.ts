import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../../shared/paging.ts';
import type { ApprovalState } from '../../domain/version/approval.ts';
import type { MetricCondition, MetricOrder } from '../../domain/version/metric-condition.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { findVersions } from './model-version.ts';

/** Which versions are wanted; null: whatever it is. */
export interface VersionFilter {
  readonly model: string | null;
  readonly states: readonly ApprovalState[] | null;
  readonly owner: string | null;
  readonly tag: string | null;
  readonly metrics: readonly MetricCondition[];
}

export interface ListedVersion {
  readonly version: ModelVersion;
  /** The metric by which they are in order; null where they are by time. */
  readonly metric: number | null;
}

/** A condition with the values for its `?`, in order. */
type Part = readonly [text: string, ...values: (string | number)[]];

/** A computed metric of a row; null where it has none of that name. */
const METRIC = `(select (one->>'value')::float8 from jsonb_array_elements(metrics) one where one->>'name' = ?)`;
const BEHIND = '(created_at, model, number) < (?::timestamptz, ?::text, ?::int)';

function wanted(project: string, { model, states, owner, tag, metrics }: VersionFilter): Part[] {
  const parts: Part[] = [['project = ?', project]];
  if (model !== null) parts.push(['model = ?', model]);
  if (states) parts.push(['state in (select jsonb_array_elements_text(?::jsonb))', JSON.stringify(states)]);
  if (owner !== null) parts.push(['owner = ?', owner]);
  if (tag !== null) parts.push(['? = any(tags)', tag]);
  for (const { metric, atLeast, atMost } of metrics) {
    if (atLeast !== null) parts.push([`${METRIC} >= ?::float8`, metric, atLeast]);
    if (atMost !== null) parts.push([`${METRIC} <= ?::float8`, metric, atMost]);
  }
  return parts;
}

/** What is left of a list behind a cursor: `[metric,] createdAt, model, number`. */
function behind(order: MetricOrder | null, after: PageRequest['after']): Part[] {
  const known: Part[] = order ? [['metric is not null']] : [];
  if (!after) return known;
  if (!order) return [[BEHIND, ...after]];
  const [metric = 0, ...place] = after;
  const beyond = order.direction === 'HIGHEST_FIRST' ? '<' : '>';
  const next = `(metric ${beyond} ?::float8 or (metric = ?::float8 and ${BEHIND}))`;
  return [...known, [next, metric, metric, ...place]];
}

/**
 * Versions of all models or one, the newest first; or by a metric, those that have it, and of equals the newest first. One more than
 * asked for.
 */
export async function listAllVersions(
  em: EntityManager,
  project: string,
  filter: VersionFilter,
  order: MetricOrder | null,
  { first, after }: PageRequest,
): Promise<readonly ListedVersion[]> {
  const metric: Part = order ? [METRIC, order.metric] : ['null::float8'];
  const inner = wanted(project, filter);
  const outer = behind(order, after);
  const all = (parts: readonly Part[]): string => parts.map(([text]) => text).join(' and ') || 'true';
  const byMetric = order ? `metric ${order.direction === 'HIGHEST_FIRST' ? 'desc' : 'asc'}, ` : '';
  const rows = await em.execute<{ model: string; number: number; metric: number | null }[]>(
    `select model, number, metric from (
       select model, number, created_at, ${metric[0]} as metric from model_version where ${all(inner)}) listed
     where ${all(outer)} order by ${byMetric}created_at desc, model desc, number desc limit ?`,
    [...[metric, ...inner, ...outer].flatMap(([, ...values]) => values), first + 1],
  );
  const versions = await findVersions(
    em,
    rows.map(({ model, number }) => ({ project, model, number })),
  );
  const byKey = new Map(versions.map((version) => [`${version.model}@${version.number}`, version]));
  return rows.flatMap((row) => {
    const version = byKey.get(`${row.model}@${row.number}`);
    return version ? [{ version, metric: row.metric }] : [];
  });
}
