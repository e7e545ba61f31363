import type { RecipeInput } from '../../../schema/recipe.ts';
import { JOIN_KEYS } from '../names.ts';

type Input = RecipeInput['inputs'][number];
type Derived = NonNullable<RecipeInput['derive']>[number];

/** What a request says of a payment. `txn_id` names it; hour and weekday are those of India. */
export const INPUTS: readonly Input[] = [
  { name: 'txn_id', dtype: 'STRING' },
  ...Object.values(JOIN_KEYS).map((name): Input => ({ name, dtype: 'STRING' })),
  { name: 'category', dtype: 'STRING' },
  { name: 'amount', dtype: 'FLOAT64' },
  { name: 'state', dtype: 'STRING' },
  { name: 'language', dtype: 'STRING' },
  { name: 'hour', dtype: 'INT64' },
  { name: 'weekday', dtype: 'INT64' },
  { name: 'festival', dtype: 'BOOL' },
];

/** Windows and networks that count. */
const COUNTS = [
  'payer_payments__n_1h',
  'payer_payments__n_24h',
  'payer_payments__n_7d',
  'payer_payments__devices_7d',
  'payer_payments__merchants_24h',
  'payer_payments__nights_7d',
  'card_payments__n_1h',
  'card_payments__n_24h',
  'card_payments__n_7d',
  'card_payments__users_7d',
  'card_payments__devices_24h',
  'card_network__others_24h',
  'card_network__others_7d',
  'card_network__neighbours_7d',
  'card_network__bad_others_7d',
  'device_payments__n_1h',
  'device_payments__n_7d',
  'device_payments__cards_24h',
  'device_payments__cards_7d',
  'device_payments__users_7d',
] as const;
const SUMS = [
  'payer_payments__sum_1h',
  'payer_payments__sum_24h',
  'payer_payments__sum_7d',
  'card_payments__sum_24h',
] as const;

/** Bends a number that may be large into 0 to 1: networks learn from it what trees learn from the number itself. */
const bent = (name: string, of: string, half: number): Derived => ({
  name,
  dtype: 'FLOAT64',
  expression: `${of} / (${of} + ${half}.0)`,
});
const bentName = (name: string): string => `bent_${name}`;

/** What is made of request and features before the models, in this order. */
export const DERIVED: readonly Derived[] = [
  {
    name: 'usual',
    dtype: 'FLOAT64',
    expression: 'payer_payments__n_7d > 0 ? payer_payments__sum_7d / double(payer_payments__n_7d) : amount',
  },
  { name: 'amount_to_usual', dtype: 'FLOAT64', expression: 'amount / (amount + usual)' },
  {
    name: 'merchant_usual',
    dtype: 'FLOAT64',
    expression: 'merchant_payments__n_7d > 0 ? merchant_payments__sum_7d / double(merchant_payments__n_7d) : amount',
  },
  { name: 'amount_to_merchant', dtype: 'FLOAT64', expression: 'amount / (amount + merchant_usual)' },
  {
    name: 'merchant_risk',
    dtype: 'FLOAT64',
    expression: 'double(merchant_reports__n_7d) / double(merchant_payments__n_7d + 20)',
  },
  { name: 'known', dtype: 'BOOL', expression: 'payer_profile__home_state != ""' },
  { name: 'away', dtype: 'BOOL', expression: 'known && payer_profile__home_state != state' },
  { name: 'resold', dtype: 'BOOL', expression: 'category in ["electronics", "gift_card", "jewellery"]' },
  { name: 'night', dtype: 'BOOL', expression: 'hour < 5' },
  bent('bent_amount', 'amount', 3_000),
  ...COUNTS.map((name) => bent(bentName(name), `double(${name})`, 3)),
  ...SUMS.map((name) => bent(bentName(name), name, 5_000)),
];

const ABOUT_PAYMENT = [
  'amount_to_usual',
  'amount_to_merchant',
  'merchant_risk',
  'known',
  'away',
  'resold',
  'night',
  'festival',
] as const;

/** What each model reads, in this order. */
export const COLUMNS = {
  trees: ['amount', 'hour', ...ABOUT_PAYMENT, ...COUNTS, ...SUMS],
  network: ['bent_amount', ...ABOUT_PAYMENT, ...COUNTS.map(bentName), ...SUMS.map(bentName)],
  rules: [
    'amount',
    'amount_to_usual',
    'merchant_risk',
    'known',
    'away',
    'resold',
    'night',
    'card_payments__n_1h',
    'device_payments__cards_24h',
    'payer_payments__devices_7d',
  ],
  forest: [
    'bent_amount',
    'amount_to_usual',
    'amount_to_merchant',
    'merchant_risk',
    'known',
    'away',
    ...COUNTS.map(bentName),
    ...SUMS.map(bentName),
  ],
} as const satisfies Record<string, readonly string[]>;
export type ModelKind = keyof typeof COLUMNS;

/** How much each says in the score. */
export const WEIGHTS: Readonly<Record<ModelKind, number>> = { trees: 0.4, network: 0.3, rules: 0.2, forest: 0.1 };

/** Nobody has heard of a newcomer: windows are empty, and there is no profile. */
export const DEFAULTS = { payer_profile__home_state: '' } as const;
