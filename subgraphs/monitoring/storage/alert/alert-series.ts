import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { PageRequest } from '../../../shared/paging.ts';
import type { AlertState } from '../../../../core/statistics/alert-state.ts';
import type { Labels } from '../../../../core/promql/labels.ts';
import type { AlertSeries } from '../../domain/alert/alert.ts';

interface Columns {
  readonly rule: string;
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly state: AlertState;
  readonly value: number | null;
  readonly n: number;
  readonly seenAtMs: number | null;
}

// Times as milliseconds: the ORM's connection gives a timestamp as text, the plain one as a Date.
const COLUMNS = `rule, fingerprint, labels, state, value, n::float8 as n,
  (extract(epoch from seen_at) * 1000)::float8 as "seenAtMs"`;

const plain = ({ fingerprint, labels, state, value, n, seenAtMs }: Columns): AlertSeries => ({
  fingerprint,
  labels,
  state,
  value,
  n,
  seenAt: seenAtMs === null ? null : new Date(seenAtMs),
});

/** The known series of rules, by the rule's name. */
export async function seriesOfRules(
  em: EntityManager,
  project: string,
  rules: readonly string[],
): Promise<ReadonlyMap<string, readonly AlertSeries[]>> {
  const rows = await em.execute<Columns[]>(
    `select ${COLUMNS} from alert_series
     where project = ? and rule in (select jsonb_array_elements_text(?::jsonb))`,
    [project, JSON.stringify(rules)],
  );
  return new Map([...Map.groupBy(rows, ({ rule }) => rule)].map(([rule, own]) => [rule, own.map(plain)]));
}

/** The series of one rule, by fingerprint; one more than asked for. */
export async function listSeries(
  pool: Pool,
  { project, rule }: { readonly project: string; readonly rule: string },
  { first, after }: PageRequest,
): Promise<readonly AlertSeries[]> {
  const { rows } = await pool.query<Columns>(
    `select ${COLUMNS} from alert_series where project = $1 and rule = $2 and ($3::text is null or fingerprint > $3)
     order by fingerprint limit $4`,
    [project, rule, after?.[0] ?? null, first + 1],
  );
  return rows.map(plain);
}

interface RuleSeries {
  readonly rule: string;
  readonly series: AlertSeries;
}

export async function saveSeries(em: EntityManager, project: string, all: readonly RuleSeries[]): Promise<void> {
  if (all.length === 0) return;
  const rows = all.map(({ rule, series: { seenAt, ...series } }) => ({ rule, ...series, seen_at: seenAt }));
  await em.execute(
    `insert into alert_series (project, rule, fingerprint, labels, state, value, n, seen_at)
     select ?, rule, fingerprint, labels, state, value, n, seen_at from jsonb_to_recordset(?::jsonb)
       as t(rule text, fingerprint text, labels jsonb, state jsonb, value float8, n bigint, seen_at timestamptz)
     on conflict (project, rule, fingerprint) do update
     set state = excluded.state, value = excluded.value, n = excluded.n, seen_at = excluded.seen_at`,
    [project, JSON.stringify(rows)],
  );
}

export async function forgetSeries(
  em: EntityManager,
  project: string,
  all: readonly { readonly rule: string; readonly fingerprint: string }[],
): Promise<void> {
  if (all.length === 0) return;
  await em.execute(
    `delete from alert_series s using jsonb_to_recordset(?::jsonb) as t(rule text, fingerprint text)
     where s.project = ? and s.rule = t.rule and s.fingerprint = t.fingerprint`,
    [JSON.stringify(all), project],
  );
}

/** Ends a rule's series with the rule. */
export async function forgetRule(em: EntityManager, project: string, rule: string): Promise<void> {
  await em.execute('delete from alert_series where project = ? and rule = ?', [project, rule]);
}
