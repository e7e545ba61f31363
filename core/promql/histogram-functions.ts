import type { PromqlFunction } from './functions.ts';
import { drop, keyOf, type Labels } from './labels.ts';
import type { Sample } from './series.ts';
import { scalarOf, vector, vectorOf } from './values.ts';

interface Bucket {
  readonly upper: number;
  readonly count: number;
}

interface Histogram {
  readonly labels: Labels;
  readonly buckets: Bucket[];
}

const boundOf = (text: string | undefined): number => {
  if (text === undefined || text.trim() === '') return NaN;
  return /^[+]?inf$/i.test(text) ? Infinity : /^-inf$/i.test(text) ? -Infinity : Number(text);
};

/** Buckets of one histogram belong together by all labels but `le`. */
function histogramsOf(samples: readonly Sample[]): Histogram[] {
  const found = new Map<string, Histogram>();
  for (const { labels, value } of samples) {
    const upper = boundOf(labels['le']);
    if (Number.isNaN(upper)) continue;
    const own = drop(labels, ['le']);
    const key = keyOf(own);
    const histogram = found.get(key) ?? { labels: own, buckets: [] };
    histogram.buckets.push({ upper, count: value });
    found.set(key, histogram);
  }
  return [...found.values()];
}

/** In order, equal bounds as one, and never going down: counts of buckets are sums from below. */
function ordered(buckets: readonly Bucket[]): Bucket[] {
  const result: Bucket[] = [];
  for (const bucket of buckets.toSorted((a, b) => a.upper - b.upper)) {
    const before = result.at(-1);
    if (before?.upper === bucket.upper) result.splice(-1, 1, { ...before, count: before.count + bucket.count });
    else result.push(bucket);
  }
  let most = 0;
  return result.map(({ upper, count }, i) => {
    most = i === 0 ? count : Math.max(most, count);
    return { upper, count: most };
  });
}

/** Within a bucket values are taken to lie evenly; the open one at the top counts as its lower end. */
export function bucketQuantile(q: number, given: readonly Bucket[]): number {
  if (Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const buckets = ordered(given);
  const top = buckets.at(-1);
  if (!top || top.upper !== Infinity || buckets.length < 2 || top.count === 0 || Number.isNaN(top.count)) return NaN;
  const rank = q * top.count;
  const at = buckets.findIndex(({ count }) => count >= rank);
  if (at === buckets.length - 1 || at < 0) return buckets.at(-2)?.upper ?? NaN;
  const bucket = buckets[at];
  if (!bucket) return NaN;
  if (at === 0 && bucket.upper <= 0) return bucket.upper;
  const below = buckets[at - 1] ?? { upper: 0, count: 0 };
  const inside = bucket.count - below.count;
  return below.upper + (bucket.upper - below.upper) * ((rank - below.count) / inside);
}

function bucketFraction(lower: number, upper: number, given: readonly Bucket[]): number {
  const buckets = ordered(given);
  const top = buckets.at(-1);
  if (!top || top.upper !== Infinity) return NaN;
  if (top.count === 0 || Number.isNaN(top.count) || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets) - rankOf(lower, buckets)) / top.count;
}

/** How many values lie below a bound. */
function rankOf(bound: number, buckets: readonly Bucket[]): number {
  let below: Bucket = { upper: -Infinity, count: 0 };
  for (const [i, bucket] of buckets.entries()) {
    const lower = i === 0 ? (bucket.upper > 0 ? 0 : -Infinity) : below.upper;
    if (bound <= lower) return below.count;
    if (bound < bucket.upper) {
      // In a bucket without an end nothing is known of where its values lie.
      const share = lower === -Infinity ? 1 : bucket.upper === Infinity ? 0 : (bound - lower) / (bucket.upper - lower);
      return below.count + (bucket.count - below.count) * share;
    }
    below = bucket;
  }
  return below.count;
}

export const histogramFunctions: Readonly<Record<string, PromqlFunction>> = {
  histogram_quantile: ({ values }) => {
    const q = scalarOf(values[0]);
    return vector(
      histogramsOf(vectorOf(values[1])).map(({ labels, buckets }) => ({
        labels,
        value: bucketQuantile(q, buckets),
        dropName: true,
      })),
    );
  },
  histogram_fraction: ({ values }) => {
    const [lower, upper] = [scalarOf(values[0]), scalarOf(values[1])];
    return vector(
      histogramsOf(vectorOf(values[2])).map(({ labels, buckets }) => ({
        labels,
        value: bucketFraction(lower, upper, buckets),
        dropName: true,
      })),
    );
  },
};
