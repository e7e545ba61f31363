import { compileExpression } from '../../../core/expression/compile.ts';
import { evaluateExpression } from '../../../core/expression/evaluate.ts';
import type { ScalarType } from '../../../core/expression/expression.ts';
import { DERIVED, INPUTS } from './fields.ts';

type Dtype = (typeof INPUTS)[number]['dtype'];
const TYPES: Readonly<Record<Dtype, ScalarType>> = {
  FLOAT64: 'double',
  INT64: 'int',
  BOOL: 'bool',
  STRING: 'string',
  TIMESTAMP: 'timestamp',
};

export type Fields = Record<string, number | string | boolean | bigint>;

/**
 * Adds the derived fields to a row of inputs and features: by the very expressions that the edge evaluates, so that models
 * learn from what they will be asked. `featureTypes` says the type of each feature.
 */
export function deriver(featureTypes: Readonly<Record<string, Dtype>>): (fields: Fields) => Fields {
  const declared: Record<string, ScalarType> = {};
  for (const { name, dtype } of INPUTS) declared[name] = TYPES[dtype];
  for (const [name, dtype] of Object.entries(featureTypes)) declared[name] = TYPES[dtype];
  const steps = DERIVED.map(({ name, dtype, expression }) => {
    const step = { name, expression: compileExpression(expression, declared, TYPES[dtype]) };
    declared[name] = TYPES[dtype];
    return step;
  });
  return (fields) => {
    const all: Fields = { ...fields };
    for (const { name, expression } of steps) {
      const value = evaluateExpression(expression, all);
      if (value instanceof Date) throw new Error(`${name} is a time, and no model reads times`);
      all[name] = value;
    }
    return all;
  };
}
