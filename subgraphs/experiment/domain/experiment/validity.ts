import { outcomeShares } from '../../../../core/statistics/outcome-share.ts';
import { SRM_ALPHA, type SrmResult } from '../../../../core/statistics/srm.ts';
import { absoluteMde, type Design } from './design.ts';
import { countsOf, type UnitCounts } from '../units.ts';

/** Above this share of units that met several arms, assignment itself is broken. */
const MULTIPLE_EXPOSURE_LIMIT = 0.01;

/** Why the units cannot be trusted, whatever a test says; the first of the arms is the control. */
export function invalidity(design: Design, arms: readonly string[], counts: UnitCounts, srm: SrmResult): string[] {
  const met = arms.reduce((sum, arm) => sum + countsOf(counts, arm).exposed, 0) + counts.multipleExposure;
  const share = met === 0 ? 0 : counts.multipleExposure / met;
  return [
    ...(srm.mismatch
      ? [`sample-ratio mismatch: the units per arm do not fit the split (p = ${srm.p.toExponential(2)})`]
      : []),
    ...(share > MULTIPLE_EXPOSURE_LIMIT
      ? [`${counts.multipleExposure} of ${met} units met several arms: more than ${MULTIPLE_EXPOSURE_LIMIT * 100} %`]
      : []),
    ...missingOutcomes(design, arms, counts),
  ];
}

const percent = (rate: number | null): string => `${((rate ?? 0) * 100).toPrecision(3)} %`;

/** Outcomes that are sent for some units only, by what happened to them: nothing can be told from the rest. */
function missingOutcomes(design: Design, arms: readonly string[], counts: UnitCounts): string[] {
  const [control = '', ...candidates] = arms;
  const of = (field: 'exposed' | 'labelled' | 'converted'): number =>
    arms.reduce((sum, arm) => sum + countsOf(counts, arm)[field], 0);
  const [exposed, labelled, converted] = [of('exposed'), of('labelled'), of('converted')];
  // Where a metric decides, most outcomes may well count as positive.
  const isAllPositive = design.deviation === undefined && labelled > 0 && labelled === converted;
  const highest = Math.max(design.baseline, design.baseline + absoluteMde(design));
  const differing = candidates.flatMap((arm) => {
    const shares = outcomeShares(countsOf(counts, control), countsOf(counts, arm));
    // Several arms are several chances of a false alarm.
    if (shares.p * candidates.length >= SRM_ALPHA) return [];
    return [
      `the share of units with an outcome differs between ${control} and ${arm}: ${percent(shares.control)} against ` +
        `${percent(shares.treatment)} (p = ${shares.p.toExponential(2)})`,
    ];
  });
  return [
    ...differing,
    ...(isAllPositive && labelled < exposed && labelled * Math.log(highest) < Math.log(SRM_ALPHA)
      ? [`not one of ${labelled} outcomes is negative, and other units have none: send the negative ones too`]
      : []),
  ];
}
