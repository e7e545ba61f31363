import { Kind, parse, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { TypeCondition } from './type-conditions.ts';
import { withTypenames } from './with-typenames.ts';

/** What one fetch of a plan asks of its subgraph. */
export interface FetchDocument {
  readonly document: DocumentNode;
  /** The response keys at the root. */
  readonly rootKeys: readonly string[];
  /** The response keys that the root field `root` asks of an object of this type. */
  keysBelow(root: string, typename: string, isOf: TypeCondition): readonly string[];
}

export function fetchDocument(operation: string): FetchDocument {
  const document = withTypenames(parse(operation, { noLocation: true }));
  const fragments = new Map<string, FragmentDefinitionNode>();
  let root: SelectionSetNode | undefined;
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
    else if (node.kind === Kind.OPERATION_DEFINITION) root = node.selectionSet;
  }

  const fieldsOf = (
    set: SelectionSetNode | undefined,
    applies: (condition: string) => boolean,
  ): ReadonlyMap<string, SelectionSetNode | undefined> => {
    const found = new Map<string, SelectionSetNode | undefined>();
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        found.set((selection.alias ?? selection.name).value, selection.selectionSet);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      const condition = fragment?.typeCondition?.name.value;
      if (condition !== undefined && !applies(condition)) continue;
      for (const [key, below] of fieldsOf(fragment?.selectionSet, applies)) found.set(key, below);
    }
    return found;
  };

  const roots = fieldsOf(root, () => true);
  return {
    document,
    rootKeys: [...roots.keys()],
    keysBelow: (key, typename, isOf) =>
      [...fieldsOf(roots.get(key), (condition) => isOf(typename, condition)).keys()].filter(
        (name) => name !== '__typename',
      ),
  };
}
