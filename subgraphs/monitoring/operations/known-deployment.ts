import type { Pool } from 'pg';
import { DomainError } from '../../../core/errors.ts';
import { deploymentUrn, parsedId } from '../domain/ids.ts';
import { hasDeployment, isKnownDeployment } from '../storage/deployment.ts';

/**
 * The deployment that a report is asked of, as the store names it. Throws INVALID_INPUT for what is no id, and NOT_FOUND
 * for one of which neither the registry nor any record has told: an empty report would look like a quiet deployment.
 */
export async function reportedDeployment(pool: Pool, project: string, id: string, field: string): Promise<string> {
  const deployment = parsedId(deploymentUrn, project, id, field);
  await refuseUnknownDeployment(pool, project, deployment, field);
  return deployment;
}

/** Throws NOT_FOUND for a deployment of which neither the registry nor any record has told. */
export async function refuseUnknownDeployment(
  pool: Pool,
  project: string,
  deployment: string,
  field: string,
): Promise<void> {
  if (await isKnownDeployment(pool, project, deployment)) return;
  throw new DomainError('NOT_FOUND', `${field}: nothing is known of ${deployment}`, { field });
}

/** The deployment that a rule is to watch. Throws NOT_FOUND for one of which the registry has not told. */
export async function watchedDeployment(pool: Pool, project: string, id: string): Promise<string> {
  const field = 'deployment';
  const deployment = parsedId(deploymentUrn, project, id, field);
  if (await hasDeployment(pool, project, deployment)) return deployment;
  throw new DomainError(
    'NOT_FOUND',
    `deployment: there is no ${deployment}; where it was made just now, pass that eventCursor as after`,
    { field },
  );
}
