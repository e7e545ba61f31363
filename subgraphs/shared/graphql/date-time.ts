import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

/** A `Date` inside, RFC 3339 text in UTC outside; a string also in process, so that both ways of calling answer alike. */
export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'A moment, as RFC 3339 text in UTC: `2026-03-01T10:15:30.000Z`.',
});
