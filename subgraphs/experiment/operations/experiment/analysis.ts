import { goneWarnings, readByRevision } from '../../domain/metric/event-readers.ts';
import { isAdjusted } from '../../domain/experiment/adjustment.ts';
import { plannedUnits } from '../../domain/experiment/design.ts';
import { armNames, EXPERIMENT, revisionOf, type Experiment } from '../../domain/experiment/experiment.ts';
import { keptOf, metricsOf } from '../../domain/experiment/kept.ts';
import { metricKey } from '../../domain/experiment/measured.ts';
import { erasedInWords } from '../../domain/erasure/unit-erasure.ts';
import { analyse, type ExperimentResult } from '../../domain/experiment/result.ts';
import type { SegmentUnits } from '../../domain/experiment/segments.ts';
import type { Trust } from '../../domain/trust.ts';
import { erasedUnits } from '../../storage/erasure/erased-unit.ts';
import { readDays } from '../../storage/experiment/day-sum.ts';
import { keptSince } from '../../storage/metric/kept-events.ts';
import { measureUnits, type SegmentSums } from '../../storage/metric/metric-sum.ts';
import { adjustedSource } from '../../storage/experiment/adjusted-units.ts';
import { metricSource, primaryUnits } from '../../storage/experiment/primary-units.ts';
import { countUnits, unitDays } from '../../storage/experiment/unit-count.ts';
import type { StudiesDeps } from '../studies.ts';
import { measuredOf } from './measured-arms.ts';

const DAY_MS = 86_400_000;

/** A result, and when it was computed. */
export interface ComputedResult extends ExperimentResult {
  readonly computedAt: Date;
  /** Units of the revision of which nothing is held any more. */
  readonly erased: number;
}

/** The analysis of one revision, by the records of one class of trust; null before the experiment has started. */
export async function analysisOf(
  { db, now }: Pick<StudiesDeps, 'db' | 'now'>,
  experiment: Experiment,
  revision: number,
  trust: Trust,
): Promise<ComputedResult | null> {
  const { project, name, design, unit, primary } = experiment;
  const own = revisionOf(experiment, revision);
  if (!own) return null;
  const { guardrails, secondary } = own;
  const holder = EXPERIMENT.ids.format(experiment);
  const of = { project, experiment: name, revision, trust, unit, holder, kept: keptOf(primary, own) };
  const arms = armNames(experiment);
  const at = now();
  const planned = plannedUnits(design, arms, own.split);
  const seen = await readDays(db.pool, of, async (days) => {
    const units = await measureUnits(days, of, { metrics: metricsOf(primary, own), segments: own.segments });
    const measured = await measuredOf(days, of, units, [...guardrails, ...secondary]);
    const parts = await unitDays(days, of);
    const counts = await countUnits(days, of, parts, planned);
    const source = isAdjusted(experiment)
      ? adjustedSource(days, of, primary, experiment)
      : primary && metricSource(days, of, primary, units);
    const deciding = source && (await primaryUnits(source, planned));
    const byDay = parts.map(({ day, sums }) => {
      const values = deciding && { values: deciding.byDay.find((one) => one.day === day)?.arms ?? {} };
      return { day, arms: sums, ...values };
    });
    const segments = primary ? units.segments(primary) : units.segments(null).map(asShares);
    const secondarySegments = new Map(secondary.map((metric) => [metricKey(metric), units.segments(metric)]));
    return { counts, primary: deciding, measured, segments, secondarySegments, byDay };
  });
  const { split, startedAt, endedAt } = own;
  const days = ((endedAt ?? at).getTime() - startedAt.getTime()) / DAY_MS;
  const result = analyse({
    ...seen,
    revision,
    design,
    arms,
    deciding: primary,
    split,
    guardrails,
    secondary,
    ended: endedAt !== null,
    days,
  });
  const gone = goneWarnings(readByRevision(experiment, own, startedAt), await keptSince(db.pool, project));
  const erased = await erasedUnits(db.pool, of);
  return { ...result, warnings: [...erasedInWords(erased), ...gone, ...result.warnings], erased, computedAt: at };
}

const asShares = ({ arms, ...of }: SegmentSums): SegmentUnits => ({
  ...of,
  arms: Object.fromEntries(
    Object.entries(arms).map(([arm, { n, meanY }]) => [arm, { labelled: n, converted: Math.round(n * meanY) }]),
  ),
});
