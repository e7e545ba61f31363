import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../core/errors.ts';
import { urnIn } from '../../../core/urn-grammar.ts';
import type { AssetEvent } from '../../../schema/event.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Changed } from '../../shared/operations/change.ts';
import { archive, checkExperiment, decide, EXPERIMENT, revisionOf, type Experiment } from '../domain/experiment.ts';
import { deploymentUrn, releaseUrn } from '../domain/ids.ts';
import { analyse, plannedUnits, type ExperimentResult } from '../domain/result.ts';
import { checkSplit, type Split } from '../domain/split.ts';
import { changed, hashVersionOf, type PendingStep } from '../domain/study.ts';
import type { Trust } from '../domain/trust.ts';
import { experimentKind } from '../storage/experiment.ts';
import { countUnits } from '../storage/unit.ts';
import { allocationNews } from './allocation-news.ts';
import { Studies, type StudiesDeps } from './studies.ts';

/** What a person says of a new experiment. */
export interface ExperimentInput extends Pick<
  Experiment,
  'name' | 'description' | 'hypothesis' | 'deployment' | 'positiveFrom' | 'unit' | 'split' | 'design'
> {
  readonly controlRelease: string;
  readonly candidateRelease: string;
  readonly hashVersion: number;
  /** The experiment's id where it is left out. */
  readonly seed: string | null;
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
    const { controlRelease, candidateRelease, seed, ...rest } = input;
    const { project, subject: createdBy } = context.actor;
    const releaseIn = (id: string, field: string): string => urnIn(releaseUrn, project, id, field);
    const experiment: Experiment = {
      ...rest,
      project,
      deployment: urnIn(deploymentUrn, project, input.deployment, 'deployment'),
      arms: [
        { name: 'control', release: releaseIn(controlRelease, 'controlRelease'), modelVersions: [] },
        { name: 'candidate', release: releaseIn(candidateRelease, 'candidateRelease'), modelVersions: [] },
      ],
      seed: seed ?? EXPERIMENT.ids.format({ project, name: input.name }),
      hashVersion: hashVersionOf(input.hashVersion),
      status: 'DRAFT',
      splitRevision: 1,
      revisions: [],
      lease: null,
      pending: null,
      decision: null,
      createdAt: this.#deps.now(),
      createdBy,
      revision: 1,
    };
    checkExperiment(experiment);
    return this.#studies.create(context, experiment);
  }

  start(context: RequestContext, id: string): Promise<Changed<Experiment>> {
    return this.#studies.step(context, id, { verb: 'START' });
  }

  /** A draft takes another split by itself; a running experiment only by a new revision. */
  async changeSplit(
    context: RequestContext,
    id: string,
    split: Split,
    expectedRevision: number,
  ): Promise<Changed<Experiment>> {
    const found = await this.#studies.read(context, id);
    if (found.status !== 'DRAFT') {
      return this.#studies.step(context, id, { verb: 'CHANGE_SPLIT', split }, (before) =>
        requireRevision(before, expectedRevision),
      );
    }
    return this.#studies.change(context, id, 'change-split', async (before) => {
      requireRevision(before, expectedRevision);
      checkSplit(split);
      return { after: changed({ ...before, split }) };
    });
  }

  stop(context: RequestContext, id: string, reason: string): Promise<Changed<Experiment>> {
    return this.#studies.step(context, id, { verb: 'STOP', reason });
  }

  decide(context: RequestContext, id: string, ships: boolean, reason: string): Promise<Changed<Experiment>> {
    return this.#studies.change(context, id, 'decide', async (before, at) => {
      const result = await this.result(before, before.splitRevision, 'server');
      const recommendation = result?.recommendation ?? 'CONTINUE';
      return { after: decide(before, { ships, reason, recommendation, by: context.actor.subject, at }), reason };
    });
  }

  archive(context: RequestContext, id: string): Promise<Changed<Experiment>> {
    return this.#studies.change(context, id, 'archive', async (before) => ({ after: archive(before) }));
  }

  /** The analysis of one revision, by the records of one class of trust; null before the experiment has started. */
  async result(experiment: Experiment, revision: number, trust: Trust): Promise<ExperimentResult | null> {
    const { project, name, design } = experiment;
    const own = revisionOf(experiment, revision);
    if (!own) return null;
    const of = { project, experiment: name, revision, trust };
    const counts = await countUnits(this.#deps.db.pool, of, plannedUnits(design, own.split));
    return analyse(design, own.split, counts, { ended: own.endedAt !== null });
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
    const { project, deployment, splitRevision, seed, hashVersion, unit, revisions, arms } = experiment;
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
      arms: ranges.map((arm) => ({ ...arm, release: releases.get(arm.arm) ?? '' })),
    });
  }
}

function requireRevision({ revision }: Experiment, expected: number): void {
  if (revision === expected) return;
  throw new DomainError('CONFLICT', `expectedRevision: the experiment is at revision ${revision}: read it again`, {
    field: 'expectedRevision',
    revision,
  });
}
