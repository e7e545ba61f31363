import * as ort from 'onnxruntime-web/wasm';
import { DomainError } from '../../core/errors.ts';
import type { Engine, LoadBytes } from './engine.ts';
import { isElementType } from '../../core/tensor/element-type.ts';
import { fromHalves, halvesOf } from '../../core/half.ts';
import type { Tensor, TensorMap } from '../../core/tensor/tensor.ts';

// More threads sum in another order and give other digits; without a worker there is nothing to proxy to.
ort.env.wasm.numThreads = 1;
ort.env.wasm.proxy = false;

let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * One call into the runtime after another. It is one thread, so nothing is lost; and calls that overlap free its stack out
 * of order, a little is lost each time, and after some ten thousand runs it aborts and never answers again.
 */
function inTurn<T>(call: () => Promise<T>): Promise<T> {
  const turn = lastTurn.then(call);
  lastTurn = turn.catch(() => undefined);
  return turn;
}

interface Loaded {
  readonly session: Promise<ort.InferenceSession>;
  /** Of its file; 0 until that is there. */
  bytes: number;
  running: number;
  evicted: boolean;
}

/**
 * ONNX Runtime Web (WebAssembly, one thread). Keeps at most `maxSessions` models loaded, with files of at most `maxBytes`
 * together, the least recently used goes first; its memory comes back only by `release()`, which waits for the runs that are under way.
 */
export class OrtEngine implements Engine {
  readonly name = 'ort';
  readonly #loadBytes: LoadBytes;
  readonly #maxSessions: number;
  readonly #maxBytes: number;
  /** In the order of last use. */
  readonly #loaded = new Map<string, Loaded>();

  constructor(
    loadBytes: LoadBytes,
    { maxSessions = 32, maxBytes = Infinity }: { readonly maxSessions?: number; readonly maxBytes?: number } = {},
  ) {
    this.#loadBytes = loadBytes;
    this.#maxSessions = maxSessions;
    this.#maxBytes = maxBytes;
  }

  async run(digest: string, inputs: TensorMap, outputs?: readonly string[]): Promise<TensorMap> {
    const loaded = this.#use(digest);
    loaded.running++;
    try {
      const session = await loaded.session;
      const feeds: Record<string, ort.Tensor> = {};
      for (const [name, tensor] of Object.entries(inputs)) feeds[name] = toOrt(tensor);
      const results = await inTurn(() => (outputs ? session.run(feeds, outputs) : session.run(feeds)));
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromOrt(name, value)]));
    } finally {
      loaded.running--;
      await this.#releaseIfDone(loaded);
    }
  }

  /** The size of the files of all models that are loaded. */
  get bytes(): number {
    let bytes = 0;
    for (const loaded of this.#loaded.values()) bytes += loaded.bytes;
    return bytes;
  }

  /** How many models are loaded. */
  get size(): number {
    return this.#loaded.size;
  }

  retain(digests: ReadonlySet<string>): void {
    for (const [digest, loaded] of this.#loaded) if (!digests.has(digest)) this.#letGo(digest, loaded);
  }

  async close(): Promise<void> {
    const all = [...this.#loaded.values()];
    this.#loaded.clear();
    for (const loaded of all) {
      loaded.evicted = true;
      await this.#releaseIfDone(loaded);
    }
  }

  #use(digest: string): Loaded {
    const known = this.#loaded.get(digest);
    const loaded = known ?? this.#load(digest);
    this.#loaded.delete(digest);
    this.#loaded.set(digest, loaded);
    if (!known) this.#evict();
    return loaded;
  }

  #load(digest: string): Loaded {
    const bytes = this.#loadBytes(digest);
    const loaded: Loaded = { session: this.#create(digest, bytes), bytes: 0, running: 0, evicted: false };
    void this.#weigh(loaded, bytes);
    return loaded;
  }

  async #weigh(loaded: Loaded, loading: Promise<Uint8Array>): Promise<void> {
    // A file that cannot be had is told to whoever waits for the session.
    loaded.bytes = await loading.then(
      ({ length }) => length,
      () => 0,
    );
    this.#evict();
  }

  async #create(digest: string, loading: Promise<Uint8Array>): Promise<ort.InferenceSession> {
    try {
      // The default level keeps results equal to the oracle's; see the golden rows.
      const bytes = await loading;
      return await inTurn(() => ort.InferenceSession.create(bytes));
    } catch (error) {
      this.#loaded.delete(digest);
      throw error;
    }
  }

  /** The one that was used last stays, however large it is: somebody waits for it. */
  #evict(): void {
    for (const [digest, loaded] of this.#loaded) {
      const fits = this.#loaded.size <= this.#maxSessions && this.bytes <= this.#maxBytes;
      if (fits || this.#loaded.size === 1) return;
      this.#letGo(digest, loaded);
    }
  }

  #letGo(digest: string, loaded: Loaded): void {
    this.#loaded.delete(digest);
    loaded.evicted = true;
    void this.#releaseIfDone(loaded);
  }

  async #releaseIfDone(loaded: Loaded): Promise<void> {
    if (!loaded.evicted || loaded.running > 0) return;
    loaded.evicted = false; // once
    try {
      const session = await loaded.session;
      await inTurn(() => session.release());
    } catch {
      // It was never created, so there is nothing to let go of.
    }
  }
}

const toOrt = ({ dtype, data, shape }: Tensor): ort.Tensor =>
  new ort.Tensor(dtype, dtype === 'float16' ? halvesOf(data as Float32Array) : data, shape);

function fromOrt(name: string, value: ort.Tensor): Tensor {
  if (!isElementType(value.type)) {
    throw new DomainError('INVALID_INPUT', `the model's output "${name}" is ${value.type}, which cannot be answered`);
  }
  const data = value.type === 'float16' ? fromHalves(value.data as ArrayLike<number>) : value.data;
  return { dtype: value.type, shape: value.dims, data };
}
