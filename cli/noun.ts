import type { Client } from '../client/client.ts';
import type { Operation } from '../client/operation.ts';
import type { Page } from '../client/pages.ts';

/** One column of a table; `wide` ones are shown with `-o wide` only. */
export interface Column {
  readonly title: string;
  readonly value: (row: Row) => unknown;
  readonly wide?: boolean;
}

/** One item of a list or one thing, as the graph answers it. */
export type Row = Readonly<Record<string, unknown>>;

/** An option that narrows a list, or says more of a step. */
export interface Option {
  /** As it is typed: `deployment`, for `--deployment <id>`. */
  readonly name: string;
  readonly about: string;
  /** What stands in the help for its value. */
  readonly value?: string;
  /** The variable of the operation, or field of its input; the name itself where left out. */
  readonly variable?: string;
  /** It is there or not, and takes no value. */
  readonly flag?: boolean;
  /** A number that is not below zero. */
  readonly number?: boolean;
  /** Several values, separated by commas. */
  readonly many?: boolean;
  readonly choices?: readonly string[];
  readonly required?: boolean;
}

export interface ListVerb {
  /** One page, from a cursor. */
  readonly page: (client: Client, variables: Row) => Promise<Page<Row>>;
  readonly options: readonly Option[];
  readonly columns: readonly Column[];
}

export interface ShowVerb {
  readonly one: (client: Client, id: string) => Promise<Row>;
}

/** A step that changes something. */
export interface StepVerb {
  readonly name: string;
  readonly alias?: string;
  readonly about: string;
  readonly options: readonly Option[];
  /** What is asked before it is done, of a person at a terminal; without one `--yes` has to be given. */
  readonly confirms?: string;
  readonly run: (client: Client, id: string, options: Row) => Promise<Row>;
}

/** A noun of the command line: `tiffin <name> list | show | …`. */
export interface Noun {
  readonly name: string;
  readonly about: string;
  /** What stands for one of them in the help: `<name>@<number>`. */
  readonly id: string;
  readonly list?: ListVerb;
  readonly show?: ShowVerb;
  readonly steps?: readonly StepVerb[];
}

/** Of whatever variables; the graph refuses what does not fit. */
type AnyOperation = Operation<Row, unknown>;

/** A list of the graph: its one root field is a connection. */
export const listOf = (
  operation: AnyOperation,
  columns: readonly Column[],
  options: readonly Option[] = [],
): ListVerb => ({
  page: async (client, variables) => (await client.graph.field(operation, variables)) as Page<Row>,
  options,
  columns,
});

/** One thing of the graph by its id, whole or short. */
export const showOf = (operation: AnyOperation): ShowVerb => ({
  one: (client, id) => client.graph.field(operation, { id }),
});

/** A mutation whose input is made of an id and options; its answer is the one root field. */
export const stepOf = (
  name: string,
  about: string,
  operation: AnyOperation,
  { id = 'id', ...more }: { id?: string; options?: readonly Option[]; confirms?: string; alias?: string } = {},
): StepVerb => ({
  name,
  about,
  options: [],
  ...more,
  run: (client, value, given) => client.graph.field(operation, { input: { [id]: value, ...given } }),
});

/** The value at a path of a row: `deployment.id`. Of lists, one of each item. */
export function at(row: unknown, path: string): unknown {
  let value = row;
  for (const key of path.split('.')) {
    if (Array.isArray(value)) return value.map((item: unknown) => at(item, path.slice(path.indexOf(key))));
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Row)[key];
  }
  return value;
}

/** A column of what stands at a path. */
export const column = (title: string, path = title, more: { wide?: boolean } = {}): Column => ({
  title,
  value: (row) => at(row, path),
  ...more,
});
