// Runs in a thread of its own, so that a model that hangs can be stopped.
import { parentPort } from 'node:worker_threads';
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { wasmMemoryBytes } from './wasm-memory.ts';
import { fromHalves, halvesOf } from '../../../core/half.ts';
import { readTensor, writeTensor } from '../../../core/tensor/written.ts';
import type { TensorValue } from '../../../schema/release.ts';
import { p99Of } from './p99-of.ts';
import { messageOf, runTabular } from './tabular-run.ts';

/** What runs models on nodes. */
export type EngineName = 'ort' | 'tabular';

/** Rows to run on one model; a row that fails has its message instead of outputs. */
export interface RunRequest {
  readonly id: number;
  readonly engine: EngineName;
  readonly model: Uint8Array;
  readonly rows: readonly (readonly TensorValue[])[];
  /** Whether to measure what one warm row takes, once all were run. */
  readonly timed: boolean;
}

export type RowAnswer = { readonly outputs: readonly TensorValue[] } | { readonly failed: string };

export interface RunAnswer {
  readonly id: number;
  /** Of the engine. */
  readonly version: string;
  /** Why the model could not be loaded. */
  readonly refused?: string;
  readonly rows: readonly RowAnswer[];
  readonly loadMs: number;
  readonly runMs: number;
  /** The 99th percentile of one warm row, in milliseconds; null where it was not asked for or no row runs. */
  readonly p99Ms: number | null;
  /** What the runtime holds, which never shrinks: the peak of this model only in a thread that ran no other; null of other engines. */
  readonly memoryBytes: number | null;
  /** What the tabular engine ran, as `core/tabular/plan-blob.ts` writes it. */
  readonly plan?: Uint8Array<ArrayBuffer>;
}

// More threads add in another order and give other digits.
env.wasm.numThreads = 1;
env.logLevel = 'error';

const version = env.versions.web ?? env.versions.common;

function feedOf(value: TensorValue): Tensor {
  const { dtype, shape, data } = readTensor(value, 'a row');
  return new Tensor(dtype, dtype === 'float16' ? halvesOf(data as Float32Array) : data, shape);
}

const outputOf = (name: string, { type, dims, data }: Tensor): TensorValue =>
  writeTensor(name, {
    dtype: type,
    shape: dims,
    data: type === 'float16' ? fromHalves(data as ArrayLike<number>) : data,
  });

async function answer({ id, model, rows, timed }: RunRequest): Promise<RunAnswer> {
  const start = performance.now();
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  } catch (error) {
    return {
      id,
      version,
      refused: messageOf(error),
      rows: [],
      loadMs: performance.now() - start,
      runMs: 0,
      p99Ms: null,
      memoryBytes: wasmMemoryBytes(),
    };
  }
  const loaded = performance.now();
  const answers: RowAnswer[] = [];
  const feeds: Record<string, Tensor>[] = [];
  for (const row of rows) {
    try {
      const feed = Object.fromEntries(row.map((value) => [value.name, feedOf(value)]));
      const outputs = await session.run(feed);
      feeds.push(feed);
      answers.push({ outputs: Object.entries(outputs).map(([name, tensor]) => outputOf(name, tensor)) });
    } catch (error) {
      answers.push({ failed: messageOf(error) });
    }
  }
  const runMs = performance.now() - loaded;
  const p99Ms = timed ? await p99Of(feeds.map((feed) => () => session.run(feed))) : null;
  await session.release(); // the WASM heap is never given back otherwise
  return { id, version, rows: answers, loadMs: loaded - start, runMs, p99Ms, memoryBytes: wasmMemoryBytes() };
}

parentPort?.on('message', (request: RunRequest) => {
  const answering = request.engine === 'tabular' ? runTabular(request) : answer(request);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a thread, not a window
  void answering.then((result) => parentPort?.postMessage(result));
});
