import { call, pause } from './call.ts';
import { ClientError, errorOfAnswer } from './client-error.ts';
import { graphHeaders, type Connection } from './connection.ts';
import { answerIn, clientErrorOf } from './graph-answer.ts';
import type { Operation } from './operation.ts';
import { subscribe, type SubscribeOptions, type Received } from './subscribe.ts';

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

  /**
   * What a subscription tells, until the caller stops listening or its signal aborts. Where the connection breaks, or a part
   * goes away, it goes on behind the last event. Throws ClientError for what does not pass.
   */
  subscribe<Result, Variables>(
    operation: Operation<Result, Variables>,
    variables: Variables,
    options: SubscribeOptions = {},
  ): AsyncGenerator<Received<Result>, void, undefined> {
    return subscribe(this.#connection, operation, variables, options);
  }

  /** Runs a document of the caller's own, once, and gives what came: data, and every error. Throws ClientError where nobody answers. */
  async ask(
    document: string,
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<{ readonly data: unknown; readonly errors: readonly ClientError[] }> {
    const answer = await this.#post({ query: document, variables }, { repeatable: false, signal: undefined });
    const text = await answer.text();
    const { data, errors } = answerIn(text);
    if (data === undefined && errors === undefined) throw errorOfAnswer('the graph', answer.status, text);
    return { data, errors: (errors ?? []).map((error) => clientErrorOf('the graph', error, answer.status)) };
  }

  async #runOnce(
    name: string,
    query: string,
    variables: unknown,
    repeatable: boolean,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const answer = await this.#post({ query, variables, operationName: name }, { repeatable, signal });
    const text = await answer.text();
    const { data, errors } = answerIn(text);
    const [error] = errors ?? [];
    if (!error && data) return data;
    throw error ? clientErrorOf(name, error, answer.status) : errorOfAnswer(name, answer.status, text);
  }

  #post(
    body: object,
    { repeatable, signal }: { readonly repeatable: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<Response> {
    return call({
      url: `${this.#connection.graphUrl}/graphql`,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...graphHeaders(this.#connection) },
      body: JSON.stringify(body),
      repeatable,
      timeoutMs: this.#connection.timeoutMs,
      signal,
    });
  }
}
