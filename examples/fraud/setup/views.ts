import type { DefineFeatureViewInput } from '../../shared/operations.ts';
import { IST_OFFSET_MINUTES } from '../generator/calendar.ts';
import { JOIN_KEYS, type Entity, type SOURCES } from '../names.ts';

type Feature = DefineFeatureViewInput['features'][number];

/** A view of the example, before its entity and source have ids. */
export interface ViewPlan {
  readonly name: string;
  readonly entity: Entity;
  readonly source: keyof typeof SOURCES;
  readonly description: string;
  /** Of its columns; 0 where all are windows. */
  readonly ttlSeconds: number;
  readonly features: readonly Feature[];
}

const HOUR_S = 3_600;
const WINDOWS = { '1h': HOUR_S, '24h': 24 * HOUR_S, '7d': 168 * HOUR_S } as const;
type Length = keyof typeof WINDOWS;

/** Payments, by their amounts: a report on a card has none. */
const count = (length: Length, what: string): Feature => ({
  name: `n_${length}`,
  ...(what === 'payments' && { column: 'amount' }),
  description: `How many ${what} in the last ${length}.`,
  window: { function: 'COUNT', windowSeconds: WINDOWS[length] },
});

const sum = (length: Length): Feature => ({
  name: `sum_${length}`,
  column: 'amount',
  description: `The rupees of the last ${length}.`,
  window: { function: 'SUM', windowSeconds: WINDOWS[length] },
});

const distinct = (name: string, length: Length, of: Entity | 'address'): Feature => ({
  name: `${name}_${length}`,
  column: of === 'address' ? 'address_id' : JOIN_KEYS[of],
  description: `How many different ${name} in the last ${length}.`,
  window: { function: 'DISTINCT', windowSeconds: WINDOWS[length] },
});

/** Two hops: from a card to what it used, and from there to the other cards that used it. */
const others = (name: string, through: string, length: Length): Feature => ({
  name,
  description: `How many other cards shared its ${through} in the last ${length}.`,
  network: { function: 'OTHERS', through, windowSeconds: WINDOWS[length] },
});

const LENGTHS = ['1h', '24h', '7d'] as const;
const counts = LENGTHS.map((length) => count(length, 'payments'));
const sums = LENGTHS.map(sum);

/** The views that a decision reads. */
export const VIEWS: readonly ViewPlan[] = [
  {
    name: 'payer_payments',
    entity: 'user',
    source: 'payments',
    description: 'How fast an account pays: counts, rupees, devices, nights.',
    ttlSeconds: 0,
    features: [
      ...counts,
      ...sums,
      distinct('devices', '7d', 'device'),
      distinct('merchants', '24h', 'merchant'),
      {
        name: 'nights_7d',
        column: 'amount',
        description: 'How many payments between midnight and five, Indian time, in the last 7d.',
        window: {
          function: 'COUNT',
          windowSeconds: WINDOWS['7d'],
          where: { hours: [0, 1, 2, 3, 4], utcOffsetMinutes: IST_OFFSET_MINUTES },
        },
      },
    ],
  },
  {
    name: 'card_payments',
    entity: 'card',
    source: 'payments',
    description: 'How fast a card is used, and by how many accounts.',
    ttlSeconds: 0,
    features: [...counts, sum('24h'), distinct('users', '7d', 'user'), distinct('devices', '24h', 'device')],
  },
  {
    name: 'card_network',
    entity: 'card',
    source: 'payments',
    description: 'Which other cards used the devices and addresses of a card, and how many of them were reported.',
    ttlSeconds: 0,
    features: [
      others('others_24h', 'device_id', '24h'),
      others('others_7d', 'device_id', '7d'),
      others('neighbours_7d', 'address_id', '7d'),
      {
        name: 'bad_others_7d',
        description: 'How many of the other cards on its devices in the last 7d were reported in the last 30 days.',
        network: {
          function: 'BAD_OTHERS',
          through: 'device_id',
          windowSeconds: WINDOWS['7d'],
          bad: { column: 'label', oneOf: ['fraud'], windowSeconds: 30 * 24 * HOUR_S },
        },
      },
      {
        name: 'cut_7d',
        description: 'Whether there were more others than were looked at.',
        network: { function: 'CUT', through: 'device_id', windowSeconds: WINDOWS['7d'] },
      },
    ],
  },
  {
    name: 'device_payments',
    entity: 'device',
    source: 'payments',
    description: 'How many cards and accounts pay with one device.',
    ttlSeconds: 0,
    features: [
      count('1h', 'payments'),
      count('7d', 'payments'),
      distinct('cards', '24h', 'card'),
      distinct('cards', '7d', 'card'),
      distinct('users', '7d', 'user'),
    ],
  },
  {
    name: 'merchant_payments',
    entity: 'merchant',
    source: 'payments',
    description: 'How much a merchant sells.',
    ttlSeconds: 0,
    features: [count('7d', 'payments'), sum('7d')],
  },
  {
    name: 'merchant_reports',
    entity: 'merchant',
    source: 'reports',
    description: 'How many payments at a merchant were reported as frauds: its risk.',
    ttlSeconds: 0,
    features: [count('7d', 'reports')],
  },
  {
    name: 'payer_profile',
    entity: 'user',
    source: 'profiles',
    description: 'What the bank knows of a customer.',
    ttlSeconds: 0,
    features: [{ name: 'home_state', description: 'The state that they live in.' }],
  },
];

export const ABOUT: Readonly<Record<Entity, string>> = {
  user: 'An account that pays. Synthetic.',
  card: 'A card that is paid with. Synthetic.',
  device: 'A phone or counter that payments are made on. Synthetic.',
  merchant: 'Somebody who is paid. Synthetic.',
};
