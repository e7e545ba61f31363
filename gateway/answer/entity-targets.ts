import { Failure } from './failure.ts';
import type { FlattenNodePathSegment } from './query-plan.ts';
import type { Representation } from './representation.ts';
import type { TypeCondition } from './type-conditions.ts';

/** The objects at a plan's path in an answer, each once: places that share an object share what is fetched for it. */
export function entityTargets(
  data: unknown,
  path: readonly FlattenNodePathSegment[],
  isOf: TypeCondition,
): readonly Representation[] {
  const found = new Set<Representation>();
  const walk = (value: unknown, index: number): void => {
    if (typeof value !== 'object' || value === null || value instanceof Failure) return;
    if (Array.isArray(value)) {
      for (const item of value) walk(item, index);
      return;
    }
    const step = path[index];
    const fields = value as Representation;
    if (step === undefined) found.add(fields);
    else if (step === '@') walk(fields, index + 1);
    else if ('Field' in step) walk(fields[step.Field], index + 1);
    else {
      const typename = fields['__typename'];
      const applies = typeof typename !== 'string' || step.TypeCondition.some((one) => isOf(typename, one));
      if (applies) walk(fields, index + 1);
    }
  };
  walk(data, 0);
  return [...found];
}
