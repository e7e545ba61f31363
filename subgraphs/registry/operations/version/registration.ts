import * as z from 'zod';
import { Name, Sha256, urnOfKind } from '../../../../schema/common.ts';
import { GoldenRow } from '../../../../schema/release.ts';
import { validated } from '../../../../schema/validated.ts';
import type { Declaration } from '../../domain/version/model-version.ts';
import { parseVersion, type VersionNumber } from '../../domain/version/version-number.ts';

const Text = z.string().max(10_000);
const Tags = z.array(z.string().min(1).max(100)).max(50);

const DECLARED = {
  algorithm: z.string().min(1).max(200).nullish(),
  hyperParameters: z.record(z.string(), z.unknown()).nullish(),
  codeCommit: z.string().min(1).max(200).nullish(),
  trainingSet: urnOfKind('training-set').nullish(),
  featureService: urnOfKind('feature-service')
    .refine((urn) => /@[^/@]+$/.test(urn), 'name a pinned version: …:<name>@<version>')
    .nullish(),
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

/** Checks what came over GraphQL. Throws INVALID_INPUT that names the field. */
export function readRegistration(input: unknown): Registration {
  const read = validated(Registration, input);
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
export const readAmendment = (input: unknown): Amendment => validated(Amendment, input);

/** The fields that a submission freezes (G5). */
export const FROZEN_FIELDS = Object.keys(DECLARED) as (keyof Declaration)[];
