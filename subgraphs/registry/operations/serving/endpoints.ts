import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { DomainError } from '../../../../core/errors.ts';
import { deploymentEvent, endpointEvent } from '../../domain/catalogue/asset-events.ts';
import type { Deployment, Endpoint } from '../../domain/serving/deployment.ts';
import { deploymentUrn, endpointUrn } from '../../domain/ids.ts';
import { readNewDeployment, readNewEndpoint } from '../../domain/serving/endpoint-input.ts';
import { NO_TRAFFIC } from '../../domain/serving/traffic.ts';
import { insertDeployment } from '../../storage/serving/deployment.ts';
import { findEndpoint, insertEndpoint } from '../../storage/serving/endpoint.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { RegistryDeps } from '../deps.ts';

/** Endpoints and their deployments: the names under which releases serve. */
export class Endpoints {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  create(context: RequestContext, input: unknown): Promise<Changed<Endpoint>> {
    const { name, description, owner, tags } = readNewEndpoint(input);
    const { project, subject: createdBy } = context.actor;
    const subject = endpointUrn.format({ project, name });
    return unlessExists(`name: there is an endpoint "${name}" already`, 'name', () =>
      change(this.#deps, context, { action: 'endpoint.create', subject }, async (em, at) => {
        const endpoint: Endpoint = { project, name, description, owner, tags, revision: 1, createdAt: at, createdBy };
        await insertEndpoint(em, endpoint);
        return { value: endpoint, events: [endpointEvent(endpoint, at)] };
      }),
    );
  }

  createDeployment(context: RequestContext, input: unknown): Promise<Changed<Deployment>> {
    const { project, subject: createdBy } = context.actor;
    const { environment, audiences, refuseAfterMs, requiresApproval, ...named } = readNewDeployment(input);
    const { name: endpoint } = endpointUrn.parse(project, named.endpoint, 'endpoint');
    const key = { project, endpoint, environment };
    const subject = deploymentUrn.format(key);
    return unlessExists(`environment: there is a deployment ${subject} already`, 'environment', () =>
      change(this.#deps, context, { action: 'deployment.create', subject }, async (em, at) => {
        if (!(await findEndpoint(em, project, endpoint))) {
          throw new DomainError(
            'NOT_FOUND',
            `endpoint: there is no endpoint "${endpoint}": make it with createEndpoint`,
            {
              field: 'endpoint',
            },
          );
        }
        const deployment: Deployment = {
          ...key,
          audiences,
          refuseAfterMs,
          requiresApproval,
          revision: 1,
          traffic: NO_TRAFFIC,
          createdAt: at,
          createdBy,
        };
        await insertDeployment(em, deployment);
        return { value: deployment, events: [deploymentEvent(deployment, [], at)] };
      }),
    );
  }
}

async function unlessExists<Result>(message: string, field: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new DomainError('CONFLICT', message, { field });
    throw error;
  }
}
