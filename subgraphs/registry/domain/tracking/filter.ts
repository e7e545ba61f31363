import { DomainError } from '../../../../core/errors.ts';

/** What a filter or an order speaks of: a field of the noun itself, or one of its tags, parameters or metrics. */
export interface Subject {
  readonly of: 'attribute' | 'tag' | 'param' | 'metric';
  readonly key: string;
}

export const COMPARATORS = ['=', '!=', '>', '>=', '<', '<=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'] as const;
export type Comparator = (typeof COMPARATORS)[number];

export interface Condition {
  readonly subject: Subject;
  readonly comparator: Comparator;
  /** A list for IN and NOT IN. */
  readonly value: string | number | readonly string[];
}

export interface Order {
  readonly subject: Subject;
  readonly descending: boolean;
}

const PREFIXES: Readonly<Record<string, Subject['of']>> = {
  attribute: 'attribute',
  attributes: 'attribute',
  attr: 'attribute',
  run: 'attribute',
  tag: 'tag',
  tags: 'tag',
  param: 'param',
  params: 'param',
  parameter: 'param',
  parameters: 'param',
  metric: 'metric',
  metrics: 'metric',
};

const LONGEST = 10_000;
const TOKEN =
  /\s*(?:(?<string>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?![\w.])|(?<name>(?:[A-Za-z_][\w-]*)(?:\.(?:`[^`]+`|"[^"]+"|[\w./-]+))?|`[^`]+`)|(?<symbol>!=|>=|<=|=|>|<|\(|\)|,))/iy;

interface Token {
  readonly kind: 'string' | 'number' | 'name' | 'symbol';
  readonly text: string;
}

/** Reads MLflow's filter: comparisons joined by AND. Throws INVALID_INPUT that says where it ends to be one. */
export function parseFilter(text: string): readonly Condition[] {
  const tokens = tokensOf(text, 'filter');
  const conditions: Condition[] = [];
  let at = 0;
  const next = (): Token => {
    const token = tokens[at++];
    if (!token) throw wrong('filter', text, 'it ends in the middle of a comparison');
    return token;
  };
  while (at < tokens.length) {
    if (conditions.length > 0 && next().text.toUpperCase() !== 'AND') {
      throw wrong('filter', text, `"${tokens[at - 1]?.text}" stands where AND is expected`);
    }
    const name = next();
    if (name.kind !== 'name') throw wrong('filter', text, `"${name.text}" is no field`);
    const comparator = comparatorOf(next, text);
    const value = comparator === 'IN' || comparator === 'NOT IN' ? listOf(next, text) : valueOf(next(), text);
    conditions.push({ subject: subjectOf(name.text), comparator, value });
  }
  return conditions;
}

/** Reads MLflow's orders: `metrics.auc DESC`. */
export function parseOrders(texts: readonly string[]): readonly Order[] {
  return texts.map((text) => {
    const [name, direction, ...more] = tokensOf(text, 'order_by');
    const way = direction?.text.toUpperCase() ?? 'ASC';
    if (name?.kind !== 'name' || more.length > 0 || (way !== 'ASC' && way !== 'DESC')) {
      throw wrong('order_by', text, 'write a field and, behind it, ASC or DESC');
    }
    return { subject: subjectOf(name.text), descending: way === 'DESC' };
  });
}

function tokensOf(text: string, field: string): readonly Token[] {
  if (text.length > LONGEST) throw wrong(field, text, `it has more than ${LONGEST} characters`);
  const tokens: Token[] = [];
  const trimmed = text.trim();
  for (let at = 0; at < trimmed.length;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(trimmed);
    const [kind, found] = Object.entries(match?.groups ?? {}).find(([, part]) => part !== undefined) ?? [];
    if (!match || kind === undefined || found === undefined) {
      throw wrong(field, text, `"${trimmed.slice(at, at + 20)}" is not understood`);
    }
    tokens.push({ kind: kind as Token['kind'], text: found });
    at = TOKEN.lastIndex;
  }
  return tokens;
}

function comparatorOf(next: () => Token, text: string): Comparator {
  const first = next().text.toUpperCase();
  const word = first === 'NOT' ? `NOT ${next().text.toUpperCase()}` : first;
  const comparator = COMPARATORS.find((one) => one === word);
  if (comparator) return comparator;
  throw wrong('filter', text, `"${word}" is no comparison; allowed: ${COMPARATORS.join(', ')}`);
}

function valueOf(token: Token, text: string): string | number {
  if (token.kind === 'number') return Number(token.text);
  if (token.kind === 'string') return unquoted(token.text);
  throw wrong('filter', text, `"${token.text}" is no value; write texts in quotes`);
}

function listOf(next: () => Token, text: string): readonly string[] {
  if (next().text !== '(') throw wrong('filter', text, 'a list begins with "("');
  const values: string[] = [];
  for (;;) {
    values.push(String(valueOf(next(), text)));
    const { text: mark } = next();
    if (mark === ')') return values;
    if (mark !== ',') throw wrong('filter', text, 'the parts of a list are divided by commas');
  }
}

function subjectOf(name: string): Subject {
  const dot = name.indexOf('.');
  if (dot < 0) return { of: 'attribute', key: unquoted(name) };
  const of = PREFIXES[name.slice(0, dot).toLowerCase()];
  if (of) return { of, key: unquoted(name.slice(dot + 1)) };
  throw new DomainError('INVALID_INPUT', `filter: "${name}" speaks of nothing that is here`, {
    field: 'filter',
    allowed: Object.keys(PREFIXES).map((prefix) => `${prefix}.<key>`),
  });
}

function unquoted(text: string): string {
  const mark = text[0];
  if (mark !== "'" && mark !== '"' && mark !== '`') return text;
  return text.slice(1, -1).replaceAll(`${mark}${mark}`, mark);
}

const wrong = (field: string, text: string, why: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: "${text.slice(0, 200)}": ${why}`, {
    field,
    allowed: [`<field> <comparison> <value> [AND …], as "name LIKE 'churn%' AND tags.team = 'risk'"`],
  });
