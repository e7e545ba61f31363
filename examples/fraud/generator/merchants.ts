import { drawsOf } from './draws.ts';
import { STATES } from './places.ts';

export interface Category {
  readonly name: string;
  /** Of all purchases. */
  readonly weight: number;
  /** The median of a purchase, in rupees. */
  readonly rupees: number;
  /** What can be turned into money again. */
  readonly resold: boolean;
}

export const CATEGORIES: readonly Category[] = [
  { name: 'grocery', weight: 30, rupees: 450, resold: false },
  { name: 'food', weight: 22, rupees: 320, resold: false },
  { name: 'fuel', weight: 12, rupees: 900, resold: false },
  { name: 'utilities', weight: 10, rupees: 1_100, resold: false },
  { name: 'fashion', weight: 10, rupees: 1_600, resold: false },
  { name: 'travel', weight: 5, rupees: 3_800, resold: false },
  { name: 'electronics', weight: 5, rupees: 7_500, resold: true },
  { name: 'gift_card', weight: 4, rupees: 1_500, resold: true },
  { name: 'jewellery', weight: 2, rupees: 22_000, resold: true },
];

export interface Merchant {
  readonly id: string;
  readonly category: string;
  readonly state: string;
  readonly city: string;
  readonly rupees: number;
  /** Checks little, so that thieves prefer it. */
  readonly weak: boolean;
}

const WEAK = 0.04;

export function merchantOf(seed: number, number: number): Merchant {
  const draws = drawsOf(seed, 'merchant', number);
  const { name, rupees } = draws.weighted(CATEGORIES);
  const { name: state, cities } = draws.weighted(STATES);
  return {
    id: `m${number}`,
    category: name,
    state,
    city: draws.one(cities),
    rupees: draws.around(rupees, 0.4),
    weak: draws.chance(WEAK),
  };
}

/** Merchants that thieves go to: those that check little, and those whose goods can be resold. */
export function thievesMerchants(seed: number, merchants: number): readonly Merchant[] {
  const resold = new Set(CATEGORIES.filter((category) => category.resold).map(({ name }) => name));
  const all = Array.from({ length: merchants }, (_none, number) => merchantOf(seed, number));
  const wanted = all.filter(({ weak, category }) => weak || resold.has(category));
  return wanted.length > 0 ? wanted : all;
}
