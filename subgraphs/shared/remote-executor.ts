import { print, type DocumentNode } from 'graphql';
import * as z from 'zod';
import { serverEvents } from '../../core/server-events.ts';
import type { CallContext, SubgraphExecutor, SubscriptionCall, SubscriptionEvent } from './subgraph-executor.ts';
import type { SubgraphResult } from './subgraph.ts';

const Answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.looseObject({ message: z.string() })).optional(),
});
const Problem = z.object({ title: z.string(), code: z.string() });

// Documents are kept by those who call, so each is printed once.
const printed = new WeakMap<DocumentNode, string>();

function textOf(document: DocumentNode): string {
  const text = printed.get(document) ?? print(document);
  printed.set(document, text);
  return text;
}

const headersFor = ({ token, requestId, traceparent }: CallContext): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  ...(requestId !== undefined && { 'x-request-id': requestId }),
  ...(traceparent !== undefined && { traceparent }),
});

/** Calls a subgraph that runs elsewhere. `url` is its root: `http://registry.internal:4002`. */
export function remoteExecutor(url: string): SubgraphExecutor {
  const endpoint = new URL('/graphql', url);
  const ready = new URL('/readyz', url);
  return {
    execute: async ({ document, variables, operationName }, context, signal) => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headersFor(context) },
        body: JSON.stringify({ query: textOf(document), variables, operationName }),
        redirect: 'error',
        signal,
      });
      return resultOf(await response.json(), response.status);
    },
    subscribe: (call, context, signal) => listen(endpoint, call, context, signal),
    get: (path, context, signal) =>
      fetch(new URL(path, url), { headers: headersFor(context), redirect: 'error', signal }),
    check: async (signal) => {
      const response = await fetch(ready, { signal, redirect: 'error' });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`answers ${response.status}`);
    },
  };
}

/** A subgraph beats every 15 s; one that is silent for longer than this has gone. */
const SILENT_MS = 45_000;

async function* listen(
  endpoint: URL,
  { document, variables, operationName, lastEventId }: SubscriptionCall,
  context: CallContext,
  signal: AbortSignal,
): AsyncGenerator<SubscriptionEvent, void, undefined> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), SILENT_MS);
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        ...headersFor(context),
      },
      body: JSON.stringify({ query: textOf(document), variables, operationName }),
      redirect: 'error',
      signal: AbortSignal.any([signal, silent.signal]),
    });
    if (!response.ok || !response.body) {
      yield { result: resultOf(await response.json(), response.status) };
      return;
    }
    for await (const event of serverEvents(response.body)) {
      timer.refresh();
      if (event?.name === 'complete') return;
      if (event)
        yield { id: event.id, ...(event.data !== undefined && { result: resultOf(JSON.parse(event.data), 200) }) };
    }
    throw new Error('broke off');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}

function resultOf(body: unknown, status: number): SubgraphResult {
  const answer = Answer.safeParse(body);
  if (answer.success && (answer.data.data !== undefined || answer.data.errors)) return answer.data as SubgraphResult;
  // A route answers with a problem (RFC 9457), the same refusal that a call in process gets as an error.
  const refused = Problem.safeParse(body);
  if (!refused.success || status >= 500) throw new Error(`answers ${status} and no GraphQL`);
  return { errors: [{ message: refused.data.title, extensions: { code: refused.data.code } }] };
}
