import { expect } from 'vitest';
import { readContract } from '../../../../core/onnx/contract.ts';
import { compileModel } from '../../../../core/tabular/compile-plan.ts';
import { readPlan, writePlan } from '../../../../core/tabular/plan-blob.ts';
import { makeModel } from '../../../../core/tabular/run/tabular-model.ts';
import { differenceOf } from '../../../../core/tensor/agreement.ts';
import type { ElementType } from '../../../../core/tensor/element-type.ts';
import { tensorOf, type Tensor, type TensorMap } from '../../../../core/tensor/tensor.ts';
import { writeTensor, type WireValue } from '../../../../core/tensor/written.ts';
import { ort } from '../../../support/onnx-runtime.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

/** Where floats end and begin, and small whole numbers that thresholds are likely to be. */
const EDGES = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1.401298464324817e-45,
  -1.401298464324817e-45,
  3.4028234663852886e38,
  -1,
  1,
  2,
  40,
];

export const wire = (value: number): WireValue => (Number.isFinite(value) ? value : String(value));

/** Numbers of a type: edges, values on and beside thresholds, others at several scales. */
export function values(
  dtype: ElementType,
  count: number,
  seed: number,
  thresholds: readonly number[] = [],
): WireValue[] {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const round = (value: number): number => (dtype === 'float32' ? Math.fround(value) : value);
  return Array.from({ length: count }, () => {
    if (dtype === 'int64' || dtype === 'int32') return Math.floor(random() * 9) - 3;
    const kind = random();
    if (kind < 0.25) return wire(pick(EDGES));
    if (kind < 0.5 && thresholds.length > 0) return wire(round(pick(thresholds)));
    return round((random() - 0.5) * pick([1, 10, 1_000]));
  });
}

/** Rows for the one input of a model: of one row, two and five. */
export function rowsFor(bytes: Uint8Array, seed: number, thresholds: readonly number[] = []): TensorMap[] {
  const [input] = readContract(bytes).inputs;
  const { name, dtype, shape } = input as { name: string; dtype: ElementType; shape: readonly number[] };
  const width = shape.at(-1)!;
  return [1, 1, 1, 1, 1, 1, 2, 5].map((count, i) => ({
    [name]: tensorOf(dtype, [count, width], values(dtype, count * width, seed * 31 + i, thresholds), name),
  }));
}

/**
 * Runs rows on the tabular engine, by what it compiles and by the same as a release brings it, and on ONNX Runtime, and expects the
 * same answers to the bit; where one fails, the others must. Gives how many rows of tensors were answered.
 */
export async function expectAlike(bytes: Uint8Array, rows: readonly TensorMap[]): Promise<number> {
  const compiled = compileModel(bytes);
  if ('refused' in compiled) throw new Error(compiled.refused);
  const model = makeModel(compiled.plan);
  const brought = makeModel(readPlan(writePlan(compiled.plan)));
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
  let answered = 0;
  try {
    for (const row of rows) {
      const theirs = await outcomeOf(() => runOrt(session, row));
      const ours = await outcomeOf(() => Promise.resolve(model.run(row)));
      expect(await outcomeOf(() => Promise.resolve(brought.run(row)))).toStrictEqual(ours);
      const shown = JSON.stringify(row, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : typeof value === 'number' ? wire(value) : value,
      );
      if ('failed' in theirs || 'failed' in ours) {
        expect(
          { failed: 'failed' in ours },
          `${shown}: ${JSON.stringify({ ours, theirs }, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`,
        ).toEqual({ failed: 'failed' in theirs });
        continue;
      }
      const difference = differenceOf(
        Object.entries(theirs.outputs).map(([name, tensor]) => writeTensor(name, tensor)),
        ours.outputs,
        'EXACT',
      );
      expect(difference, shown).toBeUndefined();
      answered++;
    }
  } finally {
    await session.release();
  }
  return answered;
}

type Outcome = { readonly outputs: TensorMap } | { readonly failed: string };

async function outcomeOf(run: () => Promise<TensorMap>): Promise<Outcome> {
  try {
    return { outputs: await run() };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

async function runOrt(session: ort.InferenceSession, row: TensorMap): Promise<TensorMap> {
  const feeds = Object.entries(row).map(
    ([name, { dtype, data, shape }]) => [name, new ort.Tensor(dtype, data, shape)] as const,
  );
  const results = await session.run(Object.fromEntries(feeds), { logSeverityLevel: 4 });
  return Object.fromEntries(
    Object.entries(results).map(([name, { type, dims, data }]) => [name, { dtype: type, shape: dims, data } as Tensor]),
  );
}
