import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { nextState, type ApprovalAction } from '../../domain/version/approval.ts';
import { releasesIn } from '../../domain/computed-role.ts';
import { versionEvent } from '../../domain/catalogue/asset-events.ts';
import { deploymentUrn, parseVersionId, versionUrn } from '../../domain/ids.ts';
import { withMaker } from '../../domain/identity.ts';
import type { Decision, GateResult, ModelVersion } from '../../domain/version/model-version.ts';
import { ruleRefusal } from '../../domain/rule.ts';
import { insertDecision, lastDecision } from '../../storage/version/decision.ts';
import { findDeployments } from '../../storage/serving/deployment.ts';
import { releasesOfVersions } from '../../storage/serving/release.ts';
import { findVersion, lockVersion, saveVersion } from '../../storage/version/model-version.ts';
import { change, record, requireProject, type Changed } from '../change.ts';
import type { RegistryDeps, Request } from '../deps.ts';
import { digestSetOf } from './digest-set.ts';
import { runGates } from './validation.ts';

/** How far an approval goes. */
export interface ApprovalTerms {
  /** Environments in which the version may serve; empty: all. */
  readonly environments: readonly string[];
  readonly expiresAt: Date | null;
}

interface Step extends ApprovalTerms {
  readonly action: ApprovalAction;
  readonly reason: string | null;
  readonly report: readonly GateResult[];
}

const PLAIN = { reason: null, report: [], environments: [], expiresAt: null } as const;

/** The approval life: each step is one transaction, recorded with who took it and the digests that it speaks of. */
export class Approvals {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /** A step that needs nothing but a reason. */
  take(
    request: Request,
    action: Exclude<ApprovalAction, 'VALIDATE' | 'APPROVE'>,
    id: string,
    reason: string | null,
  ): Promise<Changed<ModelVersion>> {
    return this.#step(request, id, { ...PLAIN, action, reason });
  }

  approve(
    request: Request,
    id: string,
    terms: ApprovalTerms & { readonly reason: string | null },
  ): Promise<Changed<ModelVersion>> {
    const { expiresAt } = terms;
    if (expiresAt !== null && expiresAt <= this.#deps.now()) {
      throw new DomainError('INVALID_INPUT', 'an approval expires in the future', { field: 'expiresAt' });
    }
    return this.#step(request, id, { ...PLAIN, action: 'APPROVE', ...terms });
  }

  /** Recomputes the gates. The version becomes VALIDATED if all pass; else it stays, and the report says why. */
  async validate(
    request: Request,
    id: string,
  ): Promise<Changed<ModelVersion> & { readonly report: readonly GateResult[] }> {
    const key = parseVersionId(id, 'id');
    requireProject(request, key.project, 'id');
    const version = await findVersion(this.#deps.db.em(), key, 'id');
    const digestSet = digestSetOf(version);
    nextState({ ...version, digestSet }, 'VALIDATE', request.actor);
    const report = await runGates(this.#deps, version);
    const failed = report.find(({ passed }) => !passed);
    const reason = failed ? `the gate ${failed.gate} failed: ${failed.detail}` : null;
    const step: Step = { ...PLAIN, action: 'VALIDATE', reason, report };
    return { ...(await this.#step(request, id, step, { digestSet, stays: failed !== undefined })), report };
  }

  #step(
    request: Request,
    id: string,
    step: Step,
    seen?: { readonly digestSet: string; readonly stays: boolean },
  ): Promise<Changed<ModelVersion>> {
    const key = parseVersionId(id, 'id');
    requireProject(request, key.project, 'id');
    const action = `model-version.${step.action.toLowerCase()}`;
    return change(this.#deps, request, { action, subject: id }, async (em) => {
      const before = await lockVersion(em, key, 'id');
      const digestSet = digestSetOf(before);
      const to = nextState({ ...before, digestSet }, step.action, request.actor);
      if (seen && seen.digestSet !== digestSet) throw changedMeanwhile(id);
      if (step.action === 'RETIRE') await requireNoTraffic(em, before, id);
      const terms = await termsOf(em, before, step, digestSet);
      const makers = step.action === 'SUBMIT' ? withMaker(before.makers, request.actor) : before.makers;
      const state = seen?.stays === true ? before.state : to;
      const after: ModelVersion = { ...before, state, makers, revision: before.revision + 1 };
      const at = this.#deps.now();
      await saveVersion(em, after);
      await insertDecision(em, decisionOf(request, before, after, { ...step, ...terms }, digestSet, at));
      const recorded = { action, subject: versionUrn(after), at, before, after, reason: step.reason };
      return { value: after, eventCursor: await record(em, request, recorded, [versionEvent(after, at)]) };
    });
  }
}

/** An approval speaks of what was validated; a reinstated version keeps the terms that it had. */
async function termsOf(
  em: EntityManager,
  version: ModelVersion,
  step: Step,
  digestSet: string,
): Promise<ApprovalTerms> {
  if (step.action === 'APPROVE') await requireSame(em, version, ['VALIDATE'], digestSet);
  if (step.action !== 'REINSTATE') return step;
  const { environments, expiresAt } = await requireSame(em, version, ['APPROVE', 'REINSTATE'], digestSet);
  return { environments, expiresAt };
}

async function requireSame(
  em: EntityManager,
  version: ModelVersion,
  actions: readonly ApprovalAction[],
  digestSet: string,
): Promise<Decision> {
  const earlier = await lastDecision(em, version, actions);
  if (earlier?.digestSet === digestSet) return earlier;
  throw ruleRefusal(
    'G3',
    'what it is made of changed since it was checked: register it as a new version',
    { field: 'id', state: version.state },
    'FAILED_PRECONDITION',
  );
}

/** What serves is taken out of traffic first: a retired version is no target for a rollback either. */
async function requireNoTraffic(em: EntityManager, { project }: ModelVersion, id: string): Promise<void> {
  const releases = await releasesOfVersions(em, project, [id]);
  const deployments = await findDeployments(em, releases);
  const serving = deployments.filter(({ traffic }) =>
    releases.some(({ digest }) => releasesIn(traffic.layers).includes(digest)),
  );
  if (serving.length === 0) return;
  throw ruleRefusal(
    'G10',
    `it takes traffic in ${serving.map(deploymentUrn).join(', ')}: move that first`,
    { field: 'id', deployments: serving.map(deploymentUrn) },
    'FAILED_PRECONDITION',
  );
}

const decisionOf = (
  { actor }: Request,
  before: ModelVersion,
  after: ModelVersion,
  { action, reason, report, environments, expiresAt }: Step,
  digestSet: string,
  at: Date,
): Omit<Decision, 'id'> => ({
  project: after.project,
  model: after.model,
  number: after.number,
  action,
  from: before.state,
  to: after.state,
  actor: actor.subject,
  onBehalfOf: actor.onBehalfOf ?? null,
  roles: actor.roles,
  reason,
  digestSet,
  environments,
  expiresAt,
  report,
  at,
});

const changedMeanwhile = (id: string): DomainError =>
  new DomainError('CONFLICT', `${id} changed while it was validated: validate it again`, { field: 'id' });
