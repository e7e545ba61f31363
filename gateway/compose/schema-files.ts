import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessRule } from '../../subgraphs/shared/auth/actor.ts';
import type { FederatedSchema } from '../../subgraphs/shared/graphql/federated-schema.ts';
import { apiSchemaOf, composeSupergraph, type SubgraphSdl } from './compose.ts';
import { definitionJsonSchema } from './definition-schema.ts';
import { SUBGRAPHS } from '../../schema/nouns.ts';
import { recipeJsonSchema } from '../../schema/recipe-schema.ts';

const HEADER = '# Generated: `npm run schema` writes this file, `npm run schema:check` compares it.\n\n';

export const SUPERGRAPH = 'supergraph.graphql';
const MUTATIONS = 'mutations.ts';

/** File name → text. */
export type SchemaFiles = ReadonlyMap<string, string>;

/** A subgraph as its classes make it. */
export interface BuiltSubgraph extends SubgraphSdl {
  /** Mutation → what it asks of whoever calls it. */
  readonly mutations: ReadonlyMap<string, AccessRule>;
}

/** Every subgraph that there is, built from its classes; no database is needed. */
export async function builtSubgraphs(): Promise<readonly BuiltSubgraph[]> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const found: BuiltSubgraph[] = [];
  for (const name of SUBGRAPHS) {
    const file = new URL(`../../subgraphs/${name}/graphql/schema.${extension}`, import.meta.url);
    if (!existsSync(file)) continue;
    const { buildSchema } = (await import(file.href)) as { buildSchema: () => Promise<FederatedSchema> };
    const { sdl, rules } = await buildSchema();
    found.push({ name, sdl, mutations: new Map([...rules].flatMap(([field, rule]) => mutationRule(field, rule))) });
  }
  return found;
}

function mutationRule(field: string, rule: AccessRule): readonly (readonly [string, AccessRule])[] {
  const [type, name] = field.split('.');
  return type === 'Mutation' && name !== undefined ? [[name, rule]] : [];
}

/** What `schema/` should hold: one file per subgraph, the supergraph, who may call which mutation, and the forms of recipes and definition files. Throws when they do not compose. */
export function schemaFiles(subgraphs: readonly BuiltSubgraph[]): SchemaFiles {
  const supergraph = composeSupergraph(subgraphs);
  return new Map([
    ...subgraphs.map(({ name, sdl }) => [`${name}.graphql`, withHeader(sdl)] as const),
    [SUPERGRAPH, withHeader(supergraph)],
    [MUTATIONS, mutationsText(subgraphs)],
    ['recipe.schema.json', asJson(recipeJsonSchema())],
    ['definitions.schema.json', asJson(definitionJsonSchema(apiSchemaOf(supergraph)))],
  ]);
}

function mutationsText(subgraphs: readonly BuiltSubgraph[]): string {
  const rules = subgraphs.flatMap(({ mutations }) => [...mutations]).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines = rules.map(([name, { role, scope }]) => {
    const asked = Object.entries({ role, scope }).flatMap(([key, value]) => (value ? [`${key}: '${value}'`] : []));
    return `  ${name}: { ${asked.join(', ')} },`;
  });
  return [
    `${HEADER.trimEnd().replace(/^#/, '//')}\n`,
    '/** Each mutation of the graph, with the role or the scope that lets one call it. */',
    'export const MUTATIONS = {',
    ...lines,
    '} as const;\n',
  ].join('\n');
}

const asJson = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
const withHeader = (text: string): string => `${HEADER}${text.trimEnd()}\n`;

/** Names of the files in `folder` that are missing or differ. */
export const staleFiles = (folder: string, files: SchemaFiles): readonly string[] =>
  [...files].filter(([name, text]) => readIfThere(join(folder, name)) !== text).map(([name]) => name);

const readIfThere = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
