/** The airports of the forty-eight states with most flights in the data, by their codes. */
export const AIRPORT_CODES = (
  'ATL AUS BNA BOS BWI CLE CLT CMH CVG DAL DCA DEN DFW DTW EWR FLL HOU IAD IAH IND JFK LAS LAX LGA MCI MCO MDW MEM ' +
  'MIA MSP MSY OAK ORD PDX PHL PHX PIT SAN SAT SEA SFO SJC SLC SMF SNA STL TPA'
).split(' ');

export interface Airport {
  readonly code: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
  /** On the map. */
  readonly x: number;
  readonly y: number;
}

export interface MapFacts {
  readonly width: number;
  readonly height: number;
  readonly airports: readonly Airport[];
  /** A path of dots wherever there is an airfield. */
  readonly land: string;
}

const EARTH_MILES = 3_958.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Along the great circle, in whole miles. */
export function milesBetween(from: Airport, to: Airport): number {
  const half = (a: number, b: number): number => Math.sin(radians(b - a) / 2) ** 2;
  const h =
    half(from.latitude, to.latitude) +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * half(from.longitude, to.longitude);
  return Math.round(2 * EARTH_MILES * Math.asin(Math.sqrt(h)));
}
