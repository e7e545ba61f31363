import { KEY_DTYPES } from '../../../core/codec/address.ts';
import { DTYPES } from '../../../schema/common.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';

export const DtypeEnum = graphqlEnum('Dtype', DTYPES, 'The type of a value.', {
  FLOAT64: 'A double; what is not finite is read as null.',
  INT64: 'A whole number of 64 bits; beyond 2^53 it travels as text.',
  BOOL: 'True or false.',
  STRING: 'Text.',
  TIMESTAMP: 'A moment, in whole milliseconds.',
});

export const KeyDtypeEnum = graphqlEnum('KeyDtype', KEY_DTYPES, 'The type of a join key.', {
  STRING: 'Text.',
  INT64: 'A whole number of 64 bits.',
});
