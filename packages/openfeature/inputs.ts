import type { EvaluationContext } from '@openfeature/core';
import type { PredictInput, Value } from '../edge/client.ts';
import { FlagProblem } from './flag-problem.ts';

/** Which inputs of an endpoint's recipe come from a context. */
export interface FlagEndpoint {
  /** The input that gets the targeting key: what traffic is split on. */
  readonly unit?: string;
  /** The inputs that get the attributes of their names; one that the context lacks is left out. */
  readonly inputs?: readonly string[];
}

/** By the name of the endpoint, or `name@environment`. */
export type FlagEndpoints = Readonly<Record<string, FlagEndpoint>>;

/** Throws FlagProblem: TARGETING_KEY_MISSING, or INVALID_CONTEXT for an attribute that is no value of an input. */
export function inputOf({ unit, inputs = [] }: FlagEndpoint, context: EvaluationContext): PredictInput {
  const values: Record<string, Value> = {};
  if (unit !== undefined) {
    const { targetingKey } = context;
    if (targetingKey === undefined || targetingKey === '') {
      throw new FlagProblem('TARGETING_KEY_MISSING', `targetingKey: is missing; it is the input "${unit}"`);
    }
    values[unit] = targetingKey;
  }
  for (const name of inputs) {
    const value = context[name];
    if (value !== undefined) values[name] = valueOf(name, value);
  }
  return { inputs: values };
}

function valueOf(name: string, value: unknown): Value {
  if (value instanceof Date) return value.toISOString();
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Value;
  throw new FlagProblem(
    'INVALID_CONTEXT',
    `${name}: is no value of an input; allowed: text, number, boolean, date or null`,
  );
}
