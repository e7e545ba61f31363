import * as z from 'zod';
import { Name, Sha256 } from '../../../../schema/common.ts';
import { GoldenRow } from '../../../../schema/release.ts';
import { validated } from '../../../../schema/validated.ts';
import { featureServiceUrn, trainingSetUrn } from '../ids.ts';
import { urnIn } from '../../../../core/urn-grammar.ts';
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
export interface Registration extends Declaration {
  readonly model: string;
  /** SHA-256 of a completed upload. */
  readonly artifact: string;
  readonly wanted: VersionNumber | undefined;
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
