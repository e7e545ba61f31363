import type { Holdout } from './holdout.ts';

/** A holdout in the words of its input, what is empty left out. Defining it with these again changes nothing. */
export function holdoutAsInput({ name, description, unit, namespace, entry, metrics }: Holdout): object {
  return {
    name,
    ...(description !== '' && { description }),
    unit,
    namespace: { name: namespace.name, from: namespace.from, to: namespace.to },
    ...(entry !== null && { entry }),
    ...(metrics.length > 0 && { metrics: metrics.map((use) => ({ metric: use.name, revision: use.revision })) }),
  };
}
