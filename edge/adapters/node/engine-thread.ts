// The other side of worker-engine.ts, which sends one task at a time.
import { parentPort } from 'node:worker_threads';
import { OrtEngine } from '../../engines/ort-engine.ts';
import type { TensorMap } from '../../../core/tensor/tensor.ts';

export type EngineTask =
  | { readonly kind: 'load'; readonly digest: string; readonly bytes: Uint8Array }
  | { readonly kind: 'run'; readonly digest: string; readonly inputs: TensorMap; readonly outputs?: readonly string[] }
  | { readonly kind: 'forget'; readonly digest: string };

export interface EngineAnswer {
  readonly outputs?: TensorMap;
  readonly failed?: string;
}

const models = new Map<string, Uint8Array>();
const engine = new OrtEngine(async (digest) => {
  const bytes = models.get(digest);
  if (!bytes) throw new Error(`the model ${digest} was not given to this thread`);
  return bytes;
});

async function perform(task: EngineTask): Promise<TensorMap | undefined> {
  if (task.kind === 'run') return engine.run(task.digest, task.inputs, task.outputs);
  if (task.kind === 'load') models.set(task.digest, task.bytes);
  else {
    models.delete(task.digest);
    engine.retain(new Set(models.keys()));
  }
  return undefined;
}

async function answerTo(task: EngineTask): Promise<EngineAnswer> {
  try {
    const outputs = await perform(task);
    return outputs ? { outputs } : {};
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

const answer = async (task: EngineTask): Promise<void> => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a thread, not a window
  parentPort?.postMessage(await answerTo(task));
};
parentPort?.on('message', (task: EngineTask) => void answer(task));
