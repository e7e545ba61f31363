import { DomainError } from '../../../core/errors.ts';
import { FeaturePushRequest } from '../../../schema/feature-push.ts';
import { FeatureReadRequest } from '../../../schema/feature-read.ts';
import { jsonBody, type DataPlane } from '../../shared/http/data-plane.ts';
import { validated } from '../../../schema/validated.ts';
import type { OnlineReads } from '../online-reads.ts';
import type { Pushes } from '../pushes.ts';
import type { TrainingSets } from '../training-sets.ts';

const MEGABYTE = 1024 * 1024;

export interface FeatureRoutes {
  readonly reads: OnlineReads;
  readonly pushes: Pushes;
  readonly trainingSets: TrainingSets;
}

/** Reads and pushes of features, and the bytes of training sets, where GraphQL would only be in the way. */
export function addFeatureRoutes(plane: DataPlane, { reads, pushes, trainingSets }: FeatureRoutes): void {
  plane.route({ method: 'POST', path: '/v1/features/read', scope: 'feature:read' }, async (c) => {
    const request = validated(FeatureReadRequest, await jsonBody(c));
    return c.json(await reads.read(c.get('holder').project, request));
  });
  plane.route(
    { method: 'POST', path: '/v1/features/push', scope: 'feature:write', maxBytes: 4 * MEGABYTE },
    async (c) => {
      const request = validated(FeaturePushRequest, await jsonBody(c));
      return c.json(await pushes.push(c.get('holder').project, request));
    },
  );
  plane.route({ method: 'GET', path: '/v1/training-sets/:key/data', scope: 'feature:read' }, async (c) => {
    const key = c.req.param('key') ?? '';
    const [set] = await trainingSets.find(c.get('holder').project, [key]);
    if (!set) throw new DomainError('NOT_FOUND', `there is no training set "${key}" here`, { field: 'key' });
    return new Response(await trainingSets.open(set), {
      headers: {
        'content-type': 'application/vnd.apache.parquet',
        'content-length': String(set.sizeBytes),
        'content-disposition': `attachment; filename="${key}.parquet"`,
        etag: `"${set.sha256}"`,
      },
    });
  });
}
