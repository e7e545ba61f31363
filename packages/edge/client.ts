import { answerOf, EdgeProblem } from './problem.ts';
import type { EdgeClientOptions, NodeStatus, Outcome, PredictInput, Prediction } from './types.ts';
import { ModelWorker } from './model-worker.ts';

export { EdgeProblem } from './problem.ts';
export type * from './types.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** How long to wait for an answer, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Predictions, by a model in this browser or by an edge server. */
export interface EdgeClient {
  /** Throws EdgeProblem, which says what is wrong with the request, or which part is away. */
  predict(endpoint: string, input: PredictInput, options?: CallOptions): Promise<Prediction>;
  /** Says what happened in the end. The same id counts once, however often it is sent. */
  outcome(outcome: Outcome, options?: CallOptions): Promise<void>;
  /** Ships records that wait, as far as there is a network; what the worker says of itself afterwards. Null without a local model. */
  flush(): Promise<NodeStatus | null>;
  /** What the worker holds and what waits; null without a local model. */
  status(): Promise<NodeStatus | null>;
  /** Called with the manifest's revision whenever the worker serves another one; the function it returns ends that. */
  onUpdate(listener: (revision: number | null) => void): () => void;
  close(): void;
}

const TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 250;

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
  if (mode === 'remote' && url === undefined) {
    throw new EdgeProblem('url: say where the edge is, or choose a mode with a local model', {
      code: 'INVALID_INPUT',
      field: 'url',
    });
  }
  const local = mode === 'remote' ? null : ModelWorker.start(worker, mode);
  const remote =
    url === undefined ? null : { url: url.replace(/\/+$/, ''), headers: key ? { authorization: `Bearer ${key}` } : {} };

  async function post(
    path: string,
    body: object,
    { signal, timeoutMs = options.timeoutMs ?? TIMEOUT_MS }: CallOptions,
  ) {
    const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
    const why = local && (await local.ready(limit));
    if (local && why === null)
      return { source: 'local' as const, answer: await answerOf(fetch(path, requestOf(body, limit))) };
    if (!remote) {
      throw new EdgeProblem(`there is no model in this browser, and no url of an edge: ${why}`, {
        code: 'UNAVAILABLE',
      });
    }
    const send = (): Promise<unknown> =>
      answerOf(fetch(`${remote.url}${path}`, requestOf(body, limit, remote.headers)));
    return { source: 'remote' as const, answer: await withRetries(send, retries, limit) };
  }

  return {
    predict: async (endpoint, input, call = {}) => {
      const { answer, source } = await post(`/v1/predict/${encodeURIComponent(endpoint)}`, input, call);
      return { ...(answer as Prediction), source };
    },
    outcome: async (outcome, call = {}) => {
      const { answer } = await post('/v1/outcomes', { outcomes: [outcome] }, call);
      const [rejected] = (answer as { rejected: { code: string; message: string }[] }).rejected;
      if (rejected) throw new EdgeProblem(rejected.message, { code: rejected.code });
    },
    flush: async () => local?.ask('flush') ?? null,
    status: async () => local?.ask('status') ?? null,
    onUpdate: (listener) => local?.onUpdate(listener) ?? (() => undefined),
    close: () => local?.close(),
  };
}

const requestOf = (body: object, signal: AbortSignal, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
  signal,
});

/** Tries again, after a pause that doubles, what an edge that is away or too busy did not answer. */
async function withRetries(send: () => Promise<unknown>, retries: number, limit: AbortSignal): Promise<unknown> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof EdgeProblem) || !error.passes || attempt >= retries || limit.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** attempt));
    }
  }
}
