import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { Name } from '../../../../schema/common.ts';
import { validated } from '../../../../schema/validated.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { deploymentUrn, parsedId, responsePolicyUrn } from '../../domain/ids.ts';
import { requireMayDefine } from './bounds.ts';
import type { Level } from '../../domain/response/definition.ts';
import type { ResponsePolicy } from '../../domain/response/policy.ts';
import { policyEvent } from '../../domain/response/response-event.ts';
import { sourcePlan } from '../../domain/response/preset.ts';
import { deletePolicy, findPolicies, listPolicies, lockPolicy, updatePolicy } from '../../storage/response/policy.ts';
import { byId } from '../by-id.ts';
import type { MonitoringDeps } from '../deps.ts';
import {
  describedPolicy,
  keepNewPolicy,
  knownDefinition,
  newPolicy,
  revisedPolicy,
  type NewPolicyInput,
} from './policy-input.ts';

export interface RevisePolicyInput {
  readonly policy: string;
  readonly expectedRevision: number;
  readonly description?: string | null | undefined;
  readonly definition: unknown;
}

export interface PausePolicyInput {
  readonly policy: string;
  readonly reason: string;
}

export interface ImportPresetInput {
  readonly deployment: string;
  readonly model: string;
  readonly receivers: readonly string[];
  readonly trainer?: string | null | undefined;
  readonly level: Level;
}

const Reasoned = z.object({ reason: z.string().trim().min(1).max(2_000) });
const Preset = z.object({
  model: Name,
  receivers: z.array(Name).max(20),
  trainer: Name.nullish(),
});

/** Policies that say what is done about trouble. */
export class ResponsePolicies {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async create(context: RequestContext, input: NewPolicyInput): Promise<Changed<ResponsePolicy>> {
    const { project } = context.actor;
    const { name, description } = describedPolicy(input);
    const definition = await knownDefinition(this.#deps, project, input.definition);
    const subject = responsePolicyUrn.format({ project, name });
    return change(this.#deps, context, { action: 'response-policy.create', subject }, async (em, at) => {
      requireMayDefine(definition, context.actor);
      const policy = newPolicy({ name, description: description ?? '', definition }, context.actor, at);
      const value = await keepNewPolicy(em, policy);
      return { value, events: [policyEvent(value, at)] };
    });
  }

  /** A new revision acts on behalf of who said it; runs that are under way go on by the one that they began with. */
  async revise(context: RequestContext, input: RevisePolicyInput): Promise<Changed<ResponsePolicy>> {
    const { project } = context.actor;
    const definition = await knownDefinition(this.#deps, project, input.definition);
    return this.#change(context, 'revise', input.policy, async (before, em, at) => {
      requireMayDefine(definition, context.actor);
      if (before.revision !== input.expectedRevision) {
        throw new DomainError(
          'CONFLICT',
          `expectedRevision: the policy is at revision ${before.revision}, not ${input.expectedRevision}; read it again`,
          { field: 'expectedRevision', revision: before.revision },
        );
      }
      const { description } = describedPolicy({ name: before.name, description: input.description });
      const text = { description: description ?? before.description, definition };
      return updatePolicy(em, revisedPolicy(before, text, context.actor, at));
    });
  }

  pause(context: RequestContext, input: PausePolicyInput): Promise<Changed<ResponsePolicy>> {
    const { reason } = validated(Reasoned, input);
    return this.#change(context, 'pause', input.policy, (before, em, at) =>
      updatePolicy(em, { ...before, paused: { at: at.toISOString(), by: context.actor.subject, reason } }),
    );
  }

  /** Closes an open breaker too: who resumes it must be able to set it. */
  resume(context: RequestContext, id: string): Promise<Changed<ResponsePolicy>> {
    return this.#change(context, 'resume', id, async (before, em) => {
      requireMayDefine(before.definition, context.actor);
      return updatePolicy(em, { ...before, paused: null });
    });
  }

  /** Its runs stay; those that are under way go on. */
  delete(context: RequestContext, id: string): Promise<Changed<ResponsePolicy>> {
    return this.#change(context, 'delete', id, (before, em, at) => deletePolicy(em, before, at));
  }

  /** Makes the policies of the usual plan that are not there. */
  async importPreset(context: RequestContext, input: ImportPresetInput): Promise<readonly ResponsePolicy[]> {
    const { project } = context.actor;
    const { model, receivers, trainer } = validated(Preset, input);
    const plan = sourcePlan({
      deployment: input.deployment,
      model,
      receivers,
      trainer: trainer ?? null,
      level: input.level,
    });
    const names = plan.map(({ name }) => name);
    const known = new Set((await findPolicies(this.#deps.db.pool, project, names)).map(({ name }) => name));
    for (const policy of plan) if (!known.has(policy.name)) await this.create(context, policy);
    const found = await findPolicies(this.#deps.db.pool, project, names);
    return names.flatMap((name) => found.find((one) => one.name === name) ?? []);
  }

  list(
    { actor: { project } }: RequestContext,
    deployment: string | null | undefined,
    page: PageRequest,
  ): Promise<readonly ResponsePolicy[]> {
    const about = parsedId(deploymentUrn, project, deployment, 'deployment');
    return listPolicies(this.#deps.db.pool, { project, deployment: about }, page);
  }

  byId(context: RequestContext, ids: readonly string[]): Promise<(ResponsePolicy | null)[]> {
    return byId(context, responsePolicyUrn, ids, (keys) =>
      findPolicies(
        this.#deps.db.pool,
        context.actor.project,
        keys.map(({ name }) => name),
      ),
    );
  }

  #change(
    context: RequestContext,
    verb: string,
    id: string,
    decide: (before: ResponsePolicy, em: EntityManager, at: Date) => Promise<ResponsePolicy>,
  ): Promise<Changed<ResponsePolicy>> {
    const { project, name } = responsePolicyUrn.parse(context.actor.project, id, 'policy');
    const subject = responsePolicyUrn.format({ project, name });
    return change(this.#deps, context, { action: `response-policy.${verb}`, subject }, async (em, at) => {
      const before = await lockPolicy(em, project, name);
      if (!before) throw new DomainError('NOT_FOUND', `policy: there is no ${subject}`, { field: 'policy' });
      const value = await decide(before, em, at);
      const isDeleted = verb === 'delete';
      const events = [policyEvent(value, at, isDeleted)];
      return { value, before, after: isDeleted ? null : value, reason: value.paused?.reason, events };
    });
  }
}
