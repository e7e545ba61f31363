import { DomainError } from '../../../../core/errors.ts';
import { MUTATIONS } from '../../../../schema/mutations.ts';
import { isAllowed, type AccessRule } from '../../../shared/auth/actor.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { parseUrn } from '../../../../core/urn.ts';
import { releaseUrn, versionUrn } from '../../domain/ids.ts';
import { isRevalidated } from '../../domain/governance/approvals-given.ts';
import { requireChecker } from '../../domain/maker-checker.ts';
import { permitted, readActions, refused, type Action, type Permission } from '../../domain/people/permission.ts';
import { nextState, type ApprovalAction } from '../../domain/version/approval.ts';
import { requireWaiting } from '../../domain/serving/release-approval.ts';
import { findReleases } from '../../storage/serving/release.ts';
import { makersOfRecipe } from '../../storage/serving/release-approval.ts';
import { approvalStepsOf } from '../../storage/version/approval-step.ts';
import { findVersion } from '../../storage/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';
import { standingsOf } from '../serving/release-approvals.ts';
import { digestSetOf } from '../version/digest-set.ts';

export interface PermissionsInput {
  readonly actions: readonly string[];
  /** What would be changed; null for a question of roles alone. */
  readonly subject: string | null;
}

/** Throws the refusal that the action would meet. */
type Try = (context: RequestContext, action: Action) => void;

/** Steps of the approval life, by the mutation that takes them. */
const STEPS: Partial<Record<Action, ApprovalAction>> = {
  submitModelVersion: 'SUBMIT',
  validateModelVersion: 'VALIDATE',
  approveModelVersion: 'APPROVE',
  rejectModelVersion: 'REJECT',
  withdrawModelVersion: 'WITHDRAW',
  suspendModelVersion: 'SUSPEND',
  reinstateModelVersion: 'REINSTATE',
  retireModelVersion: 'RETIRE',
  archiveModelVersion: 'ARCHIVE',
  waiveGate: 'WAIVE',
  withdrawApproval: 'WITHDRAW_APPROVAL',
};

/** What a person with the role approver decides in another subgraph, whoever may try; who made it is known there alone. */
const DECIDED_ELSEWHERE: Partial<Record<Action, string>> = { approveResponseRun: 'response policy' };

const DECISIONS: Partial<Record<Action, string>> = { approveRelease: 'APPROVE', rejectRelease: 'REJECT' };

/** Who may do what, told before it is tried: by the very rules that would refuse it. */
export class Permissions {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  async of(context: RequestContext, { actions: names, subject }: PermissionsInput): Promise<readonly Permission[]> {
    const actions = readActions(names);
    const tryOut = subject === null ? undefined : await this.#rulesOf(context, subject);
    return actions.map((action) => {
      try {
        requireAccess(context, action);
        const noun = DECIDED_ELSEWHERE[action];
        if (noun !== undefined) requireChecker({ action, noun, makers: [] }, context.actor);
        tryOut?.(context, action);
        return permitted(action);
      } catch (error) {
        if (error instanceof DomainError) return refused(action, error);
        throw error;
      }
    });
  }

  /** What the subject itself has to say; nothing where its kind has no rules of its own. */
  async #rulesOf({ actor: { project } }: RequestContext, subject: string): Promise<Try | undefined> {
    const { kind } = parseUrn(subject);
    const em = this.#deps.db.em();
    if (kind === 'model-version') {
      const version = await findVersion(em, versionUrn.parse(project, subject, 'subject'), 'subject');
      const steps = await approvalStepsOf(em, version);
      const candidate = { ...version, digestSet: digestSetOf(version), isRevalidated: isRevalidated(steps) };
      return ({ actor }, action) => {
        const step = STEPS[action];
        if (step) nextState(candidate, step, actor);
      };
    }
    if (kind !== 'release') return undefined;
    const [release] = await findReleases(em, [releaseUrn.parse(project, subject, 'subject')]);
    if (!release) throw new DomainError('NOT_FOUND', `subject: there is no release ${subject}`, { field: 'subject' });
    const makers = await makersOfRecipe(em, release);
    const [standing] = await standingsOf(em, [release]);
    return ({ actor }, action) => {
      const decision = DECISIONS[action];
      if (!decision) return;
      requireChecker({ action: decision, noun: 'recipe', makers }, actor);
      if (standing) requireWaiting(release, standing);
    };
  }
}

function requireAccess({ actor }: RequestContext, action: Action): void {
  const rule: AccessRule = MUTATIONS[action];
  if (isAllowed(actor, rule)) return;
  const allowed = [...(rule.role ? [`role ${rule.role}`] : []), ...(rule.scope ? [`scope ${rule.scope}`] : [])];
  throw new DomainError('FORBIDDEN', `${action} takes ${allowed.join(' or ')}`, { allowed });
}
