import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { AssetEvent } from '../../../../schema/event.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import {
  archive,
  decide,
  EXPERIMENT,
  revise,
  setClientEvaluation,
  shippingArm,
  type Experiment,
} from '../../domain/experiment/experiment.ts';
import { balancedInWords } from '../../domain/experiment/balance.ts';
import { refuseOverlap, type NamespaceSlice } from '../../domain/experiment/namespace.ts';
import { checkPrimary } from '../../domain/experiment/primary.ts';
import { refuseAnswered, type Revised } from '../../domain/experiment/revision.ts';
import type { Split } from '../../domain/split.ts';
import { changed, type PendingStep } from '../../domain/study.ts';
import type { Trust } from '../../domain/trust.ts';
import { experimentKind } from '../../storage/experiment/experiment.ts';
import { holdersOf } from '../../storage/experiment/namespace-holders.ts';
import { balancedSeed } from './balanced-seed.ts';
import { analysisOf, type ComputedResult } from './analysis.ts';
import { allocationNews } from '../allocation-news.ts';
import { guardrailsOf, overall, secondaryOf, type GuardrailInput, type MetricUseInput } from '../metric/metric-uses.ts';
import { Studies, type StudiesDeps } from '../studies.ts';
import { checkTargetingIn, draftOf, type ExperimentInput } from './experiment-draft.ts';

export interface ChangeSplitInput {
  readonly experiment: string;
  readonly shares: readonly { readonly arm: string; readonly share: number }[];
  readonly expectedRevision: number;
}

/** What is left out stays as it is. */
export interface ReviseInput {
  readonly experiment: string;
  readonly expectedRevision: number;
  /** Empty: all requests. */
  readonly targeting?: string;
  readonly secondary?: readonly MetricUseInput[];
  readonly guardrails?: readonly Omit<GuardrailInput, 'segment'>[];
  readonly segments?: readonly string[];
}

export interface DecideInput {
  readonly experiment: string;
  readonly ships: boolean;
  readonly arm: string | null;
  readonly reason: string;
}

/** What can be done with experiments: one method per mutation. */
export class Experiments {
  readonly #deps: StudiesDeps;
  readonly #studies: Studies<Experiment>;

  constructor(deps: StudiesDeps) {
    this.#deps = deps;
    this.#studies = new Studies(deps, experimentKind, (target, step, cause) => this.#send(target, step, cause));
  }

  async create(context: RequestContext, input: ExperimentInput): Promise<Changed<Experiment>> {
    const { actor } = context;
    const experiment = await draftOf(this.#deps.db.em(), actor, input, this.#deps.now());
    await checkTargetingIn(this.#deps.traffic, actor, experiment);
    const { namespace: slice, unit } = experiment;
    return this.#studies.create(context, experiment, async (held) => {
      if (slice) refuseOverlap({ unit, slice }, await holdersOf(held, actor.project, slice.name));
    });
  }

