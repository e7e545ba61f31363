import type { NewVersion, VersionName } from '../../shared/setup/model-version.ts';
import { BOOSTING } from '../../shared/train/boosted-trees.ts';
import { cardOf, type FlightModel, type FlightModelPlan } from '../train/flight-model.ts';

/** Trees are versions of one model, other learners models of their own: their inputs are the same, their kind is not. */
export const versionNameOf = ({ name, learner }: Pick<FlightModelPlan, 'name' | 'learner'>): VersionName => ({
  model: learner === 'boosted trees' ? 'flight-delay' : `flight-delay-${name}`,
  tag: name,
});

/** What the version of a model is registered with besides its file. */
export function flightVersion(
  model: FlightModel,
  { trainingSet, service }: { readonly trainingSet: string; readonly service: string },
): NewVersion {
  const { plan, quality, onnx, evaluation, goldenRows } = model;
  return {
    ...versionNameOf(plan),
    onnx,
    evaluation,
    goldenRows,
    trainingSet,
    featureService: service,
    algorithm: plan.learner === 'boosted trees' ? 'gradient-boosted-trees' : 'dense-network',
    hyperParameters: plan.learner === 'boosted trees' ? BOOSTING : plan.learner,
    claimedMetrics: { auc: quality.auc, brier: quality.brier },
    description: cardOf(model),
    owner: 'flights',
  };
}

export const APPROVAL_REASON = 'Golden rows come out, and the evaluation is on flights after those it learned from.';
