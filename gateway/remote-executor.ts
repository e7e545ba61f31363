import { print, type DocumentNode } from 'graphql';
import * as z from 'zod';
import type { SubgraphResult } from '../subgraphs/shared/subgraph.ts';
import type { SubgraphExecutor } from './subgraph-call.ts';

const Answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.looseObject({ message: z.string() })).optional(),
});
const RefusedByDoor = z.object({ title: z.string(), code: z.string() });

/** Calls a subgraph that runs elsewhere. `url` is its root: `http://registry.internal:4002`. */
export function remoteExecutor(url: string): SubgraphExecutor {
  const endpoint = new URL('/graphql', url);
  const ready = new URL('/readyz', url);
  // A plan keeps its documents, so each is printed once.
  const printed = new WeakMap<DocumentNode, string>();
  const textOf = (document: DocumentNode): string => {
    const text = printed.get(document) ?? print(document);
    printed.set(document, text);
    return text;
  };
  return {
    execute: async ({ document, variables, operationName }, { token, requestId }, signal) => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          'x-request-id': requestId,
        },
        body: JSON.stringify({ query: textOf(document), variables, operationName }),
        redirect: 'error',
        signal,
      });
      return resultOf(await response.json(), response.status);
    },
    check: async (signal) => {
      const response = await fetch(ready, { signal, redirect: 'error' });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`answers ${response.status}`);
    },
  };
}

function resultOf(body: unknown, status: number): SubgraphResult {
  const answer = Answer.safeParse(body);
  if (answer.success && (answer.data.data !== undefined || answer.data.errors)) return answer.data as SubgraphResult;
  // The door answers with a problem (RFC 9457), the same refusal that a call in process gets as an error.
  const refused = RefusedByDoor.safeParse(body);
  if (!refused.success || status >= 500) throw new Error(`answers ${status} and no GraphQL`);
  return { errors: [{ message: refused.data.title, extensions: { code: refused.data.code } }] };
}
