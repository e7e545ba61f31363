import { Failure } from './failure.ts';
import type { RequiresSelection } from './query-plan.ts';
import type { TypeCondition } from './type-conditions.ts';

export type Representation = Record<string, unknown>;

/**
 * What names an entity to the subgraph that shall say more about it. Undefined where that cannot be said (the key is
 * null), a failure where it could not be had.
 */
export function representationOf(
  entity: Readonly<Representation>,
  requires: readonly RequiresSelection[],
  isOf: TypeCondition,
): Representation | Failure | undefined {
  const projected = project(entity, requires, isOf);
  if (projected instanceof Failure) return projected;
  const named = projected as Representation | undefined;
  return named && { ...named, __typename: named['__typename'] ?? entity['__typename'] };
}

function project(value: unknown, selections: readonly RequiresSelection[], isOf: TypeCondition): unknown {
  if (value === null || value === undefined || value instanceof Failure) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => project(item, selections, isOf) ?? null);
    return items.find((item) => item instanceof Failure) ?? items;
  }
  const fields = value as Readonly<Representation>;
  const result: Representation = {};
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === 'FragmentSpread') throw new Error('a plan requires a named fragment');
    if (selection.kind === 'InlineFragment') {
      if (!isOf(String(fields['__typename']), selection.typeCondition)) continue;
      const more = project(fields, selection.selections, isOf);
      if (more instanceof Failure) return more;
      if (more === undefined) continue;
      Object.assign(result, more);
      count += Object.keys(more as Representation).length;
      continue;
    }
    const key = selection.alias ?? selection.name;
    const given = fields[selection.name] ?? fields[key];
    const inner = selection.selections ? project(given, selection.selections, isOf) : given;
    if (inner instanceof Failure) return inner;
    if (inner === null || inner === undefined) continue;
    result[key] = inner;
    count += 1;
  }
  // A type alone names nothing.
  return count === 0 || (count === 1 && result['__typename'] !== undefined) ? undefined : result;
}
