import { DomainError } from '../../../../core/errors.ts';
import type { Definition } from '../../../shared/definitions/definition.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { deploymentEvent, endpointEvent } from '../../domain/catalogue/asset-events.ts';
import { deploymentUrn, endpointUrn } from '../../domain/ids.ts';
import { deploymentAsInput, endpointAsInput } from '../../domain/serving/as-input.ts';
import type { Deployment, Endpoint } from '../../domain/serving/deployment.ts';
import { readNewDeployment, readNewEndpoint } from '../../domain/serving/endpoint-input.ts';
import { NO_TRAFFIC } from '../../domain/serving/traffic.ts';
import { findDeployments, insertDeployment } from '../../storage/serving/deployment.ts';
import { findEndpoint, insertEndpoint, saveEndpoint } from '../../storage/serving/endpoint.ts';

/** An endpoint as it shall be: its description, owner and tags change in place. */
export function endpointDefinition({ actor }: RequestContext, input: unknown): Definition<Endpoint> {
  const { name, ...labels } = readNewEndpoint(input);
  const { project } = actor;
  return {
    action: 'endpoint.define',
    subject: endpointUrn.format({ project, name }),
    idOf: (noun) => endpointUrn.format(noun),
    asInput: endpointAsInput,
    decide: async (em, at) => {
      const before = (await findEndpoint(em, project, name)) ?? null;
      const made = { revision: 0, createdAt: at, createdBy: actor.subject };
      const after = { project, name, ...made, ...before, ...labels };
      return { before, after: { ...after, revision: after.revision + 1 } };
    },
    save: async (em, { before, after }, at) => {
      await (before ? saveEndpoint(em, after) : insertEndpoint(em, after));
      return [endpointEvent(after, at)];
    },
  };
}

/** A deployment as it shall be. What is there was settled when it was made: another setting is refused. */
export function deploymentDefinition({ actor }: RequestContext, input: unknown): Definition<Deployment> {
  const { endpoint: named, ...settings } = readNewDeployment(input);
  const { project } = actor;
  const { name: endpoint } = endpointUrn.parse(project, named, 'endpoint');
  const key = { project, endpoint, environment: settings.environment };
  return {
    action: 'deployment.define',
    subject: deploymentUrn.format(key),
    idOf: (noun) => deploymentUrn.format(noun),
    asInput: deploymentAsInput,
    decide: async (em, at) => {
      if (!(await findEndpoint(em, project, endpoint))) {
        const message = `endpoint: there is no endpoint "${endpoint}": define it with the deployment, or before`;
        throw new DomainError('NOT_FOUND', message, { field: 'endpoint' });
      }
      const [before = null] = await findDeployments(em, [key]);
      if (before) checkSettled(before, settings);
      const made = { revision: 1, traffic: NO_TRAFFIC, createdAt: at, createdBy: actor.subject };
      return { before, after: before ?? { ...key, ...settings, ...made } };
    },
    save: async (em, { after }, at) => {
      await insertDeployment(em, after);
      return [deploymentEvent(after, [], at)];
    },
  };
}

const SETTLED = ['audiences', 'refuseAfterMs', 'requiresApproval'] as const;

function checkSettled(before: Deployment, asked: Pick<Deployment, (typeof SETTLED)[number]>): void {
  const other = SETTLED.find((name) => JSON.stringify(before[name]) !== JSON.stringify(asked[name]));
  if (other === undefined) return;
  const [is, wanted] = [JSON.stringify(before[other]), JSON.stringify(asked[other])];
  throw new DomainError('CONFLICT', `${other}: is ${is} since the deployment was made, and stays so; not ${wanted}`, {
    field: other,
    allowed: before[other],
  });
}
