import type { Dtype } from '../../schema/common.ts';
import type { ScalarType } from '../expression/expression.ts';
import type { NameTypes } from './names.ts';

/** What CEL calls the types of a recipe. */
export const CEL_TYPE: Readonly<Record<Dtype, ScalarType>> = {
  FLOAT64: 'double',
  INT64: 'int',
  BOOL: 'bool',
  STRING: 'string',
  TIMESTAMP: 'timestamp',
};

export const celTypes = (names: NameTypes): Record<string, ScalarType> =>
  Object.fromEntries([...names].map(([name, type]) => [name, CEL_TYPE[type]]));
