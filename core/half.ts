/** From here on a number rounds to infinity: half a step beyond 65504, the greatest half. */
export const HALF_MOST = 65_520;

/** The value of an IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
export function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}

/** The bits of the half that is nearest to a number, of two the even one. */
export function bitsOfHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= HALF_MOST) return sign | 0x7c00;
  const exponent = exponentOf(size);
  // What rounding carries over goes into the exponent, which stands right above.
  return sign | (((exponent + 14) << 10) + roundedToEven(size / 2 ** (exponent - 10)));
}

/** Of a number below 2^16; below the least normal half the steps stay as they are there. */
function exponentOf(size: number): number {
  let exponent = -14;
  while (size >= 2 ** (exponent + 1)) exponent++;
  return exponent;
}

function roundedToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** The half that is nearest to a number. */
export const roundedToHalf = (value: number): number => halfOf(bitsOfHalf(value));

/** Halves as runtimes and wires carry them: two bytes each. */
export const halvesOf = (values: Float32Array): Uint16Array => Uint16Array.from(values, bitsOfHalf);

/** Halves as the numbers that they are, whether they come as bits or in an array of the language's own. */
export const fromHalves = (values: ArrayLike<number>): Float32Array =>
  values instanceof Uint16Array ? Float32Array.from(values, halfOf) : Float32Array.from(values);
