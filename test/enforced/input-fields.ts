import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { SUBGRAPHS } from '../../schema/nouns.ts';
import { bodyFields } from './bodies.ts';

/**
 * Everything that a caller can set: `InputType.field`, and `Type.field(argument)` but for a lone `input`, of the graph;
 * `METHOD /path field[].field` of the data plane's bodies.
 */
export function inputFields(): string[] {
  const found = new Set<string>(bodyFields());
  for (const name of SUBGRAPHS) {
    for (const node of parse(readFileSync(`schema/${name}.graphql`, 'utf8')).definitions) {
      if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
        for (const field of node.fields ?? []) found.add(`${node.name.value}.${field.name.value}`);
      }
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
      for (const field of node.fields ?? []) {
        for (const argument of field.arguments ?? []) {
          if (argument.name.value === 'input') continue; // its fields are what is set
          found.add(`${node.name.value}.${field.name.value}(${argument.name.value})`);
        }
      }
    }
  }
  return [...found].toSorted();
}
