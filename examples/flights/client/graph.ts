import * as z from 'zod';
import { call, CallError, messageOf } from './call.ts';
import { headersOf, type Connection, type Person } from './connection.ts';

const Answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string().optional() }).optional() }))
    .optional(),
});

/** Mutations whose input type is not named after them. */
const INPUT_TYPES: Readonly<Record<string, string>> = {
  submitModelVersion: 'ModelVersionStepInput',
  validateModelVersion: 'ModelVersionStepInput',
  startExperiment: 'ExperimentInput',
  startShadow: 'ShadowInput',
};

/** What the graph itself says is wrong. */
class GraphError extends CallError {
  constructor(
    field: string,
    message: string,
    readonly code: string,
  ) {
    super(`${field}: ${message} (${code})`);
  }
}

/** A subgraph was busy or away: what may be asked twice is asked again. */
const PASSING: ReadonlySet<string> = new Set(['TIMEOUT', 'SUBGRAPH_UNAVAILABLE']);
const TRIES = 5;
const WAIT_MS = 1_000;

/** The graph of an install, asked as one of its people. Answers are checked: what comes back is what the type says. */
export class Graph {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The one root field of a query. Asked again where the connection breaks. */
  ask<T>(shape: z.ZodType<T>, query: string, variables: object = {}): Promise<T> {
    return this.#send('developer', shape, query, variables, true);
  }

  /** A mutation that changes nothing when it is made twice. */
  define<T>(shape: z.ZodType<T>, name: string, input: object, fields: string): Promise<T> {
    return this.#send('developer', shape, mutation(name, fields), { input }, true);
  }

  /** Any other mutation: made once. */
  change<T>(shape: z.ZodType<T>, name: string, input: object, fields: string, as: Person = 'developer'): Promise<T> {
    return this.#send(as, shape, mutation(name, fields), { input }, false);
  }

  async #send<T>(as: Person, shape: z.ZodType<T>, query: string, variables: object, repeatable: boolean): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#sendOnce(as, shape, query, variables, repeatable);
      } catch (error) {
        const passes = error instanceof GraphError && PASSING.has(error.code);
        if (!passes || !repeatable || attempt === TRIES) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }

  async #sendOnce<T>(
    as: Person,
    shape: z.ZodType<T>,
    query: string,
    variables: object,
    repeatable: boolean,
  ): Promise<T> {
    const answer = await call(`${this.#connection.graphUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headersOf(this.#connection, as) },
      body: JSON.stringify({ query, variables }),
      repeatable,
    });
    const name = /\{\s*(\w+)/.exec(query)?.[1] ?? 'the graph';
    const text = await answer.text();
    const { data, errors } = answerIn(text) ?? {};
    const [error] = errors ?? [];
    if (error) throw new GraphError(name, error.message, error.extensions?.code ?? 'no code');
    if (!data) throw new CallError(`${name}: ${answer.status} ${messageOf(text) || 'is not the answer of a graph'}`);
    return shape.parse(Object.values(data)[0]);
  }
}

function answerIn(text: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function mutation(name: string, fields: string): string {
  const type = INPUT_TYPES[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${type}!) { ${name}(input: $input) ${fields} }`;
}

/** The nodes of a connection. */
export const nodesOf = <T>(shape: z.ZodType<T>) =>
  z.object({ edges: z.array(z.object({ node: shape })) }).transform(({ edges }) => edges.map(({ node }) => node));
