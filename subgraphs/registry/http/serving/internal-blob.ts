import { DomainError } from '../../../../core/errors.ts';
import type { BlobStore } from '../../../shared/blob/blob-store.ts';
import type { DataPlane } from '../../../shared/http/data-plane.ts';

/** `GET /internal/blobs/:sha256`: release documents and models for the other subgraphs, which explain answers by them. */
export function addInternalBlobRoute(plane: DataPlane, blobs: Pick<BlobStore, 'open' | 'stat'>): void {
  plane.route({ method: 'GET', path: '/internal/blobs/:sha256', scope: 'edge:deliver' }, async (c) => {
    const sha256 = c.req.param('sha256') ?? '';
    if (!(await blobs.stat(sha256))) {
      throw new DomainError('NOT_FOUND', `sha256: there is no blob ${sha256}`, { field: 'sha256' });
    }
    const { stream, sizeBytes } = await blobs.open(sha256);
    return c.body(stream, 200, { 'content-type': 'application/octet-stream', 'content-length': String(sizeBytes) });
  });
}
