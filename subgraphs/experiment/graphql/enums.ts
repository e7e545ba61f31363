import { registerEnumType } from 'type-graphql';
import { MDE_KINDS, SAMPLE_SIZE_FORMULAS } from '../domain/design.ts';
import { EXPERIMENT_STATUSES } from '../domain/life.ts';
import { RECOMMENDATIONS } from '../domain/result.ts';

/** The values of a GraphQL enum. */
export const enumOf = <T extends string>(values: readonly T[]): Record<Uppercase<T>, T> =>
  Object.fromEntries(values.map((value) => [value.toUpperCase(), value])) as Record<Uppercase<T>, T>;

export const StatusEnum = enumOf(EXPERIMENT_STATUSES);
registerEnumType(StatusEnum, {
  name: 'ExperimentStatus',
  description: 'Where an experiment stands in its life. A stopped one never runs again.',
});

export const MdeKindEnum = enumOf(MDE_KINDS);
registerEnumType(MdeKindEnum, {
  name: 'MdeKind',
  description: 'Whether an effect is a difference of rates (ABSOLUTE) or a share of the baseline (RELATIVE).',
});

export const FormulaEnum = enumOf(SAMPLE_SIZE_FORMULAS);
registerEnumType(FormulaEnum, {
  name: 'SampleSizeFormula',
  description: 'Form of the two-proportion sample size. FLEISS matches the pooled z-test that is used here.',
});

export const RecommendationEnum = enumOf(RECOMMENDATIONS);
registerEnumType(RecommendationEnum, {
  name: 'Recommendation',
  description: 'What the analysis comes to.',
  valuesConfig: {
    INVALID: { description: 'The units themselves are wrong: nothing can be read from them.' },
    CONTINUE: { description: 'Fewer units than planned: nothing is called yet.' },
    SHIP: { description: 'The candidate is better at the planned size.' },
    KEEP: { description: 'The control stays.' },
  },
});

/** What an outcome is made into; one kind so far. */
export const MetricKindEnum = { PROPORTION: 'PROPORTION' } as const;
registerEnumType(MetricKindEnum, {
  name: 'ExperimentMetricKind',
  description: 'PROPORTION: the share of units with at least one positive outcome.',
});

export const TrustEnum = { SERVER: 'server', DEVICE: 'device' } as const;
registerEnumType(TrustEnum, {
  name: 'Trust',
  description: 'Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app.',
});
