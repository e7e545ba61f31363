import { hash53 } from '../windows/hash53.ts';

/** So many categories are kept apart; the rest is counted as one. */
export const MOST_CATEGORIES = 100;

/**
 * Counts of texts: exact for those with the smallest hashes, one sum for the rest. Which ones these are hangs on what occurred alone,
 * not on order: a text among the smallest of all is among the smallest of every part, so that merging gives the very counts of all
 * texts together.
 */
export interface CategoryCounts {
  readonly counts: Map<string, number>;
  /** Of all whose texts are not kept. */
  other: number;
  /** The largest hash among the kept, where something is not kept; until then Infinity. */
  within: number;
}

export const noCategories = (): CategoryCounts => ({ counts: new Map(), other: 0, within: Infinity });

export function addCategory(categories: CategoryCounts, text: string, count = 1): void {
  const { counts } = categories;
  const before = counts.get(text);
  if (before !== undefined) {
    counts.set(text, before + count);
    return;
  }
  if (hash53(text) > categories.within) {
    categories.other += count;
    return;
  }
  counts.set(text, count);
  if (counts.size > MOST_CATEGORIES) dropLargest(categories);
}

/** Adds all of another to it. */
export function addCategories(categories: CategoryCounts, more: CategoryCounts): void {
  if (more.other > 0) {
    categories.other += more.other;
    categories.within = Math.min(categories.within, more.within);
    for (const [text, count] of categories.counts)
      if (hash53(text) > categories.within) foldIn(categories, text, count);
  }
  for (const [text, count] of more.counts) addCategory(categories, text, count);
}

function foldIn(categories: CategoryCounts, text: string, count: number): void {
  categories.counts.delete(text);
  categories.other += count;
}

function dropLargest(categories: CategoryCounts): void {
  let [largest, second, at] = [-1, -1, ''];
  for (const text of categories.counts.keys()) {
    const hash = hash53(text);
    if (hash > largest) [largest, second, at] = [hash, largest, text];
    else if (hash > second) second = hash;
  }
  foldIn(categories, at, categories.counts.get(at) ?? 0);
  categories.within = second;
}

export const totalOf = ({ counts, other }: CategoryCounts): number => {
  let sum = other;
  for (const count of counts.values()) sum += count;
  return sum;
};

/** How many different texts there were: exact where all are kept, else by how close the kept hashes lie. */
export const distinctTexts = ({ counts, within, other }: CategoryCounts): number =>
  other === 0 ? counts.size : Math.round((counts.size - 1) / (within / 2 ** 53));

/**
 * Both in the same categories, so that their counts can be compared: a text is its own category only where both sides would have
 * kept it; the rest is summed.
 */
export function inSameCategories(
  reference: CategoryCounts,
  current: CategoryCounts,
): { readonly texts: readonly string[]; readonly reference: readonly number[]; readonly current: readonly number[] } {
  const within = Math.min(reference.within, current.within);
  const texts = [...reference.counts.keys()].filter((text) => within === Infinity || hash53(text) <= within).toSorted();
  const countsIn = (side: CategoryCounts): readonly number[] => texts.map((text) => side.counts.get(text) ?? 0);
  return { texts, reference: countsIn(reference), current: countsIn(current) };
}
