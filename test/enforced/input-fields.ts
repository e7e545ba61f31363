import { readFileSync } from 'node:fs';
import {
  Kind,
  parse,
  type DefinitionNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  type TypeNode,
} from 'graphql';
import { SUBGRAPHS } from '../../schema/nouns.ts';
import { bodyFields } from './bodies.ts';

const documents = SUBGRAPHS.map((name) => parse(readFileSync(`schema/${name}.graphql`, 'utf8')));

/**
 * Everything that a caller can set: `InputType.field`, and `Type.field(argument)` but for a lone `input`, of the graph;
 * `METHOD /path field[].field` of the data plane's bodies.
 */
export const inputFields = (): string[] => [...new Set([...documents.flatMap(fieldsOf), ...bodyFields()])].toSorted();

function fieldsOf(document: DocumentNode): string[] {
  const single = singleValued(document);
  const isSettable = ({ type }: InputValueDefinitionNode): boolean => !single.has(nameOf(type));
  const ofInputs = document.definitions.flatMap((node) =>
    node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION
      ? (node.fields ?? []).filter(isSettable).map((field) => `${node.name.value}.${field.name.value}`)
      : [],
  );
  const ofArguments = argumentsOf(document)
    .filter(({ argument }) => argument.name.value !== 'input' && isSettable(argument)) // an input's fields are what is set
    .map(({ type, field, argument }) => `${type}.${field}(${argument.name.value})`);
  return [...ofInputs, ...ofArguments];
}

interface Argument {
  readonly type: string;
  readonly field: string;
  readonly argument: InputValueDefinitionNode;
}

const argumentsOf = ({ definitions }: DocumentNode): Argument[] =>
  definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION
      ? (node.fields ?? []).flatMap((field) =>
          (field.arguments ?? []).map((argument) => ({ type: node.name.value, field: field.name.value, argument })),
        )
      : [],
  );

/** Enums of one value: what is of such a type cannot be set to anything else, and GraphQL refuses all else. */
const singleValued = ({ definitions }: DocumentNode): Set<string> =>
  new Set(
    definitions.flatMap((node) =>
      node.kind === Kind.ENUM_TYPE_DEFINITION && node.values?.length === 1 ? [node.name.value] : [],
    ),
  );

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));

/** Where the tests are that give a field of their own to its reader, and what their text holds: a word of each group. */
export interface Trace {
  readonly folders: readonly string[];
  readonly words: readonly (readonly string[])[];
}

export function traceOf(field: string): Trace {
  const [, edge, route = '', path = ''] = /^(edge )?[A-Z]+ (\S+) (\S+)$/.exec(field) ?? [];
  if (path !== '') {
    const place = route.split('/').findLast((part) => part !== '' && !part.startsWith('{')) ?? '';
    const folder = edge ? 'edge/pure' : route.startsWith('/v1/features/') ? 'feature' : 'monitoring';
    return { folders: [folder], words: [[place], path.split(/\W+/).filter((part) => part !== '')] };
  }
  const [, owner = '', name = '', argument] = /^(\w+)\.(\w+)(?:\((\w+)\))?$/.exec(field) ?? [];
  const folders = SUBGRAPHS.filter((_, n) => documents[n]!.definitions.some((node) => isOf(node, owner, name)));
  if (argument !== undefined) return { folders, words: [[name], [argument]] };
  const takers = documents
    .flatMap(argumentsOf)
    .filter((taken) => nameOf(taken.argument.type) === owner)
    .map((taken) => taken.field);
  return { folders, words: takers.length > 0 ? [takers, [name]] : [[name]] };
}

/** Whether a definition gives the type this field. */
const isOf = (node: DefinitionNode, type: string, field: string): boolean =>
  'name' in node &&
  node.name?.value === type &&
  'fields' in node &&
  (node.fields ?? []).some(({ name }) => name.value === field);
