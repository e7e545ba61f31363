import * as z from 'zod';
import type { Context } from 'hono';
import { DomainError } from '../../../../core/errors.ts';
import { unstorablePath } from '../../../../core/storable-text.ts';
import { LineageEvent } from '../../../../schema/open-lineage.ts';
import { validated } from '../../../../schema/validated.ts';
import { contextOf, jsonTextBody, type DataPlane, type DataPlaneEnv } from '../../../shared/http/data-plane.ts';
import type { Lineages } from '../../operations/catalogue/lineages.ts';
import { Turns } from '../../../shared/turns.ts';
import type { LineageIntake } from '../../operations/openlineage/lineage-intake.ts';
import type { SentEvent } from '../../operations/openlineage/take-in.ts';
import { marquezGraph, urnOfNode } from './marquez-graph.ts';

const MAX_BYTES = 5 * 1024 * 1024;
const MOST_IN_BATCH = 1_000;

const scope = 'registry:lineage';

interface LineageRoutesDeps {
  readonly intake: LineageIntake;
  readonly lineages: Pick<Lineages, 'around'>;
}

/** OpenLineage's wire, and Marquez's questions about it. */
export function addLineageRoutes(plane: DataPlane, { intake, lineages }: LineageRoutesDeps): void {
  plane.route({ method: 'POST', path: '/api/v1/lineage', scope, role: 'developer', maxBytes: MAX_BYTES }, async (c) => {
    const { value, text } = await storableBody(c);
    await intake.take(contextOf(c), [sent(value, text)]);
    return c.body(null, 201);
  });

  plane.route(
    { method: 'POST', path: '/api/v1/lineage/batch', scope, role: 'developer', maxBytes: MAX_BYTES },
    async (c) => {
      const { value } = await storableBody(c);
      const items = validated(z.array(z.unknown()).max(MOST_IN_BATCH), value);
      const turns = new Turns();
      const read: ReturnType<typeof tried>[] = [];
      for (const item of items) {
        read.push(tried(item));
        await turns.pass();
      }
      await intake.take(
        contextOf(c),
        read.flatMap((one) => ('event' in one ? [one] : [])),
      );
      const failed = read.flatMap((one, index) => ('reason' in one ? [{ index, ...one, retriable: false }] : []));
      return c.json({
        status: failed.length === 0 ? 'success' : 'partial_success',
        summary: {
          received: items.length,
          successful: items.length - failed.length,
          failed: failed.length,
          retriable: 0,
          non_retriable: failed.length,
        },
        failed_events: failed,
      });
    },
  );

  plane.route({ method: 'GET', path: '/api/v1/lineage', scope: 'registry:read', role: 'viewer' }, async (c) => {
    const { nodeId, depth } = validated(LineageQuery, c.req.query());
    const context = contextOf(c);
    const id = urnOfNode(context.actor.project, nodeId);
    return c.json({ graph: marquezGraph(await lineages.around(context, { id, depth })) });
  });

  plane.route({ method: 'GET', path: '/api/v1/events/lineage', scope: 'registry:read', role: 'viewer' }, async (c) => {
    const { limit, offset } = validated(EventsQuery, c.req.query());
    const { bodies, total } = await intake.list(contextOf(c), { limit, offset });
    // As they came: they are texts already.
    const text = `{"events":[${bodies.join(',')}],"totalCount":${total}}`;
    return c.body(text, 200, { 'content-type': 'application/json' });
  });
}

const LineageQuery = z.strictObject({
  nodeId: z.string().min(1).max(4_000),
  depth: z.coerce.number().int().min(1).max(20).default(20),
});

const EventsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

/** The body as JSON that can be kept. Throws INVALID_INPUT naming where it cannot. */
async function storableBody(c: Context<DataPlaneEnv>): Promise<{ readonly value: unknown; readonly text: string }> {
  const { value, text } = await jsonTextBody(c);
  const path = unstorablePath(value, text);
  if (path === null) return { value, text };
  const field = path.join('.') || 'body';
  throw new DomainError('INVALID_INPUT', `${field}: has a character that cannot be kept: U+0000 or half of a pair`, {
    field,
  });
}

const sent = (value: unknown, body: string): SentEvent => ({ event: validated(LineageEvent, value), body });

function tried(value: unknown): SentEvent | { readonly reason: string } {
  try {
    return sent(value, JSON.stringify(value));
  } catch (error) {
    if (error instanceof DomainError) return { reason: error.message };
    throw error;
  }
}
