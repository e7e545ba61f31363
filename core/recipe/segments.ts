import type { Dtype } from '../../schema/common.ts';
import { OTHER_SEGMENT, type Recipe } from '../../schema/recipe.ts';
import { DomainError } from '../errors.ts';
import { evaluateExpression } from '../expression/evaluate.ts';
import type { Expression } from '../expression/expression.ts';
import type { Names, NameTypes } from './names.ts';
import type { Report } from './problem.ts';
import type { Values } from './value.ts';

type Segment = Recipe['segments'][number];

/** A segment with its expression checked. */
export interface CompiledSegment {
  readonly name: string;
  readonly values: ReadonlySet<string>;
  readonly expression: Expression;
}

/** Gives the checked expression of a segment over its names. Throws INVALID_INPUT where there is none. */
export type SegmentSource = (segment: Segment, i: number, names: NameTypes) => Expression;

/** The name of the time of the request in a segment, and in the condition of a split. */
export const TIME_NAME = 'at';

/** The segments of a recipe: by inputs and time alone, since traffic looks at them before anything is read. */
export function compiledSegments(
  { segments, inputs }: Recipe,
  names: Names,
  expressionOf: SegmentSource,
  report: Report,
): CompiledSegment[] {
  const types = new Map<string, Dtype>(inputs.flatMap(({ name, dtype, shape }) => (shape ? [] : [[name, dtype]])));
  if (segments.length > 0 && types.has(TIME_NAME)) {
    report('segments', `"${TIME_NAME}" is the time of the request in a segment, and an input is called so`);
  }
  types.set(TIME_NAME, 'TIMESTAMP');
  return segments.flatMap((segment, i) => {
    const { name, values } = segment;
    names.reserve(name, `segments.${i}.name`);
    try {
      return [{ name, values: new Set(values), expression: expressionOf(segment, i, types) }];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      report(`segments.${i}.expression`, error.message);
      return [];
    }
  });
}

/** Which value a segment has; null where its expression has none, as when an input is missing. */
export function segmentOf({ expression, values }: CompiledSegment, inputs: Values, atMs: number): string | null {
  try {
    const value = evaluateExpression(expression, { ...inputs, [TIME_NAME]: atMs });
    return typeof value === 'string' && values.has(value) ? value : OTHER_SEGMENT;
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

/** All segments of a request that have a value. */
export function segmentsOf(
  segments: readonly CompiledSegment[],
  inputs: Values,
  atMs: number,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const segment of segments) {
    const value = segmentOf(segment, inputs, atMs);
    if (value !== null) found[segment.name] = value;
  }
  return found;
}
