import {
  Kind,
  parse,
  print,
  valueFromASTUntyped,
  type DefinitionNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type NamedTypeNode,
  type ObjectTypeDefinitionNode,
  type StringValueNode,
  type TypeNode,
} from 'graphql';
import { slugOf } from './links.ts';

/** Of each type of the graph the page that explains it, and the heading there. */
export type Homes = ReadonlyMap<string, { readonly page: string; readonly heading: string }>;

const ROOTS: Readonly<Record<string, string>> = {
  Query: 'Queries',
  Mutation: 'Mutations',
  Subscription: 'Subscriptions',
};
/** What stands with a list, and says nothing of its noun. */
const isPlumbing = (name: string): boolean => /(Connection|Edge)$/.test(name) || name.startsWith('_');

/** The types that each SDL explains: those with fields of their own there. */
export function homesOf(sdlByPage: Readonly<Record<string, string>>): Homes {
  const homes = new Map<string, { readonly page: string; readonly heading: string }>();
  for (const [page, sdl] of Object.entries(sdlByPage)) {
    for (const node of explained(sdl)) {
      if (!homes.has(node.name.value)) homes.set(node.name.value, { page, heading: headingOf(node) });
    }
  }
  return homes;
}

/** One subgraph's part of the graph, as a page. */
export function graphReference(page: string, sdl: string, homes: Homes): string {
  const own = explained(sdl).filter(({ name }) => homes.get(name.value)?.page === page);
  const roots = parse(sdl)
    .definitions.filter(isObject)
    .filter(({ name }) => name.value in ROOTS);
  const type = typeText(page, homes);
  return [
    `# Graph: ${page}`,
    `What the subgraph \`${page}\` adds to the graph, made of \`schema/${page}.graphql\`. [The gateway](../gateway.md) says how to ask.`,
    ...['Query', 'Mutation', 'Subscription'].flatMap((name) => {
      const fields = roots.flatMap((root) => (root.name.value === name ? (root.fields ?? []) : []));
      const shown = fields.filter((field) => !field.name.value.startsWith('_'));
      if (shown.length === 0) return [];
      return [`## ${ROOTS[name]}`, ...byName(shown).flatMap((field) => rootField(field, type))];
    }),
    ...section('Types', own.filter(isObject), (node) => fieldTable(node.fields ?? [], type)),
    ...section('Inputs', own.filter(isInput), (node) => inputTable(node.fields ?? [], type)),
    ...section('Values', own.filter(isEnum), (node) =>
      table(
        ['value', ''],
        (node.values ?? []).map((value) => [`\`${value.name.value}\``, words(value.description)]),
      ),
    ),
    '',
  ].join('\n\n');
}

const WORDS = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'type',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
} as const;

/** With its kind, as in SDL: else the type `Endpoint` and the query `endpoint` would share an address. */
const headingOf = (node: Explained): string => `${WORDS[node.kind]} ${node.name.value}`;

type Explained = ObjectTypeDefinitionNode | InputObjectTypeDefinitionNode | EnumTypeDefinitionNode;
const isObject = (node: DefinitionNode): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION;
const isInput = (node: DefinitionNode): node is InputObjectTypeDefinitionNode =>
  node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION;
const isEnum = (node: DefinitionNode): node is EnumTypeDefinitionNode => node.kind === Kind.ENUM_TYPE_DEFINITION;

function explained(sdl: string): readonly Explained[] {
  return parse(sdl)
    .definitions.filter((node): node is Explained => isObject(node) || isInput(node) || isEnum(node))
    .filter(({ name }) => !(name.value in ROOTS) && !isPlumbing(name.value));
}

function rootField(field: FieldDefinitionNode, type: (node: TypeNode) => string): string[] {
  const given = field.arguments ?? [];
  return [
    `### ${field.name.value}`,
    `${words(field.description)} Answers ${type(field.type)}.`.trim(),
    ...(given.length > 0 ? [inputTable(given, type)] : []),
  ];
}

function section<N extends Explained>(title: string, nodes: readonly N[], body: (node: N) => string): string[] {
  if (nodes.length === 0) return [];
  return [
    `## ${title}`,
    ...byName(nodes).flatMap((node) => [`### ${headingOf(node)}`, words(node.description), body(node)]),
  ];
}

const fieldTable = (fields: readonly FieldDefinitionNode[], type: (node: TypeNode) => string): string =>
  table(
    ['field', 'type', ''],
    fields.map((field) => {
      const given = (field.arguments ?? []).map(({ name }) => name.value).join(', ');
      return [`\`${field.name.value}${given === '' ? '' : `(${given})`}\``, type(field.type), words(field.description)];
    }),
  );

const inputTable = (fields: readonly InputValueDefinitionNode[], type: (node: TypeNode) => string): string =>
  table(
    ['input', 'type', ''],
    fields.map((field) => [
      `\`${field.name.value}\``,
      `${type(field.type)}${field.defaultValue ? ` = \`${JSON.stringify(valueFromASTUntyped(field.defaultValue)).replaceAll('"', '')}\`` : ''}`,
      words(field.description),
    ]),
  );

/** A type as it is written, its name a link to where it is explained. */
const typeText =
  (page: string, homes: Homes) =>
  (node: TypeNode): string => {
    const written = print(node);
    // A page of a list is explained by what it lists.
    const name = namedType(node).name.value.replace(/(Connection|Edge)$/, '');
    const home = homes.get(name);
    if (home === undefined) return `\`${written}\``;
    return `[\`${written}\`](${home.page === page ? '' : `./${home.page}.md`}#${slugOf(home.heading)})`;
  };

const namedType = (node: TypeNode): NamedTypeNode => (node.kind === Kind.NAMED_TYPE ? node : namedType(node.type));

const byName = <N extends { readonly name: { readonly value: string } }>(nodes: readonly N[]): readonly N[] =>
  nodes.toSorted((a, b) => (a.name.value < b.name.value ? -1 : 1));

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll(/\s+/g, ' ');

/** A description as Markdown: what looks like HTML or a placeholder there is text. */
export const words = (description: string | StringValueNode | undefined): string => {
  const text = (typeof description === 'string' ? description : description?.value) ?? '';
  return text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;')))
    .join('')
    .replaceAll(/\s+/g, ' ');
};
