import { DomainError } from '../../../../core/errors.ts';
import { parseFilter, parseOrders } from '../../domain/tracking/filter.ts';
import type { SearchInput } from '../../storage/tracking/search.ts';

/** A search as clients of MLflow ask it. */
export interface SearchRequest {
  readonly filter: string;
  readonly orderBy: readonly string[];
  readonly maxResults: number;
  readonly pageToken: string;
}

export interface FoundPage<Noun> {
  readonly items: readonly Noun[];
  /** Empty at the end. */
  readonly nextPageToken: string;
}

const FARTHEST = 1_000_000;

export function searchInput(
  { filter, orderBy, maxResults, pageToken }: SearchRequest,
  always: Pick<SearchInput, 'always' | 'parameters'>,
): SearchInput {
  return {
    ...always,
    conditions: parseFilter(filter),
    orders: parseOrders(orderBy),
    limit: maxResults,
    offset: offsetOf(pageToken),
  };
}

/** Cuts off the row that only says that there are more. */
export function pageFrom<Row, Noun>(
  rows: readonly Row[],
  { limit, offset }: SearchInput,
  nounsOf: (rows: readonly Row[]) => readonly Noun[],
): FoundPage<Noun> {
  const more = rows.length > limit;
  return { items: nounsOf(rows.slice(0, limit)), nextPageToken: more ? tokenOf(offset + limit) : '' };
}

const tokenOf = (offset: number): string => Buffer.from(JSON.stringify({ offset })).toString('base64url');

function offsetOf(token: string): number {
  if (token === '') return 0;
  try {
    const { offset } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { readonly offset: unknown };
    if (typeof offset === 'number' && Number.isInteger(offset) && offset > 0 && offset <= FARTHEST) return offset;
  } catch {
    // Falls through: text that is no token at all is refused like one of nothing.
  }
  throw new DomainError('INVALID_INPUT', 'page_token: this is none of this list: pass a next_page_token', {
    field: 'page_token',
  });
}
