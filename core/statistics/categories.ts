/** How often each category occurs. */
export type CategoryCounts = Readonly<Record<string, number>>;

/**
 * Counts of two samples over the union of their categories, sorted by code unit so that every machine agrees: the bins
 * that psi, binnedDistances and chiSquareContingency take. A category that one side lacks counts 0 there.
 */
export function alignCategories(reference: CategoryCounts, current: CategoryCounts) {
  const categories = [...new Set([...Object.keys(reference), ...Object.keys(current)])].sort();
  const read = (counts: CategoryCounts) =>
    categories.map((category) => (Object.hasOwn(counts, category) ? (counts[category] ?? 0) : 0));
  return { categories, reference: read(reference), current: read(current) };
}
