import {
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import type { PlannedField } from './selection-plan.ts';

export type Path = readonly (string | number)[];

export interface Completed {
  readonly data: Readonly<Record<string, unknown>> | null;
  /** Where null stood for something that may not be null, as the deepest place and the field that it belongs to. */
  readonly violations: readonly { readonly path: Path; readonly coordinate: string }[];
}

/** Stands for a null where none may be: it takes what surrounds it along. */
const FORBIDDEN_NULL = Symbol('forbidden null');

/**
 * GraphQL's law of nulls, which the native planner does not keep: a null in a place that may not be null takes the
 * nearest surrounding place that may. Also puts fields in the order asked and leaves out what nobody asked for.
 */
export function completeNulls(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  fields: readonly PlannedField[],
  data: unknown,
): Completed {
  const violations: { path: Path; coordinate: string }[] = [];
  // One stack for the whole walk: a path is only copied out where something is wrong.
  const path: (string | number)[] = [];

  const at = (step: string | number, type: GraphQLOutputType, field: PlannedField, value: unknown): unknown => {
    path.push(step);
    const completed = complete(type, field, value);
    path.pop();
    return completed;
  };

  const completeObject = (type: GraphQLObjectType, asked: readonly PlannedField[], value: object): unknown => {
    const completed: Record<string, unknown> = {};
    for (const field of asked) {
      const { key, isTypename } = field;
      const given = (value as Record<string, unknown>)[key] ?? null;
      // A subgraph that answers keeps this law itself, or says why not. So an object without a value that it must have
      // is a reference to nothing: it is null, and that is wrong only where null may not be.
      if (given === null && field.provesExistence && path.length > 0) return null;
      const answer = isTypename ? type.name : at(key, field.type, field, given);
      if (answer === FORBIDDEN_NULL) return null;
      completed[key] = answer;
    }
    return completed;
  };

  const complete = (type: GraphQLOutputType, field: PlannedField, value: unknown): unknown => {
    if (isNonNullType(type)) {
      const before = violations.length;
      const inner = complete(type.ofType, field, value);
      if (inner !== null) return inner;
      // Only the deepest place is a violation; those around it follow from it.
      if (violations.length === before) violations.push({ path: [...path], coordinate: field.coordinate });
      return FORBIDDEN_NULL;
    }
    if (value === null || value === undefined) return null;
    if (isLeafType(type)) return value;
    if (isListType(type)) {
      if (!Array.isArray(value)) return null;
      const items = value.map((item, index) => at(index, type.ofType, field, item));
      return items.includes(FORBIDDEN_NULL) ? null : items;
    }
    if (typeof value !== 'object') return null;
    const runtime = isObjectType(type)
      ? type
      : schema.getType(String((value as Record<string, unknown>)['__typename']));
    return isObjectType(runtime) ? completeObject(runtime, field.fieldsOf(runtime), value) : null;
  };

  return { data: completeObject(root, fields, data ?? {}) as Completed['data'], violations };
}

/** The part of an error's path that leads somewhere: planners leave out the indexes of lists that they fetch for. */
export function pathThatExists(path: Path | undefined, data: unknown): Path | undefined {
  if (!path) return undefined;
  let here = data;
  for (const [index, step] of path.entries()) {
    if (here === null || here === undefined) return path;
    if (Array.isArray(here) !== (typeof step === 'number')) return path.slice(0, index);
    here = (here as Record<string | number, unknown>)[step];
  }
  return path;
}
