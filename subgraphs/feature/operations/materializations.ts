import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Changed } from '../../shared/operations/change.ts';
import { viewUrn } from '../domain/ids.ts';
import { loggedColumns } from '../domain/log-column.ts';
import { beginMaterialization, type Materialization, type MaterializeInput } from '../domain/materialization.ts';
import { columnsOf } from '../domain/source-column.ts';
import { checkSourceColumns } from '../domain/source.ts';
import { checkWait } from '../../../core/longest-wait.ts';
import { lockDefinitions } from '../storage/definition-lock.ts';
import { findViews } from '../storage/feature-view.ts';
import { segmentOfMaterialization } from '../storage/log/segment.ts';
import { runningMaterializations, saveMaterialization } from '../storage/materialization.ts';
import { findSources } from '../storage/source.ts';
import { failMaterialization, putOnline, runMaterialization, type MaterializationDeps } from './run-materialization.ts';
import { RunningWork, within } from './running-work.ts';

/** Loads of views from their sources: at most one at a time for each view version, each seen through to its end. */
export class Materializations {
  readonly #deps: MaterializationDeps & { readonly log: Logger };
  readonly #work: RunningWork<Changed<Materialization>>;

  constructor(deps: MaterializationDeps & { readonly log: Logger }) {
    this.#deps = deps;
    this.#work = new RunningWork(deps.log);
  }

  /** Starts a load and waits up to `waitMs` for its end; it goes on by itself. Throws CONFLICT while one runs. */
  async materialize(context: RequestContext, input: MaterializeInput): Promise<Changed<Materialization>> {
    const { db, files, now } = this.#deps;
    const { project } = context.actor;
    checkWait(input.waitMs);
    const [view] = await findViews(db.em(), project, [viewUrn.parse(project, input.view, 'view')]);
    if (!view) throw new DomainError('NOT_FOUND', `view: there is no ${input.view} here`, { field: 'view' });
    const [source] = await findSources(db.em(), project, [view.source]);
    if (!source) throw new DomainError('NOT_FOUND', `view: its source "${view.source}" is gone`, { field: 'view' });
    const found = await files.find(source.path, 'source');
    checkSourceColumns({ ...view, logged: loggedColumns(view) }, columnsOf(found));
    const begun = beginMaterialization(view, randomUUID(), input, now());
    await this.#begin(begun);
    const end = this.#track(begun, () => runMaterialization(this.#deps, context, view, begun, found));
    return (await within(end, input.waitMs)) ?? { value: begun, eventCursor: null };
  }

  /** Takes up what a stopped process left: what is in the log goes online, the rest has failed and says so. */
  async resume(): Promise<void> {
    const { db, now, log } = this.#deps;
    for (const running of await runningMaterializations(db.em())) {
      const segment = await segmentOfMaterialization(db.em(), running.project, running.key);
      const [view] = await findViews(db.em(), running.project, [{ name: running.view, version: running.version }]);
      if (!segment || !view) {
        const why = 'the server stopped before anything was stored: start the load again';
        await failMaterialization(this.#deps, running, why, now());
        continue;
      }
      log.info({ materialization: running.key }, 'an interrupted load goes on');
      void this.#track(running, () => putOnline(this.#deps, serviceOf(running.project), view, running, segment));
    }
  }

  /** Waits for what runs, but not for ever; the rest is taken up by the next start. */
  stop(): Promise<void> {
    return this.#work.stop();
  }

  #begin(begun: Materialization): Promise<void> {
    return this.#deps.db.transaction(async (em) => {
      const { project, view, version } = begun;
      await lockDefinitions(em, project);
      const [holder] = await runningMaterializations(em, { project, view, version });
      if (holder) {
        const id = viewUrn.format({ project, name: view, version });
        const since = holder.startedAt.toISOString();
        throw new DomainError('CONFLICT', `view: a load of ${id} has been running since ${since}`, {
          field: 'view',
          holder: holder.key,
        });
      }
      await saveMaterialization(em, begun);
    });
  }

  #track(begun: Materialization, run: () => Promise<Changed<Materialization>>): Promise<Changed<Materialization>> {
    const { now } = this.#deps;
    return this.#work.track(begun.key, run, async (why) => ({
      value: await failMaterialization(this.#deps, begun, why, now()),
      eventCursor: null,
    }));
  }
}

const serviceOf = (project: string): RequestContext => ({
  actor: { subject: 'service:feature', kind: 'service', roles: [], scopes: [], project },
  requestId: 'resume',
});
