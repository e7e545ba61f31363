import type { Context } from 'hono';
import type { DataPlane, DataPlaneEnv, RouteOptions } from '../../../shared/http/data-plane.ts';
import { hasAlready } from '../../../shared/http/has-already.ts';
import { EVENT_STREAM_HEADERS, eventStream } from '../../../shared/http/event-stream.ts';
import { waitSignal } from '../../../shared/http/running-requests.ts';
import type { ServerEvent } from '../../../../core/server-events.ts';
import type { ClientFeatures, ClientFeaturesInput } from '../../operations/experiment/client-features.ts';
import { growthbookError } from './error-shape.ts';

/** Who keeps it may show what is half a minute old, and for a day what it has where we do not answer. */
const CACHE = 'public, max-age=30, stale-while-revalidate=30, stale-if-error=86400';
const BEAT_MS = 15_000;
const STALL_MS = 60_000;

/** What is in it is public, and no cookie opens it: any page may read it. */
const OPEN = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'x-sse-support, etag' };

const route = (path: string): RouteOptions => ({
  method: 'GET',
  path,
  scope: 'experiment:evaluate',
  keyParam: 'clientKey',
  errorShape: growthbookError,
});

/** Where SDKs of GrowthBook read features, and hear of new ones. */
export function addGrowthbookRoutes(plane: DataPlane, features: ClientFeatures): void {
  plane.route(route('/api/features/:clientKey'), async (c) => {
    const { json, etag } = await features.read(askedBy(c));
    const headers = { ...OPEN, etag, 'cache-control': CACHE, 'x-sse-support': 'enabled' };
    if (hasAlready(c, etag)) return c.body(null, 304, headers);
    return c.body(json, 200, { ...headers, 'content-type': 'application/json; charset=utf-8' });
  });

  plane.route(route('/sub/:clientKey'), (c) => {
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    const followed = features.changes(askedBy(c), AbortSignal.any([gone.signal, waitSignal(c)]));
    const body = eventStream(asEvents(followed), {
      beatMs: BEAT_MS,
      stallMs: STALL_MS,
      onStall: leave,
      cut: leave,
      onCancel: leave,
    });
    return new Response(body, { headers: { ...EVENT_STREAM_HEADERS, ...OPEN } });
  });
}

const askedBy = (c: Context<DataPlaneEnv>): ClientFeaturesInput => {
  const { project, endpoints } = c.get('holder');
  return { project, endpoints };
};

async function* asEvents(
  followed: ReturnType<ClientFeatures['changes']>,
): AsyncGenerator<ServerEvent, void, undefined> {
  for await (const { json } of followed) yield { name: 'features', data: json };
}
