import { call, pause } from './call.ts';
import { ClientError, detailsOf, errorOfAnswer } from './client-error.ts';
import { graphHeaders, type Connection } from './connection.ts';
import type { Operation } from './operation.ts';

interface GraphAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

export interface RunOptions {
  /** Whether a mutation changes nothing when it is made twice; queries always are. */
  readonly repeatable?: boolean;
  readonly signal?: AbortSignal;
}

const TRIES = 5;
const WAIT_MS = 1_000;

/** The graph of an install, asked under one identity. */
export class Graph {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Runs an operation; what may be asked twice is asked again where a part is away. Throws ClientError for its first error. */
  async run<Result, Variables>(
    { kind, name, text }: Operation<Result, Variables>,
    variables: Variables,
    { repeatable = kind === 'query', signal }: RunOptions = {},
  ): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.#runOnce(name, text, variables, repeatable, signal)) as Result;
      } catch (error) {
        // A call that nobody answered was made again already.
        const passes = error instanceof ClientError && error.passes && error.status !== undefined;
        if (!passes || !repeatable || attempt === TRIES) throw error;
      }
      await pause(WAIT_MS);
    }
  }

  /** The one root field of an operation. Throws NOT_FOUND where it is null, though nothing went wrong. */
  async field<Result extends object, Variables>(
    operation: Operation<Result, Variables>,
    variables: Variables,
    options?: RunOptions,
  ): Promise<NonNullable<Result[keyof Result]>> {
    const [value] = Object.values(await this.run(operation, variables, options)) as Result[keyof Result][];
    if (value === null || value === undefined) {
      throw new ClientError(`${operation.name}: there is none`, { code: 'NOT_FOUND' });
    }
    return value;
  }

  async #runOnce(
    name: string,
    query: string,
    variables: unknown,
    repeatable: boolean,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const answer = await call({
      url: `${this.#connection.graphUrl}/graphql`,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...graphHeaders(this.#connection) },
      body: JSON.stringify({ query, variables, operationName: name }),
      repeatable,
      timeoutMs: this.#connection.timeoutMs,
      signal,
    });
    const text = await answer.text();
    const { data, errors } = answerIn(text);
    const [error] = errors ?? [];
    if (!error && data) return data;
    if (!error) throw errorOfAnswer(name, answer.status, text);
    const { code, ...said } = error.extensions ?? {};
    const known = typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
    throw new ClientError(`${error.path?.join('.') ?? name}: ${error.message} (${known})`, {
      ...detailsOf(said),
      code: known,
      status: answer.status,
      path: error.path,
      inDoubt: known === 'TIMEOUT' || known === 'INTERNAL_SERVER_ERROR' || known === 'SUBGRAPH_UNAVAILABLE',
    });
  }
}

function answerIn(text: string): GraphAnswer {
  try {
    return (JSON.parse(text) as GraphAnswer | null) ?? {};
  } catch {
    return {};
  }
}
