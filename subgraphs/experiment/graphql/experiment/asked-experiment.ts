import type { ExperimentInput } from '../../operations/experiment/experiment-draft.ts';
import type { CreateExperimentInput } from './experiment-input.ts';

/** An experiment as somebody asks for it, what was left out filled in. */
export function askedExperiment(input: CreateExperimentInput): ExperimentInput {
  const { baseline, mde, mdeKind, alpha, power, deviation, seed = null, targeting = null, ...rest } = input;
  const { namespace: slice, primary = null, stratum = null, covariate } = rest;
  return {
    ...rest,
    design: { baseline, mde: mde ?? null, mdeKind, alpha, power, ...(typeof deviation === 'number' && { deviation }) },
    seed,
    targeting,
    namespace: slice ? { name: slice.name, from: slice.from, to: slice.to } : null,
    primary,
    stratum,
    covariate: covariate ? { event: covariate.event, days: covariate.days } : null,
  };
}
