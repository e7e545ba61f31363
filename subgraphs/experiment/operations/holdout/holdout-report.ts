import { srmTest, type SrmResult } from '../../../../core/statistics/srm.ts';
import { erasedInWords } from '../../domain/erasure/unit-erasure.ts';
import { compareSecondary, type SecondaryComparison } from '../../domain/experiment/secondary.ts';
import { NOTHING_KEPT } from '../../domain/experiment/kept.ts';
import { HELD, holdoutKey, OTHERS } from '../../domain/holdout/holdout-units.ts';
import { goneWarnings, readByHoldout } from '../../domain/metric/event-readers.ts';
import type { Holdout } from '../../domain/holdout/holdout.ts';
import { holdoutIds } from '../../domain/ids.ts';
import type { ChangeDeps } from '../../../shared/operations/change.ts';
import { erasedUnits } from '../../storage/erasure/erased-unit.ts';
import { readDays } from '../../storage/experiment/day-sum.ts';
import { unitDays } from '../../storage/experiment/unit-count.ts';
import { keptSince } from '../../storage/metric/kept-events.ts';
import { measuredOf } from '../experiment/measured-arms.ts';
import { measureUnits } from '../../storage/metric/metric-sum.ts';

export interface HoldoutReport {
  readonly held: number;
  readonly others: number;
  /** Whether as many units are held out as the slice says. */
  readonly srm: SrmResult;
  /** All others against the held out units. */
  readonly metrics: readonly SecondaryComparison[];
  /** What to know before one reads it. */
  readonly warnings: readonly string[];
  readonly at: Date;
}

const ALPHA = 0.05;

/** What everybody else's units do against the held out ones, by events of `server` keys. */
export async function reportOf(
  { db, now }: Pick<ChangeDeps, 'db' | 'now'>,
  holdout: Holdout,
): Promise<HoldoutReport | null> {
  const { project, entry, metrics, namespace, unit } = holdout;
  if (entry === null) return null;
  const holder = holdoutIds.format(holdout);
  const of = {
    project,
    experiment: holdoutKey(holdout),
    revision: 1,
    trust: 'server',
    unit,
    holder,
    kept: NOTHING_KEPT,
  } as const;
  const at = now();
  const { days, measured } = await readDays(db.pool, of, async (sums) => {
    const units = await measureUnits(sums, of, { metrics, segments: [] });
    return { days: await unitDays(sums, of), measured: await measuredOf(sums, of, units, metrics) };
  });
  const unitsOf = (side: string): number => days.reduce((all, { sums }) => all + (sums[side]?.exposed ?? 0), 0);
  const [held, others] = [unitsOf(HELD), unitsOf(OTHERS)];
  const share = namespace.to - namespace.from;
  return {
    held,
    others,
    srm: srmTest([held, others], [share, 1 - share]),
    metrics: compareSecondary(metrics, [HELD, OTHERS], measured, ALPHA),
    warnings: [
      ...erasedInWords(await erasedUnits(db.pool, of)),
      ...goneWarnings(readByHoldout(holdout), await keptSince(db.pool, project)),
    ],
    at,
  };
}
