import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { DomainError } from '../../../core/errors.ts';
import { eventSpineOf, type EventSpine } from '../domain/event-spine.ts';
import type { FeatureService } from '../domain/feature-service.ts';
import { pickView, type FeatureView } from '../domain/feature-view.ts';
import { viewUrn } from '../domain/ids.ts';
import { columnsOf } from '../domain/source-column.ts';
import { checkSpineNames, spineColumnsOf, spineGiven, typedSpine } from '../domain/spine.ts';
import type { EventSpineInput, Spine, SpineEvents, SpineInput } from '../domain/training-set.ts';
import { findViews } from '../storage/feature-view.ts';
import type { SourceFiles } from '../storage/source-files.ts';
import { spineFromEvents } from '../storage/training/event-spine.ts';
import { spineFromFiles, spineFromRows } from '../storage/training/spine.ts';
import { publishedLog } from '../storage/training/view-log.ts';
import type { TrainingStores } from '../storage/training/write-training-set.ts';
import type { SpineUploads } from './spine-uploads.ts';

export interface SpinesDeps extends TrainingStores {
  readonly files: SourceFiles;
  readonly spineUploads: SpineUploads;
}

/** Takes in the rows that features are wanted for: given in the call, in files, or the events of a view. */
export async function takeSpine(
  deps: SpinesDeps,
  context: RequestContext,
  service: FeatureService,
  input: SpineInput,
): Promise<Spine> {
  const { db, duck, spines, files } = deps;
  const pins = service.views.map(({ view, version }) => ({ name: view, version }));
  const views = await findViews(db.em(), service.project, pins);
  const joinKeys = [...new Map(views.flatMap((view) => view.joinKeys.map((key) => [key.name, key]))).values()];
  const given = spineGiven(input);
  if ('rows' in given) {
    const typed = typedSpine(given.rows, joinKeys, input.timestampColumn);
    checkSpineNames(typed.columns, service);
    return spineFromRows(duck, spines, typed.columns, typed.rows);
  }
  if ('events' in given) {
    if (input.assumeUtc) {
      const why = 'spine.assumeUtc: is for files; the times of events are known';
      throw new DomainError('INVALID_INPUT', why, { field: 'spine.assumeUtc', allowed: false });
    }
    const named = await namedView(deps, context, given.events);
    const spine = eventSpineOf(given.events, named, service, views, input.timestampColumn);
    checkSpineNames(spine.columns, service);
    const log = await Promise.all(spine.views.map((view) => publishedLog(db, view)));
    return spineFromEvents(deps, spine, log);
  }
  const found =
    'path' in given ? await files.find(given.path, 'spine.path') : await deps.spineUploads.find(given.upload);
  const columns = spineColumnsOf(columnsOf(found), joinKeys, input.timestampColumn, input.assumeUtc);
  checkSpineNames(columns, service);
  return spineFromFiles(duck, spines, columns, found);
}

async function namedView(
  { db }: SpinesDeps,
  { actor }: RequestContext,
  { view: id }: EventSpineInput,
): Promise<FeatureView | null> {
  if (typeof id !== 'string') return null;
  const pin = viewUrn.parse(actor.project, id, 'spine.events.view');
  return pickView(await findViews(db.em(), actor.project, [pin]), pin, id, 'spine.events.view');
}

/** The spine of a set once more, from the same log: only one that events made is read anew. */
export async function rereadSpine(stores: TrainingStores, project: string, spine: Spine): Promise<Spine> {
  if (!spine.events) return spine;
  const again = await spineFromEvents(
    stores,
    await eventSpineAgain(stores, project, spine, spine.events),
    spine.events.log,
  );
  if (again.contentHash === spine.contentHash) return again;
  throw new DomainError(
    'DIGEST_MISMATCH',
    `the rows of the spine that were read again hash to ${again.contentHash}, those of the training set to ${spine.contentHash}`,
  );
}

async function eventSpineAgain(
  { db }: TrainingStores,
  project: string,
  { columns }: Spine,
  { from, to, labels, log }: SpineEvents,
): Promise<EventSpine> {
  const pins = log.map(({ view }) => viewUrn.parse(project, view, 'manifest'));
  const found = await findViews(db.em(), project, pins);
  const views = log.map(({ view }, i) => pickView(found, pins[i], view, 'manifest'));
  return { views, from: new Date(from), to: new Date(to), labels, columns };
}
