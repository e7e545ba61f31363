import { FeaturePushRequest } from '../../../schema/feature-push.ts';
import { FeatureReadRequest } from '../../../schema/feature-read.ts';
import { jsonBody, type DataPlane } from '../../shared/http/data-plane.ts';
import { validated } from '../../shared/http/validated.ts';
import type { OnlineReads } from '../online-reads.ts';
import type { Pushes } from '../pushes.ts';

const MEGABYTE = 1024 * 1024;

/** Reads and pushes of features, where GraphQL would only be in the way. */
export function addFeatureRoutes(plane: DataPlane, { reads, pushes }: { reads: OnlineReads; pushes: Pushes }): void {
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
}
