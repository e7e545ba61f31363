import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { FeatureService } from '../domain/feature-service.ts';
import { serviceUrn, trainingSetUrn } from '../domain/ids.ts';
import {
  beginBuild,
  type RebuildTrainingSetInput,
  type TrainingSet,
  type TrainingSetBuild,
  type TrainingSetInput,
} from '../domain/training-set.ts';
import { checkWait } from '../../../core/longest-wait.ts';
import { buildTrainingSet, type BuildDeps, type BuildEnd } from './build-training-set.ts';
import { RunningWork, within } from './running-work.ts';
import { takeSpine, type SpinesDeps } from './spines.ts';
import { findServices } from '../storage/feature-service.ts';
import { runningBuilds, saveBuild } from '../storage/training-set-build.ts';
import { findTrainingSets } from '../storage/training-set.ts';

export interface TrainingSetsDeps extends BuildDeps, SpinesDeps {
  readonly log: Logger;
}

/** Training sets: made in the background, seen through to their end, the same for the same request. */
export class TrainingSets {
  readonly #deps: TrainingSetsDeps;
  readonly #work: RunningWork<BuildEnd>;

  constructor(deps: TrainingSetsDeps) {
    this.#deps = deps;
    this.#work = new RunningWork(deps.log);
  }

  /**
   * A set and its Parquet. Throws NOT_FOUND where there is none, UNAVAILABLE where the file is lost: a rebuild brings it
   * back.
   */
  async open({ actor }: RequestContext, id: string): Promise<{ set: TrainingSet; data: ReadableStream<Uint8Array> }> {
    const { key } = trainingSetUrn.parse(actor.project, id, 'key');
    const [set] = await findTrainingSets(this.#deps.db.em(), actor.project, [key]);
    if (!set) throw new DomainError('NOT_FOUND', `key: there is no training set "${key}" here`, { field: 'key' });
    const lost = `the file of training set ${key} is lost: rebuild it`;
    return { set, data: await this.#deps.trainingSets.stream(set.sha256, lost) };
  }

  /** Takes the spine in, then makes the set; waits up to `waitMs` for its end, and it goes on by itself. */
  async create(context: RequestContext, input: TrainingSetInput): Promise<BuildEnd> {
    const { project } = context.actor;
    checkWait(input.waitMs);
    const pin = serviceUrn.parse(project, input.service, 'service');
    const [service] = await findServices(this.#deps.db.em(), project, [pin]);
    if (!service) {
      throw new DomainError('NOT_FOUND', `service: there is no ${input.service} here`, { field: 'service' });
    }
    const spine = await takeSpine(this.#deps, context, service, input.spine);
    return this.#begin(context, { service, spine, knownAt: input.knownAt, rebuildOf: null }, input.waitMs);
  }

  /** Makes a set anew from its manifest, from the same log, and compares the content. */
  async rebuild(context: RequestContext, { trainingSet, waitMs }: RebuildTrainingSetInput): Promise<BuildEnd> {
    const { project } = context.actor;
    checkWait(waitMs);
    const { key } = trainingSetUrn.parse(project, trainingSet, 'trainingSet');
    const [set] = await findTrainingSets(this.#deps.db.em(), project, [key]);
    if (!set) {
      throw new DomainError('NOT_FOUND', `trainingSet: there is no ${trainingSet} here`, { field: 'trainingSet' });
    }
    const pin = { name: set.service, version: set.serviceVersion };
    const [service] = await findServices(this.#deps.db.em(), project, [pin]);
    if (!service) throw new Error(`the service of the training set ${key} is gone`);
    const { spine, knownAt } = set.manifest;
    return this.#begin(context, { service, spine, knownAt, rebuildOf: key }, waitMs);
  }

  /** What a stopped process left is made from the start again: the spine is kept. */
  async resume(): Promise<void> {
    const { db, log } = this.#deps;
    for (const build of await runningBuilds(db.em())) {
      log.info({ build: build.key }, 'an interrupted training set is made again');
      const { requestedBy: subject, project } = build;
      const actor = { subject, kind: 'service', roles: [], scopes: [], project } as const;
      void this.#track({ actor, requestId: 'resume' }, build);
    }
  }

  /** Waits for what runs, but not for ever; the rest is made again by the next start. */
  stop(): Promise<void> {
    return this.#work.stop();
  }

  async #begin(
    context: RequestContext,
    {
      service,
      ...given
    }: Pick<TrainingSetBuild, 'spine' | 'knownAt' | 'rebuildOf'> & { readonly service: FeatureService },
    waitMs: number,
  ): Promise<BuildEnd> {
    const { db, now } = this.#deps;
    const build = beginBuild(service, randomUUID(), { ...given, requestedBy: context.actor.subject }, now());
    await db.transaction((em) => saveBuild(em, build));
    const end = this.#track(context, build);
    return (await within(end, waitMs)) ?? { build, trainingSet: null, eventCursor: null };
  }

  #track(context: RequestContext, build: TrainingSetBuild): Promise<BuildEnd> {
    const { db, now } = this.#deps;
    return this.#work.track(
      build.key,
      () => buildTrainingSet(this.#deps, context, build),
      async (error) => {
        const failed: TrainingSetBuild = { ...build, state: 'FAILED', error, finishedAt: now() };
        await db.transaction((em) => saveBuild(em, failed));
        return { build: failed, trainingSet: null, eventCursor: null };
      },
    );
  }
}
