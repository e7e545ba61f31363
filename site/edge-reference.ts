import { table, words } from './graph-reference.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
  readonly description?: string;
  readonly $ref?: string;
}
interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}
interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content>>;
}
/** As much of OpenAPI as `schema/edge.openapi.json` uses. */
export interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, Operation>> & { readonly parameters?: readonly Parameter[] }>
  >;
  readonly components?: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

const METHODS = ['get', 'post', 'put', 'delete'];

/** The routes of the edge, as a page. */
export function edgeReference(api: OpenApi): string {
  const named = Object.entries(api.components?.['schemas'] ?? {}) as [string, Schema][];
  return [
    '# HTTP: the edge',
    'Made of `schema/edge.openapi.json`, which an edge serves at `/openapi.json`, and as a page that asks it at `/docs`. [The edge](../edge.md) says what the routes mean.',
    ...Object.entries(api.paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method];
        return operation ? operationText(api, `${method.toUpperCase()} ${path}`, operation, item.parameters ?? []) : [];
      }),
    ),
    '## Bodies',
    ...named
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, schema]) => [`### ${name}`, words(schema.description), fieldsOf(schema)]),
    '',
  ].join('\n\n');
}

function operationText(api: OpenApi, title: string, operation: Operation, shared: readonly Parameter[]): string[] {
  const parameters = [...shared, ...(operation.parameters ?? [])].map((one) => resolved(api, one));
  const bodies = Object.entries(resolved(api, operation.requestBody ?? {}).content ?? {});
  const answers = Object.entries(operation.responses ?? {}).map(
    ([status, one]) => [status, resolved(api, one)] as const,
  );
  return [
    `## ${title}`,
    words(operation.summary),
    words(operation.description),
    ...(parameters.length > 0
      ? [
          table(
            ['parameter', 'in', 'type', ''],
            parameters.map((one) => [
              `\`${one.name}\`${one.required ? ' (required)' : ''}`,
              one.in ?? '',
              typeOf(one.schema ?? {}),
              words(one.description),
            ]),
          ),
        ]
      : []),
    ...bodies.flatMap(([type, { schema = {} }]) => [`Body, \`${type}\`: ${typeOf(schema)}`, fieldsOf(schema)]),
    table(
      ['status', 'answer', ''],
      answers.map(([status, one]) => [
        status,
        Object.values(one.content ?? {})
          .map(({ schema = {} }) => typeOf(schema))
          .join(', '),
        words(one.description),
      ]),
    ),
  ];
}

/** What stands under `components` for a reference; anything else as it is. */
function resolved<T extends { readonly $ref?: string }>(api: OpenApi, value: T): T {
  const [, , kind, name] = value.$ref?.split('/') ?? [];
  return kind === undefined || name === undefined ? value : (api.components?.[kind]?.[name] as T);
}

function fieldsOf(schema: Schema): string {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return '';
  return table(
    ['field', 'type', ''],
    fields.map(([name, one]) => [
      `\`${name}\`${schema.required?.includes(name) ? ' (required)' : ''}`,
      typeOf(one),
      words(one.description),
    ]),
  );
}

function typeOf(schema: Schema): string {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return `[${name}](#${name.toLowerCase()})`;
  if (schema.enum) return schema.enum.map((one) => `\`${JSON.stringify(one)}\``).join(' or ');
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return [...new Set(choices.map(typeOf))].join(' or ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['any']);
  return types
    .map((type) => (type === 'object' ? 'object' : `${type}${schema.format ? ` (${schema.format})` : ''}`))
    .join(' or ');
}
