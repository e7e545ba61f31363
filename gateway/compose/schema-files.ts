import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FederatedSchema } from '../../subgraphs/shared/graphql/federated-schema.ts';
import { apiSchemaOf, composeSupergraph, type SubgraphSdl } from './compose.ts';
import { definitionJsonSchema } from './definition-schema.ts';
import { SUBGRAPHS } from '../../schema/nouns.ts';
import { recipeJsonSchema } from '../../schema/recipe-schema.ts';

const HEADER = '# Generated: `npm run schema` writes this file, `npm run schema:check` compares it.\n\n';

export const SUPERGRAPH = 'supergraph.graphql';

/** File name → text. */
export type SchemaFiles = ReadonlyMap<string, string>;

/** The SDL of every subgraph that there is, built from its classes; no database is needed. */
export async function subgraphSdls(): Promise<readonly SubgraphSdl[]> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const found: SubgraphSdl[] = [];
  for (const name of SUBGRAPHS) {
    const file = new URL(`../../subgraphs/${name}/graphql/schema.${extension}`, import.meta.url);
    if (!existsSync(file)) continue;
    const { buildSchema } = (await import(file.href)) as { buildSchema: () => Promise<FederatedSchema> };
    found.push({ name, sdl: (await buildSchema()).sdl });
  }
  return found;
}

/** What `schema/` should hold: one file per subgraph, the supergraph, and the forms of recipes and definition files. Throws when they do not compose. */
export function schemaFiles(sdls: readonly SubgraphSdl[]): SchemaFiles {
  const supergraph = composeSupergraph(sdls);
  return new Map([
    ...sdls.map(({ name, sdl }) => [`${name}.graphql`, withHeader(sdl)] as const),
    [SUPERGRAPH, withHeader(supergraph)],
    ['recipe.schema.json', asJson(recipeJsonSchema())],
    ['definitions.schema.json', asJson(definitionJsonSchema(apiSchemaOf(supergraph)))],
  ]);
}

const asJson = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
const withHeader = (text: string): string => `${HEADER}${text.trimEnd()}\n`;

/** Names of the files in `folder` that are missing or differ. */
export const staleFiles = (folder: string, files: SchemaFiles): readonly string[] =>
  [...files].filter(([name, text]) => readIfThere(join(folder, name)) !== text).map(([name]) => name);

const readIfThere = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