  /** With a seed under which arms are alike, where the design asks for one. */
  async start(context: RequestContext, id: string): Promise<Changed<Experiment>> {
    const found = await this.#studies.read(context, id);
    const balanced = found.status === 'DRAFT' && !found.pending ? await balancedSeed(this.#deps, found) : null;
    if (!balanced) return this.#studies.step(context, id, { verb: 'START' }, refuseUnbalanced);
    const wanted = { verb: 'START', balanced, reason: balancedInWords(balanced) } as const;
    return this.#studies.step(context, id, wanted, (before) => requireRevision(before, found.revision, 'experiment'));
  }

  async changeSplit(
    context: RequestContext,
    { experiment, shares, expectedRevision }: ChangeSplitInput,
  ): Promise<Changed<Experiment>> {
    const split = splitOf(shares);
    return this.#revise(context, { experiment, expectedRevision }, 'CHANGE_SPLIT', { split });
  }

  async revise(
    context: RequestContext,
    { secondary, guardrails, ...input }: ReviseInput,
  ): Promise<Changed<Experiment>> {
    const { project } = context.actor;
    const em = this.#deps.db.em();
    const { targeting, segments } = input;
    const changes: Revised = {
      ...(targeting !== undefined && { targeting: targeting === '' ? null : targeting }),
      ...(segments && { segments }),
      ...(secondary && { secondary: await secondaryOf(em, project, secondary) }),
      ...(guardrails && { guardrails: await guardrailsOf(em, project, guardrails.map(overall)) }),
    };
    return this.#revise(context, input, 'REVISE', changes);
  }

  /** A draft takes another design by itself; a running experiment only by a new revision, and not once it has its answer. */
  async #revise(
    context: RequestContext,
    { experiment: id, expectedRevision }: Pick<ReviseInput, 'experiment' | 'expectedRevision'>,
    verb: 'CHANGE_SPLIT' | 'REVISE',
    changes: Revised,
  ): Promise<Changed<Experiment>> {
    const found = await this.#studies.read(context, id);
    checkPrimary(found.primary, found.design, { ...found, ...changes });
    if (changes.targeting !== undefined) {
      await checkTargetingIn(this.#deps.traffic, context.actor, { ...found, ...changes });
    }
    if (found.status === 'RUNNING') {
      const result = await this.result(found, found.splitRevision, 'server');
      refuseAnswered(found.splitRevision, result?.peeking === false);
    }
    if (found.status !== 'DRAFT') {
      return this.#studies.step(context, id, { verb, revised: changes }, (before) =>
        requireRevision(before, expectedRevision),
      );
    }
    return this.#studies.change(context, id, verb === 'REVISE' ? 'revise' : 'change-split', async (before, at) => {
      requireRevision(before, expectedRevision);
      return { after: changed(revise(before, changes, at)) };
    });
  }

  stop(context: RequestContext, id: string, reason: string): Promise<Changed<Experiment>> {
    return this.#studies.step(context, id, { verb: 'STOP', reason });
  }

  decide(context: RequestContext, { experiment: id, ships, arm, reason }: DecideInput): Promise<Changed<Experiment>> {
    return this.#studies.change(context, id, 'decide', async (before, at) => {
      const result = await this.result(before, before.splitRevision, 'server');
      const recommendation = result?.recommendation ?? 'CONTINUE';
      const decision = { arm: shippingArm(before, ships, arm), reason, recommendation, by: context.actor.subject, at };
      return { after: decide(before, decision), reason };
    });
  }

  archive(context: RequestContext, id: string): Promise<Changed<Experiment>> {
    return this.#studies.change(context, id, 'archive', async (before) => ({ after: archive(before) }));
  }

  /** Lets clients evaluate it by themselves, or no longer. */
  setClientEvaluation(
    context: RequestContext,
    { experiment: id, allowed }: { readonly experiment: string; readonly allowed: boolean },
  ): Promise<Changed<Experiment>> {
    return this.#studies.change(context, id, 'set-client-evaluation', async (before) => ({
      after: setClientEvaluation(before, allowed),
    }));
  }

  /** The analysis of one revision, by the records of one class of trust; null before the experiment has started. */
  result(experiment: Experiment, revision: number, trust: Trust): Promise<ComputedResult | null> {
    return analysisOf(this.#deps, experiment, revision, trust);
  }

  /** Takes in what the registry says of a deployment. */
  async follow(em: EntityManager, event: AssetEvent): Promise<void> {
    const news = allocationNews(event);
    if (news) await this.#studies.follow(em, event, news);
  }

  finishPending(): Promise<void> {
    return this.#studies.finishPending();
  }

  async #send(experiment: Experiment, { verb, by, reason }: PendingStep, cause: string): Promise<number | null> {
    const { project, deployment, splitRevision, seed, hashVersion, unit, revisions, arms, targeting } = experiment;
    const { traffic } = this.#deps;
    const holder = EXPERIMENT.ids.format(experiment);
    const caller = { project, onBehalfOf: by };
    if (verb === 'STOP') {
      await traffic.endAllocation(caller, { deployment, cause, holder, reason: reason ?? 'the start was taken back' });
      return null;
    }
    const releases = new Map(arms.map(({ name, release }) => [name, release]));
    const ranges = revisions.at(-1)?.ranges ?? [];
    return traffic.acquireAllocation(caller, {
      deployment,
      cause,
      holder,
      holderRevision: splitRevision,
      seed,
      hashVersion,
      unit,
      ...(targeting !== null && { targeting }),
      ...(experiment.namespace && { namespace: namespaceOf(experiment.namespace) }),
      arms: ranges.map((arm) => ({ ...arm, release: releases.get(arm.arm) ?? '' })),
    });
  }
}

/** A draft that came to ask for balance meanwhile. Throws CONFLICT. */
function refuseUnbalanced({ balance, status, pending, revision }: Experiment): void {
  if (!balance || status !== 'DRAFT' || pending) return;
  throw new DomainError('CONFLICT', 'experiment: it was changed meanwhile: start it again', {
    field: 'experiment',
    revision,
  });
}

function requireRevision({ revision }: Experiment, expected: number, field = 'expectedRevision'): void {
  if (revision === expected) return;
  throw new DomainError('CONFLICT', `${field}: the experiment is at revision ${revision}: read it again`, {
    field,
    revision,
  });
}

function splitOf(shares: ChangeSplitInput['shares']): Split {
  const split = Object.fromEntries(shares.map(({ arm, share }) => [arm, share]));
  if (Object.keys(split).length === shares.length) return split;
  throw new DomainError('INVALID_INPUT', 'shares: an arm is named twice', { field: 'shares' });
}

const namespaceOf = ({ name: id, from, to }: NamespaceSlice) => ({ id, from, to });
