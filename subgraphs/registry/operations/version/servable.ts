import type { EntityManager } from '@mikro-orm/postgresql';
import { requireGates } from '../../domain/governance/gates-hold.ts';
import type { VersionKey } from '../../domain/ids.ts';
import { requireRevalidated, requireServable } from '../../domain/version/approval.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
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
export async function servableVersion(
  em: EntityManager,
  key: VersionKey,
  { environment, now, field }: Place,
): Promise<ModelVersion> {
  const version = await findVersion(em, key, field);
  const steps = await approvalStepsOf(em, key);
  const digestSet = digestSetOf(version);
  const grant = steps.findLast(({ grants }) => grants);
  requireServable({ ...version, digestSet }, grant, environment, now, field);
  requireRevalidated(version.revalidateBy, now, field);
  requireGates(steps, digestSet, now, field);
  return version;
}
