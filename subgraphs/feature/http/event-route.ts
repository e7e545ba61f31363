import type { Context } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import { parseJson, readBody } from '../../../core/json-body.ts';
import { refuseOtherCharset } from '../../../core/utf8-text.ts';
import { EVENT_LIMITS, FeatureEventsRequest } from '../../../schema/feature-events.ts';
import { validated } from '../../../schema/validated.ts';
import { contextOf, type DataPlane, type DataPlaneEnv } from '../../shared/http/data-plane.ts';
import type { Events, SentEvents } from '../operations/events.ts';
import { eventLines } from './event-lines.ts';
import { refuseUnderPressure } from './under-pressure.ts';

const JSON_TYPE = 'application/json';
const LINES_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];

/** Where events of a source come in, as JSON or as NDJSON, plain or compressed. */
export function addEventRoute(plane: DataPlane, events: Events): void {
  const { bytes: maxBytes } = EVENT_LIMITS;
  plane.route({ method: 'POST', path: '/v1/features/events', scope: 'feature:write', maxBytes }, async (c) => {
    await refuseUnderPressure(c, () => events.refuseUnderPressure());
    return c.json(await events.send(contextOf(c), await sentEvents(c, maxBytes)));
  });
}

async function sentEvents(c: Context<DataPlaneEnv>, maxBytes: number): Promise<SentEvents> {
  const type = c.req.header('content-type') ?? '';
  const named = type.split(';')[0]?.trim().toLowerCase() ?? '';
  refuseOtherCharset(type);
  if (LINES_TYPES.includes(named)) {
    const source = c.req.query('source');
    if (source === undefined || source === '') {
      const message = 'source: is missing; name it in the query, as in ?source=txn';
      throw new DomainError('INVALID_INPUT', message, { field: 'source' });
    }
    return { source, events: eventLines(await readBody(c.req.raw, maxBytes)) };
  }
  if (named === JSON_TYPE) {
    const { value } = parseJson(await readBody(c.req.raw, maxBytes));
    const { source, events } = validated(FeatureEventsRequest, value);
    return { source, events: events.map((event, i) => ({ line: i + 1, event })) };
  }
  const allowed = [JSON_TYPE, ...LINES_TYPES];
  const message = `content-type: "${named}" is not read; send ${allowed.slice(0, 2).join(' or ')}`;
  throw new DomainError('UNSUPPORTED_MEDIA_TYPE', message, { field: 'content-type', allowed });
}
