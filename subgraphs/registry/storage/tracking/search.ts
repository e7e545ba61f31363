import { DomainError } from '../../../../core/errors.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { Comparator, Condition, Order, Subject } from '../../domain/tracking/filter.ts';

/** A value that a search compares, as SQL. */
export interface SearchColumn {
  readonly sql: string;
  readonly type: 'text' | 'number';
}

/** What one kind of thing can be searched by. */
export interface Searched {
  readonly from: string;
  /** The columns that are answered. */
  readonly select: string;
  /** Fields of the thing itself by name. */
  readonly attributes: Readonly<Record<string, SearchColumn>>;
  /** Columns of JSON, by what a filter calls them: texts by key, or of metrics `{ value }` by key. */
  readonly json: Readonly<Partial<Record<Exclude<Subject['of'], 'attribute'>, string>>>;
  /** What some tags say where they were never set. */
  readonly absentTags?: Readonly<Record<string, string>>;
  /** Orders that make the answer the same each time. */
  readonly lastOrder: string;
}

export interface SearchPage {
  readonly limit: number;
  readonly offset: number;
}

export interface SearchInput extends SearchPage {
  readonly conditions: readonly Condition[];
  readonly orders: readonly Order[];
  /** SQL that always holds, with `$1`, … for its parameters. */
  readonly always: string;
  readonly parameters: readonly unknown[];
}

/** Runs a search; one row more than `limit` says that there are more. */
export function runSearch<Row extends object>(db: Database, searched: Searched, input: SearchInput): Promise<Row[]> {
  const parameters = [...input.parameters];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const wheres = [input.always, ...input.conditions.map((condition) => conditionSql(searched, condition, place))];
  const orders = input.orders.map(({ subject, descending }) => {
    const { sql } = columnOf(searched, subject, place, 'order_by');
    return `${sql} ${descending ? 'desc' : 'asc'} nulls last`;
  });
  const sql = `select ${searched.select} from ${searched.from} where ${wheres.join(' and ')}
    order by ${[...orders, searched.lastOrder].join(', ')} limit ${place(input.limit + 1)} offset ${place(input.offset)}`;
  return db.query<Row>(sql, parameters);
}

const OPERATORS: Readonly<Record<Exclude<Comparator, 'IN' | 'NOT IN'>, string>> = {
  '=': '=',
  '!=': '<>',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
  LIKE: 'like',
  ILIKE: 'ilike',
};

function conditionSql(
  searched: Searched,
  { subject, comparator, value }: Condition,
  place: (value: unknown) => string,
): string {
  const { sql, type } = columnOf(searched, subject, place, 'filter');
  if (comparator === 'IN' || comparator === 'NOT IN') {
    const listed = `${sql}::text = any(${place(value)}::text[])`;
    return comparator === 'IN' ? listed : `not ${listed}`;
  }
  const isWord = comparator === 'LIKE' || comparator === 'ILIKE';
  if (type === 'text' && (isWord || comparator === '=' || comparator === '!=')) {
    return `${sql} ${OPERATORS[comparator]} ${place(String(value))}::text`;
  }
  const number = typeof value === 'number' ? value : Number(value);
  if (type === 'number' && !isWord && !Number.isNaN(number)) {
    return `${sql} ${OPERATORS[comparator]} ${place(number)}::float8`;
  }
  const allowed = type === 'text' ? ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'] : ['=', '!=', '>', '>=', '<', '<='];
  throw new DomainError(
    'INVALID_INPUT',
    `filter: ${nameOf(subject)} is a ${type}, and is not compared by ${comparator} with ${JSON.stringify(value)}`,
    { field: 'filter', allowed },
  );
}

function columnOf(
  searched: Searched,
  subject: Subject,
  place: (value: unknown) => string,
  field: string,
): SearchColumn {
  const { of, key } = subject;
  if (of === 'attribute') {
    const column = searched.attributes[key.toLowerCase()];
    if (column) return column;
  } else {
    const json = searched.json[of];
    if (json !== undefined && of === 'metric') {
      return { sql: `(${json} -> ${place(key)}::text ->> 'value')::float8`, type: 'number' };
    }
    if (json !== undefined) {
      const value = `${json} ->> ${place(key)}::text`;
      const absent = of === 'tag' ? searched.absentTags?.[key] : undefined;
      return { sql: absent === undefined ? value : `coalesce(${value}, ${place(absent)}::text)`, type: 'text' };
    }
  }
  throw new DomainError('INVALID_INPUT', `${field}: ${nameOf(subject)} is nothing that can be searched here`, {
    field,
    allowed: [...Object.keys(searched.attributes), ...Object.keys(searched.json).map((name) => `${name}s.<key>`)],
  });
}

const nameOf = ({ of, key }: Subject): string => (of === 'attribute' ? key : `${of}s.${key}`);
