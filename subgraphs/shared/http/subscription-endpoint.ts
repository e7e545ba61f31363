import type { Context } from 'hono';
import { parse, validate, type GraphQLSchema } from 'graphql';
import * as z from 'zod';
import { validated } from '../../../schema/validated.ts';
import { DomainError } from '../../../core/errors.ts';
import type { ServerEvent } from '../../../core/server-events.ts';
import type { SubscriptionCall, SubscriptionEvent } from '../subgraph-executor.ts';
import { jsonBody, type DataPlaneEnv } from './data-plane.ts';
import { EVENT_STREAM_HEADERS, eventStream } from './event-stream.ts';

const BEAT_MS = 15_000;
const STALL_MS = 60_000;

const Body = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

type Subscribe = (call: SubscriptionCall, signal: AbortSignal) => AsyncGenerator<SubscriptionEvent, void, undefined>;

/** A subscription by the gateway: server-sent events in the form of GraphQL over SSE. Without `complete` it has broken off. */
export async function subscribeOverHttp(
  c: Context<DataPlaneEnv>,
  schema: GraphQLSchema,
  subscribe: Subscribe,
): Promise<Response> {
  const { query, variables, operationName } = validated(Body, await jsonBody(c));
  const document = parse(query);
  const [mistake] = validate(schema, document);
  const gone = new AbortController();
  const call = {
    document,
    variables: variables ?? undefined,
    operationName: operationName ?? undefined,
    lastEventId: c.req.header('last-event-id'),
  };
  const leave = (): void => gone.abort();
  const events = mistake ? refused(mistake.message) : subscribe(call, gone.signal);
  const body = eventStream(asServerEvents(events), {
    beatMs: BEAT_MS,
    stallMs: STALL_MS,
    onStall: leave,
    cut: leave,
    onCancel: leave,
  });
  return new Response(body, { headers: EVENT_STREAM_HEADERS });
}

async function* refused(message: string): AsyncGenerator<SubscriptionEvent, void, undefined> {
  yield { result: { errors: [{ message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } };
}

async function* asServerEvents(
  events: AsyncGenerator<SubscriptionEvent, void, undefined>,
): AsyncGenerator<ServerEvent, void, undefined> {
  try {
    for await (const { id, result } of events) {
      yield result ? { id, name: 'next', data: JSON.stringify(result) } : { id };
    }
  } catch (error) {
    // We stop: the stream ends without having been completed.
    if (error instanceof DomainError) return;
    throw error;
  }
  yield { name: 'complete', data: '' };
}
