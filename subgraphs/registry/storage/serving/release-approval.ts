import type { EntityManager } from '@mikro-orm/postgresql';
import { readRows } from '../../../shared/database/read-rows.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { DeploymentKey } from '../../domain/ids.ts';
import type { Release, ReleaseApproval } from '../../domain/serving/release.ts';
import type { ReleaseApprovalState } from '../../domain/serving/release-approval.ts';
import { releaseOf, ReleaseRow } from './release.ts';

/** Keeps what was decided on a release. */
export async function saveApproval(
  em: EntityManager,
  { project, endpoint, environment, number, revision }: Release,
  { decision, by, at, reason }: ReleaseApproval,
): Promise<void> {
  await em.nativeUpdate(
    ReleaseRow,
    { project, endpoint, environment, number },
    { decision, decidedBy: by, decidedAt: at, decisionReason: reason, revision },
  );
}

/** For each release, the first of its deployment that was approved with the same recipe, by deployment and recipe. */
export async function approvedRecipes(
  em: EntityManager,
  releases: readonly Pick<Release, 'project' | 'endpoint' | 'environment' | 'recipeDigest'>[],
): Promise<readonly Release[]> {
  if (releases.length === 0) return [];
  const rows = await em.find(
    ReleaseRow,
    {
      decision: 'APPROVED',
      $or: releases.map(({ project, endpoint, environment, recipeDigest }) => ({
        project,
        endpoint,
        environment,
        recipeDigest,
      })),
    },
    { orderBy: { number: 'asc' } },
  );
  return rows.map((row) => releaseOf(row));
}

/** Everybody who made a release with this recipe, anywhere in the project. */
export async function makersOfRecipe(
  em: EntityManager,
  { project, recipeDigest }: Pick<Release, 'project' | 'recipeDigest'>,
): Promise<readonly string[]> {
  const rows = await em.find(ReleaseRow, { project, recipeDigest }, { fields: ['makers'] });
  return [...new Set(rows.flatMap(({ makers }) => makers))];
}

/** Which releases are wanted; null: whatever it is. */
export interface ReleaseFilter {
  readonly approvalStates: readonly ReleaseApprovalState[] | null;
  readonly deployment: DeploymentKey | null;
}

/** As `standingOf` decides it. */
export const APPROVAL_STATE = `case
  when release.decision is not null then release.decision
  when exists (
    select from release same
    where (same.project, same.endpoint, same.environment, same.recipe_digest)
        = (release.project, release.endpoint, release.environment, release.recipe_digest)
      and same.decision = 'APPROVED'
  ) then 'APPROVED'
  when (
    select requires_approval from deployment
    where (deployment.project, deployment.endpoint, deployment.environment)
        = (release.project, release.endpoint, release.environment)
  ) then 'WAITING'
  else 'NOT_REQUIRED' end`;

/** Of all deployments, newest first; one more than asked for. */
export async function listAllReleases(
  em: EntityManager,
  project: string,
  { approvalStates, deployment }: ReleaseFilter,
  { first, after }: PageRequest,
): Promise<readonly Release[]> {
  const conditions: readonly (readonly [sql: string, parameters: readonly (string | number)[]])[] = [
    ['project = ?', [project]],
    ...(deployment
      ? [['endpoint = ? and environment = ?', [deployment.endpoint, deployment.environment]] as const]
      : []),
    ...(approvalStates
      ? [
          [
            `${APPROVAL_STATE} in (select jsonb_array_elements_text(?::jsonb))`,
            [JSON.stringify(approvalStates)],
          ] as const,
        ]
      : []),
    ...(after
      ? [['(created_at, endpoint, environment, number) < (?::timestamptz, ?, ?, ?::int)', after] as const]
      : []),
  ];
  const where = conditions.map(([sql]) => sql).join(' and ');
  const rows = await readRows(
    em,
    ReleaseRow,
    `${where} order by created_at desc, endpoint desc, environment desc, number desc limit ?`,
    [...conditions.flatMap(([, parameters]) => parameters), first + 1],
  );
  return rows.map((row) => releaseOf(row));
}
