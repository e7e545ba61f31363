import { inSameCategories, totalOf } from '../../../../core/sketch/category-counts.ts';
import { sharedCells } from '../../../../core/sketch/cells.ts';
import type { ValueProfile } from '../../../../core/sketch/value-profile.ts';
import { driftCells } from '../../../../core/statistics/binning.ts';
import { psi } from '../../../../core/statistics/psi.ts';
import { ksFromCounts, type KsResult } from '../../../../core/statistics/kolmogorov-smirnov.ts';
import { inBins } from './bin-cells.ts';
import { featureOf, valuesOf, type CountedValues, type CountedWindow, type ReferenceWindow } from './counted-window.ts';
import {
  comparedIn,
  DRIFT_BINS,
  judgeCompared,
  NO_NUMBER,
  type DriftBins,
  type DriftJudgement,
  type FeatureDrift,
} from './drift.ts';
import { isNumeric, SCORE_NAME } from './profile.ts';
import { OTHER, type ValueSample } from './value-sample.ts';

/** What a window shows of each feature, and how the score and the features have drifted; null: there is no reference. */
export interface Distributions {
  readonly features: readonly Pick<ValueSample, 'name' | 'statuses'>[];
  readonly drift: Pick<DriftJudgement, 'features'> | null;
}

/** The features of a window by name, of either window where the reference has answers. */
export function profiledDrift(reference: ReferenceWindow, current: CountedWindow, mostFeatures: number): Distributions {
  const known = reference.answers > 0 ? reference : current;
  const names = [...known.profiles.keys()].filter((name) => name !== SCORE_NAME).toSorted();
  const features = names.slice(0, mostFeatures);
  return {
    features: features.map((name) => ({ name, statuses: featureOf(current, name).statuses })),
    drift: reference.answers === 0 ? null : judgeProfiles(reference, current, [SCORE_NAME, ...features]),
  };
}

/** Judges what two windows counted: the same verdict as from all their values, each number read as its bin. */
export const judgeProfiles = (
  reference: ReferenceWindow,
  current: CountedWindow,
  names: readonly string[],
): DriftJudgement =>
  judgeCompared(
    names.map((name) => {
      const [before, after] = [reference.feature(name), featureOf(current, name)];
      return comparedIn({
        name,
        referenceStatuses: before.statuses,
        currentStatuses: after.statuses,
        ...counted(before, after),
      });
    }),
    'BY_EFFECT',
  );

/**
 * PSI alone, as from all values, each number read as its bin, and the values behind it on either side; null where the profiles do
 * not tell all values apart: more texts than are kept, or numbers that no bin takes.
 */
export function psiBetweenProfiles(
  reference: ValueProfile,
  current: ValueProfile,
): { readonly psi: number | null; readonly n: number; readonly m: number } | null {
  if ([reference, current].some(({ categories, numbers }) => categories.other + numbers.invalid > 0)) return null;
  const { bins } = counted(valuesOf(reference), valuesOf(current));
  return { psi: psi(bins.reference, bins.current).psi, n: sumOf(bins.reference), m: sumOf(bins.current) };
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

const isEmpty = ({ profile, texts }: CountedValues): boolean => profile.numbers.n + texts === 0;

interface Counted {
  readonly kind: FeatureDrift['kind'];
  readonly bins: DriftBins;
  readonly ks: KsResult | null;
}

function counted(reference: CountedValues, current: CountedValues): Counted {
  return isNumeric((isEmpty(reference) ? current : reference).profile)
    ? countedNumbers(reference, current)
    : { kind: 'CATEGORICAL', bins: categoryBins(reference.profile, current.profile), ks: null };
}

/** Every value is counted: one that is no number has a bin of its own. */
function countedNumbers(reference: CountedValues, current: CountedValues): Counted {
  const cells = sharedCells(reference.cells, current.cells);
  const bins = inBins(cells, driftCells(cells.reference, DRIFT_BINS));
  const hasStrange = reference.texts + current.texts > 0;
  const hasBoth = reference.profile.numbers.n > 0 && current.profile.numbers.n > 0;
  return {
    kind: 'NUMERIC',
    bins: {
      edges: bins.edges,
      categories: hasStrange ? [NO_NUMBER] : [],
      reference: hasStrange ? [...bins.reference, reference.texts] : bins.reference,
      current: hasStrange ? [...bins.current, current.texts] : bins.current,
    },
    ks: hasBoth ? ksFromCounts(cells.reference, cells.current) : null,
  };
}

/** Values that stand in none of the counts. */
const rest = ({ categories, numbers }: ValueProfile, counts: readonly number[]): number =>
  totalOf(categories) + numbers.n - counts.reduce((sum, count) => sum + count, 0);

function categoryBins(reference: ValueProfile, current: ValueProfile): DriftBins {
  const shared = inSameCategories(reference.categories, current.categories);
  const texts = shared.texts.length > 0 ? shared : inSameCategories(current.categories, reference.categories);
  const [before, after] =
    shared.texts.length > 0 ? [shared.reference, shared.current] : [texts.current, texts.reference];
  const others = [rest(reference, before), rest(current, after)] as const;
  const hasOthers = others[0] + others[1] > 0;
  return {
    edges: [],
    categories: hasOthers ? [...texts.texts, OTHER] : texts.texts,
    reference: hasOthers ? [...before, others[0]] : before,
    current: hasOthers ? [...after, others[1]] : after,
  };
}
