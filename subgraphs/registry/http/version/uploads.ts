import { DomainError } from '../../../../core/errors.ts';
import type { DataPlane } from '../../../shared/http/data-plane.ts';
import type { Uploads } from '../../operations/version/uploads.ts';

/** `PUT /v1/uploads/:id`: the bytes of an upload that beginUpload announced, streamed to the store. */
export function addUploadRoute(plane: DataPlane, uploads: Uploads): void {
  plane.route(
    { method: 'PUT', path: '/v1/uploads/:id', scope: 'registry:write', role: 'developer', maxBytes: Infinity },
    async (c) => {
      const body = c.req.raw.body;
      if (!body) throw new DomainError('MALFORMED', 'send the bytes as the body');
      const request = { actor: c.get('holder'), requestId: c.get('requestId') };
      const { sha256, sizeBytes } = await uploads.receive(request, { id: c.req.param('id') ?? '', source: body });
      return c.json({ sha256, sizeBytes });
    },
  );
}
