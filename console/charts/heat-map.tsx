import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';

export interface HeatCell {
  readonly text: string;
  /** none, low, moderate, high or unknown: a word, a weight and a colour. */
  readonly level: string;
  readonly href: string;
  readonly title: string;
  readonly isOpen: boolean;
}

interface HeatMapProps {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly HeatCell[] }[];
}

/** A real table of links: arrow keys walk through it, and each cell is said with its row and column. */
export function HeatMap({ caption, columns, rows }: HeatMapProps): JSX.Element {
  const table = useRef<HTMLTableElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns.length, ArrowDown: columns.length }[event.key];
    const links = [...(table.current?.querySelectorAll('a') ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    if (step === undefined || at === -1) return;
    event.preventDefault();
    links[at + step]?.focus();
  };
  return (
    <div class="heat">
      <table ref={table} onKeyDown={onKeyDown}>
        <caption class="sr-only">{caption}</caption>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map(({ text, level, href, title, isOpen }, at) => (
                <td key={columns[at]}>
                  <a
                    class={level}
                    href={href}
                    title={title}
                    aria-label={`${text}: ${title}`}
                    aria-current={isOpen ? 'true' : undefined}
                  >
                    {text}
                  </a>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
