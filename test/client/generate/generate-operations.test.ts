import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { generateOperations, trustedDocuments } from '../../../client/generate/generate-operations.ts';

const schema = parse(`
  scalar DateTime
  enum State { DRAFT LIVE }
  interface Node { id: ID! }
  type Model implements Node { id: ID! state: State! at: DateTime tags: [String!]! }
  input ChangeInput { id: ID!, state: State }
  type Query { model(id: ID!): Model }
  type Mutation { change(input: ChangeInput!): Model }
  type Subscription { changed: Model }
`);
const make = (text: string, path = 'examples/some/operations.graphql'): Promise<string> =>
  generateOperations(schema, { path, text });

it('types answers and variables as the schema has them, and keeps the text with the fragments it needs', async () => {
  const made = await make(`
    fragment Facts on Model { id state at }
    fragment Unused on Model { tags }
    query OneModel($id: ID!) { model(id: $id) { ...Facts tags } }
    mutation Change($input: ChangeInput!) { change(input: $input) { id } }
    subscription Changes { changed { id } }
  `);
  expect(made).toContain("import { operation } from '../../client/operation.ts';");
  expect(made).toMatch(/export type State =\s+\| 'DRAFT'\s+\| 'LIVE';/);
  expect(made.replaceAll(/\s+/g, ' ')).toContain(
    'export type OneModelQuery = { readonly model: { readonly tags: ReadonlyArray<string>, readonly id: string, readonly state: State, readonly at: string | null } | null };',
  );
  expect(made).toContain(
    "export const OneModel = operation<OneModelQuery, OneModelQueryVariables>(\n  'query',\n  'OneModel',",
  );
  expect(made).toContain("export const Change = operation<ChangeMutation, ChangeMutationVariables>(\n  'mutation',");
  expect(made).toContain(
    "export const Changes = operation<ChangesSubscription, ChangesSubscriptionVariables>(\n  'subscription',",
  );
  const [, text = ''] = /'OneModel',\n {2}`([^`]*)`/.exec(made) ?? [];
  expect(text).toContain('fragment Facts on Model');
  expect(text).not.toContain('Unused');
});

it('imports from its own folder in the client', async () => {
  const made = await make('query OneModel($id: ID!) { model(id: $id) { id } }', 'client/operations.graphql');
  expect(made).toContain("import { operation } from './operation.ts';");
});

it('refuses what the schema does not have', async () => {
  await expect(make('query OneModel($id: ID!) { model(id: $id) { colour } }')).rejects.toThrow(/colour/);
  await expect(make('{ model(id: 1) { id } }')).rejects.toThrow();
});

it('names operations of the console by the hashes of their texts, which the gateway holds', async () => {
  const text = `
    fragment Facts on Model { id state }
    query OneModel($id: ID!) { model(id: $id) { ...Facts } }
    mutation Change($input: ChangeInput!) { change(input: $input) { id } }
  `;
  const made = await make(text, 'console/pages/some/operations.graphql');
  const documents = trustedDocuments([text]);
  expect(Object.keys(documents)).toEqual([
    expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  ]);
  for (const [hash, document] of Object.entries(documents)) {
    expect(made).toContain(hash);
    expect(made).not.toContain(document);
  }
  expect(Object.values(documents).toSorted()[1]).toMatch(/^query OneModel[^]*fragment Facts on Model/);
});
