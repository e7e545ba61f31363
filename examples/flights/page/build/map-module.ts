import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { AIRPORT_CODES, type MapFacts } from '../airports.ts';
import { HEIGHT, isOnMap, project, WIDTH } from './projection.ts';

const NAME = 'virtual:map';

/** The airports of vega-datasets as a module: nothing of the package is copied into this repository. */
export function mapModule(): Plugin {
  return {
    name: 'map-module',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? `export default ${JSON.stringify(mapFacts())};` : undefined),
  };
}

interface Row {
  readonly iata: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
}

function mapFacts(): MapFacts {
  const rows = readAirports();
  const byCode = new Map(rows.map((row) => [row.iata, row]));
  const airports = AIRPORT_CODES.map((code) => {
    const row = byCode.get(code);
    if (!row) throw new Error(`vega-datasets has no airport ${code}`);
    const { city, latitude, longitude } = row;
    return { code, city, latitude, longitude, ...project(row) };
  });
  return { width: WIDTH, height: HEIGHT, airports, land: landOf(rows) };
}

/** Small airfields are everywhere that people live: one dot for each cell of a grid that has one draws the country. */
function landOf(rows: readonly Row[]): string {
  const cells = new Set(
    rows.filter(isOnMap).map((row) => {
      const { x, y } = project(row);
      return `${Math.round(x / 9)} ${Math.round(y / 9)}`;
    }),
  );
  return [...cells]
    .map((cell) => cell.split(' ').map((part) => Number(part) * 9))
    .map(([x, y]) => `M${x} ${y}h0`)
    .join('');
}

function readAirports(): readonly Row[] {
  const file = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data', 'airports.csv');
  // Names may hold commas between quotes; code and coordinates do not.
  const [, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  return lines.map((line) => {
    const [iata = '', , city = '', , , latitude, longitude] =
      line.match(/("[^"]*"|[^,]*)(?:,|$)/g)?.map(unquoted) ?? [];
    return { iata, city, latitude: Number(latitude), longitude: Number(longitude) };
  });
}

const unquoted = (cell: string): string => cell.replace(/,$/, '').replaceAll('"', '');
