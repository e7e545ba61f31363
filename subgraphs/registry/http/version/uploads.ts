import { DomainError } from '../../../../core/errors.ts';
import { contextOf, type DataPlane } from '../../../shared/http/data-plane.ts';
import type { Uploads } from '../../operations/version/uploads.ts';

const OFFSET = 'upload-offset';

/**
 * `PUT /v1/uploads/:id`: the bytes of an upload that beginUpload announced, streamed to the store; with `upload-offset` they go
 * on where those end that came before. `GET /v1/uploads/:id`: how many came.
 */
export function addUploadRoute(plane: DataPlane, uploads: Uploads): void {
  const access = { scope: 'registry:write', role: 'developer' } as const;

  plane.route({ method: 'PUT', path: '/v1/uploads/:id', ...access, maxBytes: Infinity }, async (c) => {
    const body = c.req.raw.body;
    if (!body) throw new DomainError('MALFORMED', 'send the bytes as the body');
    const id = c.req.param('id') ?? '';
    const offset = offsetOf(c.req.header(OFFSET));
    if (offset !== undefined) return c.json(await uploads.resume(contextOf(c), { id, offset, source: body }));
    const { sha256, sizeBytes } = await uploads.receive(contextOf(c), { id, source: body });
    return c.json({ sha256, sizeBytes });
  });

  plane.route({ method: 'GET', path: '/v1/uploads/:id', ...access }, async (c) => {
    const progress = await uploads.progress(contextOf(c), c.req.param('id') ?? '');
    return c.json(progress, 200, { [OFFSET]: String(progress.receivedBytes), 'cache-control': 'no-store' });
  });
}

function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  throw new DomainError('INVALID_INPUT', `${OFFSET}: "${text}" is not allowed; send a whole number from 0 on`, {
    field: OFFSET,
    allowed: ['a whole number from 0 on'],
  });
}
