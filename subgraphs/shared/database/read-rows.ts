import type { EntityProperty, EntitySchema, InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';

/** How one entity is read by one condition: worked out once, prepared once per connection. */
interface Statement {
  readonly name: string;
  /** With `$1`, … for the driver, and with `?` for the ORM. */
  readonly text: string;
  readonly template: string;
  readonly conversions: readonly (readonly [property: string, convert: (value: unknown) => unknown])[];
}

const statements = new WeakMap<EntitySchema, Map<string, Statement>>();
let prepared = 0;

/**
 * Rows of an entity as plain values: no unit of work keeps them, and nothing is built or copied for each read. `where`
 * is SQL of the program's own, one of few, over columns, with `?` for parameters (texts and numbers). Inside a
 * transaction it sees what that has flushed.
 */
export async function readRows<Schema extends EntitySchema>(
  em: EntityManager,
  schema: Schema,
  where: string,
  parameters: readonly (string | number)[],
): Promise<InferEntity<Schema>[]> {
  const { name, text, template, conversions } = statementFor(em, schema, where);
  const rows = em.isInTransaction()
    ? await em.execute<Record<string, unknown>[]>(template, [...parameters])
    : await outsideTransaction(em, { name, text, values: [...parameters] });
  for (const row of rows) {
    for (const [property, convert] of conversions) {
      if (row[property] !== null) row[property] = convert(row[property]);
    }
  }
  return rows as InferEntity<Schema>[];
}

async function outsideTransaction(
  em: EntityManager,
  query: { readonly name: string; readonly text: string; readonly values: unknown[] },
): Promise<Record<string, unknown>[]> {
  const pool = await em.getConnection().getNativeClient();
  return (await pool.query<Record<string, unknown>>(query)).rows;
}

function statementFor(em: EntityManager, schema: EntitySchema, where: string): Statement {
  const known = statements.get(schema) ?? new Map<string, Statement>();
  statements.set(schema, known);
  const before = known.get(where);
  if (before) return before;
  const { tableName, props } = em.getMetadata().get(schema);
  const columns = props.map(({ name, fieldNames }) => `"${fieldNames[0]}" as "${name}"`);
  const template = `select ${columns.join(', ')} from "${tableName}" where ${where}`;
  let place = 0;
  const statement = {
    name: `read_${++prepared}`,
    template,
    text: template.replaceAll('?', () => `$${++place}`),
    conversions: props.flatMap((property) => conversionOf(em, property)),
  };
  known.set(where, statement);
  return statement;
}

/** The driver leaves times and large whole numbers as text, and reads everything else. */
function conversionOf(
  em: EntityManager,
  { name, runtimeType }: EntityProperty,
): readonly (readonly [string, (value: unknown) => unknown])[] {
  const platform = em.getPlatform();
  if (runtimeType === 'Date') return [[name, (value) => platform.parseDate(value as string)]];
  return runtimeType === 'number' ? [[name, Number]] : [];
}
