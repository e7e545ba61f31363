import type { JSX } from 'preact';
import { airportOf, milesOf, type Flight } from '../flight.ts';
import { MAP } from '../map.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** How high above the straight line the way is drawn, as a share of its length. */
const RISE = 0.22;

/** The way over the country. It says nothing that the form does not. */
export function RouteMap({ flight, isLate }: { readonly flight: Flight; readonly isLate: boolean }): JSX.Element {
  const from = airportOf(flight.origin);
  const to = airportOf(flight.destination);
  const top = topOf(from, to);
  const middle = { x: (from.x + 2 * top.x + to.x) / 4, y: (from.y + 2 * top.y + to.y) / 4 };
  const heading = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI + 90;
  return (
    <figure class={isLate ? 'map late' : 'map'}>
      <svg viewBox={`0 0 ${MAP.width} ${MAP.height}`} aria-hidden="true">
        <path class="land" d={MAP.land} />
        {MAP.airports.map(({ code, x, y }) => (
          <circle key={code} class="airport" cx={x} cy={y} r="3.5" />
        ))}
        <path class="way-under" d={`M${from.x} ${from.y}Q${top.x} ${top.y} ${to.x} ${to.y}`} />
        <path class="way" d={`M${from.x} ${from.y}Q${top.x} ${top.y} ${to.x} ${to.y}`} />
        {[from, to].map(({ code, x, y }) => (
          <g key={code}>
            <circle class="end-halo" cx={x} cy={y} r="15" />
            <circle class="end" cx={x} cy={y} r="6.5" />
          </g>
        ))}
        <g class="plane" transform={`translate(${middle.x} ${middle.y}) rotate(${heading}) scale(1.5)`}>
          <path d="M0-14c1.300 0 2 1.800 2 4v6l13 8v3.200L2 3.600v6.200l3.600 2.700v2.300L0 13.200l-5.600 1.600v-2.300L-2 9.800V3.600l-13 3.600V4l13-8v-6c0-2.200.7-4 2-4z" />
        </g>
      </svg>
      <figcaption>
        <span class="code">{from.code}</span>
        <span class="leg">
          <span class="visually-hidden">to {to.code}, </span>
          {milesOf(flight).toLocaleString('en')} miles
        </span>
        <span class="code">{to.code}</span>
        <span class="city">{from.city}</span>
        <span class="city right">{to.city}</span>
      </figcaption>
    </figure>
  );
}

/** The control point: beside the middle, to the north. */
function topOf(from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const side = dx < 0 ? -1 : 1;
  return { x: (from.x + to.x) / 2 + side * dy * RISE, y: (from.y + to.y) / 2 - Math.abs(dx) * RISE };
}
