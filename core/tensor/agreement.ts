import type { TensorValue } from '../../schema/release.ts';
import { isFloat } from './element-type.ts';
import type { Tensor, TensorMap } from './tensor.ts';
import { ulpsApart } from './ulp.ts';
import { readTensor } from './written.ts';

/** The proof that a release carries for an engine: to the bit, or within 2 ulp of float32. */
export type Proof = Exclude<Agreement, 'OFF'>;

/** How well golden rows were reproduced; OFF is beyond what any proof allows. */
export const AGREEMENTS = ['EXACT', 'BOUNDED', 'OFF'] as const;
export type Agreement = (typeof AGREEMENTS)[number];

/** Whether a float that came out may stand for the one that should; what is equal always may. */
export type Closeness = (got: number, want: number) => boolean;

/** The bound of a proof that is not to the bit. */
const MOST_ULPS = 2;

const CLOSENESS: Readonly<Record<Proof, Closeness>> = {
  EXACT: () => false,
  BOUNDED: (got, want) => ulpsApart(got, want) <= MOST_ULPS,
};

/** Where answered outputs differ first from the expected ones. */
export interface Difference {
  readonly tensor: string;
  /** `[2] is 0.5, not 0.25`: continues a sentence that begins with the tensor's name. */
  readonly why: string;
  /** The first two values that differ, where outputs are alike up to there. */
  readonly values?: { readonly expected: unknown; readonly actual: unknown };
}

/**
 * The first difference between what should come out and what came out: an output is the same by its name, its type, its
 * shape and then value by value; floats may be as far apart as the proof, or a rule of the caller's, says. Undefined
 * where there is none. Outputs that nobody expects do not count.
 */
export function differenceOf(
  expected: readonly TensorValue[],
  answered: TensorMap,
  closeness: Proof | Closeness,
): Difference | undefined {
  const isClose = typeof closeness === 'function' ? closeness : CLOSENESS[closeness];
  for (const value of expected) {
    const found = tensorDifference(value, answered[value.name], isClose);
    if (found) return { tensor: value.name, ...found };
  }
  return undefined;
}

/** The closest agreement that holds for all outputs. */
export function agreementOf(expected: readonly TensorValue[], answered: TensorMap): Agreement {
  if (!differenceOf(expected, answered, 'EXACT')) return 'EXACT';
  return differenceOf(expected, answered, 'BOUNDED') ? 'OFF' : 'BOUNDED';
}

/** How far floats lie apart at most, in units in the last place of float32; Infinity where anything else differs. */
export function ulpsBetween(expected: readonly TensorValue[], answered: TensorMap): number {
  let most = 0;
  const difference = differenceOf(expected, answered, (got, want) => {
    // Doubles that differ within one float32 are not the same.
    most = Math.max(most, 1, ulpsApart(got, want));
    return true;
  });
  return difference ? Infinity : most;
}

/** The agreement of answers that lie so far apart. */
export const agreementWithin = (ulps: number): Agreement =>
  ulps === 0 ? 'EXACT' : ulps <= MOST_ULPS ? 'BOUNDED' : 'OFF';

function tensorDifference(
  value: TensorValue,
  answered: Tensor | undefined,
  isClose: Closeness,
): Omit<Difference, 'tensor'> | undefined {
  const expected = readTensor(value, 'golden row');
  if (!answered) return { why: 'is not among the outputs' };
  if (answered.dtype !== expected.dtype) return { why: `is ${answered.dtype}, not ${expected.dtype}` };
  if (answered.shape.join() !== expected.shape.join()) {
    return { why: `has the shape [${answered.shape.join()}], not [${expected.shape.join()}]` };
  }
  for (let i = 0; i < expected.data.length; i++) {
    const [got, want] = [answered.data[i], expected.data[i]];
    const isSame = got === want || (Number.isNaN(got) && Number.isNaN(want));
    if (isSame || (isFloat(expected.dtype) && isClose(Number(got), Number(want)))) continue;
    // As it was written: a float32 has more digits once it is read.
    const values = { expected: value.data[i], actual: got };
    return { why: `[${i}] is ${String(got)}, not ${String(values.expected)}`, values };
  }
  return undefined;
}
