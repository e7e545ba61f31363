import { FieldsOnCorrectTypeRule, parse, validate, type DocumentNode } from 'graphql';
import type { Subgraph } from '../../subgraphs/shared/subgraph.ts';

/**
 * The document of a query whose fields are all there. A subgraph takes what the gateway has validated and answers nothing
 * for a field that it does not have, so that a test which misspells one could not fail.
 */
export function knownFields({ federated }: Subgraph, query: string): DocumentNode {
  const document = parse(query);
  const [unknown] = validate(federated.schema, document, [FieldsOnCorrectTypeRule]);
  if (unknown) throw new Error(`the test asks for what is not there: ${unknown.message}`);
  return document;
}
