import type { Floats } from '../tree-ensemble.ts';
import { logf, softmaxExp } from './float32.ts';

const { fround } = Math;
const LANES = 4;
const lanes = new Float32Array(LANES);

/** Softmax of `count` values from `at` on, or its logarithm. Four sums run side by side, and are added up in pairs. */
export function softmaxRow(from: Floats, to: Floats, at: number, count: number, isLog: boolean): void {
  let most = -Infinity;
  for (let i = at; i < at + count; i++) {
    const value = from[i] ?? 0;
    if (value > most) most = value;
  }
  lanes.fill(0);
  const whole = count - (count % LANES);
  for (let i = 0; i < whole; i++) {
    const power = softmaxExp(fround((from[at + i] ?? 0) - most));
    if (!isLog) to[at + i] = power;
    lanes[i % LANES] = (lanes[i % LANES] ?? 0) + power;
  }
  let sum =
    whole === 0 ? 0 : fround(fround((lanes[0] ?? 0) + (lanes[2] ?? 0)) + fround((lanes[1] ?? 0) + (lanes[3] ?? 0)));
  for (let i = whole; i < count; i++) {
    const power = softmaxExp(fround((from[at + i] ?? 0) - most));
    if (!isLog) to[at + i] = power;
    sum = fround(sum + power);
  }
  const share = fround(1 / sum);
  const log = logf(sum);
  for (let i = at; i < at + count; i++) {
    to[i] = isLog ? fround(fround((from[i] ?? 0) - most) - log) : fround((to[i] ?? 0) * share);
  }
}
