import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { LONGEST_WAIT_MS, checkWait } from '../../../../core/longest-wait.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import { nextState, requireEvaluation, type ApprovalAction } from '../../domain/version/approval.ts';
import { releasesIn } from '../../../../core/traffic/layers.ts';
import { versionEvent } from '../../domain/catalogue/asset-events.ts';
import { deploymentUrn, versionUrn } from '../../domain/ids.ts';
import { withMaker } from '../../domain/identity.ts';
import type { ApprovalStep, GateResult, ModelVersion } from '../../domain/version/model-version.ts';
import { laneFor, thrownBy, type ModelJob } from '../../domain/version/model-job.ts';
import { ruleRefusal } from '../../domain/rule.ts';
import { insertApprovalStep, lastApprovalStep } from '../../storage/version/approval-step.ts';
import { findDeployments } from '../../storage/serving/deployment.ts';
import { releasesOfVersions } from '../../storage/serving/release.ts';
import { findVersion, lockVersion, saveVersion } from '../../storage/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';
import { digestSetOf } from './digest-set.ts';
import type { ModelJobTools } from './model-jobs.ts';
import { runGates } from './validation.ts';

/** How far an approval goes. */
export interface ApprovalTerms {
  /** Environments in which the version may serve; empty: all. */
  readonly environments: readonly string[];
  readonly expiresAt: Date | null;
}

/** Steps that need nothing but a reason. */
export type PlainApprovalAction = Exclude<ApprovalAction, 'VALIDATE' | 'APPROVE'>;

/** How a validation stands. */
export interface Validated {
  readonly job: ModelJob;
  readonly version: ModelVersion;
}

interface StepInput extends ApprovalTerms {
  readonly action: ApprovalAction;
  readonly reason: string | null;
  readonly report: readonly GateResult[];
}

/** What a validation looked at, and what came of it. */
interface Seen {
  readonly digestSet: string;
  readonly stays: boolean;
  /** Key of the job. */
  readonly job: string;
  readonly proofs: ModelVersion['proofs'];
}

const PLAIN = { reason: null, report: [], environments: [], expiresAt: null } as const;

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

  approve(
    context: RequestContext,
    { id, ...terms }: ApprovalTerms & { readonly id: string; readonly reason: string | null },
  ): Promise<Changed<ModelVersion>> {
    const { expiresAt } = terms;
    if (expiresAt !== null && expiresAt <= this.#deps.now()) {
      throw new DomainError('INVALID_INPUT', 'expiresAt: an approval expires in the future', { field: 'expiresAt' });
    }
    return this.#step(context, id, { ...PLAIN, action: 'APPROVE', ...terms });
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
    const version = await findVersion(this.#deps.db.em(), { project, model, number }, 'id');
    const digestSet = digestSetOf(version);
    await tools.at('TRYING');
    const { report, proofs } = await runGates(this.#deps, version, tools);
    await tools.at('STORING');
    const failed = report.find(({ passed }) => !passed);
    const reason = failed ? `the gate ${failed.gate} failed: ${failed.detail}` : null;
    const step: StepInput = { ...PLAIN, action: 'VALIDATE', reason, report };
    const seen: Seen = { digestSet, stays: failed !== undefined, job: job.key, proofs };
    await this.#step(context, versionUrn.format(version), step, seen);
  }

  #step(context: RequestContext, id: string, step: StepInput, seen?: Seen): Promise<Changed<ModelVersion>> {
    const key = versionUrn.parse(context.actor.project, id);
    const action = `model-version.${step.action.toLowerCase()}`;
    return change(this.#deps, context, { action, subject: versionUrn.format(key) }, async (em, at) => {
      const job = seen && (await this.#deps.modelJobs.claim(em, seen.job));
      const before = await lockVersion(em, key, 'id');
      const digestSet = digestSetOf(before);
      const to = nextState({ ...before, digestSet }, step.action, context.actor);
      if (seen && seen.digestSet !== digestSet) throw changedMeanwhile(versionUrn.format(key));
      if (step.action === 'RETIRE') await requireNoTraffic(em, before);
      const terms = await termsOf(em, before, step, digestSet);
      const makers = step.action === 'SUBMIT' ? withMaker(before.makers, context.actor) : before.makers;
      const state = seen?.stays === true ? before.state : to;
      const proofs = seen?.proofs ?? before.proofs;
      const after: ModelVersion = { ...before, state, makers, proofs, revision: before.revision + 1 };
      await saveVersion(em, after);
      await insertApprovalStep(em, stepOf(context, before, after, { ...step, ...terms }, digestSet, at));
      const finish = async (eventCursor: string | null): Promise<void> => {
        if (job) await this.#deps.modelJobs.succeed(em, job, { gates: step.report, eventCursor });
      };
      return { value: after, before, reason: step.reason, events: [versionEvent(after, at)], finish };
    });
  }
}

/** An approval speaks of what was validated; a reinstated version keeps the terms that it had. */
async function termsOf(
  em: EntityManager,
  version: ModelVersion,
  step: StepInput,
  digestSet: string,
): Promise<ApprovalTerms> {
  if (step.action === 'APPROVE') {
    await requireSame(em, version, ['VALIDATE'], digestSet);
    requireEvaluation(version.evaluation, step.environments);
  }
  if (step.action !== 'REINSTATE') return step;
  const { environments, expiresAt } = await requireSame(em, version, ['APPROVE', 'REINSTATE'], digestSet);
  return { environments, expiresAt };
}

async function requireSame(
  em: EntityManager,
  version: ModelVersion,
  actions: readonly ApprovalAction[],
  digestSet: string,
): Promise<ApprovalStep> {
  const earlier = await lastApprovalStep(em, version, actions);
  if (earlier?.digestSet === digestSet) return earlier;
  throw ruleRefusal(
    'G3',
    'what it is made of changed since it was checked: register it as a new version',
    { field: 'id', state: version.state },
    'FAILED_PRECONDITION',
  );
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
  { action, reason, report, environments, expiresAt }: StepInput,
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
  report,
  at,
});

const changedMeanwhile = (id: string): DomainError =>
  new DomainError('CONFLICT', `id: ${id} changed while it was validated: validate it again`, { field: 'id' });
