import type { PredictInput } from '../../../packages/edge/client.ts';
import { milesBetween, type Airport } from './airports.ts';
import { MAP } from './map.ts';

/** What a person says of a flight. */
export interface Flight {
  readonly origin: string;
  readonly destination: string;
  /** 0 is Sunday. */
  readonly day: number;
  readonly hour: number;
  /** The share of flights that are late at either airport right now, in per cent. */
  readonly lateAtOrigin: number;
  readonly lateAtDestination: number;
}

export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
export const dayOf = ({ day }: Flight): string => DAYS[day] ?? '';
export const clockOf = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

const byCode = new Map(MAP.airports.map((airport) => [airport.code, airport]));

export function airportOf(code: string): Airport {
  const airport = byCode.get(code);
  if (!airport) throw new Error(`there is no airport ${code}`);
  return airport;
}

export const milesOf = ({ origin, destination }: Flight): number =>
  milesBetween(airportOf(origin), airportOf(destination));

export const FIRST_FLIGHT: Flight = {
  origin: 'ATL',
  destination: 'ORD',
  day: 5,
  hour: 18,
  lateAtOrigin: 20,
  lateAtDestination: 30,
};

/** How many reasons an answer gives: each of what the model looks at. */
const REASONS = 5;

/** As the endpoint wants it. What is known of the airports comes from the person, so that no network is needed for it. */
export const requestOf = (flight: Flight): PredictInput => ({
  inputs: {
    flight: [flight.origin, flight.destination, flight.day, flight.hour].join('-'),
    origin: flight.origin,
    destination: flight.destination,
    distance: milesOf(flight),
    hour: flight.hour,
    dow: flight.day,
  },
  features: {
    origin_delays__late_share_3h: flight.lateAtOrigin / 100,
    dest_delays__late_share_3h: flight.lateAtDestination / 100,
  },
  reasons: REASONS,
});

const below = (limit: number): number => Math.floor(Math.random() * limit);

/** Any flight between two of the airports. */
export function anyFlight(): Flight {
  const codes = MAP.airports.map(({ code }) => code);
  const from = below(codes.length);
  const to = (from + 1 + below(codes.length - 1)) % codes.length;
  return {
    origin: codes[from] ?? FIRST_FLIGHT.origin,
    destination: codes[to] ?? FIRST_FLIGHT.destination,
    day: below(7),
    hour: 6 + below(17),
    lateAtOrigin: below(50),
    lateAtDestination: below(50),
  };
}
