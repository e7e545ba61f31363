import type { Context } from 'hono';
import { DomainError } from '../../core/errors.ts';
import { serverEventText } from '../../core/server-events.ts';
import type { DataPlaneEnv } from '../../subgraphs/shared/http/data-plane.ts';
import { EVENT_STREAM_HEADERS } from '../../subgraphs/shared/http/event-stream.ts';
import type { PlannedSubscription } from '../answer/planned-subscription.ts';
import type { OnSubscription } from '../answer/subgraph-call.ts';
import { isAllowedOrigin, type CorsOrigins } from './cors.ts';

interface EventsOptions {
  /** Pages of which other origins may call. */
  readonly origins: CorsOrigins;
  /** Asks the operation; anything but a subscription has its answer in the response. */
  readonly ask: (take: OnSubscription) => Promise<Response>;
  readonly open: (planned: PlannedSubscription) => ReadableStream<Uint8Array>;
}

/**
 * Answers in the form of GraphQL over SSE (distinct connections): a subscription by its events, anything else, a refusal
 * included, by one `next` and `complete`.
 */
export async function answerByEvents(
  c: Context<DataPlaneEnv>,
  { origins, ask, open }: EventsOptions,
): Promise<Response> {
  let planned: PlannedSubscription | undefined;
  try {
    refuseForeignPage(c, origins);
    const answer = await ask((given) => {
      planned = given;
    });
    return stream(planned ? open(planned) : onceOnly(await answer.text()));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { message, code, details } = error;
    return stream(onceOnly(JSON.stringify({ errors: [{ message, extensions: { code, ...details } }] })));
  }
}

const stream = (body: ReadableStream<Uint8Array> | string): Response =>
  new Response(body, { headers: EVENT_STREAM_HEADERS });

const onceOnly = (result: string): string =>
  serverEventText({ name: 'next', data: result.trim() }) + serverEventText({ name: 'complete', data: '' });

/**
 * A GET of an `EventSource` has no header that would make a browser ask first (CORS), but says what page it is of. Throws
 * FORBIDDEN for pages that may not call.
 */
function refuseForeignPage(c: Context<DataPlaneEnv>, origins: CorsOrigins): void {
  if (c.req.method !== 'GET') return;
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const isAllowed =
    origin === undefined ? ['same-origin', 'none', undefined].includes(site) : isAllowedOrigin(origin, origins);
  if (isAllowed) return;
  throw new DomainError('FORBIDDEN', `origin: pages of ${origin ?? 'other origins'} may not call here`, {
    field: 'origin',
    allowed: origins,
  });
}
