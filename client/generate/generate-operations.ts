import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import {
  Kind,
  parse,
  print,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';

const HEADER = `// Made from operations.graphql by "npm run operations": change that file, not this one.\n`;

/** Types of the operations' answers and variables, as the schema has them. */
const CONFIG = {
  enumType: 'string-literal',
  immutableTypes: true,
  skipTypename: true,
  scalars: { DateTime: 'string', ID: 'string', JSON: 'unknown' },
};

export interface OperationsSource {
  /** Of the file with the operations, below the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** The TypeScript of a file of operations: types, and a constant per operation. Throws where the schema refuses one. */
export async function generateOperations(schema: DocumentNode, { path, text }: OperationsSource): Promise<string> {
  const document = parse(text);
  const types = await codegen({
    filename: path,
    schema,
    documents: [{ document, location: path }],
    config: CONFIG,
    plugins: [{ operations: {} }],
    pluginMap: { operations: typescriptOperations },
  });
  const constants = textsIn(document).map(({ definition, text: whole }) =>
    constantOf(definition, isTrusted(path) ? hashOf(whole) : whole),
  );
  const from = relative(dirname(path), 'client/operation.ts');
  return [
    HEADER,
    `import { operation } from '${from.startsWith('.') ? from : `./${from}`}';\n`,
    withoutUnused(types).trim(),
    '',
    ...constants,
    '',
  ].join('\n');
}

/** Files whose operations are sent by their hashes: the gateway holds the texts. */
export const isTrusted = (path: string): boolean => path.startsWith('console/');

/** How a trusted document is named. */
const hashOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** The texts of files of operations, by hash, in order of the hashes. */
export function trustedDocuments(texts: readonly string[]): Readonly<Record<string, string>> {
  const found = texts.flatMap((text) => textsIn(parse(text))).map(({ text }) => [hashOf(text), text] as const);
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

interface OperationText {
  readonly definition: OperationDefinitionNode;
  /** With the fragments that it spreads. */
  readonly text: string;
}

const textsIn = (document: DocumentNode): readonly OperationText[] =>
  document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((definition) => {
      const parts = [definition, ...fragmentsOf(definition, document)];
      return { definition, text: parts.map((part) => print(part)).join('\n\n') };
    });

function constantOf(definition: OperationDefinitionNode, text: string): string {
  const name = definition.name?.value;
  if (name === undefined) throw new Error('an operation has no name');
  const { operation } = definition;
  const types = `${name}${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
  return `export const ${name} = operation<${types}, ${types}Variables>(\n  '${operation}',\n  '${name}',\n  \`${text}\`,\n);\n`;
}

/** The fragments that a definition spreads, and those that these spread. */
function fragmentsOf(
  definition: OperationDefinitionNode | FragmentDefinitionNode,
  document: DocumentNode,
  found: Set<FragmentDefinitionNode> = new Set(),
): ReadonlySet<FragmentDefinitionNode> {
  visit(definition, {
    FragmentSpread: ({ name }) => {
      const fragment = document.definitions.find(
        (one): one is FragmentDefinitionNode =>
          one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name.value && !found.has(one),
      );
      if (!fragment) return;
      found.add(fragment);
      fragmentsOf(fragment, document, found);
    },
  });
  return found;
}

/** The plugin prints a type for incremental delivery into every file. */
const withoutUnused = (types: string): string =>
  types.replace(/^\/\*\* Internal type\.[^\n]*\n(?=export type Incremental)export type Incremental[^\n]*\n/m, '');
