import * as z from 'zod';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { DomainError } from '../../../../core/errors.ts';
import { Name } from '../../../../schema/common.ts';
import { validated } from '../../../../schema/validated.ts';
import { deploymentEvent, endpointEvent } from '../../domain/catalogue/asset-events.ts';
import type { Deployment, Endpoint } from '../../domain/serving/deployment.ts';
import { deploymentUrn, endpointUrn, parseEndpointId } from '../../domain/ids.ts';
import { checkAudience } from '../../domain/serving/manifest.ts';
import { NO_TRAFFIC } from '../../domain/serving/traffic.ts';
import { insertDeployment } from '../../storage/serving/deployment.ts';
import { findEndpoint, insertEndpoint } from '../../storage/serving/endpoint.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import { requireProject } from '../change.ts';
import type { RegistryDeps, Request } from '../deps.ts';

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
});

/** Endpoints and their deployments: the names under which releases serve. */
export class Endpoints {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  create(request: Request, input: unknown): Promise<Changed<Endpoint>> {
    const { name, description, owner, tags } = validated(NewEndpoint, input);
    const { project, subject: createdBy } = request.actor;
    const subject = endpointUrn(project, name);
    return taken(`there is an endpoint "${name}" already`, 'name', () =>
      change(this.#deps, request, { action: 'endpoint.create', subject }, async (em, at) => {
        const endpoint: Endpoint = {
          project,
          name,
          description: description ?? '',
          owner: owner ?? null,
          tags: tags ?? [],
          revision: 1,
          createdAt: at,
          createdBy,
        };
        await insertEndpoint(em, endpoint);
        return { value: endpoint, events: [endpointEvent(endpoint, at)] };
      }),
    );
  }

  createDeployment(request: Request, input: unknown): Promise<Changed<Deployment>> {
    const wish = validated(NewDeployment, input);
    const { project, endpoint } = parseEndpointId(wish.endpoint, 'endpoint');
    requireProject(request, project, 'endpoint');
    for (const audience of wish.audiences ?? []) checkAudience(audience);
    const key = { project, endpoint, environment: wish.environment };
    const subject = deploymentUrn(key);
    return taken(`there is a deployment ${subject} already`, 'environment', () =>
      change(this.#deps, request, { action: 'deployment.create', subject }, async (em, at) => {
        if (!(await findEndpoint(em, project, endpoint))) {
          throw new DomainError('NOT_FOUND', `there is no endpoint "${endpoint}": make it with createEndpoint`, {
            field: 'endpoint',
          });
        }
        const deployment: Deployment = {
          ...key,
          audiences: [...new Set(wish.audiences ?? [])],
          refuseAfterMs: wish.refuseAfterMs ?? null,
          revision: 1,
          traffic: NO_TRAFFIC,
          createdAt: at,
          createdBy: request.actor.subject,
        };
        await insertDeployment(em, deployment);
        return { value: deployment, events: [deploymentEvent(deployment, [], at)] };
      }),
    );
  }
}

async function taken<Result>(message: string, field: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new DomainError('CONFLICT', message, { field });
    throw error;
  }
}
