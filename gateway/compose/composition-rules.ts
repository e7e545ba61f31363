import { Kind, parse, visit, type DirectiveNode, type DocumentNode } from 'graphql';
import type { SubgraphSdl } from './compose.ts';
import { namedTypeOf } from './field-nodes.ts';
import { partialTypes } from './partial-types.ts';

/**
 * The patterns that the composer or the planner gets wrong (docs/decisions has the measurements): refused here with a
 * reason, rather than found at run time. Answers one line per offence.
 */
export function forbiddenPatterns(subgraphs: readonly SubgraphSdl[]): string[] {
  const parsed = subgraphs.map(({ name, sdl }) => ({ name, document: parse(sdl) }));
  return [
    ...parsed.flatMap(({ name, document }) => directiveOffences(name, document)),
    ...typeConflicts(parsed),
    ...partialTypes(parsed),
  ];
}

function directiveOffences(subgraph: string, document: DocumentNode): string[] {
  const found: string[] = [];
  visit(document, {
    Directive(node: DirectiveNode) {
      if (node.name.value === 'interfaceObject') found.push(`${subgraph}: @interfaceObject is not used here`);
      if (node.name.value !== 'requires') return;
      const fields = node.arguments?.find(({ name }) => name.value === 'fields')?.value;
      if (fields?.kind === Kind.STRING && fields.value.includes('...')) {
        found.push(`${subgraph}: @requires(fields: "${fields.value}") must name plain fields, no fragments`);
      }
    },
  });
  return found;
}

/** One field that is an object in one subgraph and a union in another composes to the wrong one in silence. */
function typeConflicts(parsed: readonly { readonly name: string; readonly document: DocumentNode }[]): string[] {
  const seen = new Map<string, { readonly type: string; readonly subgraph: string }>();
  const found: string[] = [];
  for (const { name: subgraph, document } of parsed) {
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
        continue;
      for (const field of definition.fields ?? []) {
        const coordinate = `${definition.name.value}.${field.name.value}`;
        const type = namedTypeOf(field.type).name.value;
        const other = seen.get(coordinate);
        if (other && other.type !== type) {
          found.push(`${coordinate} is ${other.type} in ${other.subgraph} and ${type} in ${subgraph}: choose one`);
        }
        seen.set(coordinate, { type, subgraph });
      }
    }
  }
  return found;
}
