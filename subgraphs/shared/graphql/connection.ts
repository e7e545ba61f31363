import { ArgsType, Directive, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { Access } from '../auth/access.ts';
import type { AccessRule } from '../auth/actor.ts';
import {
  DEFAULT_PAGE,
  encodeCursor,
  MAX_PAGE,
  pageRequest,
  type PageRequest,
  type SortKey,
  type SortType,
} from '../paging.ts';

/** Which part of a list is wanted. A resolver hands it to `pageRequest`, which checks it. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: DEFAULT_PAGE, description: `How many items at most: 1 to ${MAX_PAGE}.` })
  first!: number;

  @Field(() => String, { nullable: true, description: 'Start behind this cursor; leave it out to start at the top.' })
  after?: string | null;
}

export interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

export interface Connection<T> {
  readonly edges: readonly Edge<T>[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/**
 * Rows → connection. `rows` holds up to `first + 1` rows in order: one more than asked for says that there is a next page.
 */
export function toConnection<Row, Node>(
  rows: readonly Row[],
  { first, after }: PageRequest,
  sortKeyOf: (row: Row) => SortKey,
  nodeOf: (row: Row) => Node,
): Connection<Node> {
  const edges = rows.slice(0, first).map((row) => ({ cursor: encodeCursor(sortKeyOf(row)), node: nodeOf(row) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** A list as storage sorts it, and what a page of it becomes. */
export interface List<Row, Node> {
  /** The types of the sort columns, in order; the last of them makes a row unique. */
  readonly sortedBy: readonly SortType[];
  /** Up to `first + 1` rows behind the cursor, in order. */
  readonly rows: (page: PageRequest) => Promise<readonly Row[]>;
  /** The values of the sort columns in one row. */
  readonly keyOf: (row: Row) => SortKey;
  readonly nodeOf: (row: Row) => Node;
}

/** Answers one page of a list. Throws INVALID_INPUT for a page that cannot be: `first`, `after`. */
export async function pageOf<Row, Node>(
  args: PageArgs,
  { sortedBy, rows, keyOf, nodeOf }: List<Row, Node>,
): Promise<Connection<Node>> {
  const page = pageRequest(args, sortedBy);
  return toConnection(await rows(page), page, keyOf, nodeOf);
}

/**
 * The Relay types of one subgraph: call it once, with the rule of who may page through its lists, and call what it
 * returns for each noun. `<Noun>Connection` and `<Noun>Edge` take the noun's own rule where one is given.
 */
export function connections(
  rule: AccessRule,
): <T extends object>(name: string, node: () => ClassType<T>, own?: AccessRule) => ClassType<Connection<T>> {
  @ObjectType('PageInfo', { description: 'Where a page stands in its list.' })
  @Directive('@shareable')
  @Access(rule)
  class PageInfo {
    @Field(() => Boolean, { description: 'Whether items follow this page.' })
    hasNextPage!: boolean;

    @Field(() => Boolean, { description: 'Whether this page began behind a cursor.' })
    hasPreviousPage!: boolean;

    @Field(() => String, { nullable: true, description: 'Cursor of the first item; null on an empty page.' })
    startCursor!: string | null;

    @Field(() => String, {
      nullable: true,
      description: 'Cursor of the last item: pass it as after for the next page.',
    })
    endCursor!: string | null;
  }

  return <T extends object>(name: string, node: () => ClassType<T>, own = rule) => {
    @ObjectType(`${name}Edge`, { description: `One ${name} of a page.` })
    @Access(own)
    class NodeEdge {
      @Field(() => String, { description: 'Where this item stands in its list.' })
      cursor!: string;

      @Field(node, { description: 'The item itself.' })
      node!: T;
    }

    @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
    @Access(own)
    class NodeConnection {
      @Field(() => [NodeEdge], { description: 'The items of this page, in order.' })
      edges!: NodeEdge[];

      @Field(() => PageInfo, { description: 'Whether there is more, and from where.' })
      pageInfo!: PageInfo;
    }
    return NodeConnection;
  };
}
