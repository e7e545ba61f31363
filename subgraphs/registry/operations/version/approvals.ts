import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { LONGEST_WAIT_MS, checkWait } from '../../../../core/longest-wait.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import { nextState, type ApprovalAction } from '../../domain/version/approval.ts';
import { releasesIn } from '../../../../core/traffic/layers.ts';
import { versionEvent } from '../../domain/catalogue/asset-events.ts';
import { deploymentUrn, versionUrn } from '../../domain/ids.ts';
import { withMaker } from '../../domain/identity.ts';
import { isRevalidated } from '../../domain/governance/approvals-given.ts';
import { holds, requireGates, waiversOf, withWaivers } from '../../domain/governance/gates-hold.ts';
import { requireChecker } from '../../domain/maker-checker.ts';
import type { ApprovalStep, ModelVersion } from '../../domain/version/model-version.ts';
import { laneFor, thrownBy, type ModelJob } from '../../domain/version/model-job.ts';
import { ruleRefusal } from '../../domain/rule.ts';
import { tierPolicy } from '../../storage/governance/tier-policy.ts';
import { approvalStepsOf, insertApprovalStep } from '../../storage/version/approval-step.ts';
import { findDeployments } from '../../storage/serving/deployment.ts';
import { releasesOfVersions } from '../../storage/serving/release.ts';
import { findVersion, lockVersion, saveVersion } from '../../storage/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';
import {
  outcomeOfApproval,
  requireOwnApproval,
  requireSame,
  requireWaivable,
  type ApprovalTerms,
  type Outcome,
  type Standing,
} from './approval-terms.ts';
import { digestSetOf } from './digest-set.ts';
import { keepEvidence } from './evidence.ts';
import type { ModelJobTools } from './model-jobs.ts';
import { runGates } from './validation.ts';

/** Steps that need nothing but a reason. */
export type PlainApprovalAction = Exclude<ApprovalAction, 'VALIDATE' | 'APPROVE' | 'WAIVE'>;

/** How a validation stands. */
export interface Validated {
  readonly job: ModelJob;
  readonly version: ModelVersion;
}

interface StepInput extends ApprovalTerms, Pick<ApprovalStep, 'conditions' | 'gate' | 'report' | 'evidence'> {
  readonly action: ApprovalAction;
  readonly reason: string | null;
}

/** An approval, and what it asks for. */
export interface ApproveInput extends ApprovalTerms {
  readonly id: string;
  readonly reason: string | null;
  readonly conditions: readonly string[];
}

/** A gate that is to count as passed, for a while. */
export interface WaiveGateInput {
  readonly id: string;
  readonly gate: string;
  readonly reason: string;
  readonly expiresAt: Date;
}

/** What a validation looked at, and what came of it. */
interface Seen {
  readonly digestSet: string;
  readonly stays: boolean;
  /** Key of the job. */
  readonly job: string;
  readonly found: Pick<ModelVersion, 'proofs' | 'metrics' | 'evidence'>;
}

const PLAIN = {
  reason: null,
  report: [],
  environments: [],
  expiresAt: null,
  conditions: [],
  gate: null,
  evidence: null,
} as const;
const DAY_MS = 86_400_000;
const LONGEST_WAIVER_DAYS = 366;

/** The approval life: each step is one transaction, recorded with who took it and the digests that it speaks of. */
export class Approvals {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
    deps.modelJobs.perform('VALIDATION', (job, context, tools) => this.#carryOut(job, context, tools));
  }

  /** A step that needs nothing but a reason. */
  step(
    context: RequestContext,
    {
      id,
      action,
      reason,
    }: { readonly id: string; readonly action: PlainApprovalAction; readonly reason: string | null },
  ): Promise<Changed<ModelVersion>> {
    return this.#step(context, id, { ...PLAIN, action, reason });
  }

  /** One person's approval: the version is APPROVED once as many have approved as its tier asks for. */
  approve(context: RequestContext, { id, ...terms }: ApproveInput): Promise<Changed<ModelVersion>> {
    const { expiresAt } = terms;
    if (expiresAt !== null && expiresAt <= this.#deps.now()) {
      throw new DomainError('INVALID_INPUT', 'expiresAt: an approval expires in the future', { field: 'expiresAt' });
    }
    return this.#step(context, id, { ...PLAIN, action: 'APPROVE', ...terms });
  }

