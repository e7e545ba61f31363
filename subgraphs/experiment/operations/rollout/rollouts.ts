import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { urnIn } from '../../../../core/urn-grammar.ts';
import type { AssetEvent } from '../../../../schema/event.ts';
import type { InboxOf } from '../../../../schema/inbox.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import { belongs } from '../../../shared/operations/inbox.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { serviceActor } from '../../../shared/peer.ts';
import { deploymentUrn, releaseUrn } from '../../domain/ids.ts';
import {
  approveStep,
  CANDIDATE,
  checkRollout,
  CONTROL,
  pause,
  requireReason,
  requireRunning,
  resume,
  ROLLOUT,
  type Rollout,
} from '../../domain/rollout/rollout.ts';
import { blueGreenSteps, type BlueGreenPlan } from '../../domain/rollout/blue-green.ts';
import { judge } from '../../domain/rollout/rollout-verdict.ts';
import type { SwitchNode } from '../../domain/rollout/switch-check.ts';
import type { Verdict } from '../../domain/rollout/verdict-words.ts';
import { hashVersionOf } from '../../domain/study.ts';
import { refuse } from '../../domain/refuse.ts';
import { rolloutKind } from '../../storage/rollout/rollout.ts';
import { waitingRollouts } from '../../storage/rollout/waiting.ts';
import { findRunning } from '../../storage/study.ts';
import { allocationNews } from '../allocation-news.ts';
import type { MonitoredNodes } from './monitored-nodes.ts';
import { answerGuardrailsOf, type GuardrailInput } from '../metric/metric-uses.ts';
import { sendRolloutStep } from './rollout-commands.ts';
import { evidenceOf } from './rollout-evidence.ts';
import { judged, nextStep } from './rollout-judgement.ts';
import { Studies, type StudiesDeps } from '../studies.ts';

/** What a person says of a new rollout. */
export interface RolloutInput extends Pick<
  Rollout,
  'name' | 'description' | 'hypothesis' | 'deployment' | 'unit' | 'steps' | 'alpha' | 'onExpiry'
> {
  readonly candidate: string;
  readonly guardrails: readonly GuardrailInput[];
  readonly hashVersion: number;
  /** The rollout's id where it is left out. */
  readonly seed: string | null;
  /** In place of steps. */
  readonly blueGreen: BlueGreenPlan | null;
}

export interface RolloutsDeps extends StudiesDeps {
  readonly nodes: MonitoredNodes;
}

/** What can be done with rollouts: one method per mutation, and the evaluation that they get by themselves. */
export class Rollouts {
  readonly #deps: RolloutsDeps;
  readonly #studies: Studies<Rollout>;

