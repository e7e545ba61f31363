import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { validated } from '../../../../schema/validated.ts';
import type { AssetEvent } from '../../../../schema/event.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { checkEvaluationTime } from '../../domain/alert/alert.ts';
import {
  deploymentUrn,
  incidentUrn,
  modelVersionUrn,
  parsedId,
  responsePolicyUrn,
  responseRunUrn,
} from '../../domain/ids.ts';
import { requireMayApprove } from './bounds.ts';
import type { DryRunFinding } from '../../domain/response/dry-run.ts';
import { runEvent } from '../../domain/response/response-event.ts';
import { runInTag } from '../../domain/response/retraining.ts';
import {
  actionText,
  begun,
  ended,
  expiryOf,
  OPEN_STATES,
  type ResponseRun,
  type RunState,
  type RunStep,
} from '../../domain/response/run.ts';
import { allPolicies } from '../../storage/response/policy.ts';
import { findRuns, listRuns, lockRun, runsOfVersions, stepsOfRuns } from '../../storage/response/run.ts';
import { byId } from '../by-id.ts';
import type { MonitoringDeps } from '../deps.ts';
import type { Acting } from './acting.ts';
import { dryRunPolicy, type DryRunPolicyInput } from './dry-running.ts';
import { brakeSince, judgePolicy } from './evaluating.ts';
import { keepRun, saveAndNote } from './keeping.ts';
import { watchedBy } from './troubles.ts';
import { earliestRead } from '../observe.ts';
import type { Measuring } from '../quality/measuring.ts';

export interface EvaluateResponsesInput {
  readonly at: Date;
  readonly policies?: readonly string[] | null | undefined;
}

export interface DecideRunInput {
  readonly run: string;
  readonly reason: string;
}

export interface AnswerRetrainingInput {
  readonly run: string;
  readonly modelVersion?: string | null | undefined;
  readonly failure?: string | null | undefined;
}

export interface ResponseRunsInput {
  readonly policy?: string | null | undefined;
  readonly deployment?: string | null | undefined;
  readonly incident?: string | null | undefined;
  readonly state?: RunState | null | undefined;
}

interface Decided {
  readonly after: ResponseRun;
  readonly step: Pick<RunStep, 'kind' | 'text'> | null;
}

const Reasoned = z.object({ reason: z.string().trim().min(1).max(2_000) });

/** Runs of policies: judged by the clock or on demand, approved, rejected and answered by others. */
export class Responses {
  readonly #deps: MonitoringDeps;
  readonly #acting: Acting;
  readonly #measuring: Measuring;

  constructor(deps: MonitoringDeps, acting: Acting, measuring: Measuring) {
    this.#deps = deps;
    this.#measuring = measuring;
    this.#acting = acting;
  }

