import { readContract } from '../../core/onnx/contract.ts';
import { readConstant, type ConstantTensor } from '../../core/onnx/read-tensor.ts';
import { compileModel } from '../../core/tabular/compile-plan.ts';
import { readPlan, writePlan } from '../../core/tabular/plan-blob.ts';
import { makeModel } from '../../core/tabular/run/tabular-model.ts';
import { elementCount } from '../../core/tensor/element-type.ts';
import type { Tensor, TensorMap } from '../../core/tensor/tensor.ts';
import { ort } from './onnx-runtime.ts';
import type { OnnxCase } from './onnx-case-files.ts';

type Run = (inputs: TensorMap) => Promise<TensorMap>;

/** `PASSED`, or how else it ended and why; tensors of types that are not read here leave it `UNREAD`. */
export async function onTabular(one: OnnxCase): Promise<string> {
  const compiled = compileModel(one.model);
  if ('refused' in compiled) return `REFUSED: ${compiled.refused}`;
  // As a release brings it.
  const model = makeModel(readPlan(writePlan(compiled.plan)));
  return outcomeOf(one, (inputs) => Promise.resolve(model.run(inputs)));
}

export async function onOrt(one: OnnxCase): Promise<string> {
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(one.model, { logSeverityLevel: 4 });
  } catch {
    return 'REFUSED';
  }
  try {
    return await outcomeOf(one, async (inputs) => {
      const feeds = Object.entries(inputs).map(([name, { dtype, data, shape }]) => [
        name,
        new ort.Tensor(dtype, data, shape),
      ]);
      const results = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(
        Object.entries(results).map(([name, { type, dims, data }]) => [
          name,
          { dtype: type, shape: dims, data } as Tensor,
        ]),
      );
    });
  } finally {
    await session.release();
  }
}

async function outcomeOf({ model, inputs, outputs }: OnnxCase, run: Run): Promise<string> {
  const contract = readContract(model);
  const read = (files: ReadonlyMap<string, Uint8Array>): ConstantTensor[] =>
    [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => readConstant(bytes));
  let given: ConstantTensor[];
  let wanted: ConstantTensor[];
  try {
    [given, wanted] = [read(inputs), read(outputs)];
  } catch {
    return 'UNREAD';
  }
  let answered: TensorMap;
  try {
    answered = await run(
      Object.fromEntries(given.map((tensor, i) => [contract.inputs[i]?.name ?? tensor.name, tensor])),
    );
  } catch (error) {
    return `FAILED: ${error instanceof Error ? error.message : String(error)}`;
  }
  const isAsWanted = wanted.every((tensor, i) => isNear(answered[contract.outputs[i]?.name ?? tensor.name], tensor));
  return isAsWanted ? 'PASSED' : 'DIFFERS';
}

/** As closely as ONNX's own runner asks. */
function isNear(got: Tensor | undefined, { dtype, shape, data }: ConstantTensor): boolean {
  if (got?.dtype !== dtype || got.shape.join() !== shape.join()) return false;
  return Array.from({ length: elementCount(shape) }, (_, i) => [got.data[i], data[i]]).every(
    ([a, b]) =>
      a === b ||
      (Number.isNaN(a) && Number.isNaN(b)) ||
      Math.abs(Number(a) - Number(b)) <= 1e-7 + 1e-3 * Math.abs(Number(b)),
  );
}
