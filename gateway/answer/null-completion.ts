import {
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLFormattedError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { Failure, type Path } from './failure.ts';
import type { Planned } from './planner.ts';
import type { FieldsType, PlannedField } from './selection-plan.ts';

export interface Completed {
  readonly data: Readonly<Record<string, unknown>> | null;
  /** What failed, with the path of the field that misses a value for it. */
  readonly errors: readonly (GraphQLFormattedError & { readonly path: Path })[];
  /** Where null stood for something that may not be null, as the deepest place and the field that it belongs to. */
  readonly violations: readonly { readonly path: Path; readonly coordinate: string }[];
}

/** Stands for a null where none may be: it takes what surrounds it along. */
const FORBIDDEN_NULL = Symbol('forbidden null');

/**
 * GraphQL's law of nulls, which planners leave to us: a null in a place that may not be null takes the nearest
 * surrounding place that may. Also tells what failed and where, puts fields in the order asked and leaves out what
 * nobody asked for.
 */
export function completeNulls(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  fields: readonly PlannedField[],
  { data, shared }: Pick<Planned, 'data' | 'shared'>,
): Completed {
  const errors = new Errors();
  const violations: { path: Path; coordinate: string }[] = [];
  // One stack for the whole walk: a path is only copied out where something is wrong.
  const path: (string | number)[] = [];
  const completedBefore = new Map<PlannedField, Map<object, unknown>>();
  const problems = (): number => errors.count + violations.length;

  const at = (step: string | number, type: GraphQLOutputType, field: PlannedField, value: unknown): unknown => {
    path.push(step);
    const completed = complete(type, field, value);
    path.pop();
    return completed;
  };

  const runtimeOf = (type: GraphQLOutputType, typename: unknown): FieldsType | undefined => {
    // Where nothing asked depends on the type of the object, the interface says as much; it is also what a subgraph
    // calls its objects that knows no types behind the interface.
    if (typename === undefined || typename === type.toString()) return isInterfaceType(type) ? type : undefined;
    const runtime = schema.getType(typename as string);
    return isObjectType(runtime) ? runtime : undefined;
  };

  const completeObject = (type: FieldsType, asked: readonly PlannedField[], value: object): unknown => {
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

  /** What stands in several places is worked out once, as long as nothing is wrong with it: errors have one place each. */
  const completeShared = (runtime: FieldsType, field: PlannedField, value: object): unknown => {
    const known = completedBefore.get(field) ?? new Map<object, unknown>();
    completedBefore.set(field, known);
    const before = known.get(value);
    if (before !== undefined) return before;
    const problemsBefore = problems();
    const completed = completeObject(runtime, field.fieldsOf(runtime), value);
    if (problems() === problemsBefore) known.set(value, completed);
    return completed;
  };

  const complete = (type: GraphQLOutputType, field: PlannedField, value: unknown): unknown => {
    if (value instanceof Failure) {
      errors.add(value, path);
      return isNonNullType(type) ? FORBIDDEN_NULL : null;
    }
    if (isNonNullType(type)) {
      const before = problems();
      const inner = complete(type.ofType, field, value);
      if (inner !== null) return inner;
      // Only the deepest place is a violation; those around it follow from it.
      if (problems() === before) violations.push({ path: [...path], coordinate: field.coordinate });
      return FORBIDDEN_NULL;
    }
    if (value === null || value === undefined) return null;
    // A value of an enum that the graph does not show is not there for its clients.
    if (isLeafType(type)) return isEnumType(type) && !type.getValue(value as string) ? null : value;
    if (isListType(type)) {
      if (!Array.isArray(value)) return null;
      const items = value.map((item, index) => at(index, type.ofType, field, item));
      return items.includes(FORBIDDEN_NULL) ? null : items;
    }
    if (typeof value !== 'object') return null;
    const runtime = isObjectType(type) ? type : runtimeOf(type, (value as Record<string, unknown>)['__typename']);
    if (!runtime) return null;
    if (shared?.has(value)) return completeShared(runtime, field, value);
    return completeObject(runtime, field.fieldsOf(runtime), value);
  };

  const answer = completeObject(root, fields, data) as Completed['data'];
  return { data: answer, errors: errors.all, violations };
}

/** Errors with their paths, each once: neighbours that one failure took along all bring it. */
class Errors {
  readonly all: (GraphQLFormattedError & { readonly path: Path })[] = [];
  readonly #known = new Set<string>();
  /** Grows with each failure that is met, told or not. */
  count = 0;

  add({ errors }: Failure, place: Path): void {
    this.count += 1;
    for (const { message, extensions, tail, isNeighbours } of errors) {
      const path = [...(isNeighbours ? place.slice(0, -1) : place), ...tail];
      const name = JSON.stringify([path, message]);
      if (this.#known.has(name)) continue;
      this.#known.add(name);
      this.all.push({ message, extensions, path });
    }
  }
}

/** The part of an error's path that leads somewhere. */
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
