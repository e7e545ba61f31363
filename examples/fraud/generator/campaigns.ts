import type { Draws } from './draws.ts';
import { merchantOf, type Merchant } from './merchants.ts';
import { deviceOf, userOf } from './people.ts';
import { STATES } from './places.ts';
import type { Pattern } from './transaction.ts';
import { madeUpUser, ordinaryPayment, rupees, somebody, type Payment, type World } from './world.ts';

/** What is planted beside ordinary payments: a few payments that belong together. */
export interface Campaign {
  readonly pattern: Exclude<Pattern, 'PLAIN'>;
  /** How many begin for each ordinary payment. */
  readonly perPayment: number;
  /** More of them while people buy for a festival. */
  readonly atFestivals: number;
  /** Its payments, the first at `ms`. Times are in minutes from there on. */
  readonly plan: (world: World, draws: Draws, ms: number) => readonly Planned[];
}

export interface Planned extends Omit<Payment, 'ms'> {
  readonly minutes: number;
}

/** Where thieves buy: mostly what can be resold, or where little is checked. */
const placeOfThieves = (world: World, draws: Draws): Merchant =>
  draws.chance(0.65) ? draws.one(world.thieves) : merchantOf(world.seed, draws.whole(0, world.merchants - 1));

const fresh = (kind: string, draws: Draws): string => `${kind}${draws.whole(0, 2 ** 31 - 1).toString(36)}`;
const somebodyKnown = (world: World, draws: Draws): number => somebody(world, draws, 0);

/** Another one, unless the owner's own was taken over too. */
const deviceOfThief = (world: World, draws: Draws, owner: number, ms: number): string =>
  draws.chance(0.7) ? fresh('x', draws) : deviceOf(world.seed, owner, ms);

/** Five to fourteen stolen cards on one device, within some hours, each once or twice: ordinary amounts, made-up accounts. */
function ring(world: World, draws: Draws): Planned[] {
  const device = fresh('x', draws);
  const { name, cities } = draws.weighted(STATES);
  const city = draws.one(cities);
  const address = fresh('ax', draws);
  const gap = draws.between(20, 150);
  let minutes = 0;
  return Array.from({ length: draws.whole(5, 14) }, () => {
    const card = draws.one(userOf(world.seed, somebodyKnown(world, draws), world.merchants).cards);
    const account = madeUpUser(world, draws);
    return Array.from({ length: draws.chance(0.3) ? 2 : 1 }, () => {
      const merchant = placeOfThieves(world, draws);
      minutes += draws.gap(1 / gap);
      return {
        minutes,
        user: account.id,
        card,
        device,
        merchant,
        amount: rupees(draws.around(Math.min(merchant.rupees, 9_000), 0.6)),
        state: name,
        city,
        language: account.language,
        address,
      };
    });
  }).flat();
}

/** A stolen card is tried with small amounts, four to twelve times within some minutes, then used for a large one. */
function burst(world: World, draws: Draws, ms: number): Planned[] {
  const number = somebodyKnown(world, draws);
  const victim = userOf(world.seed, number, world.merchants);
  const card = draws.one(victim.cards);
  const device = deviceOfThief(world, draws, number, ms);
  const places = Array.from({ length: draws.whole(2, 4) }, () => placeOfThieves(world, draws));
  const { name, cities } = draws.weighted(STATES);
  const city = draws.one(cities);
  const tries = draws.whole(4, 12);
  const gap = draws.between(0.8, 4);
  let minutes = 0;
  return Array.from({ length: tries + 1 }, (_none, i) => {
    const merchant = draws.one(places);
    const last = i === tries;
    minutes += i === 0 ? 0 : draws.gap(1 / (last ? 6 : gap));
    return {
      minutes,
      user: victim.id,
      card,
      device,
      merchant,
      amount: rupees(last ? draws.around(Math.max(merchant.rupees, 12_000), 0.6) : draws.around(200, 0.9)),
      state: name,
      city,
      language: victim.language,
      address: victim.address,
    };
  });
}

/** An account is used by somebody else, often from another device or state, for one to three larger purchases. */
function takeOver(world: World, draws: Draws, ms: number): Planned[] {
  const number = somebodyKnown(world, draws);
  const victim = userOf(world.seed, number, world.merchants);
  const device = deviceOfThief(world, draws, number, ms);
  const { name, cities } = draws.chance(0.5)
    ? draws.weighted(STATES)
    : { name: victim.state, cities: [victim.city] as const };
  const city = draws.one(cities);
  let minutes = 0;
  return Array.from({ length: draws.whole(1, 3) }, () => {
    const merchant = placeOfThieves(world, draws);
    minutes += draws.gap(1 / 25);
    return {
      minutes,
      user: victim.id,
      card: draws.one(victim.cards),
      device,
      merchant,
      amount: rupees(draws.around(merchant.rupees * victim.means * draws.between(0.8, 3), 0.5)),
      state: name,
      city,
      language: victim.language,
      address: draws.chance(0.5) ? victim.address : fresh('ax', draws),
    };
  });
}

/** What its owner denies later: one payment that is a little too large, and looks like any other. */
function quiet(world: World, draws: Draws, ms: number): Planned[] {
  const number = somebodyKnown(world, draws);
  const payment = ordinaryPayment(world, number, draws, ms);
  const merchant = draws.chance(0.5) ? draws.one(world.thieves) : payment.merchant;
  return [{ ...payment, minutes: 0, merchant, amount: rupees(payment.amount * draws.between(1, 2.5)) }];
}

/** Honest people who buy three to eight things in an hour: what a burst is not to be taken for. */
function shopping(world: World, draws: Draws, ms: number): Planned[] {
  const number = somebodyKnown(world, draws);
  const device = deviceOf(world.seed, number, ms);
  let minutes = 0;
  return Array.from({ length: draws.whole(3, 8) }, () => {
    minutes += draws.gap(1 / 6);
    return { ...ordinaryPayment(world, number, draws, ms), device, minutes };
  });
}

/** Shares are far above those of real cards, so that minutes hold enough of each pattern to be judged. */
export const CAMPAIGNS: readonly Campaign[] = [
  { pattern: 'RING', perPayment: 0.000_3, atFestivals: 1, plan: ring },
  { pattern: 'BURST', perPayment: 0.000_4, atFestivals: 1.5, plan: burst },
  { pattern: 'TAKEOVER', perPayment: 0.002, atFestivals: 1.5, plan: takeOver },
  { pattern: 'QUIET', perPayment: 0.001_8, atFestivals: 1, plan: quiet },
  { pattern: 'SHOPPING', perPayment: 0.004, atFestivals: 3, plan: shopping },
];
