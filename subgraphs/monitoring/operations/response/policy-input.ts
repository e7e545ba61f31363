import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { Name } from '../../../../schema/common.ts';
import { validated } from '../../../../schema/validated.ts';
import type { Actor } from '../../../shared/auth/actor.ts';
import { readDefinition, type PolicyDefinition } from '../../domain/response/definition.ts';
import type { ResponsePolicy } from '../../domain/response/policy.ts';
import { insertPolicy } from '../../storage/response/policy.ts';
import type { MonitoringDeps } from '../deps.ts';
import { watchedDeployment } from '../known-deployment.ts';

export interface NewPolicyInput {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly definition: unknown;
}

const Described = z.object({ name: Name, description: z.string().max(2_000).nullish() });

/** Name and description; null where none is given. Throws INVALID_INPUT. */
export function describedPolicy(input: Pick<NewPolicyInput, 'name' | 'description'>) {
  const { name, description = null } = validated(Described, input);
  return { name, description };
}

/** A definition about a deployment that is there. Throws INVALID_INPUT or NOT_FOUND that names the field. */
export async function knownDefinition(
  { db }: MonitoringDeps,
  project: string,
  input: unknown,
): Promise<PolicyDefinition> {
  const definition = readDefinition(project, input);
  await watchedDeployment(db.pool, project, definition.deployment);
  return definition;
}

export type PolicyText = Pick<ResponsePolicy, 'name' | 'description' | 'definition'>;

export const newPolicy = (text: PolicyText, { project, subject }: Actor, at: Date): ResponsePolicy => ({
  ...text,
  project,
  revision: 1,
  changes: 1,
  createdAt: at,
  createdBy: subject,
  changedAt: at,
  changedBy: subject,
  paused: null,
});

/** The next revision, on behalf of who gives it; a paused policy stays paused. */
export const revisedPolicy = (
  before: ResponsePolicy,
  { description, definition }: Omit<PolicyText, 'name'>,
  { subject }: Actor,
  at: Date,
): ResponsePolicy => ({
  ...before,
  description,
  definition,
  revision: before.revision + 1,
  changedAt: at,
  changedBy: subject,
});

/** The policy as it is kept. Throws CONFLICT where there is one of that name. */
export async function keepNewPolicy(em: EntityManager, policy: ResponsePolicy): Promise<ResponsePolicy> {
  const kept = await insertPolicy(em, policy);
  if (kept) return kept;
  throw new DomainError('CONFLICT', `name: there is a policy "${policy.name}"; revise it`, { field: 'name' });
}
