import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { idParts, kindWords } from '../../app/ids.ts';
import { href, setQuery, useLocation } from '../../app/location.ts';
import { NODE, type Layout, type Placed } from './layout.ts';

const MOST_LETTERS = 22;
const short = (text: string): string => (text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text);

interface GraphProps {
  readonly layout: Layout;
  readonly focus: string;
  readonly label: string;
}

/** The graph as links: each node leads to its own lineage, and shows its neighbours when pointed at. */
export function Graph({ layout: { placed, links, width, height }, focus, label }: GraphProps): JSX.Element {
  const [near, setNear] = useState<Placed>();
  const box = useRef<HTMLDivElement>(null);
  const middle = placed.find(({ key }) => key === focus)?.x ?? 0;
  useEffect(() => box.current?.scrollTo({ left: middle + NODE.width / 2 - box.current.clientWidth / 2 }), [middle]);
  const isNear = (one: Placed): boolean =>
    near === undefined ||
    one === near ||
    links.some(({ from, to }) => (from === near && to === one) || (to === near && from === one));
  return (
    <div class="graph" ref={box} tabIndex={0} role="region" aria-label="Lineage, drawn">
      <svg
        class="chart"
        viewBox={`-2 -2 ${width + 4} ${height + 4}`}
        width={width + 4}
        height={height + 4}
        role="group"
        aria-label={label}
      >
        {links.map(({ from, to, key }) => (
          <path
            key={key}
            class={near === undefined || from === near || to === near ? 'link' : 'link far'}
            d={curve(from, to)}
          />
        ))}
        {placed.map((one) => (
          <g
            key={`${one.column} ${one.key}`}
            class={isNear(one) ? undefined : 'far'}
            onMouseEnter={() => setNear(one)}
            onMouseLeave={() => setNear(undefined)}
            onFocusIn={() => setNear(one)}
            onFocusOut={() => setNear(undefined)}
          >
            <Box of={one} isFocus={one.key === focus} />
          </g>
        ))}
      </svg>
    </div>
  );
}

function curve(from: Placed, to: Placed): string {
  const [left, right] = from.x <= to.x ? [from, to] : [to, from];
  const [x1, y1, x2, y2] = [left.x + NODE.width, left.y + NODE.height / 2, right.x, right.y + NODE.height / 2];
  if (left.column === right.column) {
    const x = left.x + NODE.width;
    return `M${x} ${y1} C${x + 40} ${y1} ${x + 40} ${y2} ${x} ${y2}`;
  }
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

function Box({ of: { ids, kind, x, y }, isFocus }: { readonly of: Placed; readonly isFocus: boolean }): JSX.Element {
  const { query } = useLocation();
  const [id = ''] = ids;
  const isFold = ids.length > 1;
  const name = isFold ? `${ids.length} ${kindWords(kind)}s` : idParts(id).name;
  const rest = Object.fromEntries([...query].filter(([key]) => key !== 'focus' && key !== 'open'));
  const to = isFold
    ? href('/lineage', {
        ...rest,
        focus: query.get('focus') ?? undefined,
        open: [query.get('open'), kind].filter(Boolean).join(','),
      })
    : href('/lineage', { ...rest, focus: id });
  return (
    <a href={to} class={`node${isFocus ? ' focus' : ''}${isFold ? ' fold' : ''}`}>
      <rect x={x} y={y} width={NODE.width} height={NODE.height} rx="7" />
      <text x={x + 10} y={y + 16} class="kind">
        {isFold ? 'folded' : kindWords(kind)}
      </text>{' '}
      <text x={x + 10} y={y + 31} class="strong">
        {short(name)}
      </text>
    </a>
  );
}

/** Shows all of a kind as one again. */
export const foldAll = (): void => setQuery({ open: undefined });
