import { ClientError, detailsOf } from './client-error.ts';

/** One answer of the graph, as it is sent. */
export interface GraphAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphError[];
}

interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What a text says as an answer; nothing where it is none. */
export function answerIn(text: string): GraphAnswer {
  try {
    return (JSON.parse(text) as GraphAnswer | null) ?? {};
  } catch {
    return {};
  }
}

/** An error of an answer, for those who asked the operation `name`. */
export function clientErrorOf(name: string, error: GraphError, status: number): ClientError {
  const { code, ...said } = error.extensions ?? {};
  const known = typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
  return new ClientError(`${error.path?.join('.') ?? name}: ${error.message} (${known})`, {
    ...detailsOf(said),
    code: known,
    status,
    path: error.path,
    inDoubt: known === 'TIMEOUT' || known === 'INTERNAL_SERVER_ERROR' || known === 'SUBGRAPH_UNAVAILABLE',
  });
}