  /** Judges policies as of any instant; those named, or all of the project. */
  async evaluate(context: RequestContext, { at, policies }: EvaluateResponsesInput): Promise<number> {
    const { project } = context.actor;
    checkEvaluationTime(at, this.#deps.now());
    const named = policies?.map((id) => responsePolicyUrn.parse(project, id, 'policies').name);
    const all = await allPolicies(this.#deps.db.pool, project);
    const judged = all.filter(({ name }) => named === undefined || named.includes(name));
    const watched = judged.flatMap(({ definition: { trigger } }) =>
      'expression' in trigger ? [watchedBy(trigger)] : [],
    );
    const from = earliestRead(watched, at);
    if (from) await this.#measuring.measureFor(project, from, at);
    for (const policy of judged) await judgePolicy(this.#deps, context, policy, at);
    this.#acting.actSoon();
    return judged.length;
  }

  /** Judges what goes by the clock; what fails is judged again at the next turn. */
  async evaluateDue(at: Date): Promise<void> {
    for (const policy of await allPolicies(this.#deps.db.pool, null)) {
      if (policy.definition.evaluation !== 'AUTOMATIC') continue;
      await judgePolicy(this.#deps, ownContext(policy.project), policy, at).catch((error: unknown) => {
        this.#deps.log.warn({ err: error, policy: policy.name }, 'a response policy could not be judged');
      });
    }
  }

  /** Lets a run that asks act. Not for who made the policy. */
  approve(context: RequestContext, input: DecideRunInput): Promise<Changed<ResponseRun>> {
    const { reason } = validated(Reasoned, input);
    return this.#decide(context, 'approve', input.run, async (before, at, em) => {
      requireMayApprove(before, context.actor);
      if (before.state !== 'ASKING') throw wrongState(before, ['ASKING']);
      const until = expiryOf(before);
      if (until !== null && at >= until) throw tooLate(until);
      const brake = await brakeSince(this.#deps, em, before);
      if (brake !== null) throw new DomainError('FAILED_PRECONDITION', `run: ${brake}`, { field: 'run' });
      const { definition, actedAt } = before;
      const text = `${reason}; ${actionText(definition.action, definition.deployment)}`;
      return { after: begun(before, actedAt ?? at, at), step: { kind: 'APPROVED', text } };
    });
  }

  /** Ends a run that waits, asks or acts. What it has begun elsewhere, as a rollout, goes on there. */
  reject(context: RequestContext, input: DecideRunInput): Promise<Changed<ResponseRun>> {
    const { reason } = validated(Reasoned, input);
    return this.#decide(context, 'reject', input.run, (before, at) => {
      if (!OPEN_STATES.includes(before.state)) throw wrongState(before, OPEN_STATES);
      return { after: ended(before, 'REJECTED', at), step: { kind: 'REJECTED', text: reason } };
    });
  }

