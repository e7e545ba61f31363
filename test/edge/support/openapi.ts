import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** A schema of an OpenAPI document, ready to check values with. */
export type Check = (value: unknown) => string | null;

export interface OpenApi {
  readonly paths: Record<string, Record<string, any>>;
  /** Of `#/components/schemas/<name>`. */
  component(name: string): Check;
  /** Of what an operation answers with a status. */
  answer(path: string, method: string, status: number): Check;
}

export const readOpenApi = (file: string | URL): OpenApi => openApi(JSON.parse(readFileSync(file, 'utf8')));

export function openApi(document: any): OpenApi {
  const text = JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/');
  const $defs = JSON.parse(text);
  const check = (schema: unknown): Check => {
    const local = JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/'));
    const zod = z.fromJSONSchema({ ...local, $defs });
    return (value) => {
      const result = zod.safeParse(value);
      return result.success ? null : z.prettifyError(result.error);
    };
  };
  return {
    paths: document.paths,
    component: (name) => check({ $ref: `#/components/schemas/${name}` }),
    answer: (path, method, status) => {
      const content = document.paths[path]?.[method]?.responses?.[status]?.content;
      if (!content) return () => `${method} ${path} does not describe an answer with status ${status}`;
      return check((Object.values(content)[0] as any).schema);
    },
  };
}
