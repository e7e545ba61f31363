import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../shared/database/database.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../shared/paging.ts';
import { findEntities, listEntities } from '../storage/entity.ts';
import { findStreams, listStreams, streamsInto } from '../storage/event-stream.ts';
import { findServices, listServices } from '../storage/feature-service.ts';
import { findViews, listViews } from '../storage/feature-view.ts';
import { findMaterializations, listMaterializations } from '../storage/materialization.ts';
import { listQuarantined } from '../storage/quarantined-message.ts';
import { findSources, listSources } from '../storage/source.ts';
import { placesOf, type StreamKey } from '../storage/stream-place.ts';
import { problemOf } from '../storage/stream-problem.ts';
import { findBuild } from '../storage/training-set-build.ts';
import { findTrainingSets, listTrainingSets } from '../storage/training-set.ts';

export type Reading = ReturnType<typeof readingOf>;

/** What is stored, as questions of somebody: each sees their own project. By batches of names, and by page. */
export function readingOf(db: Database) {
  const of =
    <Wanted extends unknown[], Answer>(
      read: (em: EntityManager, project: string, ...wanted: Wanted) => Promise<Answer>,
    ) =>
    ({ actor }: RequestContext, ...wanted: Wanted): Promise<Answer> =>
      read(db.em(), actor.project, ...wanted);
  return {
    entities: of(findEntities),
    sources: of(findSources),
    streams: of(findStreams),
    streamsInto: of(streamsInto),
    views: of(findViews),
    services: of(findServices),
    materializations: of(findMaterializations),
    trainingSets: of(findTrainingSets),
    trainingSetBuild: of(findBuild),
    listEntities: of(listEntities),
    listSources: of(listSources),
    listStreams: of(listStreams),
    streamPlaces: (stream: StreamKey) => placesOf(db, stream),
    streamProblem: (stream: StreamKey) => problemOf(db, stream),
    listQuarantined: (stream: StreamKey, page: PageRequest) => listQuarantined(db, stream, page),
    listViews: of(listViews),
    listServices: of(listServices),
    listMaterializations: of(listMaterializations),
    listTrainingSets: of(listTrainingSets),
  };
}
