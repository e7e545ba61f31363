import { registerEnumType } from 'type-graphql';
import { DTYPES, type Dtype } from '../../../schema/common.ts';
import { KEY_DTYPES, type KeyDtype } from '../domain/entity.ts';

export const enumOf = <T extends string>(values: readonly T[]): Record<T, T> =>
  Object.fromEntries(values.map((value) => [value, value])) as Record<T, T>;

export const DtypeEnum: Record<Dtype, Dtype> = enumOf(DTYPES);
registerEnumType(DtypeEnum, {
  name: 'Dtype',
  description: 'The type of a value.',
  valuesConfig: {
    FLOAT64: { description: 'A double; what is not finite is read as null.' },
    INT64: { description: 'A whole number of 64 bits; beyond 2^53 it travels as text.' },
    BOOL: { description: 'True or false.' },
    STRING: { description: 'Text.' },
    TIMESTAMP: { description: 'A moment, in whole milliseconds.' },
  },
});

export const KeyDtypeEnum: Record<KeyDtype, KeyDtype> = enumOf(KEY_DTYPES);
registerEnumType(KeyDtypeEnum, {
  name: 'KeyDtype',
  description: 'The type of a join key.',
  valuesConfig: { STRING: { description: 'Text.' }, INT64: { description: 'A whole number of 64 bits.' } },
});
