/** What the example calls its things. Every part of it, and whoever follows it, finds them by these names. */

export const ENTITIES = {
  user: 'payer',
  card: 'card',
  device: 'device',
  merchant: 'merchant',
} as const;
export type Entity = keyof typeof ENTITIES;

export const JOIN_KEYS: Readonly<Record<Entity, string>> = {
  user: 'user_id',
  card: 'card_id',
  device: 'device_id',
  merchant: 'merchant_id',
};

export const SOURCES = { payments: 'card_payments', reports: 'fraud_reports', profiles: 'payer_profiles' } as const;

export const SERVICE = 'fraud_decision';
export const ENDPOINT = 'fraud-decision';
export const DEPLOYMENT = 'tiffin:default:deployment:fraud-decision@production';
