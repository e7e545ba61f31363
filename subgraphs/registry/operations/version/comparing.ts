import { parse } from 'graphql';
import { DomainError } from '../../../../core/errors.ts';
import { throwRefusal } from '../../../shared/peer-refusal.ts';
import { serviceActor } from '../../../shared/peer.ts';
import type { ComparedService, Comparison } from '../../domain/evaluation/distribution-gate.ts';
import type { TierPolicy } from '../../domain/governance/tier-policy.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';

const COMPARE = parse(`query ($input: FeatureDistributionsInput!) {
  featureDistributions(input: $input) {
    service from to notCompared { name reason }
    features { name kind edges categories training recent psi jensenShannon p }
  }
}`);

/** Asks the feature subgraph how the service of a version lies beside its training set, where its tier asks for that. */
export async function compareWithTraining(
  { feature }: Pick<RegistryDeps, 'feature'>,
  { project, featureService: service, trainingSet }: ModelVersion,
  { compatibility: { distributions: asked } }: TierPolicy,
): Promise<Comparison> {
  if (!asked || service === null) return null;
  if (trainingSet === null) return { why: 'the version names no training set' };
  const input = { service, trainingSet, recentDays: asked.recentDays };
  try {
    const result = await feature.graphql(COMPARE, { input }, serviceActor('registry', ['feature:read'], project));
    throwRefusal(result, 'feature');
    return { compared: result.data?.['featureDistributions'] as ComparedService };
  } catch (error) {
    if (error instanceof DomainError) return { why: error.message };
    throw error;
  }
}
