import type { ArmCounts, UnitCounts } from '../../domain/units.ts';
import { DAY, type DaySum, type DaySums, type RevisionOf } from './day-sum.ts';

/** Units of one arm that were first exposed on one day. */
interface DayCounts {
  readonly exposed: number;
  readonly labelled: number;
  readonly converted: number;
  readonly multiple: number;
}

export type CountsByArm = Readonly<Record<string, DayCounts>>;

const OF = 'project = $1 and experiment = $2 and revision = $3 and trust = $4';
const keyOf = ({ project, experiment, revision, trust }: RevisionOf): unknown[] => [
  project,
  experiment,
  revision,
  trust,
];

/** The units of each day by arm; those that met several arms are counted apart. */
export const unitDays = (days: DaySums, of: RevisionOf): Promise<readonly DaySum<CountsByArm>[]> =>
  days.read<CountsByArm>('units', {}, async (client, { days: wanted }) => {
    const { rows } = await client.query<{ day: string; sums: CountsByArm }>(
      `select day::text as day, jsonb_object_agg(arm, counts) as sums from (
         select ${DAY} as day, arm, jsonb_build_object(
           'exposed', count(*) filter (where not multiple),
           'labelled', count(*) filter (where not multiple and n > 0),
           'converted', count(*) filter (where not multiple and sum > 0),
           'multiple', count(*) filter (where multiple)) as counts
         from unit where ${OF} and ${DAY} = any($5::date[]) group by 1, 2
       ) counted group by day`,
      [...keyOf(of), wanted],
    );
    return new Map(rows.map(({ day, sums }) => [day, sums]));
  });

/**
 * The units of one revision, by arm, from those of its days. The planned ones are, of each arm's units with an outcome, the first of `size` by
 * exposure: by the outcome's arrival, conversions would come before the rest.
 */
export async function countUnits(
  days: DaySums,
  of: RevisionOf,
  parts: readonly DaySum<CountsByArm>[],
  size: Readonly<Record<string, number>>,
): Promise<UnitCounts> {
  const arms: Record<string, ArmCounts> = {};
  for (const [arm, planned] of Object.entries(size)) {
    const own = parts.map(({ day, sums }) => ({ day, counts: sums[arm] }));
    const total = (field: 'exposed' | 'labelled' | 'converted'): number =>
      own.reduce((sum, { counts }) => sum + (counts?.[field] ?? 0), 0);
    arms[arm] = {
      exposed: total('exposed'),
      labelled: total('labelled'),
      converted: total('converted'),
      planned: await firstUnits(days, of, arm, planned, own),
    };
  }
  const multiple = parts.flatMap(({ sums }) => Object.values(sums).map((counts) => counts.multiple));
  return { arms, multipleExposure: multiple.reduce((sum, count) => sum + count, 0) };
}

/** Whole days are known by their sums; only of the day in which the plan is filled its units are looked at. */
async function firstUnits(
  days: DaySums,
  of: RevisionOf,
  arm: string,
  size: number,
  own: readonly { readonly day: string; readonly counts: DayCounts | undefined }[],
): Promise<ArmCounts['planned']> {
  let [labelled, converted] = [0, 0];
  for (const { day, counts } of own) {
    if (!counts) continue;
    const rest = size - labelled;
    if (counts.labelled > rest) {
      return {
        labelled: size,
        converted: converted + (rest === 0 ? 0 : await convertedOfFirst(days, of, arm, rest, day)),
      };
    }
    labelled += counts.labelled;
    converted += counts.converted;
  }
  return { labelled, converted };
}

async function convertedOfFirst(
  days: DaySums,
  of: RevisionOf,
  arm: string,
  size: number,
  day: string,
): Promise<number> {
  const [found] = await days.read(
    `first ${size} of ${arm}`,
    0,
    async (client) => {
      const { rows } = await client.query<{ converted: string }>(
        `select count(*) filter (where sum > 0) as converted from (
           select sum from unit where ${OF} and ${DAY} = $5::date and arm = $6 and n > 0 and not multiple
           order by first_exposure_at, md5(unit) limit $7
         ) first`,
        [...keyOf(of), day, arm, size],
      );
      return new Map([[day, Number(rows[0]?.converted ?? 0)]]);
    },
    day,
  );
  return found?.sums ?? 0;
}
