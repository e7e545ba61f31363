import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { DataPlane } from '../../subgraphs/shared/http/data-plane.ts';

/** File name → text of JSON Schemas, by which editors check what people write in files. */
export type JsonSchemas = ReadonlyMap<string, string>;

/** The JSON Schemas of a folder, whose URL ends with a slash. */
export const readJsonSchemas = (folder: URL): JsonSchemas =>
  new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.schema.json'))
      .toSorted()
      .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
  );

/** Serves each under its file name, so that one can refer to another beside it. */
export function addJsonSchemas(plane: DataPlane, schemas: JsonSchemas): void {
  for (const [name, text] of schemas) {
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    const headers = { 'content-type': 'application/schema+json', 'cache-control': 'no-cache', etag };
    plane.route({ method: 'GET', path: `/schemas/${name}`, scope: 'none' }, async (c) =>
      c.req.header('if-none-match') === etag
        ? new Response(null, { status: 304, headers })
        : new Response(text, { headers }),
    );
  }
}
