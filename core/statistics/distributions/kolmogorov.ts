/**
 * P(K > x) of Kolmogorov's limiting distribution, 2 Σ (−1)^(k−1) exp(−2k²x²); for small x by its theta dual
 * 1 − √(2π)/x Σ exp(−(2k−1)²π²/(8x²)), which converges where the first does not.
 */
export function kolmogorovSf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x <= 0) return 1;
  let total = 0;
  if (x < 0.82) {
    for (let k = 1; k <= 20; k++) total += Math.exp(-(((2 * k - 1) * Math.PI) ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * total;
  }
  for (let k = 20; k >= 1; k--) total += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return 2 * total;
}
