import type { Trials } from '../../domain/experiment/evidence.ts';
import type { SegmentUnits } from '../../domain/experiment/segments.ts';
import { DAY, type DaySums } from './day-sum.ts';
import type { AnswersOfRevision } from '../metric/metric-sum.ts';

/** By value of the segment, then by arm. */
type ByValue = Readonly<Record<string, Readonly<Record<string, Trials>>>>;

/** The units of one revision by the values of one segment: that of a unit's first answer that has one. */
export async function segmentUnits(
  days: DaySums,
  { project, experiment, revision, trust, holder }: AnswersOfRevision,
  segment: string,
): Promise<readonly SegmentUnits[]> {
  const parts = await days.read<ByValue>(`segment ${segment}`, {}, async (client, wanted) => {
    const { rows } = await client.query<{ day: string; sums: ByValue }>(
      `with units as (
         select unit, arm, ${DAY} as day, n, sum from unit
         where project = $1 and experiment = $2 and revision = $3 and trust = $4 and ${DAY} = any($5::date[])
           and not multiple
       ), valued as (
         select u.day, u.arm, u.n, u.sum,
           (array_agg(a.segments->>$7::text order by a.answered_at) filter (where a.segments ? $7::text))[1] as value
         from units u join answer a using (unit)
         where a.project = $1 and a.holder = $6 and a.revision = $3 and a.trust = $4
         group by u.day, u.arm, u.unit, u.n, u.sum
       ), counted as (
         select day, value, arm, jsonb_build_object('labelled', count(*) filter (where n > 0),
           'converted', count(*) filter (where sum > 0)) as trials
         from valued where value is not null group by day, value, arm
       ), by_value as (select day, value, jsonb_object_agg(arm, trials) as arms from counted group by day, value)
       select day::text as day, jsonb_object_agg(value, arms) as sums from by_value group by day`,
      [project, experiment, revision, trust, wanted, holder, segment],
    );
    return new Map(rows.map(({ day, sums }) => [day, sums]));
  });
  const found = new Map<string, Record<string, Trials>>();
  for (const { sums } of parts) {
    for (const [value, arms] of Object.entries(sums)) {
      const all = found.get(value) ?? {};
      for (const [arm, { labelled, converted }] of Object.entries(arms)) {
        const before = all[arm] ?? { labelled: 0, converted: 0 };
        all[arm] = { labelled: before.labelled + labelled, converted: before.converted + converted };
      }
      found.set(value, all);
    }
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([value, arms]) => ({ segment, value, arms }));
}
