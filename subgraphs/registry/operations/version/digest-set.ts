import { digestOf } from '../../../shared/audit/canonical-json.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';

/** Raised when what an approval must speak of changes, so that older approvals lapse. */
const POLICY = 2;

/** One digest of everything that an approval speaks of: any change of any of it voids the approval (G3). */
export const digestSetOf = (version: ModelVersion): string =>
  digestOf({
    policy: POLICY,
    artifact: version.digest,
    source: version.sourceDigest,
    contract: version.contract,
    golden: version.golden,
    featureService: version.featureService,
    trainingSet: version.trainingSet,
    evaluation: version.evaluation,
    algorithm: version.algorithm,
    hyperParameters: version.hyperParameters,
    codeCommit: version.codeCommit,
    riskTier: version.riskTier,
    policyRevision: version.policyRevision,
    purpose: version.purpose,
    intendedUse: version.intendedUse,
    limits: version.limits,
    card: version.card,
    thirdParty: version.thirdParty,
  });
