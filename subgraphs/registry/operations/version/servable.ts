import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { isFrozen, letsThrough } from '../../domain/governance/break-glass.ts';
import { requireCompared } from '../../domain/governance/compared-features.ts';
import { requireGates } from '../../domain/governance/gates-hold.ts';
import { versionUrn, type VersionKey } from '../../domain/ids.ts';
import { requireRevalidated, requireServable } from '../../domain/version/approval.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { openBreakGlasses } from '../../storage/governance/break-glass.ts';
import { tierPolicy } from '../../storage/governance/tier-policy.ts';
import { approvalStepsOf } from '../../storage/version/approval-step.ts';
import { findVersion } from '../../storage/version/model-version.ts';
import { digestSetOf } from './digest-set.ts';

/** Where a version is to get traffic. */
export interface Place {
  readonly environment: string;
  readonly now: Date;
  /** The field that named it. */
  readonly field: string;
}

/** The version of a key, if traffic may newly go to it. Throws FAILED_PRECONDITION that names the rule. */
export async function servableVersion(em: EntityManager, key: VersionKey, place: Place): Promise<ModelVersion> {
  const { environment, now, field } = place;
  const version = await findVersion(em, key, field);
  const steps = await approvalStepsOf(em, key);
  const digestSet = digestSetOf(version);
  const grant = steps.findLast(({ grants }) => grants);
  try {
    requireServable({ ...version, digestSet }, grant, environment, now, field);
    requireRevalidated(version.revalidateBy, now, field);
    requireGates(steps, digestSet, now, field);
  } catch (error) {
    if (!(error instanceof DomainError) || !(await isLetThrough(em, version, place))) throw error;
  }
  return version;
}

/** Whether a release may read a service for a version, as its tier asks. Throws FAILED_PRECONDITION (G17). */
export async function requireComparedFeatures(
  em: EntityManager,
  version: ModelVersion,
  service: string,
  place: Pick<Place, 'environment' | 'now'>,
): Promise<void> {
  const { policy } = await tierPolicy(em, version.project, version.riskTier);
  const steps = await approvalStepsOf(em, version);
  const { featureService } = version;
  const modelVersion = versionUrn.format(version);
  try {
    requireCompared(
      { modelVersion, featureService, service, policy, steps, digestSet: digestSetOf(version) },
      place.now,
    );
  } catch (error) {
    if (!(error instanceof DomainError) || !(await isLetThrough(em, version, place))) throw error;
  }
}

/** Whether an emergency lets a version through, as it is now, in an environment (G9). */
export async function isLetThrough(
  em: EntityManager,
  version: ModelVersion,
  { environment, now }: Pick<Place, 'environment' | 'now'>,
): Promise<boolean> {
  if (!isFrozen(version)) return false;
  const open = await openBreakGlasses(em, version.project, versionUrn.format(version));
  const digestSet = digestSetOf(version);
  return open.some((one) => letsThrough(one, now) && one.environment === environment && one.digestSet === digestSet);
}
