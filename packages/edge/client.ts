import { limitOf, type Limit } from './limit.ts';
import { ModelWorker } from './model-worker.ts';
import { answerOf, EdgeProblem, problemIn } from './problem.ts';
import type { EdgeClientOptions, NodeStatus, Outcome, PredictInput, Prediction } from './types.ts';
import type { BatchAnswer, BatchRequest, OutcomeBatch, PredictAnswer, TelemetryAnswer } from './wire.ts';

export { EdgeProblem } from './problem.ts';
export type * from './types.ts';

/** Endpoints whose types `tiffin typegen` wrote: its file adds to this. */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- a file of the app's own adds to it
export interface Endpoints {}

type EndpointTypes<E extends string> = E extends keyof Endpoints
  ? Endpoints[E]
  : { readonly input: PredictInput; readonly prediction: Prediction };
/** What an endpoint is asked, as its recipe takes it where that is known. */
export type InputOf<E extends string> = EndpointTypes<E> extends { readonly input: infer Input } ? Input : PredictInput;
/** What an endpoint answers, as its recipe says it where that is known. */
export type PredictionOf<E extends string> =
  EndpointTypes<E> extends { readonly prediction: infer Answer } ? Answer : Prediction;

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** How long to wait for an answer, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Predictions, by a model in this browser or by an edge server. */
export interface EdgeClient {
  /** Throws EdgeProblem, which says what is wrong with the request, or which part is away. */
  predict<E extends string>(endpoint: E, input: InputOf<E>, options?: CallOptions): Promise<PredictionOf<E>>;
  /** Many at once, each a prediction of its own: answers in the order of the inputs, and a problem in the place of a row that has none. */
  predictMany<E extends string>(
    endpoint: E,
    inputs: readonly InputOf<E>[],
    options?: CallOptions,
  ): Promise<readonly (PredictionOf<E> | EdgeProblem)[]>;
  /** Says what happened in the end. The same id counts once, however often it is sent. */
  outcome(outcome: Outcome, options?: CallOptions): Promise<void>;
  /** Ships records that wait, as far as there is a network; what the worker says of itself afterwards. Null without a local model. */
  flush(): Promise<NodeStatus | null>;
  /** Asks for the newest model now, whatever the mode; what the worker says of itself afterwards. Null without a local model. */
  refresh(): Promise<NodeStatus | null>;
  /** What the worker holds and what waits; null without a local model. */
  status(): Promise<NodeStatus | null>;
  /** Called with the manifest's revision whenever the worker serves another one; the function it returns ends that. */
  onUpdate(listener: (revision: number | null) => void): () => void;
  /** Null once a model in this browser answers; else why only a server can. */
  whyRemote(): Promise<string | null>;
  close(): void;
}

const TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 250;
/** So long a call waits for a worker that starts, where a server can answer in its place. */
const START_MS = 3_000;

/**
 * A client of the edge, for browsers, React Native and servers: a model in this browser where `mode` asks for one and the
 * browser can have it, else the edge at `url`.
 *
 * @example
 * const edge = createClient({ mode: 'localModelUpdateInBackground', worker: '/tiffin-worker.js' });
 * const { score, decision, source } = await edge.predict('flight-delay', { inputs: { distance: 500 } });
 */
