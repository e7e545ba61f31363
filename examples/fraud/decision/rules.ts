import type { RecipeInput } from '../../../schema/recipe.ts';

type Rule = NonNullable<RecipeInput['rules']>[number];

/** Nine other cards on the device of a payment within a day, and its own is the tenth. */
export const RING = { name: 'ring', otherCards: 9, reason: 'ten cards on one device within a day' } as const;

/** The business rules, in their order: the first that holds decides. Rupees. */
export const RULES: readonly Rule[] = [
  {
    name: RING.name,
    when: `device_payments__cards_24h >= ${RING.otherCards}`,
    action: 'DECLINE',
    confidence: 0.95,
    reason: RING.reason,
    // Whoever could not be counted is not let through by the next rule.
    onError: 'FALLBACK',
  },
  {
    name: 'bad_company',
    when: 'card_network__bad_others_7d >= 2',
    action: 'REVIEW',
    confidence: 0.7,
    reason: 'shares a device with cards that were reported',
  },
  { name: 'certain', when: 'score > 0.9', action: 'DECLINE', confidence: 0.95, reason: 'almost certainly a fraud' },
  {
    name: 'likely_and_large',
    when: 'score > 0.7 && amount > 50000.0',
    action: 'REVIEW',
    confidence: 0.8,
    reason: 'likely a fraud, and too large to decline unseen',
  },
  { name: 'likely', when: 'score > 0.7', action: 'DECLINE', confidence: 0.85, reason: 'likely a fraud' },
  {
    name: 'possible_and_large',
    when: 'score > 0.3 && amount > 100000.0',
    action: 'REVIEW',
    confidence: 0.6,
    reason: 'possibly a fraud, and large',
  },
  { name: 'possible', when: 'score > 0.3', action: 'APPROVE', confidence: 0.8, reason: 'possibly a fraud, and small' },
  { name: 'ordinary', when: 'true', action: 'APPROVE', confidence: 0.95, reason: 'nothing speaks against it' },
];
