import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { DomainError } from '../../core/errors.ts';
import type { RequestContext } from '../shared/graphql/request-context.ts';
import type { PageRequest } from '../shared/paging.ts';
import type { JoinKey } from './domain/entity.ts';
import type { FeatureService } from './domain/feature-service.ts';
import { nameOf, pinOf } from './domain/id.ts';
import type { KnownAt } from './domain/point-in-time.ts';
import { typedSpine } from './domain/spine-rows.ts';
import type { Spine, TrainingSet, TrainingSetBuild } from './domain/training-set.ts';
import { buildTrainingSet, type BuildDeps, type BuildEnd } from './jobs/build-training-set.ts';
import { withinMs } from './materializations.ts';
import { findServices } from './storage/feature-service.ts';
import { findViews } from './storage/feature-view.ts';
import type { SourceFiles } from './storage/source-files.ts';
import { findBuild, runningBuilds, saveBuild } from './storage/training-set-build.ts';
import { findTrainingSets, listTrainingSets } from './storage/training-set.ts';
import { spineColumnsOf, spineFromParquet, spineFromRows } from './storage/training/spine.ts';

export type { BuildEnd } from './jobs/build-training-set.ts';

export interface TrainingSetsDeps extends BuildDeps {
  readonly files: SourceFiles;
  readonly log: Logger;
}

export interface SpineRequest {
  readonly rows?: readonly unknown[] | null | undefined;
  readonly path?: string | null | undefined;
  readonly timestampColumn: string;
  readonly assumeUtc: boolean;
}

export interface TrainingSetRequest {
  readonly service: string;
  readonly spine: SpineRequest;
  readonly knownAt: KnownAt;
}

/** Training sets: made in the background, seen through to their end, the same for the same request. */
export class TrainingSets {
  readonly #deps: TrainingSetsDeps;
  readonly #running = new Set<Promise<BuildEnd>>();

  constructor(deps: TrainingSetsDeps) {
    this.#deps = deps;
  }

