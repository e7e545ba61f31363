import * as z from 'zod';
import { DomainError } from '../../core/errors.ts';

export const DEFAULT_PAGE = 20;
export const MAX_PAGE = 100;

/** What a list is sorted by: the values of its sort columns in one row. The last of them makes the row unique. */
export type SortKey = readonly (string | number)[];

/** What one sort column holds; a time is a moment as `toISOString` writes it. */
export type SortType = 'string' | 'number' | 'time' | 'uuid';

/** One page of a list, by keyset: the rows that come after a sort key. */
export interface PageRequest {
  readonly first: number;
  readonly after: SortKey | null;
}

const Cursor = z.array(z.union([z.string(), z.number()])).min(1);

export const encodeCursor = (key: SortKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** Checks a client's wish for a page of a list that is sorted by `sortedBy.length` columns of these types. */
export function pageRequest(
  { first, after }: { readonly first: number; readonly after?: string | null | undefined },
  sortedBy: readonly SortType[],
): PageRequest {
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE) {
    throw new DomainError('INVALID_INPUT', `first must be 1 to ${MAX_PAGE}, not ${first}`, {
      field: 'first',
      allowed: { min: 1, max: MAX_PAGE },
    });
  }
  return { first, after: after === undefined || after === null ? null : decodeCursor(after, sortedBy) };
}

function decodeCursor(cursor: string, sortedBy: readonly SortType[]): SortKey {
  try {
    const key = Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (key.length === sortedBy.length && key.every((value, i) => isOf(value, sortedBy[i]))) return key;
  } catch {
    // Falls through: text that is no cursor at all is refused like one of another list.
  }
  throw new DomainError('INVALID_INPUT', 'after is no cursor of this list: pass an endCursor or an edge’s cursor', {
    field: 'after',
  });
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether the database takes it: a cursor may be anybody's text. */
function isOf(value: string | number, type: SortType | undefined): boolean {
  if (typeof value === 'number') return type === 'number';
  if (type === 'time') return TIME.test(value) && Date.parse(value) >= FIRST_MS;
  if (type === 'uuid') return UUID.test(value);
  return type === 'string' && !value.includes('\0');
}
