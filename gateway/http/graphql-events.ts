import type { Context } from 'hono';
import { DomainError } from '../../core/errors.ts';
import { serverEventText } from '../../core/server-events.ts';
import type { DataPlaneEnv } from '../../subgraphs/shared/http/data-plane.ts';
import { EVENT_STREAM_HEADERS } from '../../subgraphs/shared/http/event-stream.ts';
import type { PlannedSubscription } from '../answer/planned-subscription.ts';
import type { TakeSubscription } from '../answer/subgraph-call.ts';
import { isAllowedOrigin, type CorsOrigins } from './cors.ts';

/** How the operation of a request is asked. */
export interface AskOptions {
  /** Given where a subscription can be answered. */
  readonly takeSubscription?: TakeSubscription;
  /** Headers in the place of the caller's. */
  readonly instead?: Readonly<Record<string, string>>;
}

interface EventsOptions {
  /** Pages of which other origins may call. */
  readonly origins: CorsOrigins;
  /** Asks the operation; anything but a subscription has its answer in the response. */
  readonly ask: (take: TakeSubscription, instead: Readonly<Record<string, string>>) => Promise<Response>;
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
  const take: TakeSubscription = (given) => {
    planned = given;
  };
  const answer = await ask(take, { accept: 'application/json', ...(isOwnPage(c, origins) && NO_CSRF) });
  try {
    return new Response(planned ? open(planned) : onceOnly(await answer.text()), { headers: EVENT_STREAM_HEADERS });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { message, code, details } = error;
    const refusal = { errors: [{ message, extensions: { code, ...details } }] };
    return new Response(onceOnly(JSON.stringify(refusal)), { headers: EVENT_STREAM_HEADERS });
  }
}

const onceOnly = (result: string): string =>
  serverEventText({ name: 'next', data: result.trim() }) + serverEventText({ name: 'complete', data: '' });

const NO_CSRF = { 'apollo-require-preflight': 'true' };

/** An `EventSource` sends no header by which it could be told from a form; browsers say which page it is of. */
function isOwnPage(c: Context<DataPlaneEnv>, origins: CorsOrigins): boolean {
  const origin = c.req.header('origin');
  if (origin !== undefined) return isAllowedOrigin(origin, origins);
  return ['same-origin', 'none', undefined].includes(c.req.header('sec-fetch-site'));
}
