import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
  /** Kept on one line. */
  readonly isShort?: boolean;
}

interface TableProps<Row> {
  /** Said to those who do not see the table. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

/** Rows that `j` and `k` walk through; on a phone each becomes a small card. */
export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  // What is wider than its place is scrolled by keys as well: somebody must be able to come to it.
  useEffect(() => {
    const { current } = box;
    if (current && current.scrollWidth > current.clientWidth) current.tabIndex = 0;
    else current?.removeAttribute('tabindex');
  });
  return (
    <div class="table" ref={box}>
      <table class="rows">
        <caption class="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isNumber }) => (
              <th key={title} scope="col" class={isNumber === true ? 'num' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, isNumber, isShort }) => (
                <td
                  key={title}
                  data-label={title}
                  class={isNumber === true ? 'num' : isShort === true ? 'short' : undefined}
                >
                  <div>{cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
