import * as z from 'zod';
import type { FactSource } from '../../../schema/fact.ts';
import type { DataPlane } from '../../shared/http/data-plane.ts';
import { waitSignal } from '../../shared/http/running-requests.ts';
import { validated } from '../../../schema/validated.ts';

const Query = z.object({
  after: z.string().optional(),
  wait: z.coerce.number().min(0).max(30_000).default(0),
});

/** `GET /internal/facts?after=<cursor>&wait=<ms>`: exposures and outcomes, for the experiments. */
export function addFactRoute(plane: DataPlane, facts: FactSource): void {
  plane.route({ method: 'GET', path: '/internal/facts', scope: 'events:read' }, async (c) => {
    const { after, wait } = validated(Query, c.req.query());
    return c.json(await facts(after ?? null, wait, waitSignal(c)));
  });
}
