const view = new DataView(new ArrayBuffer(4));

/** Numbers the float32 values in their order, so that neighbours differ by one and both zeros are 0. */
function orderOf(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getInt32(0);
  return bits < 0 ? -0x8000_0000 - bits : bits;
}

/**
 * Distance of two numbers in units in the last place of float32: how many float32 values further one is than the
 * other. NaN, an infinity and what float32 does not hold are next to nothing but themselves.
 */
export function ulpsApart(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const isHeld = Number.isFinite(Math.fround(a)) && Number.isFinite(Math.fround(b));
  return isHeld ? Math.abs(orderOf(a) - orderOf(b)) : Infinity;
}
