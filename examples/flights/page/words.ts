import type { Prediction } from '../../../packages/edge/client.ts';
import { airportOf, clockOf, DAYS, type Flight } from './flight.ts';

/** Nothing is said where rules decided without a score. */
export const percent = (share: number | null): string => (share === null ? '–' : `${Math.round(share * 100)} %`);

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/** A duration for people: `3 minutes`. */
export function duration(ms: number): string {
  const [unit, name] = UNITS.find(([one]) => ms >= one) ?? [1_000, 'second'];
  const count = Math.max(0, Math.floor(ms / unit));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

export const milliseconds = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`);

/** `tiffin:default:model-version:flight-delay@1` is `flight-delay@1`. */
export const shortName = (urn: string): string => urn.split(':').at(-1) ?? urn;

/** Who ran the model, in words. */
export function runtimeOf({ source, models }: Prediction): string {
  const engine = models.map((one) => one.engine).find((one) => one !== undefined);
  const place = source === 'local' ? 'this browser, in its service worker' : 'the server';
  return engine === undefined ? place : `${place}, with the ${engine} engine`;
}

const NAMES: Readonly<Record<string, (flight: Flight) => string>> = {
  hour: ({ hour }) => `Departs at ${clockOf(hour)}`,
  dow: ({ day }) => `On a ${DAYS[day] ?? 'day'}`,
  distance: () => 'Length of the flight',
  origin_delays__late_share_3h: ({ origin, lateAtOrigin }) => `${lateAtOrigin} % late in ${airportOf(origin).city}`,
  dest_delays__late_share_3h: ({ destination, lateAtDestination }) =>
    `${lateAtDestination} % late in ${airportOf(destination).city}`,
};

/** A reason, said of this flight. */
export const reasonName = (name: string, flight: Flight): string => NAMES[name]?.(flight) ?? name;
