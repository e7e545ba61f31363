import { readFileSync } from 'node:fs';
import { Kind, parse, type DocumentNode, type InputValueDefinitionNode, type TypeNode } from 'graphql';
import { SUBGRAPHS } from '../../schema/nouns.ts';
import { bodyFields } from './bodies.ts';

/**
 * Everything that a caller can set: `InputType.field`, and `Type.field(argument)` but for a lone `input`, of the graph;
 * `METHOD /path field[].field` of the data plane's bodies.
 */
export const inputFields = (): string[] =>
  [...new Set([...SUBGRAPHS.flatMap((name) => fieldsOf(name)), ...bodyFields()])].toSorted();

function fieldsOf(subgraph: string): string[] {
  const document = parse(readFileSync(`schema/${subgraph}.graphql`, 'utf8'));
  const single = singleValued(document);
  const isSettable = ({ type }: InputValueDefinitionNode): boolean => !single.has(nameOf(type));
  return document.definitions.flatMap((node) => {
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      return (node.fields ?? []).filter(isSettable).map((field) => `${node.name.value}.${field.name.value}`);
    }
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
    return (node.fields ?? []).flatMap((field) =>
      (field.arguments ?? [])
        .filter((argument) => argument.name.value !== 'input' && isSettable(argument)) // an input's fields are what is set
        .map((argument) => `${node.name.value}.${field.name.value}(${argument.name.value})`),
    );
  });
}

/** Enums of one value: what is of such a type cannot be set to anything else, and GraphQL refuses all else. */
const singleValued = ({ definitions }: DocumentNode): Set<string> =>
  new Set(
    definitions.flatMap((node) =>
      node.kind === Kind.ENUM_TYPE_DEFINITION && node.values?.length === 1 ? [node.name.value] : [],
    ),
  );

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));
