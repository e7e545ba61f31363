import type { Draws } from './draws.ts';
import { merchantOf, thievesMerchants, type Merchant } from './merchants.ts';
import { deviceOf, FIRST_NEWCOMER, userOf, type User } from './people.ts';
import { STATES } from './places.ts';

/** Who pays whom: everybody of a seed, found by number. */
export interface World {
  readonly seed: number;
  /** People with a history. */
  readonly users: number;
  readonly merchants: number;
  /** Where thieves buy. */
  readonly thieves: readonly Merchant[];
}

export function worldOf(seed: number, users: number, merchants: number): World {
  return { seed, users, merchants, thieves: thievesMerchants(seed, merchants) };
}

/** A payment that is going to be made, without what is the same for all payments. */
export interface Payment {
  readonly ms: number;
  readonly user: string;
  readonly card: string;
  readonly device: string;
  readonly merchant: Merchant;
  readonly amount: number;
  readonly state: string;
  readonly city: string;
  readonly language: string;
  readonly address: string;
}

const NEWCOMERS = 50_000_000;
/** Some pay much more often than others. */
const SKEW = 1.6;

/** The number of somebody who pays now: of those with a history, or of the many others. */
export const somebody = ({ users }: World, draws: Draws, newcomers: number): number =>
  draws.chance(newcomers)
    ? FIRST_NEWCOMER + draws.whole(0, NEWCOMERS)
    : Math.floor(users * Math.pow(draws.unit(), SKEW));

/** An account that was made for a fraud. */
export const madeUpUser = (world: World, draws: Draws): User =>
  userOf(world.seed, FIRST_NEWCOMER + NEWCOMERS + draws.whole(0, NEWCOMERS), world.merchants);

const FAVOURITE = 0.6;
const TRAVELLING = 0.09;
/** On a device of the household, or on one that was never seen: a new one, one of a shop. */
const OTHER_DEVICE = { household: 0.02, unknown: 0.05 } as const;
const OTHERS_CARD = { known: 0.03, newcomers: 0.15 } as const;
const DAY_MS = 86_400_000;

/** What somebody ordinarily pays at an instant. */
export function ordinaryPayment(world: World, number: number, draws: Draws, ms: number): Payment {
  const { seed, merchants } = world;
  const user = userOf(seed, number, merchants);
  const favourite = draws.chance(FAVOURITE) ? draws.one(user.favourites) : undefined;
  const merchant = merchantOf(seed, favourite ?? Math.floor(merchants * draws.unit() ** 2));
  const away = isTravelling(number, ms) ? draws.one(STATES) : undefined;
  return {
    ms,
    user: user.id,
    card: cardOf(world, number, user, draws),
    device: deviceNow(seed, number, draws, ms),
    merchant,
    amount: rupees(draws.around(merchant.rupees * user.means, 0.7)),
    state: away?.name ?? user.state,
    city: away ? draws.one(away.cities) : user.city,
    language: user.language,
    address: user.address,
  };
}

/** Mostly their own; now and then somebody else's of the family, or of friends. */
function cardOf(world: World, number: number, { cards }: User, draws: Draws): string {
  const isNew = number >= FIRST_NEWCOMER;
  if (draws.chance(isNew ? OTHERS_CARD.newcomers : OTHERS_CARD.known)) {
    const owner = isNew ? somebody(world, draws, 0) : number - (number % 3);
    return draws.one(userOf(world.seed, owner, world.merchants).cards);
  }
  return (draws.chance(0.2) ? cards[1] : undefined) ?? cards[0] ?? '';
}

function deviceNow(seed: number, number: number, draws: Draws, ms: number): string {
  const { household, unknown } = OTHER_DEVICE;
  const other = draws.unit();
  if (other < unknown) return `o${draws.whole(0, 2 ** 31 - 1).toString(36)}`;
  // Members of a household have numbers in a row.
  return deviceOf(seed, other < unknown + household ? number - (number % 3) : number, ms);
}

/** Whole days, so that all payments of a day are made in one place or on the way. */
const isTravelling = (number: number, ms: number): boolean =>
  ((number * 7_919 + Math.floor(ms / DAY_MS) * 104_729) % 10_007) / 10_007 < TRAVELLING;

export const rupees = (amount: number): number => Math.max(1, Math.round(amount));
