import { BALANCE_DEFAULTS, type Balance } from '../../domain/experiment/balance.ts';
import type { ExperimentInput } from '../../operations/experiment/experiment-draft.ts';
import type { CreateExperimentInput } from './experiment-input.ts';

/** An experiment as somebody asks for it, what was left out filled in. */
export function askedExperiment(input: CreateExperimentInput): ExperimentInput {
  const { baseline, mde, mdeKind, alpha, power, deviation, seed = null, targeting = null, ...rest } = input;
  const { namespace: slice, primary = null, stratum = null, covariate, balance } = rest;
  return {
    ...rest,
    design: { baseline, mde: mde ?? null, mdeKind, alpha, power, ...(typeof deviation === 'number' && { deviation }) },
    seed,
    targeting,
    namespace: slice ? { name: slice.name, from: slice.from, to: slice.to } : null,
    primary,
    stratum,
    covariate: covariate ? { event: covariate.event, days: covariate.days } : null,
    balance: balance ? askedBalance(balance, covariate) : null,
  };
}

/** What is left out is that of the covariate, where there is one. */
const askedBalance = (
  { event, segment, days, threshold, minP, tries }: NonNullable<CreateExperimentInput['balance']>,
  covariate: CreateExperimentInput['covariate'],
): Balance => ({
  event: event ?? covariate?.event ?? null,
  segment: segment ?? null,
  days: days ?? covariate?.days ?? BALANCE_DEFAULTS.days,
  threshold,
  minP,
  tries,
});