  find(project: string, keys: readonly string[]): Promise<TrainingSet[]> {
    return findTrainingSets(this.#deps.db.em(), project, keys);
  }

  list(
    project: string,
    page: PageRequest,
    where: { service?: string; serviceVersion?: number },
  ): Promise<TrainingSet[]> {
    return listTrainingSets(this.#deps.db.em(), project, page, where);
  }

  findBuild(project: string, key: string): Promise<TrainingSetBuild | null> {
    return findBuild(this.#deps.db.em(), project, key);
  }

  /** A set's Parquet. Throws UNAVAILABLE where the file is lost; a rebuild brings it back. */
  open({ sha256, key }: TrainingSet): Promise<ReadableStream<Uint8Array>> {
    return this.#deps.trainingSets.stream(sha256, `the file of training set ${key} is lost: rebuild it`);
  }

  /** Takes the spine in, then makes the set; waits up to `waitMs` for its end, and it goes on by itself. */
  async create(by: RequestContext, request: TrainingSetRequest, waitMs: number): Promise<BuildEnd> {
    const { db } = this.#deps;
    const { project } = by.actor;
    const [service] = await findServices(db.em(), project, [
      pinOf(project, 'feature-service', request.service, 'service'),
    ]);
    if (!service) {
      throw new DomainError('NOT_FOUND', `service: there is no ${request.service} here`, { field: 'service' });
    }
    const spine = await this.#takeSpine(service, request.spine);
    return this.#begin(by, { service, spine, knownAt: request.knownAt, rebuildOf: null }, waitMs);
  }

  /** Makes a set anew from its manifest, from the same log, and compares the content. */
  async rebuild(by: RequestContext, id: string, waitMs: number): Promise<BuildEnd> {
    const { project } = by.actor;
    const key = nameOf(project, 'training-set', id, 'trainingSet');
    const [set] = await this.find(project, [key]);
    if (!set) throw new DomainError('NOT_FOUND', `trainingSet: there is no ${id} here`, { field: 'trainingSet' });
    const pin = { name: set.service, version: set.serviceVersion };
    const [service] = await findServices(this.#deps.db.em(), project, [pin]);
    if (!service) throw new Error(`the service of the training set ${id} is gone`);
    const { spine, knownAt } = set.manifest;
    return this.#begin(by, { service, spine, knownAt, rebuildOf: key }, waitMs);
  }

  /** What a stopped process left is made from the start again: the spine is kept. */
  async resume(): Promise<void> {
    const { db, log } = this.#deps;
    for (const build of await runningBuilds(db.em())) {
      log.info({ build: build.key }, 'an interrupted training set is made again');
      const actor = {
        subject: build.requestedBy,
        kind: 'service',
        roles: [],
        scopes: [],
        project: build.project,
      } as const;
      void this.#track({ actor, requestId: 'resume' }, build);
    }
  }

  /** Waits for what runs, as long as `graceMs`; the rest is made again by the next start. */
  async stop(graceMs = 5_000): Promise<void> {
    await withinMs(Promise.allSettled(this.#running), graceMs);
  }

  async #takeSpine(service: FeatureService, request: SpineRequest): Promise<Spine> {
    const { db, duck, spines, files } = this.#deps;
    const views = await findViews(
      db.em(),
      service.project,
      service.views.map(({ view, version }) => ({ name: view, version })),
    );
    const joinKeys = new Map<string, JoinKey>(views.flatMap((view) => view.joinKeys.map((key) => [key.name, key])));
    const { rows, path, timestampColumn, assumeUtc } = request;
    if ((rows ?? null) !== null && (path ?? null) !== null) {
      throw new DomainError('INVALID_INPUT', 'spine: give rows or path, not both', { field: 'spine' });
    }
    const names = new Set(service.views.flatMap(({ view, features }) => features.map((name) => `${view}__${name}`)));
    if (rows) {
      const typed = typedSpine(rows, [...joinKeys.values()], timestampColumn);
      checkNames(typed.columns, names);
      return spineFromRows(duck, spines, typed.columns, typed.rows);
    }
    if (typeof path !== 'string') {
      throw new DomainError('INVALID_INPUT', 'spine: give rows or path', { field: 'spine', allowed: ['rows', 'path'] });
    }
    const paths = await files.find(path, 'spine.path');
    const found = await files.columns(paths, 'spine.path');
    const columns = spineColumnsOf(found, [...joinKeys.values()], timestampColumn, assumeUtc);
    checkNames(columns, names);
    return spineFromParquet(duck, spines, columns, paths);
  }

  async #begin(
    by: RequestContext,
    wish: Pick<TrainingSetBuild, 'spine' | 'knownAt' | 'rebuildOf'> & { readonly service: FeatureService },
    waitMs: number,
  ): Promise<BuildEnd> {
    const { db, now } = this.#deps;
    const { service, ...rest } = wish;
    const build: TrainingSetBuild = {
      ...rest,
      project: service.project,
      key: randomUUID(),
      service: service.name,
      serviceVersion: service.version,
      requestedBy: by.actor.subject,
      state: 'RUNNING',
      viewsJoined: 0,
      views: service.views.length,
      trainingSet: null,
      sameBytes: null,
      error: null,
      startedAt: now(),
      finishedAt: null,
    };
    await db.transaction((em) => saveBuild(em, build));
    const end = this.#track(by, build);
    return (await withinMs(end, waitMs)) ?? { build, trainingSet: null, eventCursor: null };
  }

  #track(by: RequestContext, build: TrainingSetBuild): Promise<BuildEnd> {
    const { db, log, now } = this.#deps;
    const end = buildTrainingSet(this.#deps, by, build)
      .catch(async (error: unknown): Promise<BuildEnd> => {
        const why = error instanceof DomainError ? error.message : 'an internal error; the log of the server says more';
        log.error({ err: error, build: build.key }, 'a training set failed');
        const failed: TrainingSetBuild = { ...build, state: 'FAILED', error: why, finishedAt: now() };
        await db.transaction((em) => saveBuild(em, failed));
        return { build: failed, trainingSet: null, eventCursor: null };
      })
      .finally(() => this.#running.delete(end));
    this.#running.add(end);
    end.catch((error: unknown) => log.error({ err: error }, 'a training set could not be ended'));
    return end;
  }
}

function checkNames(columns: readonly { readonly name: string }[], features: ReadonlySet<string>): void {
  const clash = columns.find(({ name }) => features.has(name));
  if (!clash) return;
  throw new DomainError('INVALID_INPUT', `spine: "${clash.name}" is also the name of a feature`, { field: 'spine' });
}
