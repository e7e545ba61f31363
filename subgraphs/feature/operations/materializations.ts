import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../core/errors.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Changed } from '../../shared/operations/change.ts';
import type { FeatureView } from '../domain/feature-view.ts';
import { viewUrn } from '../domain/ids.ts';
import { loggedColumns } from '../domain/log-column.ts';
import { beginMaterialization, type Materialization, type MaterializeInput } from '../domain/materialization.ts';
import { columnsOf } from '../domain/source-column.ts';
import { checkSourceColumns } from '../domain/source.ts';
import { checkWait } from '../../../core/longest-wait.ts';
import { lockDefinitions } from '../storage/definition-lock.ts';
import { findViews } from '../storage/feature-view.ts';
import { segmentOfMaterialization } from '../storage/log/segment.ts';
import { findMaterializations, runningMaterializations, saveMaterialization } from '../storage/materialization.ts';
import type { SourceFile } from '../storage/source-files.ts';
import { findSources } from '../storage/source.ts';
import { failMaterialization, putOnline, runMaterialization, type MaterializationDeps } from './run-materialization.ts';
import { contextOf, QueuedWork, type OwnedPiece, type QueuedWorkDeps } from './queued-work.ts';

const LOADS_AT_ONCE = 4;

export interface MaterializationsDeps extends MaterializationDeps, QueuedWorkDeps {}

/** Loads of views from their sources: at most one at a time for each view version, each seen through to its end. */
export class Materializations {
  readonly #deps: MaterializationsDeps;
  readonly #work: QueuedWork;

  constructor(deps: MaterializationsDeps) {
    this.#deps = deps;
    this.#work = new QueuedWork(deps, {
      name: 'materializations',
      table: 'materialization',
      atOnce: LOADS_AT_ONCE,
      perform: (piece) => this.#perform(piece),
      fail: async (piece, why) => {
        await failMaterialization(deps, await this.#owned(piece), why, deps.now());
      },
    });
  }

  /** Takes up loads that nobody ended: what is in the log goes online, the rest is loaded from its source again. */
  start(): void {
    this.#work.start();
  }

  /** Starts a load and waits up to `waitMs` for its end; it goes on by itself. Throws CONFLICT while one runs. */
  async materialize(context: RequestContext, input: MaterializeInput): Promise<Changed<Materialization>> {
    const { db, now } = this.#deps;
    const { project } = context.actor;
    checkWait(input.waitMs);
    const [view] = await findViews(db.em(), project, [viewUrn.parse(project, input.view, 'view')]);
    if (!view) throw new DomainError('NOT_FOUND', `view: there is no ${input.view} here`, { field: 'view' });
    // Whoever does it looks again; what is wrong already is said now.
    await this.#filesOf(view);
    const begun = beginMaterialization(view, context, randomUUID(), input, now());
    await this.#begin(begun);
    if (!(await this.#work.run(begun.key, input.waitMs))) return { value: begun, eventCursor: null };
    const [value = begun] = await findMaterializations(db.em(), project, [begun.key]);
    return { value, eventCursor: value.eventCursor };
  }

  /** Waits for what runs, but not for ever; the rest is taken up by another process, or by the next start. */
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

  async #perform(piece: OwnedPiece): Promise<void> {
    const { db } = this.#deps;
    const load = await this.#owned(piece);
    const [view] = await findViews(db.em(), load.project, [{ name: load.view, version: load.version }]);
    if (!view) throw new Error(`the view ${load.view}@${load.version} is gone`);
    const segment = await segmentOfMaterialization(db.em(), load.project, load.key);
    if (segment) await putOnline(this.#deps, contextOf(load), view, load, segment);
    else await runMaterialization(this.#deps, contextOf(load), view, load, await this.#filesOf(view));
  }

  async #owned({ project, key, owner }: OwnedPiece): Promise<Materialization> {
    const [load] = await findMaterializations(this.#deps.db.em(), project, [key]);
    if (!load) throw new Error(`the load ${key} is gone`);
    return { ...load, owner };
  }

  /** The files of a view's source, which must hold what it loads. */
  async #filesOf(view: FeatureView): Promise<readonly SourceFile[]> {
    const { db, files } = this.#deps;
    const [source] = await findSources(db.em(), view.project, [view.source]);
    if (!source) throw new DomainError('NOT_FOUND', `view: its source "${view.source}" is gone`, { field: 'view' });
    const found = await files.find(source.path, 'source');
    checkSourceColumns({ ...view, logged: loggedColumns(view) }, columnsOf(found));
    return found;
  }
}
