import type { Matcher } from './expression.ts';
import { withoutReserved, type Labels } from './labels.ts';
import { keyOf } from './labels.ts';
import { PromqlError } from './promql-error.ts';

/** One series: times in ms, going up. A value that is null says that the series has ended there. */
export interface Series {
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** How long a sample stands where none follows; left out: five minutes, as in Prometheus. */
  readonly lookbackMs?: number;
}

/** Where series come from: all that fit, with at least the samples that the query looks at. */
export interface SeriesSource {
  select(matchers: readonly Matcher[]): readonly Series[];
}

/** One element of an instant vector. Its name is dropped at the end of the query, so that a label can still be made of it. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly dropName: boolean;
}

/** One element of a range vector. */
export interface Stretch {
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly dropName: boolean;
}

export type Value =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly Sample[] }
  | { readonly type: 'matrix'; readonly stretches: readonly Stretch[] };

const named = <T extends Sample | Stretch>(one: T): T =>
  one.dropName ? { ...one, labels: withoutReserved(one.labels), dropName: false } : one;

/** Drops the names that are to be dropped. Throws where two elements are then called the same. */
export function settled<T extends Sample | Stretch>(elements: readonly T[]): readonly T[] {
  const result = elements.map(named);
  checkDistinct(result);
  return result;
}

export function checkDistinct(elements: readonly { readonly labels: Labels }[]): void {
  if (elements.length < 2) return;
  const keys = new Set(elements.map(({ labels }) => keyOf(labels)));
  if (keys.size < elements.length) {
    throw new PromqlError('execution', 'vector cannot contain metrics with the same labelset');
  }
}

/** The last index of a time that is not after `ms`; -1 where all are. */
export function lastUpTo(times: readonly number[], ms: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
