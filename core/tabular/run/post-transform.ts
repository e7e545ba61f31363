import type { PostTransform } from '../tree-ensemble.ts';
import { expf, logistic, probit } from './float32.ts';

const { fround } = Math;
const LEAST = -3.4028234663852886e38;
const NEARLY_ZERO = fround(1e-7);

/** Turns the two or more scores of a row, in place, from `at` on; what they hold is rounded to float32 afterwards. */
export function transformScores(
  scores: Float32Array | Float64Array,
  at: number,
  count: number,
  transform: PostTransform,
): void {
  const end = at + count;
  if (transform === 'LOGISTIC') for (let i = at; i < end; i++) scores[i] = logistic(fround(scores[i] ?? 0));
  else if (transform === 'PROBIT') for (let i = at; i < end; i++) scores[i] = probit(fround(scores[i] ?? 0));
  else if (transform === 'SOFTMAX') softmax(scores, at, end);
  else if (transform === 'SOFTMAX_ZERO') softmaxZero(scores, at, end);
}

function mostOf(scores: Float32Array | Float64Array, at: number, end: number): number {
  let most = LEAST;
  for (let i = at; i < end; i++) {
    const score = fround(scores[i] ?? 0);
    if (score > most) most = score;
  }
  return most;
}

function softmax(scores: Float32Array | Float64Array, at: number, end: number): void {
  const most = mostOf(scores, at, end);
  let sum = 0;
  for (let i = at; i < end; i++) {
    const power = expf(fround(fround(scores[i] ?? 0) - most));
    scores[i] = power;
    sum = fround(sum + power);
  }
  for (let i = at; i < end; i++) scores[i] = fround((scores[i] ?? 0) / sum);
}

/** A score of zero stays one. */
function softmaxZero(scores: Float32Array | Float64Array, at: number, end: number): void {
  const most = mostOf(scores, at, end);
  const ofZero = expf(-most);
  let sum = 0;
  for (let i = at; i < end; i++) {
    const score = fround(scores[i] ?? 0);
    if (score > NEARLY_ZERO || score < -NEARLY_ZERO) {
      const power = expf(fround(score - most));
      scores[i] = power;
      sum = fround(sum + power);
    } else scores[i] = (scores[i] ?? 0) * ofZero;
  }
  for (let i = at; i < end; i++) scores[i] = (scores[i] ?? 0) / sum;
}
