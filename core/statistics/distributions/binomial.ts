import betainc from '@stdlib/math-base-special-betainc';

/** ln n! − ½ln(2πn) − n ln n + n: what Stirling's formula leaves out (Loader 2000). */
function stirlingError(n: number): number {
  if (n < 16) {
    let factorial = 0;
    for (let k = 2; k <= n; k++) factorial += Math.log(k);
    return n === 0 ? 0 : factorial - 0.5 * Math.log(2 * Math.PI * n) - n * Math.log(n) + n;
  }
  const n2 = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / n2) / n2) / n2) / n2) / n;
}

/** x ln(x/m) + m − x without cancellation near x = m (Loader's `bd0`). */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let total = (x - m) * v;
  let power = 2 * x * v;
  for (let j = 3; j < 1000; j += 2) {
    power *= v * v;
    const next = total + power / j;
    if (next === total) break;
    total = next;
  }
  return total;
}

/** P(X = k) of n trials with rate p, by Loader's saddle point, accurate for millions of trials. */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p === 0 || p === 1) return Number(k === n * p);
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return p ** n;
  const exponent =
    stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * (1 - p));
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/** P(X ≤ k): I_{1−p}(n−k, k+1). */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : betainc(p, Math.floor(k) + 1, n - Math.floor(k), true, true);
}

/** P(X > k). */
export function binomialSf(k: number, n: number, p: number): number {
  if (k < 0) return 1;
  return k >= n ? 0 : betainc(p, Math.floor(k) + 1, n - Math.floor(k));
}

/** The smallest k with P(X ≤ k) ≥ p. */
export function binomialPpf(p: number, n: number, rate: number): number {
  let low = -1;
  let high = n;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle, n, rate) >= p) high = middle;
    else low = middle;
  }
  return high;
}
