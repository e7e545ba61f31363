import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { Name } from '../../../../schema/common.ts';
import { validated } from '../../../../schema/validated.ts';
import type { Deployment, Endpoint } from './deployment.ts';
import { PRODUCTION } from '../version/approval.ts';
import { checkAudience } from './manifest.ts';

const NewEndpoint = z.strictObject({
  name: Name,
  description: z.string().max(10_000).nullish(),
  owner: z.string().min(1).max(200).nullish(),
  tags: z.array(z.string().min(1).max(100)).max(50).nullish(),
});

const NewDeployment = z.strictObject({
  endpoint: z.string(),
  environment: Name,
  audiences: z.array(z.string()).max(20).nullish(),
  refuseAfterMs: z.int().positive().nullish(),
  requiresApproval: z.boolean().nullish(),
});

/** Reads what createEndpoint is given. Throws INVALID_INPUT that names the field. */
export function readNewEndpoint(input: unknown): Pick<Endpoint, 'name' | 'description' | 'owner' | 'tags'> {
  const { name, description, owner, tags } = validated(NewEndpoint, input);
  return { name, description: description ?? '', owner: owner ?? null, tags: tags ?? [] };
}

/** Reads what createDeployment is given; the endpoint is as the caller wrote it. Throws INVALID_INPUT. */
export function readNewDeployment(
  input: unknown,
): Pick<Deployment, 'endpoint' | 'environment' | 'audiences' | 'refuseAfterMs' | 'requiresApproval'> {
  const { endpoint, environment, audiences, refuseAfterMs, requiresApproval } = validated(NewDeployment, input);
  for (const audience of audiences ?? []) checkAudience(audience);
  const isProduction = environment === PRODUCTION;
  if (isProduction && requiresApproval === false) {
    throw new DomainError(
      'INVALID_INPUT',
      'requiresApproval: production always asks for it; allowed: true, or left out',
      {
        field: 'requiresApproval',
        allowed: [true],
      },
    );
  }
  return {
    endpoint,
    environment,
    audiences: [...new Set(audiences ?? [])],
    refuseAfterMs: refuseAfterMs ?? null,
    requiresApproval: requiresApproval ?? isProduction,
  };
}