  constructor(deps: RolloutsDeps) {
    this.#deps = deps;
    this.#studies = new Studies(deps, rolloutKind, (target, step, cause) =>
      sendRolloutStep(deps.traffic, target, step, cause),
    );
  }

  /** Those that go no further without a person, by name. */
  async waiting({ actor }: RequestContext, inbox: InboxOf, page: PageRequest): Promise<readonly Rollout[]> {
    if (!belongs(inbox, actor, 'resumeRollout')) return [];
    return waitingRollouts(this.#deps.db.em(), actor.project, page);
  }

  /** The control is what answers by default. */
  async create(
    context: RequestContext,
    { candidate, guardrails, seed, blueGreen, ...rest }: RolloutInput,
  ): Promise<Changed<Rollout>> {
    const { project, subject: createdBy } = context.actor;
    const deployment = urnIn(deploymentUrn, project, rest.deployment, 'deployment');
    const release = urnIn(releaseUrn, project, candidate, 'candidate');
    const control = await this.#default(context, deployment);
    const rollout: Rollout = {
      ...rest,
      ...(blueGreen && { steps: blueGreenSteps(blueGreen) }),
      project,
      deployment,
      arms: [
        { name: CONTROL, release: control, modelVersions: [] },
        { name: CANDIDATE, release, modelVersions: [] },
      ],
      guardrails: await answerGuardrailsOf(this.#deps.db.em(), project, guardrails),
      blueGreen:
        blueGreen && (await this.#blueGreen(context, { unit: rest.unit, blueGreen }, { control, candidate: release })),
      seed: seed ?? ROLLOUT.ids.format({ project, name: rest.name }),
      hashVersion: hashVersionOf(rest.hashVersion),
      status: 'DRAFT',
      step: 0,
      runs: [],
      paused: null,
      verdict: null,
      endedAt: null,
      lease: null,
      pending: null,
      createdAt: this.#deps.now(),
      createdBy,
      revision: 1,
    };
    checkRollout(rollout);
    return this.#studies.create(context, rollout);
  }

  /** Throws FAILED_PRECONDITION where something else answers by default than when it was made. */
  async start(context: RequestContext, id: string): Promise<Changed<Rollout>> {
    const { deployment, arms, status } = await this.#studies.read(context, id);
    const control = arms.find(({ name }) => name === CONTROL)?.release;
    const now = await this.#default(context, deployment);
    if (status === 'DRAFT' && control !== now) {
      const message = `${now} answers by default, not ${control}, with which the candidate was to be compared: make a new rollout`;
      throw new DomainError('FAILED_PRECONDITION', message, { release: now });
    }
    return this.#studies.step(context, id, { verb: 'START' });
  }

  pause(context: RequestContext, id: string, reason: string): Promise<Changed<Rollout>> {
    return this.#studies.change(context, id, 'pause', async (before, at) => ({
      after: pause(before, { by: context.actor.subject, at, reason }),
      reason,
    }));
  }

  resume(context: RequestContext, id: string): Promise<Changed<Rollout>> {
    return this.#studies.change(context, id, 'resume', async (before) => ({ after: resume(before) }));
  }

  approveStep(context: RequestContext, id: string): Promise<Changed<Rollout>> {
    const { subject } = context.actor;
    return this.#studies.change(context, id, 'approve-step', async (before) => ({
      after: approveStep(before, subject),
    }));
  }

  /** On to the next step whatever the guardrails say; from the last one the candidate becomes the default. */
  skipStep(context: RequestContext, id: string, reason: string): Promise<Changed<Rollout>> {
    return this.#studies.step(context, id, (before) => ({ ...nextStep(before), reason }), byHand(reason));
  }

  promote(context: RequestContext, id: string, reason: string): Promise<Changed<Rollout>> {
    return this.#studies.step(context, id, { verb: 'PROMOTE', reason }, byHand(reason));
  }

  abort(context: RequestContext, id: string, reason: string): Promise<Changed<Rollout>> {
    return this.#studies.step(context, id, { verb: 'ROLL_BACK', reason }, byHand(reason));
  }

  /** Judges a rollout now, as its evaluator does from time to time, and does what follows of it. */
  async evaluate(context: RequestContext, id: string): Promise<Rollout> {
    const found = await this.#studies.read(context, id);
    requireRunning(found);
    return this.#evaluate(context, found);
  }

  /** Judges all that run and go step by step, one after the other; what fails is judged again at the next turn. */
  evaluateSteps(): Promise<void> {
    return this.#evaluateAll(({ blueGreen }) => blueGreen === null);
  }

  /** Judges all blue-green switches that run: more often, since what harms goes back at once. */
  evaluateSwitches(): Promise<void> {
    return this.#evaluateAll(({ blueGreen }) => blueGreen !== null);
  }

  async #evaluateAll(isMeant: (rollout: Rollout) => boolean): Promise<void> {
    for (const rollout of (await findRunning(this.#deps.db.em(), rolloutKind)).filter(isMeant)) {
      const actor = serviceActor('experiment', [], rollout.project, rollout.createdBy);
      await this.#evaluate({ actor, requestId: `evaluate-${randomUUID()}` }, rollout).catch((error: unknown) => {
        this.#deps.log.warn({ err: error, rollout: rollout.name }, 'a rollout could not be judged');
      });
    }
  }

  /** What a verdict would be at this moment; null where no step is in force. Nothing follows of it. */
  async verdictNow(rollout: Rollout): Promise<Verdict | null> {
    if (rollout.status !== 'RUNNING') return null;
    const nodes = await this.#nodes(rollout);
    return judge(await evidenceOf(this.#deps.db.pool, rollout, nodes, this.#deps.now()));
  }

  /** Takes in what the registry says of a deployment. */
  async follow(em: EntityManager, event: AssetEvent): Promise<void> {
    const news = allocationNews(event);
    if (news) await this.#studies.follow(em, event, news);
  }

  finishPending(): Promise<void> {
    return this.#studies.finishPending();
  }

  /** The row is held from the judgement to the kept step: of two evaluators the second sees what the first came to. */
  async #evaluate(context: RequestContext, rollout: Rollout): Promise<Rollout> {
    const { project, name } = rollout;
    // Before the row is held: monitoring may take its time.
    const nodes = await this.#nodes(rollout);
    return this.#studies.decide(context, { project, name }, async (em, before, at) => {
      if (before.status !== 'RUNNING' || (before.lease && before.lease.lostAt !== null)) {
        return { after: before, step: null };
      }
      return judged(em, before, await evidenceOf(this.#deps.db.pool, before, nodes, at), at);
    });
  }

  /** What monitoring knows of the nodes of a blue-green switch; null where it does not answer, and of any other rollout. */
  async #nodes({ project, name, deployment, blueGreen }: Rollout): Promise<readonly SwitchNode[] | null> {
    if (!blueGreen) return null;
    try {
      return await this.#deps.nodes(project, deployment);
    } catch (error) {
      this.#deps.log.warn({ err: error, rollout: name }, 'monitoring does not say how the nodes are');
      return null;
    }
  }

  /** Throws INVALID_INPUT for a unit that a request may be without: such requests would stay where they were. */
  async #blueGreen(
    { actor: { project, subject } }: RequestContext,
    { unit, blueGreen }: Pick<RolloutInput, 'unit'> & { readonly blueGreen: BlueGreenPlan },
    { control, candidate }: Readonly<Record<'control' | 'candidate', string>>,
  ): Promise<NonNullable<Rollout['blueGreen']>> {
    const { watchMinutes: _, maxMinutes: __, approval: ___, ...limits } = blueGreen;
    const caller = { project, onBehalfOf: subject };
    const known = {
      control: await this.#deps.traffic.release(caller, control),
      candidate: await this.#deps.traffic.release(caller, candidate),
    };
    const allowed = known.control.requiredInputs.filter((input) => known.candidate.requiredInputs.includes(input));
    if (!allowed.includes(unit)) {
      const message = `a blue-green switch takes an input that every request of both releases has; allowed: ${allowed.join(', ')}`;
      throw refuse('unit', message, allowed);
    }
    if (limits.maxStaleShare !== null && !known.candidate.readsFeatures) {
      throw refuse('blueGreen.maxStaleShare', 'the candidate reads no features; allowed: none', []);
    }
    return { ...limits, digests: { control: known.control.digest, candidate: known.candidate.digest }, nodes: [] };
  }

  async #default({ actor: { project, subject } }: RequestContext, deployment: string): Promise<string> {
    const release = await this.#deps.traffic.defaultRelease({ project, onBehalfOf: subject }, deployment);
    if (release !== null) return release;
    throw new DomainError('FAILED_PRECONDITION', 'deployment: nothing serves here yet: promote a first release', {
      field: 'deployment',
    });
  }
}

const byHand =
  (reason: string) =>
  (before: Rollout): void => {
    requireReason(reason);
    requireRunning(before);
  };
