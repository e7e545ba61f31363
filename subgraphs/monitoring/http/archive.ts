import { contextOf, type DataPlane } from '../../shared/http/data-plane.ts';
import type { Operations } from '../operations/operations.ts';

/** Archived days as Parquet files, for DuckDB and whatever else reads them. */
export function addArchiveRoute(plane: DataPlane, { retention }: Pick<Operations, 'retention'>): void {
  plane.route(
    { method: 'GET', path: '/v1/archive/:sha256', scope: 'monitoring:read', role: 'developer' },
    async (c) => {
      const { stream, sizeBytes, sha256 } = await retention.open(contextOf(c), c.req.param('sha256') ?? '');
      return c.body(stream, 200, {
        'content-type': 'application/vnd.apache.parquet',
        'content-length': String(sizeBytes),
        etag: `"${sha256}"`,
      });
    },
  );
}
