/** Below 0 where the UTF-8 of `a` comes before that of `b`: the order of databases, which for pairs of surrogates is not ours. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const [xPaired, yPaired] = [isSurrogate(x), isSurrogate(y)];
    return xPaired === yPaired ? x - y : xPaired ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
