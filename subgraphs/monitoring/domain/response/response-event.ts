import type { AssetEventInput, ResponsePolicySnapshot, ResponseRunSnapshot } from '../../../../schema/event.ts';
import { incidentUrn, responsePolicyUrn, responseRunUrn } from '../ids.ts';
import type { ResponsePolicy } from './policy.ts';
import { actionText, expiryOf, type ResponseRun } from './run.ts';

const stateOf = ({ paused }: ResponsePolicy): ResponsePolicySnapshot['state'] =>
  paused === null ? 'IN_FORCE' : paused.by === null ? 'BREAKER_OPEN' : 'PAUSED';

/** A policy as others follow it. */
export function policyEvent(policy: ResponsePolicy, at: Date, deleted = false): AssetEventInput {
  const { project, name, description, definition, changes, changedBy, paused } = policy;
  const { deployment, level, action } = definition;
  const data: ResponsePolicySnapshot = {
    deployment,
    level,
    action: action.kind,
    state: stateOf(policy),
    reason: paused?.reason ?? null,
    author: changedBy,
  };
  return {
    urn: responsePolicyUrn.format(policy),
    kind: 'response-policy',
    project,
    revision: changes,
    at: at.toISOString(),
    deleted,
    asset: { name, description, upstream: [{ urn: deployment, relation: 'WATCHES' }] },
    data,
  };
}

/** A run as others follow it, with what it went through last. */
export function runEvent(run: ResponseRun, lastStep: string, at: Date): AssetEventInput {
  const { project, id, definition, revision, startedAt, endedAt } = run;
  const { deployment, level, action } = definition;
  const policy = responsePolicyUrn.format({ project, name: run.policy });
  const incident = run.incident === null ? null : incidentUrn.format({ project, name: run.incident });
  const data: ResponseRunSnapshot = {
    policy,
    policyRevision: run.policyRevision,
    incident,
    deployment,
    level,
    action: action.kind,
    state: run.state,
    stage: run.stage,
    author: run.author,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    expiresAt: expiryOf(run)?.toISOString() ?? null,
    modelVersion: run.modelVersion,
    release: run.release,
    shadow: run.shadow,
    rollout: run.rollout,
    lastStep,
  };
  return {
    urn: responseRunUrn.format({ project, name: id }),
    kind: 'response-run',
    project,
    revision,
    at: at.toISOString(),
    asset: {
      name: run.policy,
      description: actionText(action, deployment),
      // What it made says so itself: a version that came of a run is no child of the deployment that is in trouble.
      upstream: [
        ...(incident === null ? [] : [{ urn: incident, relation: 'DERIVED_FROM' as const }]),
        { urn: policy, relation: 'DERIVED_FROM' },
        { urn: deployment, relation: 'WATCHES' },
      ],
    },
    data,
  };
}
