import * as z from 'zod';
import { Name, Sha256 } from '../../../../schema/common.ts';
import { GoldenRow } from '../../../../schema/release.ts';
import { validated } from '../../../../schema/validated.ts';
import { featureServiceUrn, trainingSetUrn } from '../ids.ts';
import { urnIn } from '../../../../core/urn-grammar.ts';
import { RISK_TIERS, type RiskTier } from '../governance/tier-policy.ts';
import type { Declaration } from './model-version.ts';
import { parseVersion, type VersionNumber } from './version-number.ts';

const Text = z.string().max(10_000);
const Tags = z.array(z.string().min(1).max(100)).max(50);

const DECLARED = {
  algorithm: z.string().min(1).max(200).nullish(),
  hyperParameters: z.record(z.string(), z.unknown()).nullish(),
  codeCommit: z.string().min(1).max(200).nullish(),
  trainingSet: z.string().nullish(),
  featureService: z.string().nullish(),
  evaluation: Sha256.nullish(),
  claimedMetrics: z.record(z.string(), z.number()).nullish(),
  riskTier: z.enum(RISK_TIERS).nullish(),
  purpose: Text.nullish(),
  intendedUse: Text.nullish(),
  limits: Text.nullish(),
  card: z.string().max(100_000).nullish(),
  businessMetric: z.string().min(1).max(200).nullish(),
  thirdParty: z.boolean().nullish(),
};

const DESCRIBED = { description: Text.nullish(), owner: z.string().min(1).max(200).nullish(), tags: Tags.nullish() };

const Registration = z.strictObject({
  model: Name,
  artifact: Sha256,
  version: z.string().nullish(),
  goldenRows: z.array(GoldenRow).nullish(),
  ...DECLARED,
  ...DESCRIBED,
});

const Amendment = z.strictObject({ ...DECLARED, ...DESCRIBED });

/** What a submitter sends to register a version. */
export interface Registration extends Omit<Declaration, 'riskTier'> {
  readonly model: string;
  /** SHA-256 of a completed upload. */
  readonly artifact: string;
  readonly wanted: VersionNumber | undefined;
  /** Null: that of the version before. */
  readonly riskTier: RiskTier | null;
  readonly goldenRows: readonly GoldenRow[];
  readonly description: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
}

/** Checks what a caller sends. Throws INVALID_INPUT that names the field. */
export function readRegistration(input: unknown, project: string): Registration {
  const read = withUrns(validated(Registration, input), project);
  return {
    model: read.model,
    artifact: read.artifact,
    wanted: typeof read.version === 'string' ? parseVersion(read.version) : undefined,
    goldenRows: read.goldenRows ?? [],
    algorithm: read.algorithm ?? null,
    hyperParameters: read.hyperParameters ?? {},
    codeCommit: read.codeCommit ?? null,
    trainingSet: read.trainingSet ?? null,
    featureService: read.featureService ?? null,
    evaluation: read.evaluation ?? null,
    claimedMetrics: read.claimedMetrics ?? {},
    riskTier: read.riskTier ?? null,
    purpose: read.purpose ?? null,
    intendedUse: read.intendedUse ?? null,
    limits: read.limits ?? null,
    card: read.card ?? null,
    businessMetric: read.businessMetric ?? null,
    thirdParty: read.thirdParty ?? false,
    description: read.description ?? '',
    owner: read.owner ?? null,
    tags: read.tags ?? [],
  };
}

/** What can still be changed of a version; a field that is left out stays, null empties it. */
export type Amendment = z.infer<typeof Amendment>;
export const readAmendment = (input: unknown, project: string): Amendment =>
  withUrns(validated(Amendment, input), project);

/** The ids as URNs, whichever way they were written. Throws INVALID_INPUT for a service that is not pinned. */
function withUrns<Declared extends Amendment>(declared: Declared, project: string): Declared {
  const { trainingSet, featureService } = declared;
  return {
    ...declared,
    ...(trainingSet && { trainingSet: urnIn(trainingSetUrn, project, trainingSet, 'trainingSet') }),
    ...(featureService && { featureService: urnIn(featureServiceUrn, project, featureService, 'featureService') }),
  };
}

/** The fields that a submission freezes (G5). */
export const FROZEN_FIELDS = Object.keys(DECLARED) as (keyof Declaration)[];
