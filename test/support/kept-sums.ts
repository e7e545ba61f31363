import type { Database } from '../../subgraphs/shared/database/database.ts';
import type { MetricDefinition, MetricUse } from '../../subgraphs/experiment/domain/metric/metric.ts';
import { addUpAnew } from '../../subgraphs/experiment/storage/experiment/kept-sums.ts';

interface Named {
  readonly name: string;
  readonly definition: object;
}

const NO_FIELDS: Omit<MetricDefinition, 'kind' | 'measure' | 'higherIsBetter'> = {
  per: null,
  event: null,
  perEvent: null,
  positiveFrom: null,
  quantile: null,
  ceiling: null,
  lowest: null,
  highest: null,
  attributionHours: null,
  minimumEffect: null,
  margin: null,
  marginKind: 'ABSOLUTE',
};

/** The first revisions of metrics, as an experiment refers to them. */
export const metricUses = (metrics: readonly Named[]): MetricUse[] =>
  metrics.map(({ name, definition }) => ({
    name,
    revision: 1,
    definition: { ...NO_FIELDS, ...definition } as MetricDefinition,
  }));

const AT_ONCE = 2_000;

/** Adds up the answers of units that were laid in tables, as is done when answers are taken, and says how many seconds it took. */
export async function keepUnitSums(
  db: Database,
  {
    experiment,
    holder,
    metrics,
    segments,
  }: {
    readonly experiment: string;
    readonly holder: string;
    readonly metrics: readonly Named[];
    readonly segments: readonly string[];
  },
): Promise<number> {
  const kept = { metrics: metricUses(metrics), segments };
  const of = { project: 'default', experiment, revision: 1, trust: 'server', holder, kept } as const;
  const from = performance.now();
  const units = await db.query<{ unit: string }>(
    `select unit from unit where experiment = $1 and sums is null order by unit`,
    [experiment],
  );
  for (let first = 0; first < units.length; first += AT_ONCE) {
    await db.transaction((em) => addUpAnew(em, of, units.slice(first, first + AT_ONCE)));
  }
  return (performance.now() - from) / 1_000;
}
