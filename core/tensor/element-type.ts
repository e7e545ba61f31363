/** The element types that a model can be fed and can answer with, under ONNX Runtime's names. */
export const ELEMENT_TYPES = [
  'float16',
  'float32',
  'float64',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
  'string',
] as const;
export type ElementType = (typeof ELEMENT_TYPES)[number];

export const isElementType = (dtype: string): dtype is ElementType =>
  (ELEMENT_TYPES as readonly string[]).includes(dtype);

const FLOAT_TYPES = ['float16', 'float32', 'float64'] as const satisfies readonly ElementType[];
export type FloatType = (typeof FLOAT_TYPES)[number];

export const isFloat = (dtype: string): dtype is FloatType => (FLOAT_TYPES as readonly string[]).includes(dtype);

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
