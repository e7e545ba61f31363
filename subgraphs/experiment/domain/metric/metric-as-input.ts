import type { Metric } from './metric.ts';

/** A metric in the words of its input, what is empty or the default left out. Defining it with these again changes nothing. */
export function metricAsInput({
  name,
  description,
  definition,
}: Pick<Metric, 'name' | 'description' | 'definition'>): object {
  const { marginKind, ...fields } = definition;
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return {
    name,
    ...(description !== '' && { description }),
    definition: { ...Object.fromEntries(given), ...(marginKind !== 'ABSOLUTE' && { marginKind }) },
  };
}
