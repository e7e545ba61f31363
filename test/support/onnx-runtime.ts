import * as ort from 'onnxruntime-web/wasm';

// More threads sum in another order and give other digits.
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** Runs a model on ONNX Runtime Web and gives back plain arrays by output; releases what it took. */
export async function runOnnx(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, ort.Tensor>>,
  fetches?: readonly string[],
): Promise<Record<string, { data: ArrayLike<unknown>; dims: readonly number[] }>> {
  const session = await ort.InferenceSession.create(bytes);
  try {
    const results = fetches ? await session.run(feeds, fetches) : await session.run(feeds);
    return Object.fromEntries(Object.entries(results).map(([name, { data, dims }]) => [name, { data, dims }]));
  } finally {
    await session.release();
  }
}

/** Rows of numbers as one float32 tensor. */
export const float32Rows = (rows: readonly (readonly number[])[]): ort.Tensor =>
  new ort.Tensor('float32', Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);

export const { Tensor } = ort;
export { ort };