  /** Lets a gate that failed count as passed until a day, by a person who did not make the version. */
  waive(context: RequestContext, { id, ...waiver }: WaiveGateInput): Promise<Changed<ModelVersion>> {
    const { expiresAt } = waiver;
    const leftMs = expiresAt.getTime() - this.#deps.now().getTime();
    if (leftMs <= 0 || leftMs > LONGEST_WAIVER_DAYS * DAY_MS) {
      const message = `expiresAt: a waiver ends in the future, within ${LONGEST_WAIVER_DAYS} days`;
      throw new DomainError('INVALID_INPUT', message, { field: 'expiresAt' });
    }
    return this.#step(context, id, { ...PLAIN, action: 'WAIVE', ...waiver });
  }

  /**
   * Has the gates recomputed: the version becomes VALIDATED if all pass; else it stays, and the report says why. Waits up
   * to `waitMs` for the end, and throws what it failed with until then. A validation that goes on already is joined.
   */
  async validate(
    context: RequestContext,
    { id, waitMs = LONGEST_WAIT_MS }: { readonly id: string; readonly waitMs?: number },
  ): Promise<Validated> {
    checkWait(waitMs);
    const { db, modelJobs } = this.#deps;
    const key = versionUrn.parse(context.actor.project, id);
    const version = await findVersion(db.em(), key, 'id');
    nextState({ ...version, digestSet: digestSetOf(version) }, 'VALIDATE', context.actor);
    const job = await modelJobs.end(await this.#beginValidation(context, version), waitMs);
    if (job.error) throw thrownBy(job.error);
    return { job, version: await findVersion(db.em(), key, 'id') };
  }

  async #beginValidation(context: RequestContext, version: ModelVersion): Promise<ModelJob> {
    const { modelJobs } = this.#deps;
    const { model, number, sizeBytes } = version;
    const running = await modelJobs.newest('VALIDATION', version);
    if (running?.state === 'RUNNING') return running;
    // Its registration has shown how long it takes.
    const lane = (await modelJobs.newest('REGISTRATION', version))?.lane ?? laneFor(sizeBytes);
    return modelJobs.begin(context, { kind: 'VALIDATION', model, number, lane, input: {} });
  }

