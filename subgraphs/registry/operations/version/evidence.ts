import type { BlobStore } from '../../../shared/blob/blob-store.ts';
import { canonicalJson } from '../../../../core/canonical-json.ts';
import type { Comparison } from '../../domain/evaluation/distribution-gate.ts';
import type { TierPolicy } from '../../domain/governance/tier-policy.ts';
import { versionUrn } from '../../domain/ids.ts';
import type { EngineProof, GateResult, ModelVersion } from '../../domain/version/model-version.ts';
import type { Evaluated } from './evaluating.ts';

interface Found {
  readonly version: ModelVersion;
  readonly digestSet: string;
  readonly policy: TierPolicy;
  readonly report: readonly GateResult[];
  readonly proofs: readonly EngineProof[];
  readonly evaluated: Evaluated | undefined;
  readonly comparison: Comparison;
}

/** Keeps all that a validation found as one blob; answers its SHA-256. */
export async function keepEvidence(blobs: Pick<BlobStore, 'put'>, found: Found): Promise<string> {
  const { version, digestSet, policy, report, proofs, evaluated, comparison } = found;
  const evidence = {
    format: 'tiffin.evidence/1',
    modelVersion: versionUrn.format(version),
    artifact: version.digest,
    evaluation: version.evaluation,
    digestSet,
    riskTier: version.riskTier,
    policyRevision: version.policyRevision,
    policy,
    gates: report,
    proofs,
    rows: evaluated?.rows ?? null,
    champion: evaluated?.champion ?? null,
    metrics: evaluated?.metrics ?? [],
    claimedMetrics: version.claimedMetrics,
    groups: evaluated?.groups ?? [],
    distributions: comparison,
  };
  return (await blobs.put([new TextEncoder().encode(canonicalJson(evidence))])).sha256;
}
