import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { change, type ChangeDeps, type Changed } from '../../shared/operations/change.ts';
import { viewEvents } from '../domain/asset-event.ts';
import type { FeatureView } from '../domain/feature-view.ts';
import { materializationUrn } from '../domain/ids.ts';
import type { Materialization } from '../domain/materialization.ts';
import type { Segment } from '../domain/segment.ts';
import { lockDefinitions } from '../storage/definition-lock.ts';
import { holdWork } from '../storage/long-work.ts';
import type { Duck } from '../../shared/duckdb/duckdb.ts';
import { adoptView, findViews, saveView } from '../storage/feature-view.ts';
import { loadSegment } from '../storage/log/load-segment.ts';
import { addSegment, dropUnpublished, publishSegment, segmentsOf } from '../storage/log/segment.ts';
import { saveMaterialization } from '../storage/materialization.ts';
import type { OnlineFold } from '../storage/online/fold.ts';
import type { ParquetFiles } from '../storage/parquet-files.ts';
import { checkUnchanged, type SourceFile, type SourceFiles } from '../storage/source-files.ts';

export interface MaterializationDeps extends ChangeDeps {
  readonly duck: Duck;
  readonly files: SourceFiles;
  readonly segments: ParquetFiles;
  readonly fold: OnlineFold;
}

/** From the source into the log, from the log into the online store; each step is in the database before the next. */
export async function runMaterialization(
  deps: MaterializationDeps,
  context: RequestContext,
  view: FeatureView,
  begun: Materialization,
  found: readonly SourceFile[],
): Promise<Changed<Materialization>> {
  const { db, duck, files, segments, now } = deps;
  const digests = await files.digests(found);
  const existing = await segmentsOf(db.em(), pinOf(begun));
  const loaded = await loadSegment(duck, segments, { view, files: found, range: begun, now: now(), existing });
  await checkUnchanged(found, 'source');
  const read = { ...begun, files: digests, rowsRead: loaded.rowsRead, skipped: loaded.skipped };
  const { segment: file } = loaded;
  if (!file) return finish(deps, context, { ...read, knownSince: null }, null);
  const stored = await db.transaction(async (em) => {
    await holdWork(em, 'materialization', begun);
    const [current] = await findViews(em, begun.project, [{ name: begun.view, version: begun.version }]);
    const history = current?.adoptedAt === null;
    const segment = await addSegment(em, {
      ...pinOf(begun),
      ...file,
      kind: history ? 'HISTORY' : 'LOADED',
      materialization: begun.key,
      availableAt: null,
      onlineAt: begun.onlineAt,
    });
    const materialization: Materialization = {
      ...read,
      rowsWritten: segment.rows,
      knownSince: history ? 'CREATED' : 'LOADED',
    };
    await saveMaterialization(em, materialization);
    return { segment, materialization };
  });
  return putOnline(deps, context, view, stored.materialization, stored.segment);
}

const pinOf = ({ project, view, version }: Materialization) => ({ project, view, version });

/** The second half of a load: also where one that was interrupted goes on. */
export async function putOnline(
  deps: MaterializationDeps,
  context: RequestContext,
  view: FeatureView,
  materialization: Materialization,
  segment: Segment,
): Promise<Changed<Materialization>> {
  const rowsOnline = await deps.fold.applySegment(view, segment);
  return finish(deps, context, { ...materialization, rowsOnline }, segment);
}

/** The segment is known from now on; the load has succeeded; search and lineage hear how fresh the view is. */
function finish(
  deps: MaterializationDeps,
  context: RequestContext,
  running: Materialization,
  segment: Segment | null,
): Promise<Changed<Materialization>> {
  const name = { action: 'materialization.finish', subject: materializationUrn.format(running) };
  return change(deps, context, name, async (em, at) => {
    await lockDefinitions(em, running.project);
    await holdWork(em, 'materialization', running);
    if (segment) {
      await publishSegment(em, segment.seq, at);
      await adoptView(em, running, at);
    }
    const value: Materialization = { ...running, state: 'SUCCEEDED', finishedAt: at };
    const [before] = await findViews(em, running.project, [{ name: running.view, version: running.version }]);
    if (!before) throw new Error(`the view ${running.view}@${running.version} is gone`);
    const view = { ...before, revision: before.revision + 1 };
    await saveView(em, view);
    const keep = (eventCursor: string | null): Promise<void> => saveMaterialization(em, { ...value, eventCursor });
    return { value, before: running, events: viewEvents(view, at, value), finish: keep };
  });
}

/** Nothing of a failed load stays in the log, nor in windows. */
export async function failMaterialization(
  { db, fold }: Pick<MaterializationDeps, 'db' | 'fold'>,
  running: Materialization,
  why: string,
  at: Date,
): Promise<Materialization> {
  const failed: Materialization = {
    ...running,
    rowsWritten: 0,
    rowsOnline: 0,
    state: 'FAILED',
    error: why,
    finishedAt: at,
  };
  const dropped = await db.transaction(async (em) => {
    await holdWork(em, 'materialization', running);
    return dropUnpublished(em, running.project, running.key);
  });
  if (dropped > 0) {
    const [view] = await findViews(db.em(), running.project, [{ name: running.view, version: running.version }]);
    // Before it has failed: until then no other load of the view begins.
    if (view) await fold.restoreWindows(view);
  }
  await db.transaction(async (em) => {
    await holdWork(em, 'materialization', running);
    await saveMaterialization(em, failed);
  });
  return failed;
}
