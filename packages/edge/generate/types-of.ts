/** What of JSON Schema the description of the edge uses. */
export interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

const REFERENCE = /^#\/components\/schemas\/(\w+)$/;

/** TypeScript of the named schemas and of all that they name, by name. Throws where a schema says what no type can. */
export function typesOf(schemas: Readonly<Record<string, Schema>>, wanted: readonly string[]): string {
  const names = new Set(wanted);
  const made = new Map<string, string>();
  // A set that grows while it is walked is walked to its end.
  for (const name of names) {
    const schema = schemas[name];
    if (!schema) throw new Error(`there is no schema ${name}`);
    for (const other of namedBy(schema)) names.add(other);
    made.set(name, `${comment(schema.description, '')}export type ${name} = ${typeOf(schema, '')};\n`);
  }
  return [...made.keys()]
    .toSorted()
    .map((name) => made.get(name))
    .join('\n');
}

function* namedBy(schema: Schema): Iterable<string> {
  const name = REFERENCE.exec(schema.$ref ?? '')?.[1];
  if (name !== undefined) yield name;
  const { items, anyOf = [], oneOf = [], properties = {}, additionalProperties } = schema;
  const rest = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  for (const inner of [...anyOf, ...oneOf, ...Object.values(properties), ...rest, ...(items ? [items] : [])]) {
    yield* namedBy(inner);
  }
}

function typeOf(schema: Schema, indent: string): string {
  const { $ref, anyOf = schema.oneOf, enum: values, type } = schema;
  if ($ref !== undefined) {
    const name = REFERENCE.exec($ref)?.[1];
    if (name === undefined) throw new Error(`${$ref} names no schema of this document`);
    return name;
  }
  if (anyOf) return anyOf.map((one) => typeOf(one, indent)).join(' | ');
  if (schema.const !== undefined) return literal(schema.const);
  if (values) return values.map(literal).join(' | ');
  if (typeof type === 'object') return type.map((one) => plainType(one, schema, indent)).join(' | ');
  if (type !== undefined) return plainType(type, schema, indent);
  const said = Object.keys(schema).filter((key) => key !== 'description');
  if (said.length > 0) throw new Error(`no type can be made of ${said.join(', ')}`);
  return 'unknown';
}

function plainType(type: string, schema: Schema, indent: string): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return `readonly ${grouped(schema.items ? typeOf(schema.items, indent) : 'unknown')}[]`;
    case 'object':
      return objectType(schema, indent);
    default:
      throw new Error(`"${type}" is no type of a schema that is known here`);
  }
}

function objectType({ properties, required = [], additionalProperties }: Schema, indent: string): string {
  if (!properties) {
    const value = typeof additionalProperties === 'object' ? typeOf(additionalProperties, indent) : 'unknown';
    return `Readonly<Record<string, ${value}>>`;
  }
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${comment(schema.description, inner)}${inner}readonly ${name}${mark}: ${typeOf(schema, inner)};\n`;
  });
  return `{\n${fields.join('')}${indent}}`;
}

function literal(value: unknown): string {
  return typeof value === 'string' && !value.includes("'") ? `'${value}'` : JSON.stringify(value);
}
const grouped = (type: string): string => (/^[^{<(]*\|/.test(type) || /\} \| /.test(type) ? `(${type})` : type);
const comment = (text: string | undefined, indent: string): string =>
  text === undefined ? '' : `${indent}/** ${text} */\n`;
