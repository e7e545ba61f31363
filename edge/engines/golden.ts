import { DomainError } from '../../core/errors.ts';
import type { GoldenRow, TensorValue } from '../../schema/release.ts';
import type { Engine } from './engine.ts';
import { elementCount, isElementType, tensorOf, type Tensor, type TensorMap } from './tensor.ts';

const ULPS = { EXACT: 0, BOUNDED: 2 } as const;
export type Proof = keyof typeof ULPS;

/** What the golden check needs of a model in a release. */
export interface ProvenModel {
  readonly version: string;
  readonly digest: string;
  readonly golden: readonly GoldenRow[];
  readonly proofs: Readonly<Record<string, Proof>>;
}

/**
 * Runs the golden rows of a model and compares as its proof for this engine says: to the bit, or within 2 ulp of
 * float32. Throws FAILED_PRECONDITION that names the first value that differs.
 */
export async function checkGolden(engine: Engine, model: ProvenModel): Promise<void> {
  const proof = model.proofs[engine.name] ?? 'BOUNDED';
  for (const [row, { inputs, outputs }] of model.golden.entries()) {
    const answered = await engine.run(model.digest, tensorsOf(inputs, `golden row ${row}`));
    for (const expected of outputs) {
      const why = differenceOf(answered[expected.name], expected, proof);
      if (why === undefined) continue;
      throw new DomainError(
        'FAILED_PRECONDITION',
        `${model.version} does not reproduce its golden row ${row} on ${engine.name}: ${expected.name} ${why}`,
        { row, tensor: expected.name, proof },
      );
    }
  }
}

export function tensorsOf(values: readonly TensorValue[], where: string): TensorMap {
  return Object.fromEntries(values.map((value) => [value.name, tensorOfValue(value, where)]));
}

function tensorOfValue({ name, dtype, shape, data }: TensorValue, where: string): Tensor {
  if (!isElementType(dtype)) {
    throw new DomainError('INVALID_INPUT', `${where}: tensor "${name}" is ${dtype}, which no engine here takes`);
  }
  if (elementCount(shape) !== data.length) {
    throw new DomainError(
      'INVALID_INPUT',
      `${where}: tensor "${name}" has ${data.length} values for [${shape.join()}]`,
    );
  }
  return tensorOf(dtype, shape, data, `${where}: ${name}`);
}

/** How an answered tensor differs from the expected one; undefined where it does not. */
function differenceOf(answered: Tensor | undefined, value: TensorValue, proof: Proof): string | undefined {
  if (!answered) return 'is not among the outputs';
  const expected = tensorOfValue(value, 'golden row');
  if (answered.dtype !== expected.dtype) return `is ${answered.dtype}, not ${expected.dtype}`;
  if (answered.shape.join() !== expected.shape.join()) {
    return `has the shape [${answered.shape.join()}], not [${expected.shape.join()}]`;
  }
  for (let i = 0; i < expected.data.length; i++) {
    const [got, want] = [answered.data[i], expected.data[i]];
    if (got === undefined || want === undefined || !isSame(got, want, ULPS[proof])) {
      return `[${i}] is ${String(got)}, not ${String(want)} (${proof})`;
    }
  }
  return undefined;
}

type Value = number | bigint | string;

function isSame(got: Value, want: Value, ulps: number): boolean {
  if (typeof got !== 'number' || typeof want !== 'number') return got === want;
  if (Number.isNaN(want)) return Number.isNaN(got);
  if (ulps === 0 || !Number.isFinite(want)) return got === want;
  return Math.abs(order(got) - order(want)) <= ulps;
}

const view = new DataView(new ArrayBuffer(4));

/** Numbers the float32 values in their order, so that neighbours differ by one. */
function order(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getInt32(0);
  return bits < 0 ? -0x8000_0000 - bits : bits;
}
