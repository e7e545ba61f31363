import { emptySketch, mergeSketches, sketchQuantile } from '../../../../core/sketch/ddsketch.ts';
import type { CoMoments } from '../../../../core/statistics/comoments.ts';
import { noEvidence } from '../../domain/experiment/evidence.ts';
import { metricKey } from '../../domain/experiment/measured.ts';
import type { Quantiled } from '../../domain/experiment/quantiled.ts';
import type { MetricUse } from '../../domain/metric/metric.ts';
import { coMomentsOf, SUMS, type SumsRow } from '../metric/answer.ts';
import { ACCURACY, BINS, binnedSql, byDay, daysOfBins, sketchOf, type Bins } from '../metric/metric-sketch.ts';
import type { ByArm } from '../metric/metric-sum.ts';
import { singleValuesSql } from '../metric/single-values.ts';
import { binding, type Bind } from '../metric/unit-sums.ts';
import type { AnswersOfRevision } from '../metric/unit-values.ts';
import type { DaySums } from './day-sum.ts';
import type { PrimarySource } from './primary-units.ts';

interface FirstUnits {
  readonly units: CoMoments;
  readonly bins: Bins;
}

/** The steps of values at which units are counted, as a share: a quantile that moves less has no day counted again. */
const STEP = 0.04;

/** Nearly the quantile. */
const stepNear = (value: number): number =>
  value === 0 ? 0 : Math.sign(value) * (1 + STEP) ** Math.round(Math.log(Math.abs(value)) / Math.log(1 + STEP));

/** By a quantile of the values of units, and by how values of one unit belong together near it. */
export function quantileSource(days: DaySums, of: AnswersOfRevision, metric: MetricUse): PrimarySource {
  const { definition } = metric;
  const q = definition.quantile ?? 0.5;
  let near: ByArm<number> = {};
  const evidence = (bins: Bins, units: CoMoments): Quantiled => ({ q, sketch: sketchOf(bins), units });
  const own = (wanted: readonly string[]): unknown[] => [
    of.project,
    of.experiment,
    of.revision,
    of.trust,
    wanted,
    of.holder,
  ];
  const unitsSql = (bind: Bind, few: boolean): string =>
    `with ${singleValuesSql(of, definition, few, bind)}, clusters as (
       select day, arm, unit, first_exposure_at, count(*)::float8 as x,
         (count(*) filter (where v <= (${bind(JSON.stringify(near))}::jsonb->>arm)::float8))::float8 as y
       from single group by day, arm, unit, first_exposure_at
     )`;
  const what = (): string => `near ${JSON.stringify(near)} by ${metricKey(metric)}`;
  return {
    none: noEvidence(true),
    days: async () => {
      const binned = await daysOfBins(days, of, metric);
      near = nearQuantiles(
        binned.map(({ sums }) => sums),
        q,
      );
      const counted = await days.read<ByArm<CoMoments>>(what(), {}, async (client, { days: wanted, few }) => {
        const values = own(wanted);
        const { rows } = await client.query<SumsRow & { readonly day: string; readonly arm: string }>(
          `${unitsSql(binding(values), few)} select day::text as day, arm, ${SUMS} from clusters group by day, arm`,
          values,
        );
        return byDay(rows, coMomentsOf);
      });
      const unitsOf = new Map(counted.map(({ day, sums }) => [day, sums]));
      return binned.map(({ day, sums }) => ({
        day,
        sums: Object.fromEntries(
          Object.entries(sums).flatMap(([arm, bins]) => {
            const units = unitsOf.get(day)?.[arm];
            return units ? [[arm, evidence(bins, units)]] : [];
          }),
        ),
      }));
    },
    first: async ({ arm, day, units }) => {
      const [found] = await days.read<FirstUnits | null>(
        `first ${units} of ${arm} ${what()}`,
        null,
        async (client, { few }) => {
          const values = own([day]);
          const bind = binding(values);
          const { rows } = await client.query<SumsRow & { readonly bins: Bins }>(
            `${unitsSql(bind, few)}, first as (
               select unit, x, y from clusters where arm = ${bind(arm)}
               order by first_exposure_at, md5(unit) limit (${bind(units)})::bigint
             ), theirs as (select v from single join first using (unit)), ${binnedSql([], bind, 'theirs')}
             select ${SUMS}, (select ${BINS} from binned) from first`,
            values,
          );
          return new Map([[day, { units: coMomentsOf(rows[0]), bins: rows[0]?.bins ?? [] }]]);
        },
        day,
      );
      return found?.sums ? evidence(found.sums.bins, found.sums.units) : noEvidence(true);
    },
  };
}

function nearQuantiles(parts: readonly ByArm<Bins>[], q: number): ByArm<number> {
  const arms = [...new Set(parts.flatMap((own) => Object.keys(own)))].toSorted();
  return Object.fromEntries(
    arms.map((arm) => {
      const sketches = parts.map((own) => sketchOf(own[arm] ?? []));
      return [arm, stepNear(sketchQuantile(sketches.reduce(mergeSketches, emptySketch(ACCURACY)), q))];
    }),
  );
}
