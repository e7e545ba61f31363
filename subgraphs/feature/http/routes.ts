import { DomainError } from '../../../core/errors.ts';
import { contextOf, jsonBody, type DataPlane } from '../../shared/http/data-plane.ts';
import type { Events } from '../operations/events.ts';
import type { OnlineReads } from '../operations/online-reads.ts';
import type { Pushes } from '../operations/pushes.ts';
import type { SpineUploads } from '../operations/spine-uploads.ts';
import type { TrainingSets } from '../operations/training-sets.ts';
import { addEventRoute } from './event-route.ts';
import { largeJson } from './large-json.ts';
import { refuseUnderPressure } from './under-pressure.ts';

const MEGABYTE = 1024 * 1024;

export interface FeatureRoutes {
  readonly reads: OnlineReads;
  readonly pushes: Pushes;
  readonly events: Events;
  readonly trainingSets: TrainingSets;
  readonly spineUploads: SpineUploads;
}

/** Reads and pushes of features, events, and the bytes of spines and training sets, where GraphQL would only be in the way. */
export function addFeatureRoutes(plane: DataPlane, routes: FeatureRoutes): void {
  const { reads, pushes, events, trainingSets, spineUploads } = routes;
  plane.route({ method: 'POST', path: '/v1/features/read', scope: 'feature:read' }, async (c) =>
    largeJson(c, await reads.read(contextOf(c), await jsonBody(c))),
  );
  plane.route({ method: 'GET', path: '/v1/features/services/:service/layout', scope: 'feature:read' }, async (c) =>
    c.json(await reads.layout(contextOf(c), c.req.param('service') ?? '')),
  );
  plane.route(
    { method: 'POST', path: '/v1/features/push', scope: 'feature:write', maxBytes: 4 * MEGABYTE },
    async (c) => {
      await refuseUnderPressure(c, () => pushes.refuseUnderPressure());
      return c.json(await pushes.push(contextOf(c), await jsonBody(c)));
    },
  );
  addEventRoute(plane, events);
  plane.route({ method: 'POST', path: '/v1/spines', scope: 'feature:write', maxBytes: Infinity }, async (c) => {
    const { body } = c.req.raw;
    if (!body) throw new DomainError('MALFORMED', 'body: send the bytes of a Parquet or CSV file');
    return c.json(await spineUploads.receive(body));
  });
  plane.route({ method: 'GET', path: '/v1/training-sets/:key/data', scope: 'feature:read' }, async (c) => {
    const { set, data } = await trainingSets.open(contextOf(c), c.req.param('key') ?? '');
    return new Response(data, {
      headers: {
        'content-type': 'application/vnd.apache.parquet',
        'content-length': String(set.sizeBytes),
        'content-disposition': `attachment; filename="${set.key}.parquet"`,
        etag: `"${set.sha256}"`,
      },
    });
  });
}
