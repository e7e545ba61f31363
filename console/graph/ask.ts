import type { Operation } from '../../client/operation.ts';
import { identityHeaders } from './identity.ts';
import { problemOf, unreachable, type Problem } from './problem.ts';
import { noteAnswer } from './session.ts';

export interface Answer<Result> {
  /** Null where the question as a whole failed. */
  readonly data: Result | null;
  readonly problems: readonly Problem[];
}

/** The console’s own door to the graph: it takes the hashes of the documents that were built with it, and no others. */
export const GRAPH_PATH = '/console/graphql';

/** Asks one operation, once. Never throws: what went wrong is part of the answer. */
export async function ask<Result, Variables>(
  { name, text }: Operation<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Answer<Result>> {
  try {
    const response = await fetch(GRAPH_PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...identityHeaders() },
      body: JSON.stringify({ id: text, operationName: name, variables }),
      credentials: 'same-origin',
      ...(signal && { signal }),
    });
    const requestId = response.headers.get('x-request-id') ?? undefined;
    const answer = (await response.json()) as AnswerBody<Result>;
    const errors = answer.errors ?? (answer.data === undefined ? [problemBody(answer)] : []);
    const told = { data: answer.data ?? null, problems: errors.map((error) => problemOf(error, requestId)) };
    noteAnswer(told);
    return told;
  } catch {
    return { data: null, problems: [unreachable()] };
  }
}

interface AnswerBody<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly object[];
  /** Of a problem of RFC 9457, which routes answer where GraphQL was not reached. */
  readonly code?: string;
  readonly detail?: string;
}

const problemBody = ({ code, detail }: AnswerBody<unknown>): object => ({
  message: detail ?? 'the answer cannot be read',
  extensions: { code },
});
