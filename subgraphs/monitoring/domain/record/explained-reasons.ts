import { greatest } from '../../../../core/reasons/reasons.ts';
import { scalarOf, type Scalar } from '../../../../core/recipe/value.ts';
import type { Reasons } from '../../../../schema/reasons.ts';
import type { ReleaseDocument } from '../../../../schema/release.ts';
import type { ComputedReasons, NoReasons } from './computed-reasons.ts';
import type { StoredPrediction } from './prediction.ts';

type FeatureRead = NonNullable<StoredPrediction['features']>[string];

/** Where reasons come from. */
export const REASON_SOURCES = ['LOGGED', 'COMPUTED'] as const;
export const REASON_KINDS = ['INPUT', 'FEATURE', 'DERIVED', 'MODEL'] as const;

export interface ExplainedReason {
  readonly name: string;
  /** Null where only the recipe could say. */
  readonly kind: (typeof REASON_KINDS)[number] | null;
  readonly value: Scalar;
  /** Of a feature. */
  readonly read: FeatureRead | null;
  readonly contribution: number;
}

export interface ExplainedReasons extends Omit<Reasons, 'top'> {
  readonly source: (typeof REASON_SOURCES)[number];
  readonly top: readonly ExplainedReason[];
}

/** Those of the log, else those that could be computed: the greatest of them. */
export function explainedReasons(
  prediction: StoredPrediction,
  document: ReleaseDocument | null,
  { computed, most }: { readonly computed: ComputedReasons | NoReasons | null; readonly most: number },
): ExplainedReasons | null {
  const { reasons, inputs, features } = prediction;
  const known = computed && 'all' in computed ? computed : null;
  const all = reasons ?? (known && { ...known.all, rest: 0 });
  if (!all) return null;
  const { top, ...others } = greatest(all, most, () => true);
  return {
    ...others,
    // What the record has summed up already stays in the rest.
    rest: others.rest + all.rest,
    source: reasons ? 'LOGGED' : 'COMPUTED',
    top: top.map(({ name, contribution }): ExplainedReason => {
      const read = features?.[name] ?? null;
      const value = read ? read.value : (inputs?.[name] ?? scalarOf(known?.values[name] ?? null));
      return { name, kind: kindOf(name, prediction, document), value, read, contribution };
    }),
  };
}

function kindOf(
  name: string,
  { inputs, features }: StoredPrediction,
  document: ReleaseDocument | null,
): ExplainedReason['kind'] {
  if (features && Object.hasOwn(features, name)) return 'FEATURE';
  if (inputs && Object.hasOwn(inputs, name)) return 'INPUT';
  if (!document) return null;
  const { derive, models } = document.recipe;
  if (derive.some((field) => field.name === name)) return 'DERIVED';
  return models.some((model) => model.name === name) ? 'MODEL' : null;
}
