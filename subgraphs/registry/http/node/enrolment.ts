import { EnrolmentRequest, RotationRequest, type EnrolledNode } from '../../../../schema/enrolment.ts';
import { validated } from '../../../../schema/validated.ts';
import { jsonBody, type DataPlane } from '../../../shared/http/data-plane.ts';
import type { NodeKey } from '../../domain/node/node-key.ts';
import type { NodeKeys } from '../../operations/node/node-keys.ts';

const shown = ({ node, project, number }: NodeKey): EnrolledNode => ({ node, project, number });

/**
 * `POST /v1/nodes/enrol`: a node brings its one-time token and the digest of a key that it made; `POST /v1/nodes/rotate`: it
 * brings the digest of its next key under the one that it has.
 */
export function addEnrolmentRoutes(plane: DataPlane, nodeKeys: NodeKeys): void {
  // Without a scope: who comes has no key yet, and the token in the body is what lets it in.
  plane.route({ method: 'POST', path: '/v1/nodes/enrol', scope: 'none' }, async (c) => {
    const request = validated(EnrolmentRequest, await jsonBody(c));
    return c.json(shown(await nodeKeys.enrol(c.get('requestId'), request)), 201);
  });

  plane.route({ method: 'POST', path: '/v1/nodes/rotate', scope: 'edge:deliver' }, async (c) => {
    const { keySha256 } = validated(RotationRequest, await jsonBody(c));
    const context = { actor: c.get('holder'), requestId: c.get('requestId') };
    return c.json(shown(await nodeKeys.rotate(context, keySha256)), 201);
  });
}
