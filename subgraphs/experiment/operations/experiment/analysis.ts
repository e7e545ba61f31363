import { goneWarnings, readByRevision } from '../../domain/metric/event-readers.ts';
import { isAdjusted } from '../../domain/experiment/adjustment.ts';
import { plannedUnits } from '../../domain/experiment/design.ts';
import { armNames, EXPERIMENT, revisionOf, type Experiment } from '../../domain/experiment/experiment.ts';
import { metricKey, type ArmSums } from '../../domain/experiment/measured.ts';
import { analyse, type ExperimentResult } from '../../domain/experiment/result.ts';
import type { SegmentUnits } from '../../domain/experiment/segments.ts';
import type { Trust } from '../../domain/trust.ts';
import { readDays } from '../../storage/experiment/day-sum.ts';
import { keptSince } from '../../storage/metric/kept-events.ts';
import { metricSums } from '../../storage/metric/metric-sum.ts';
import { adjustedSource } from '../../storage/experiment/adjusted-units.ts';
import { metricSource, primaryUnits } from '../../storage/experiment/primary-units.ts';
import { segmentUnits } from '../../storage/experiment/segment-count.ts';
import { countUnits, unitDays } from '../../storage/experiment/unit-count.ts';
import type { StudiesDeps } from '../studies.ts';

const DAY_MS = 86_400_000;

/** A result, and when it was computed. */
export interface ComputedResult extends ExperimentResult {
  readonly computedAt: Date;
}

/** The analysis of one revision, by the records of one class of trust; null before the experiment has started. */
export async function analysisOf(
  { db, now }: Pick<StudiesDeps, 'db' | 'now'>,
  experiment: Experiment,
  revision: number,
  trust: Trust,
): Promise<ComputedResult | null> {
  const { project, name, design, unit } = experiment;
  const own = revisionOf(experiment, revision);
  if (!own) return null;
  const { guardrails, secondary } = own;
  const of = { project, experiment: name, revision, trust, unit, holder: EXPERIMENT.ids.format(experiment) };
  const arms = armNames(experiment);
  const at = now();
  const planned = plannedUnits(design, arms, own.split);
  const seen = await readDays(db.pool, of, async (days) => {
    const measured = new Map<string, Readonly<Record<string, ArmSums>>>();
    for (const metric of [...guardrails, ...secondary]) {
      if (measured.has(metricKey(metric))) continue;
      measured.set(metricKey(metric), await metricSums(days, of, metric));
    }
    const segments: SegmentUnits[] = [];
    for (const segment of own.segments) segments.push(...(await segmentUnits(days, of, segment)));
    const parts = await unitDays(days, of);
    const counts = await countUnits(days, of, parts, planned);
    const source = isAdjusted(experiment)
      ? adjustedSource(days, of, experiment.primary, experiment)
      : experiment.primary && metricSource(days, of, experiment.primary);
    const primary = source && (await primaryUnits(source, planned));
    const byDay = parts.map(({ day, sums }) => {
      const values = primary && { values: primary.byDay.find((one) => one.day === day)?.arms ?? {} };
      return { day, arms: sums, ...values };
    });
    return { counts, primary, measured, segments, byDay };
  });
  const { split, startedAt, endedAt } = own;
  const days = ((endedAt ?? at).getTime() - startedAt.getTime()) / DAY_MS;
  const result = analyse({
    ...seen,
    revision,
    design,
    arms,
    deciding: experiment.primary,
    split,
    guardrails,
    secondary,
    ended: endedAt !== null,
    days,
  });
  const gone = goneWarnings(readByRevision(experiment, own, startedAt), await keptSince(db.pool, project));
  return { ...result, warnings: [...gone, ...result.warnings], computedAt: at };
}
