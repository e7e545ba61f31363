import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { DomainError } from '../../core/errors.ts';
import type { RequestContext } from '../shared/graphql/request-context.ts';
import type { PageRequest } from '../shared/paging.ts';
import { pinOf, viewId } from './domain/id.ts';
import { beginMaterialization, type Materialization } from './domain/materialization.ts';
import { checkSourceColumns } from './domain/source.ts';
import {
  failMaterialization,
  putOnline,
  runMaterialization,
  type MaterializationDeps,
  type MaterializationEnd,
} from './jobs/run-materialization.ts';
import { lockDefinitions } from './storage/definition-lock.ts';
import { findViews } from './storage/feature-view.ts';
import { segmentOfMaterialization } from './storage/log/segment.ts';
import {
  findMaterializations,
  listMaterializations,
  runningMaterializations,
  saveMaterialization,
} from './storage/materialization.ts';
import { findSources } from './storage/source.ts';

export interface MaterializeRequest {
  readonly view: string;
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
  readonly onlineAt?: Date | null | undefined;
}

/** Loads of views from their sources: at most one at a time for each view version, each seen through to its end. */
export class Materializations {
  readonly #deps: MaterializationDeps & { readonly log: Logger };
  readonly #running = new Map<string, Promise<MaterializationEnd>>();

  constructor(deps: MaterializationDeps & { readonly log: Logger }) {
    this.#deps = deps;
  }

  find(project: string, keys: readonly string[]): Promise<Materialization[]> {
    return findMaterializations(this.#deps.db.em(), project, keys);
  }

  list(project: string, page: PageRequest, where: { view?: string; version?: number }): Promise<Materialization[]> {
    return listMaterializations(this.#deps.db.em(), project, page, where);
  }

  /** Starts a load and waits up to `waitMs` for its end; it goes on by itself. Throws CONFLICT while one runs. */
  async materialize(by: RequestContext, request: MaterializeRequest, waitMs: number): Promise<MaterializationEnd> {
    const { db, files, now } = this.#deps;
    const { project } = by.actor;
    const [view] = await findViews(db.em(), project, [pinOf(project, 'feature-view', request.view, 'view')]);
    if (!view) throw new DomainError('NOT_FOUND', `view: there is no ${request.view} here`, { field: 'view' });
    const [source] = await findSources(db.em(), project, [view.source]);
    if (!source) throw new DomainError('NOT_FOUND', `view: its source "${view.source}" is gone`, { field: 'view' });
    const paths = await files.find(source.path, 'source');
    checkSourceColumns(view, await files.columns(paths, 'source'));
    const begun = beginMaterialization(view, randomUUID(), request, now());
    await db.transaction(async (em) => {
      await lockDefinitions(em, project);
      const [holder] = await runningMaterializations(em, { project, view: view.name, version: view.version });
      if (holder) {
        const id = viewId(project, view.name, view.version);
        throw new DomainError('CONFLICT', `a load of ${id} has been running since ${holder.startedAt.toISOString()}`, {
          field: 'view',
          holder: holder.key,
        });
      }
      await saveMaterialization(em, begun);
    });
    const end = this.#track(begun, () => runMaterialization(this.#deps, by, view, begun, paths));
    return (await withinMs(end, waitMs)) ?? { materialization: begun, eventCursor: null };
  }

  /** Takes up what a stopped process left: what is in the log goes online, the rest has failed and says so. */
  async resume(): Promise<void> {
    const { db, now, log } = this.#deps;
    for (const running of await runningMaterializations(db.em())) {
      const segment = await segmentOfMaterialization(db.em(), running.project, running.key);
      const [view] = await findViews(db.em(), running.project, [{ name: running.view, version: running.version }]);
      if (!segment || !view) {
        const why = 'the server stopped before anything was stored: start the load again';
        await failMaterialization(db, running, why, now());
        continue;
      }
      log.info({ materialization: running.key }, 'an interrupted load goes on');
      void this.#track(running, () => putOnline(this.#deps, serviceOf(running.project), view, running, segment));
    }
  }

  /** Waits for what runs, as long as `graceMs`; the rest is taken up by the next start. */
  async stop(graceMs = 5_000): Promise<void> {
    await withinMs(Promise.allSettled(this.#running.values()), graceMs);
  }

  #track(materialization: Materialization, run: () => Promise<MaterializationEnd>): Promise<MaterializationEnd> {
    const { db, log, now } = this.#deps;
    const end = run()
      .catch(async (error: unknown): Promise<MaterializationEnd> => {
        const why = error instanceof DomainError ? error.message : 'an internal error; the log of the server says more';
        log.error({ err: error, materialization: materialization.key }, 'a load failed');
        return { materialization: await failMaterialization(db, materialization, why, now()), eventCursor: null };
      })
      .finally(() => this.#running.delete(materialization.key));
    this.#running.set(materialization.key, end);
    // Nobody may be waiting any more; the failure has been written down where it could be.
    end.catch((error: unknown) => log.error({ err: error }, 'a load could not be ended'));
    return end;
  }
}

const serviceOf = (project: string): RequestContext => ({
  actor: { subject: 'service:feature', kind: 'service', roles: [], scopes: [], project },
  requestId: 'resume',
});

/** What the promise gives within the time, or null when it is not there yet. */
export async function withinMs<T>(promise: Promise<T>, waitMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), waitMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
