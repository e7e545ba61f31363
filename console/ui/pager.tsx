import type { JSX } from 'preact';
import { setQuery, useLocation } from '../app/location.ts';

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** How many rows a page asks for: never more than 100. */
export const PAGE_ROWS = 25;

/** Where a list begins, from the address. */
export const useAfter = (name = 'after'): string | null => useLocation().query.get(name);

/** Forward page by page; back is the browser’s own, or the first page. */
export function Pager({
  pageInfo,
  name = 'after',
}: {
  readonly pageInfo: PageInfo;
  readonly name?: string;
}): JSX.Element | null {
  const after = useAfter(name);
  if (!pageInfo.hasNextPage && after === null) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {after !== null && (
        <button type="button" onClick={() => setQuery({ [name]: undefined })}>
          First page
        </button>
      )}
      {pageInfo.hasNextPage && (
        <button type="button" onClick={() => setQuery({ [name]: pageInfo.endCursor ?? undefined })}>
          Next page
        </button>
      )}
      {!pageInfo.hasNextPage && <span>This is the last page.</span>}
    </nav>
  );
}
