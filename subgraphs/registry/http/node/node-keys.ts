import { DomainError } from '../../../../core/errors.ts';
import type { DataPlane } from '../../../shared/http/data-plane.ts';
import type { EnrolledKeys } from '../../operations/node/enrolled-keys.ts';

const LONGEST_WAIT_MS = 20_000;

/** `GET /internal/node-keys?known=<digest>&wait=<ms>`: the good keys of nodes, at once where they are not those that are known. */
export function addNodeKeysRoute(plane: DataPlane, enrolled: EnrolledKeys): void {
  plane.route({ method: 'GET', path: '/internal/node-keys', scope: 'events:read' }, async (c) => {
    const waitMs = Number(c.req.query('wait') ?? 0);
    if (!(waitMs >= 0 && waitMs <= LONGEST_WAIT_MS)) {
      throw new DomainError('INVALID_INPUT', `wait: 0 to ${LONGEST_WAIT_MS} milliseconds`, { field: 'wait' });
    }
    const gone = AbortSignal.any([c.req.raw.signal, c.get('stopping')]);
    await enrolled.changedFrom(c.req.query('known') ?? '', waitMs, gone);
    return c.json(enrolled.known);
  });
}