  /** The trainer's answer: the version that came of it, or why there is none. The same answer again changes nothing. */
  answer(context: RequestContext, input: AnswerRetrainingInput): Promise<Changed<ResponseRun>> {
    const { project } = context.actor;
    const version = parsedId(modelVersionUrn, project, input.modelVersion, 'modelVersion');
    const failure = input.failure ?? null;
    if ((version === null) === (failure === null)) {
      throw new DomainError('INVALID_INPUT', 'modelVersion: say it, or say failure; allowed: one of them', {
        field: 'modelVersion',
      });
    }
    return this.#decide(context, 'answer', input.run, (before, at) => {
      if (version !== null && before.modelVersion === version) return null;
      if (before.state !== 'ACTING' || (before.stage !== 'TRAIN' && before.stage !== 'REQUEST')) {
        throw wrongState(before, ['ACTING in REQUEST or TRAIN']);
      }
      if (version === null)
        return { after: ended(before, 'STOPPED', at), step: { kind: 'STOPPED', text: failure ?? '' } };
      requireModel(before, version);
      return { after: { ...before, modelVersion: version, nextAt: at }, step: null };
    });
  }

  /** A version that was registered with the tag of a run is that run's answer. */
  async followVersion(em: EntityManager, { urn, project, asset }: AssetEvent): Promise<void> {
    const id = asset.tags.map(runInTag).find((found) => found !== null);
    if (id === undefined || id === null) return;
    const run = await lockRun(em, project, id);
    if (run?.state !== 'ACTING' || (run.stage !== 'TRAIN' && run.stage !== 'REQUEST') || run.modelVersion !== null)
      return;
    if (!isOfModel(run, urn)) return;
    await keepRun(em, ownContext(project), { ...run, modelVersion: urn, nextAt: this.#deps.now() }, []);
  }

  /** What a policy would have done in some time. */
  dryRun({ actor: { project } }: RequestContext, input: DryRunPolicyInput): Promise<readonly DryRunFinding[]> {
    return dryRunPolicy(this.#deps, project, input);
  }

  list(
    { actor: { project } }: RequestContext,
    { policy, deployment, incident, state }: ResponseRunsInput,
    page: PageRequest,
  ): Promise<readonly ResponseRun[]> {
    const filter = {
      project,
      policy: typeof policy === 'string' ? responsePolicyUrn.parse(project, policy, 'policy').name : null,
      deployment: parsedId(deploymentUrn, project, deployment, 'deployment'),
      incident: typeof incident === 'string' ? incidentUrn.parse(project, incident, 'incident').name : null,
      state: state ?? null,
    };
    return listRuns(this.#deps.db.pool, filter, page);
  }

  async byId(context: RequestContext, ids: readonly string[]): Promise<(ResponseRun | null)[]> {
    const found = await byId(context, responseRunUrn, ids, async (keys) => {
      const names = keys.map(({ name }) => name);
      const runs = await findRuns(this.#deps.db.pool, context.actor.project, names);
      return runs.map((run) => ({ run, project: run.project, name: run.id }));
    });
    return found.map((one) => one?.run ?? null);
  }

  /** The run that had each version made; null for one that people had made. */
  async ofVersions({ actor: { project } }: RequestContext, ids: readonly string[]): Promise<(ResponseRun | null)[]> {
    const found = await runsOfVersions(this.#deps.db.pool, project, ids);
    return ids.map((id) => found.find(({ modelVersion }) => modelVersion === id) ?? null);
  }

  async stepsOf({ actor: { project } }: RequestContext, runs: readonly string[]): Promise<(readonly RunStep[])[]> {
    const found = await stepsOfRuns(this.#deps.db.pool, project, runs);
    return runs.map((id) => found.get(id) ?? []);
  }

  async #decide(
    context: RequestContext,
    verb: string,
    id: string,
    decide: (before: ResponseRun, at: Date, em: EntityManager) => Decided | null | Promise<Decided | null>,
  ): Promise<Changed<ResponseRun>> {
    const { project, name } = responseRunUrn.parse(context.actor.project, id, 'run');
    const subject = responseRunUrn.format({ project, name });
    const changed = await change(this.#deps, context, { action: `response-run.${verb}`, subject }, async (em, at) => {
      const before = await lockRun(em, project, name);
      if (!before) throw new DomainError('NOT_FOUND', `run: there is no ${subject}`, { field: 'run' });
      const decided = await decide(before, at, em);
      if (decided === null) return { value: before, unchanged: true };
      const { after, step } = decided;
      const value = await saveAndNote(em, after, step && { ...step, at, by: context.actor.subject });
      const text = step?.text ?? `${value.modelVersion ?? ''} was registered`;
      return { value, before, reason: step?.text, events: [runEvent(value, text, at)] };
    });
    this.#acting.actSoon();
    return changed;
  }
}

const tooLate = (until: Date): DomainError =>
  new DomainError('INVALID_TRANSITION', `run: it could be approved until ${until.toISOString()}`, {
    field: 'run',
    expiresAt: until.toISOString(),
    allowed: [],
  });

const isOfModel = ({ project, definition: { action } }: ResponseRun, version: string): boolean =>
  action.kind === 'RETRAIN' && modelVersionUrn.find(project, version)?.model === action.model;

function requireModel(run: ResponseRun, version: string): void {
  if (isOfModel(run, version)) return;
  const allowed = run.definition.action.kind === 'RETRAIN' ? run.definition.action.model : 'none';
  throw new DomainError('INVALID_INPUT', `modelVersion: ${version} is of another model; allowed: ${allowed}`, {
    field: 'modelVersion',
    allowed,
  });
}

const wrongState = ({ state }: ResponseRun, allowed: readonly string[]): DomainError =>
  new DomainError('INVALID_TRANSITION', `run: it is ${state}; allowed: ${allowed.join(', ')}`, {
    field: 'run',
    state,
    allowed,
  });

/** The evaluator acts in the policy's project, by nobody's request. */
const ownContext = (project: string): RequestContext => ({
  actor: { subject: 'service:monitoring', kind: 'service', roles: [], scopes: [], project },
  requestId: `respond-${randomUUID()}`,
});
