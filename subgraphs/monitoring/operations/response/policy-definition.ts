import { within } from '../../../shared/definitions/apply.ts';
import { isSame, type Definition } from '../../../shared/definitions/definition.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { responsePolicyUrn } from '../../domain/ids.ts';
import { policyAsInput } from '../../domain/response/policy-as-input.ts';
import type { ResponsePolicy } from '../../domain/response/policy.ts';
import { policyEvent } from '../../domain/response/response-event.ts';
import { lockPolicy, updatePolicy } from '../../storage/response/policy.ts';
import type { MonitoringDeps } from '../deps.ts';
import { requireMayDefine } from './bounds.ts';
import {
  describedPolicy,
  keepNewPolicy,
  knownDefinition,
  newPolicy,
  revisedPolicy,
  type NewPolicyInput,
} from './policy-input.ts';

/**
 * A policy as it shall be. Another definition is its next revision, on behalf of who gives it; who gives the one that
 * stands changes nothing and needs no right to it.
 */
export async function policyDefinition(
  deps: MonitoringDeps,
  { actor }: RequestContext,
  input: NewPolicyInput,
): Promise<Definition<ResponsePolicy>> {
  const { project } = actor;
  const { name, description } = describedPolicy(input);
  const definition = await within('definition', () => knownDefinition(deps, project, input.definition));
  const asked = { name, description: description ?? '', definition };
  return {
    action: 'response-policy.define',
    subject: responsePolicyUrn.format({ project, name }),
    idOf: (policy) => responsePolicyUrn.format(policy),
    asInput: policyAsInput,
    decide: async (em, at) => {
      const before = await lockPolicy(em, project, name);
      if (before && isSame(policyAsInput(before), policyAsInput(asked))) return { before, after: before };
      requireMayDefine(definition, actor);
      return { before, after: before ? revisedPolicy(before, asked, actor, at) : newPolicy(asked, actor, at) };
    },
    save: async (em, { before, after }, at) => {
      const kept = before ? await updatePolicy(em, after) : await keepNewPolicy(em, after);
      return [policyEvent(kept, at)];
    },
  };
}
