import { randomUUID } from 'node:crypto';
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
import { buildTrainingSet, type BuildDeps } from './build-training-set.ts';
import { contextOf, QueuedWork, type OwnedPiece, type QueuedWorkDeps } from './queued-work.ts';
import { takeSpine, type SpinesDeps } from './spines.ts';
import { findServices } from '../storage/feature-service.ts';
import { holdWork } from '../storage/long-work.ts';
import { findBuild, saveBuild } from '../storage/training-set-build.ts';
import { findTrainingSets } from '../storage/training-set.ts';

const BUILDS_AT_ONCE = 2;

export interface TrainingSetsDeps extends BuildDeps, SpinesDeps, QueuedWorkDeps {}

/** How the making of a set stands. */
export interface BuildEnd {
  readonly build: TrainingSetBuild;
  readonly trainingSet: TrainingSet | null;
  readonly eventCursor: string | null;
}

/** Training sets: made in the background, seen through to their end, the same for the same request. */
export class TrainingSets {
  readonly #deps: TrainingSetsDeps;
  readonly #work: QueuedWork;

  constructor(deps: TrainingSetsDeps) {
    this.#deps = deps;
    this.#work = new QueuedWork(deps, {
      name: 'training-sets',
      table: 'training_set_build',
      atOnce: BUILDS_AT_ONCE,
      perform: async (piece) => {
        const build = await this.#owned(piece);
        await buildTrainingSet(deps, contextOf(build), build);
      },
      fail: (piece, error) => this.#fail(piece, error),
    });
  }

  /** Takes up builds that nobody ended: they are made from the start again, since their spines are kept. */
  start(): void {
    this.#work.start();
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

  /** Waits for what runs, but not for ever; the rest is made by another process, or by the next start. */
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
    const build = beginBuild(service, context, randomUUID(), given, now());
    await db.transaction((em) => saveBuild(em, build));
    if (!(await this.#work.run(build.key, waitMs))) return { build, trainingSet: null, eventCursor: null };
    const ended = (await findBuild(db.em(), build.project, build.key)) ?? build;
    const keys = ended.trainingSet === null ? [] : [ended.trainingSet];
    const [trainingSet = null] = await findTrainingSets(db.em(), build.project, keys);
    return { build: ended, trainingSet, eventCursor: ended.eventCursor };
  }

  #fail(piece: OwnedPiece, error: string): Promise<void> {
    const { db, now } = this.#deps;
    return db.transaction(async (em) => {
      await holdWork(em, 'training_set_build', piece);
      const build = await this.#owned(piece);
      await saveBuild(em, { ...build, state: 'FAILED', error, finishedAt: now() });
    });
  }

  async #owned({ project, key, owner }: OwnedPiece): Promise<TrainingSetBuild> {
    const build = await findBuild(this.#deps.db.em(), project, key);
    if (!build) throw new Error(`the build ${key} is gone`);
    return { ...build, owner };
  }
}
