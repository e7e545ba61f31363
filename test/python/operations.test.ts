import { readFileSync } from 'node:fs';
import { buildASTSchema, parse, validate, type GraphQLSchema } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { ERROR_STATUS } from '../../core/errors.ts';

const OPERATIONS = 'python/src/tiffin/operations.graphql';
const ERRORS = 'python/src/tiffin/errors.py';

/** Python's own tests need its packages and a running install (`npm run interop`); this needs neither. */
describe('the Python client', () => {
  let schema: GraphQLSchema;
  beforeAll(() => {
    schema = buildASTSchema(parse(readFileSync('schema/supergraph.graphql', 'utf8')), { assumeValid: true });
  });
  const wrong = (text: string): string[] => validate(schema, parse(text)).map(({ message }) => message);

  it('asks the graph only for what the schema has', () => {
    expect(wrong(readFileSync(OPERATIONS, 'utf8'))).toEqual([]);
  });

  it('would be found out if it asked for anything else', () => {
    const text = readFileSync(OPERATIONS, 'utf8').replace('contentHash', 'contentHashes');
    expect(wrong(text)).toEqual([expect.stringContaining('"contentHashes"')]);
  });

  it('has an error class for each code of the servers', () => {
    const codes = [...readFileSync(ERRORS, 'utf8').matchAll(/^class \w+\(TiffinError\):\n {4}code = "(\w+)"/gm)];
    expect(codes.map(([, code]) => code).toSorted()).toEqual(Object.keys(ERROR_STATUS).toSorted());
  });
});