export function createClient(options: EdgeClientOptions): EdgeClient {
  const { mode = 'remote', worker = '/tiffin-worker.js', url, key, retries = 2 } = options;
  // Bound: browsers refuse a `fetch` that is called as a method of something else.
  const send: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  if (mode === 'remote' && url === undefined) {
    throw new EdgeProblem('url: say where the edge is, or choose a mode with a local model', {
      code: 'INVALID_INPUT',
      field: 'url',
    });
  }
  const local = mode === 'remote' ? null : ModelWorker.start(worker, mode);
  const remote = url === undefined ? null : url.replace(/\/+$/, '');

  async function asked(path: string, body: string, limit: Limit): Promise<Answered> {
    const { signal } = limit;
    const why = local && (await local.ready(signal, remote ? START_MS : Infinity));
    let own: unknown;
    if (local && why === null) {
      const here = (): Promise<unknown> => answerOf(fetch(path, requestOf(body, signal)), signal);
      try {
        // A model that is being made ready, or a worker that makes place for a newer one: it passes.
        return { source: 'local', answer: await withRetries(here, remote ? 1 : retries, limit) };
      } catch (error) {
        if (!remote || !(error instanceof EdgeProblem && error.passes)) throw error;
        own = error;
      }
    }
    if (!remote) {
      throw new EdgeProblem(`there is no model in this browser, and no url of an edge: ${why}`, {
        code: 'UNAVAILABLE',
      });
    }
    const attempt = (): Promise<unknown> =>
      answerOf(send(`${remote}${path}`, remoteRequestOf(body, signal, key)), signal);
    try {
      return { source: 'remote', answer: await withRetries(attempt, retries, limit) };
    } catch (error) {
      // Nobody answered there either: what this browser lacks says more.
      throw own && error instanceof EdgeProblem && error.status === undefined ? own : error;
    }
  }

  async function post(path: string, body: object, { signal, timeoutMs }: CallOptions): Promise<Answered> {
    const limit = limitOf(timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS, signal);
    try {
      return await asked(path, JSON.stringify(body), limit);
    } finally {
      limit.end();
    }
  }

  return {
    predict: async <E extends string>(endpoint: E, input: InputOf<E>, call: CallOptions = {}) => {
      const { answer, source } = await post(`/v1/predict/${encodeURIComponent(endpoint)}`, input as PredictInput, call);
      return { ...(answer as PredictAnswer), source } as PredictionOf<E>;
    },
    predictMany: async <E extends string>(endpoint: E, inputs: readonly InputOf<E>[], call: CallOptions = {}) => {
      const body: BatchRequest = { rows: inputs as readonly PredictInput[] };
      const { answer, source } = await post(`/v1/predict/${encodeURIComponent(endpoint)}/batch`, body, call);
      return (answer as BatchAnswer).rows.map((row) =>
        'error' in row ? problemIn(row.error) : ({ ...row, source } as PredictionOf<E>),
      );
    },
    outcome: async (outcome, call = {}) => {
      const body: OutcomeBatch = { outcomes: [outcome] };
      const { answer } = await post('/v1/outcomes', body, call);
      const [rejected] = (answer as TelemetryAnswer).rejected;
      if (rejected) throw new EdgeProblem(rejected.message, { code: rejected.code });
    },
    flush: async () => local?.ask('flush') ?? null,
    refresh: async () => local?.ask('refresh') ?? null,
    status: async () => local?.ask('status') ?? null,
    onUpdate: (listener) => local?.onUpdate(listener) ?? (() => undefined),
    whyRemote: async () => (local ? local.answers() : 'no local model was asked for: mode is remote'),
    close: () => local?.close(),
  };
}

interface Answered {
  readonly source: 'local' | 'remote';
  readonly answer: unknown;
}

const requestOf = (body: string, signal: AbortSignal): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
  signal,
});

/** The same for a server. `keepalive`: what was said last is sent although the page is closed meanwhile; Firefox asks no worker then. */
const remoteRequestOf = (body: string, signal: AbortSignal, key: string | undefined): RequestInit => ({
  ...requestOf(body, signal),
  headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
  keepalive: body.length < MOST_KEPT_ALIVE,
});

/** Browsers take 64 KB of such requests together. */
const MOST_KEPT_ALIVE = 16_000;

/** Tries again, after a pause that doubles or that the edge asks for, what an edge that is away or too busy did not answer. */
async function withRetries(send: () => Promise<unknown>, retries: number, limit: Limit): Promise<unknown> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof EdgeProblem) || !error.passes || attempt >= retries) throw error;
      if (!(await limit.wait(error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** attempt))) throw error;
    }
  }
}