  async #carryOut(job: ModelJob, context: RequestContext, tools: ModelJobTools): Promise<void> {
    const { project, model, number } = job;
    if (number === null) throw new Error('a validation of no version');
    const em = this.#deps.db.em();
    const version = await findVersion(em, { project, model, number }, 'id');
    const { policy } = await tierPolicy(em, project, version.riskTier);
    const digestSet = digestSetOf(version);
    await tools.at('TRYING');
    const { report: found, proofs, evaluated, comparison } = await runGates(this.#deps, version, policy, tools);
    const waivers = waiversOf(await approvalStepsOf(em, version), digestSet, this.#deps.now());
    const report = withWaivers(found, waivers);
    await tools.at('STORING');
    const failed = report.find((gate) => !holds(gate));
    const reason = failed ? `the gate ${failed.gate} failed: ${failed.detail}` : null;
    const all = { version, digestSet, policy, report, proofs, evaluated, comparison };
    const evidence = await keepEvidence(this.#deps.blobs, all);
    const step: StepInput = { ...PLAIN, action: 'VALIDATE', reason, report, evidence };
    const metrics = evaluated?.metrics ?? [];
    const seen: Seen = { digestSet, stays: failed !== undefined, job: job.key, found: { proofs, metrics, evidence } };
    await this.#step(context, versionUrn.format(version), step, seen);
  }

  #step(context: RequestContext, id: string, step: StepInput, seen?: Seen): Promise<Changed<ModelVersion>> {
    const key = versionUrn.parse(context.actor.project, id);
    const action = `model-version.${step.action.toLowerCase().replaceAll('_', '-')}`;
    return change(this.#deps, context, { action, subject: versionUrn.format(key) }, async (em, at) => {
      const job = seen && (await this.#deps.modelJobs.claim(em, seen.job));
      const before = await lockVersion(em, key, 'id');
      const digestSet = digestSetOf(before);
      const standing: Standing = { version: before, steps: await approvalStepsOf(em, key), digestSet };
      if (step.action === 'APPROVE') {
        requireChecker({ action: step.action, noun: 'version', makers: before.makers }, context.actor);
        requireGates(standing.steps, digestSet, at, 'id');
      }
      const candidate = { ...before, digestSet, isRevalidated: isRevalidated(standing.steps) };
      const to = nextState(candidate, step.action, context.actor);
      if (seen && seen.digestSet !== digestSet) throw changedMeanwhile(versionUrn.format(key));
      if (step.action === 'RETIRE') await requireNoTraffic(em, before);
      const outcome = await outcomeOf(em, standing, { ...step, actor: context.actor }, at);
      const isPartOf = step.action === 'APPROVE' && !outcome.grants;
      const after: ModelVersion = {
        ...before,
        ...seen?.found,
        state: isPartOf || seen?.stays === true ? before.state : to,
        makers: step.action === 'SUBMIT' ? withMaker(before.makers, context.actor) : before.makers,
        revalidateBy: outcome.revalidateBy,
        revision: before.revision + 1,
      };
      await saveVersion(em, after);
      await insertApprovalStep(em, stepOf(context, before, after, { ...step, ...outcome }, digestSet, at));
      const finish = async (eventCursor: string | null): Promise<void> => {
        if (job) await this.#deps.modelJobs.succeed(em, job, { gates: step.report, eventCursor });
      };
      return { value: after, before, reason: step.reason, events: [versionEvent(after, at)], finish };
    });
  }
}

/** What a step comes to: an approval speaks of what was validated; a reinstated version keeps the terms that it had. */
async function outcomeOf(
  em: EntityManager,
  standing: Standing,
  step: StepInput & { readonly actor: RequestContext['actor'] },
  at: Date,
): Promise<Outcome> {
  const { version, steps, digestSet } = standing;
  const { environments, expiresAt, actor } = step;
  const kept: Outcome = { environments, expiresAt, grants: false, revalidateBy: version.revalidateBy };
  switch (step.action) {
    case 'APPROVE':
      return outcomeOfApproval(em, standing, { environments, expiresAt, actor }, at);
    case 'REINSTATE': {
      const had = requireSame(version, steps, ['APPROVE', 'REINSTATE'], digestSet);
      return { ...kept, environments: had.environments, expiresAt: had.expiresAt, grants: true };
    }
    case 'WITHDRAW_APPROVAL':
      requireOwnApproval(steps, digestSet, actor);
      return { ...kept, revalidateBy: null };
    case 'WAIVE':
      requireWaivable(steps, step.gate ?? '');
      return kept;
    case 'SUBMIT':
    case 'VALIDATE':
    case 'REJECT':
    case 'WITHDRAW':
    case 'SUSPEND':
    case 'RETIRE':
    case 'ARCHIVE':
    default:
      return kept;
  }
}

/** What serves is taken out of traffic first: a retired version is no target for a rollback either. */
async function requireNoTraffic(em: EntityManager, version: ModelVersion): Promise<void> {
  const releases = await releasesOfVersions(em, version.project, [versionUrn.format(version)]);
  const deployments = await findDeployments(em, releases);
  const serving = deployments.filter(({ traffic }) =>
    releases.some(({ digest }) => releasesIn(traffic.layers).includes(digest)),
  );
  if (serving.length === 0) return;
  throw ruleRefusal(
    'G10',
    `it takes traffic in ${serving.map((one) => deploymentUrn.format(one)).join(', ')}: move that first`,
    { field: 'id', deployments: serving.map((one) => deploymentUrn.format(one)) },
    'FAILED_PRECONDITION',
  );
}

const stepOf = (
  { actor }: RequestContext,
  before: ModelVersion,
  after: ModelVersion,
  { action, reason, report, environments, expiresAt, conditions, gate, grants, evidence }: StepInput & Outcome,
  digestSet: string,
  at: Date,
): Omit<ApprovalStep, 'id'> => ({
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
  conditions,
  gate,
  grants,
  report,
  evidence,
  at,
});

const changedMeanwhile = (id: string): DomainError =>
  new DomainError('CONFLICT', `id: ${id} changed while it was validated: validate it again`, { field: 'id' });
