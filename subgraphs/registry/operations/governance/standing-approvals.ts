import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { urnIn } from '../../../../core/urn-grammar.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { requireReason } from '../../domain/governance/break-glass.ts';
import { checkStanding, requireWithin, type StandingApproval } from '../../domain/governance/standing-approval.ts';
import { versionEvent } from '../../domain/catalogue/asset-events.ts';
import { featureServiceUrn, modelUrn, versionUrn } from '../../domain/ids.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { requireChecker } from '../../domain/maker-checker.ts';
import { ruleRefusal } from '../../domain/rule.ts';
import {
  insertStanding,
  listStandings,
  lockStanding,
  saveStanding,
} from '../../storage/governance/standing-approval.ts';
import { tierPolicy } from '../../storage/governance/tier-policy.ts';
import { approvalStepsOf, insertApprovalStep } from '../../storage/version/approval-step.ts';
import { lockVersion, saveVersion } from '../../storage/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';
import { requireSame, revalidateBy } from '../version/approval-terms.ts';
import { digestSetOf } from '../version/digest-set.ts';

export interface ProposeStandingApprovalInput {
  readonly model: string;
  readonly codeCommit: string;
  readonly featureService: string | null;
  readonly environments: readonly string[];
  readonly runs: number;
  readonly expiresAt: Date;
  readonly reason: string;
}

export interface StandingApprovalStepInput {
  readonly id: number;
  readonly reason: string;
}

/** Approvals of versions to come, by two people, within bounds. */
export class StandingApprovals {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>) {
    this.#deps = deps;
  }

  list({ actor }: RequestContext, page: PageRequest): Promise<readonly StandingApproval[]> {
    return listStandings(this.#deps.db.em(), actor.project, page);
  }

  /** The first person's half. */
  async propose(context: RequestContext, input: ProposeStandingApprovalInput): Promise<StandingApproval> {
    const { actor } = context;
    const { project } = actor;
    checkStanding(input, this.#deps.now());
    requireReason(input.reason);
    const { name } = modelUrn.parse(project, input.model, 'model');
    const { featureService } = input;
    const about = { action: 'standing-approval.propose', subject: modelUrn.format({ project, name }) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      requireChecker({ action: 'PROPOSE', noun: 'standing approval', makers: [] }, actor);
      const proposed = await insertStanding(em, {
        ...input,
        project,
        model: name,
        featureService: featureService && urnIn(featureServiceUrn, project, featureService, 'featureService'),
        used: 0,
        proposedBy: actor.subject,
        proposedAt: at,
        confirmedBy: null,
        endedBy: null,
      });
      return { value: proposed, reason: input.reason, events: [] };
    });
    return value;
  }

  /** The second person's half: from here on it lets versions through. */
  confirm(context: RequestContext, input: StandingApprovalStepInput): Promise<StandingApproval> {
    return this.#step(context, 'confirm', input, (before, subject) => {
      if (before.endedBy !== null) throw over(`it was ended by ${before.endedBy}`);
      if (before.confirmedBy !== null) throw over(`it was confirmed by ${before.confirmedBy}`);
      if (before.proposedBy === subject) {
        throw ruleRefusal('G18', `id: it takes somebody other than ${subject}, who proposed it`, { field: 'id' });
      }
      return { ...before, confirmedBy: subject };
    });
  }

  /** Any approver ends it, at once. */
  end(context: RequestContext, input: StandingApprovalStepInput): Promise<StandingApproval> {
    return this.#step(context, 'end', input, (before, subject) => {
      if (before.endedBy !== null) throw over(`it was ended by ${before.endedBy}`);
      return { ...before, endedBy: subject };
    });
  }

  /** Approves a validated version by it, for machines too. Throws FAILED_PRECONDITION (G18) outside its bounds. */
  approve(
    context: RequestContext,
    { id, standing: number }: { readonly id: string; readonly standing: number },
  ): Promise<Changed<ModelVersion>> {
    const { actor } = context;
    const key = versionUrn.parse(actor.project, id);
    const about = { action: 'model-version.approve-by-standing', subject: versionUrn.format(key) };
    return change(this.#deps, context, about, async (em, at) => {
      const before = await lockVersion(em, key, 'id');
      if (before.state !== 'VALIDATED') {
        const message = `id: a standing approval takes a version that is VALIDATED; this one is ${before.state}`;
        throw new DomainError('INVALID_TRANSITION', message, { field: 'id', state: before.state });
      }
      const digestSet = digestSetOf(before);
      const validation = requireSame(before, await approvalStepsOf(em, key), ['VALIDATE'], digestSet);
      const standing = await standingOf(em, actor.project, number, 'standing');
      requireWithin(standing, before, validation.report, at);
      await saveStanding(em, { ...standing, used: standing.used + 1 });
      const { policy } = await tierPolicy(em, before.project, before.riskTier);
      const after: ModelVersion = {
        ...before,
        state: 'APPROVED',
        revalidateBy: revalidateBy(policy, at),
        revision: before.revision + 1,
      };
      await saveVersion(em, after);
      const reason = `standing approval ${number} of ${standing.proposedBy} and ${standing.confirmedBy}: ${standing.reason}`;
      await insertApprovalStep(em, {
        project: after.project,
        model: after.model,
        number: after.number,
        action: 'APPROVE',
        from: before.state,
        to: after.state,
        actor: actor.subject,
        onBehalfOf: actor.onBehalfOf ?? null,
        roles: actor.roles,
        reason,
        digestSet,
        environments: standing.environments,
        expiresAt: null,
        conditions: [],
        gate: null,
        grants: true,
        report: [],
        evidence: null,
        at,
      });
      return { value: after, before, reason, events: [versionEvent(after, at)] };
    });
  }

  async #step(
    context: RequestContext,
    step: 'confirm' | 'end',
    { id, reason }: StandingApprovalStepInput,
    decide: (before: StandingApproval, subject: string) => StandingApproval,
  ): Promise<StandingApproval> {
    requireReason(reason);
    const { actor } = context;
    const { model: name } = await this.#deps.db.transaction((em) => standingOf(em, actor.project, id, 'id'));
    const about = { action: `standing-approval.${step}`, subject: modelUrn.format({ project: actor.project, name }) };
    const { value } = await change(this.#deps, context, about, async (em) => {
      const before = await standingOf(em, actor.project, id, 'id');
      requireChecker({ action: step.toUpperCase(), noun: 'standing approval', makers: [] }, actor);
      const after = decide(before, actor.subject);
      await saveStanding(em, after);
      return { value: after, before, reason, events: [] };
    });
    return value;
  }
}

/** Holds it until the transaction ends. Throws NOT_FOUND. */
export async function standingOf(
  em: EntityManager,
  project: string,
  id: number,
  field: string,
): Promise<StandingApproval> {
  const found = await lockStanding(em, project, id);
  if (found) return found;
  throw new DomainError('NOT_FOUND', `${field}: there is no standing approval ${id}`, { field });
}

const over = (why: string): DomainError => new DomainError('INVALID_TRANSITION', `id: ${why} already`, { field: 'id' });
