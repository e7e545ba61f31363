import type { Pool, PoolClient } from 'pg';
import type { Matcher } from '../../../core/promql/expression.ts';
import { keyOf, NAME, type Labels } from '../../../core/promql/labels.ts';
import { matching } from '../../../core/promql/matcher.ts';
import type { NeededSeries } from '../../../core/promql/selectors.ts';
import type { Series, SeriesSource } from '../../../core/promql/series.ts';
import { named, type MetricSample } from '../domain/metric.ts';

/** The id of a series by its name and labels. */
export type SeriesIds = (name: string, labels: Labels) => string;

const keyOfSeries = (name: string, labels: Labels): string => `${name} ${keyOf(labels)}`;

/**
 * Keeps samples; one of the same series and instant that comes again replaces the first. Series are found or made in the order
 * of their labels, so that two writers never wait for each other in a circle.
 */
export async function writeSamples(
  client: Pool | PoolClient,
  project: string,
  samples: readonly MetricSample[],
): Promise<SeriesIds> {
  if (samples.length === 0) return () => '';
  const { rows } = await client.query<Omit<Known, 'standsMs'>>({
    name: 'write-samples',
    text: `with given as (
       select t.name, t.labels::jsonb as labels, t.at, t.value, t.stands_ms
       from unnest($2::text[], $3::text[], $4::timestamptz[], $5::float8[], $6::int[]) as t(name, labels, at, value, stands_ms)),
     series as (
       insert into metric_series as s (project, name, labels, last_at, stands_ms)
       select $1, name, labels, max(at), max(stands_ms) from given group by name, labels order by name, labels
       on conflict (project, name, labels) do update
       set last_at = greatest(s.last_at, excluded.last_at), stands_ms = greatest(s.stands_ms, excluded.stands_ms)
       returning id, name, labels),
     written as (
       insert into metric_sample (series, at, value)
       select distinct on (series.id, given.at) series.id, given.at, given.value from given
       join series using (name, labels) order by series.id, given.at
       on conflict (series, at) do update set value = excluded.value)
     select id::text as id, name, labels from series`,
    values: [
      project,
      samples.map(({ name }) => name),
      samples.map(({ labels }) => JSON.stringify(labels)),
      samples.map(({ at }) => at.toISOString()),
      samples.map(({ value }) => value),
      samples.map(({ standsMs }) => standsMs ?? null),
    ],
  });
  const ids = new Map(rows.map(({ id, name, labels }) => [keyOfSeries(name, labels), id]));
  return (name, labels) => {
    const id = ids.get(keyOfSeries(name, labels));
    if (id === undefined) throw new Error(`the series ${name} was not written`);
    return id;
  };
}

interface Known {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  /** How long its samples stand, where that is not five minutes. */
  readonly standsMs: number | null;
}

/** What a selector says for certain of the names that it means; null: of none in particular. */
const nameIn = (matchers: readonly Matcher[]): string | null =>
  matchers.find(({ label, operator }) => label === NAME && operator === '=')?.value ?? null;

/** Series that fit, of one project, that had a sample since an instant, or one that stood then. */
export async function findSeries(
  pool: Pool,
  project: string,
  names: readonly string[] | null,
  since: Date,
): Promise<readonly Known[]> {
  const { rows } = await pool.query<Known>(
    `select id::text as id, name, labels, stands_ms as "standsMs" from metric_series
     where project = $1 and ($2::text[] is null or name = any($2)) and last_at >= $3::timestamptz - coalesce(stands_ms, 0) * interval '1 ms'`,
    [project, names, since],
  );
  return rows;
}

/** Selectors of one name beyond these are not held against each series before its samples are read. */
const MOST_FITTED = 20;

/** Reads at once all that several expressions need, each series as far back as any of them looks. */
export async function loadSeries(pool: Pool, project: string, needs: readonly NeededSeries[]): Promise<SeriesSource> {
  if (needs.length === 0) return { select: () => [] };
  const names = needs.map(({ matchers }) => nameIn(matchers));
  const wantedNames = names.every((name) => name !== null) ? [...new Set(names)] : null;
  const fromMs = Math.min(...needs.map((need) => need.fromMs));
  const known = await findSeries(pool, project, wantedNames, new Date(fromMs));
  const byName = new Map<string, NeededSeries[]>();
  const unnamed: NeededSeries[] = [];
  for (const [i, need] of needs.entries()) {
    const name = names[i] ?? null;
    if (name === null) unnamed.push(need);
    else byName.set(name, [...(byName.get(name) ?? []), need]);
  }
  const wanted = known.flatMap((series) => {
    const meant = [...(byName.get(series.name) ?? []), ...unnamed];
    // Few selectors are held against each series, so that one deployment's question does not read all the others.
    const range =
      meant.length > MOST_FITTED
        ? meant
        : meant.filter(({ matchers }) => matching(matchers)(named(series.name, series.labels)));
    return range.length === 0
      ? []
      : [
          {
            ...series,
            // From as early as one can still stand at the first instant that is looked at.
            from: Math.min(...range.map((one) => one.fromMs)) - (series.standsMs ?? 0),
            to: Math.max(...range.map((one) => one.toMs)),
          },
        ];
  });
  const found = await readSamples(pool, wanted);
  const series = wanted.map(({ id, name, labels, standsMs }): Series => ({
    labels: named(name, labels),
    times: found.get(id)?.times ?? [],
    values: found.get(id)?.values ?? [],
    ...(standsMs !== null && { lookbackMs: standsMs }),
  }));
  return sourceOf(series);
}

interface Wanted {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

async function readSamples(pool: Pool, wanted: readonly Wanted[]) {
  const { rows } = await pool.query<{ id: string; times: string; values: string }>({
    name: 'read-samples',
    text: `select w.id::text as id, s.times, s.values from unnest($1::bigint[], $2::float8[], $3::float8[]) as w(id, lower, upper),
     lateral (
       select string_agg((extract(epoch from at) * 1000)::bigint::text, ',' order by at) as times,
         string_agg(value::text, ',' order by at) as values
       from metric_sample where series = w.id and at > to_timestamp(w.lower / 1000) and at <= to_timestamp(w.upper / 1000)
     ) s where s.times is not null`,
    values: [wanted.map(({ id }) => id), wanted.map(({ from }) => from), wanted.map(({ to }) => to)],
  });
  return new Map(
    rows.map(({ id, times, values }) => [
      id,
      { times: times.split(',').map(Number), values: values.split(',').map(Number) },
    ]),
  );
}

/** By name where a selector has one: most do. */
function sourceOf(series: readonly Series[]): SeriesSource {
  const byName = Map.groupBy(series, ({ labels }) => labels[NAME] ?? '');
  return {
    select: (matchers) => {
      const name = nameIn(matchers);
      const fits = matching(matchers);
      return (name === null ? series : (byName.get(name) ?? [])).filter(({ labels }) => fits(labels));
    },
  };
}

/** Forgets samples from before an instant, and series that have none left. */
export async function dropSamples(pool: Pool, before: Date): Promise<void> {
  await pool.query('delete from metric_sample where at < $1', [before]);
  await pool.query('delete from metric_series where last_at < $1', [before]);
}
