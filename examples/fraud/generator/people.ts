import { drawsOf } from './draws.ts';
import { STATES } from './places.ts';

/** Somebody who pays, found by number: nothing of them is kept. */
export interface User {
  readonly id: string;
  readonly state: string;
  readonly city: string;
  readonly language: string;
  /** One or two. */
  readonly cards: readonly string[];
  readonly address: string;
  /** What they spend, against others. */
  readonly means: number;
  /** Favourite merchants, by number. */
  readonly favourites: readonly number[];
}

/** Numbers from here on belong to people who have no history: newcomers, and accounts that were made for a fraud. */
export const FIRST_NEWCOMER = 1_000_000;

const HOUSEHOLD = 3;
const FAVOURITES = 5;
/** Share of people who pay at a counter with a device that many use: a cyber café, an agent of a bank. */
const AT_COUNTERS = 0.04;
const PEOPLE_PER_COUNTER = 20;
const DAY_MS = 86_400_000;

export function userOf(seed: number, number: number, merchants: number): User {
  const draws = drawsOf(seed, 'user', number);
  const { name, language, cities } = draws.weighted(STATES);
  return {
    id: `u${number}`,
    state: name,
    city: draws.one(cities),
    language: draws.chance(0.85) ? language : draws.one(STATES).language,
    cards: Array.from({ length: draws.chance(0.3) ? 2 : 1 }, (_none, i) => `c${number}-${i + 1}`),
    address: `a${Math.floor(number / HOUSEHOLD)}`,
    means: draws.around(1, 0.5),
    favourites: Array.from({ length: FAVOURITES }, () => draws.whole(0, merchants - 1)),
  };
}

/** The device that somebody pays with at an instant: a phone, which is replaced now and then, or that of a counter. */
export function deviceOf(seed: number, number: number, ms: number): string {
  const draws = drawsOf(seed, 'device', number);
  if (draws.chance(AT_COUNTERS)) return `counter${Math.floor(number / (PEOPLE_PER_COUNTER / AT_COUNTERS))}`;
  const daysPerPhone = draws.between(200, 700);
  const phone = Math.floor(ms / DAY_MS / daysPerPhone + draws.unit());
  return `d${number}-${phone}`;
}
