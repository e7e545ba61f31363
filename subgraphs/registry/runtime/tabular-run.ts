import { compileModel } from '../../../core/tabular/compile-plan.ts';
import { readPlan, writePlan } from '../../../core/tabular/plan-blob.ts';
import { makeModel, type TabularModel } from '../../../core/tabular/run/tabular-model.ts';
import { TABULAR_VERSION } from '../../../core/tabular/version.ts';
import { readTensors, writeTensor } from '../../../core/tensor/written.ts';
import type { TensorValue } from '../../../schema/release.ts';
import { p99Of } from './p99-of.ts';
import type { RowAnswer, RunAnswer, RunRequest } from './onnx-worker.ts';

export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 500);

/**
 * Runs rows on the tabular engine, which takes fewer models than ONNX Runtime: by the compiled plan as a release brings it, read
 * again from its bytes.
 */
export async function runTabular({ id, model, rows, timed }: Omit<RunRequest, 'engine'>): Promise<RunAnswer> {
  const start = performance.now();
  const version = TABULAR_VERSION;
  const compiled = compileModel(model);
  const loaded = performance.now();
  if ('refused' in compiled) {
    return {
      id,
      version,
      refused: compiled.refused,
      rows: [],
      loadMs: loaded - start,
      runMs: 0,
      p99Ms: null,
      memoryBytes: null,
    };
  }
  const plan = writePlan(compiled.plan);
  const made = makeModel(readPlan(plan));
  const answers = rows.map((row) => answerTo(made, row));
  const runMs = performance.now() - loaded;
  const feeds = timed
    ? rows.filter((_, i) => 'outputs' in (answers[i] ?? {})).map((row) => readTensors(row, 'a row'))
    : [];
  const p99Ms = await p99Of(feeds.map((feed) => async () => made.run(feed)));
  return { id, version, rows: answers, loadMs: loaded - start, runMs, p99Ms, memoryBytes: null, plan };
}

function answerTo(model: TabularModel, row: readonly TensorValue[]): RowAnswer {
  try {
    const outputs = model.run(readTensors(row, 'a row'));
    return { outputs: Object.entries(outputs).map(([name, tensor]) => writeTensor(name, tensor)) };
  } catch (error) {
    return { failed: messageOf(error) };
  }
}
