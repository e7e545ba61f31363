import { MDE_KINDS, SAMPLE_SIZE_FORMULAS } from '../domain/experiment/design.ts';
import { EXPERIMENT_STATUSES } from '../domain/experiment/experiment.ts';
import { RECOMMENDATIONS } from '../domain/experiment/recommendation.ts';
import { STEP_VERBS } from '../domain/study.ts';
import { TRUST_CLASSES } from '../domain/trust.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';

export const StatusEnum = graphqlEnum(
  'ExperimentStatus',
  EXPERIMENT_STATUSES,
  'Where an experiment stands in its life. A stopped one never runs again.',
);

export const MdeKindEnum = graphqlEnum(
  'MdeKind',
  MDE_KINDS,
  'Whether an effect is a difference (ABSOLUTE) or a share of the baseline (RELATIVE).',
);

export const FormulaEnum = graphqlEnum(
  'SampleSizeFormula',
  SAMPLE_SIZE_FORMULAS,
  'Form of the two-proportion sample size. FLEISS matches the pooled z-test that is used here.',
);

export const RecommendationEnum = graphqlEnum('Recommendation', RECOMMENDATIONS, 'What the analysis comes to.', {
  INVALID: 'The units themselves are wrong: nothing can be read from them.',
  CONTINUE: 'Fewer units than planned: nothing is called yet.',
  SHIP: 'An arm is better at the planned size, and all of its guardrails hold.',
  KEEP: 'The control stays.',
});

export const MetricKindEnum = graphqlEnum(
  'ExperimentMetricKind',
  ['PROPORTION', 'MEAN', 'RATIO', 'COUNT'],
  'What decides: PROPORTION without a metric is the share of units with at least one positive outcome.',
);

export const TrustEnum = graphqlEnum(
  'Trust',
  TRUST_CLASSES,
  'Where a record comes from: SERVER is an enrolled node, DEVICE a public key in an app.',
);

export const StudyStepEnum = graphqlEnum(
  'StudyStep',
  STEP_VERBS,
  'A step of an experiment, shadow or rollout that the registry has to do, since it alone moves traffic.',
);
