import { expect } from 'vitest';
import { post, writeParquet, type FeatureHarness } from '../support/feature.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.parse('2026-02-03T10:00:00Z');
export const iso = (ms: number): string => new Date(ms).toISOString();

const BAD = { column: 'label', oneOf: ['fraud'], windowSeconds: (90 * DAY) / 1_000 };
const through = (more: object) => ({ through: 'device_id', windowSeconds: DAY / 1_000, ...more });

export const RING_FEATURES = [
  { name: 'others_24h', network: through({ function: 'OTHERS' }) },
  { name: 'bad_24h', network: through({ function: 'BAD_OTHERS', bad: BAD }) },
  { name: 'cut_24h', network: through({ function: 'CUT' }) },
  { name: 'three_24h', network: through({ function: 'OTHERS', limit: 3 }) },
  { name: 'n_24h', window: { function: 'COUNT', windowSeconds: DAY / 1_000 } },
];

/** Cards that pay with devices, and their view `card_ring` with a service of the same name. */
export async function defineRing(
  { ask, folder }: Pick<FeatureHarness, 'ask' | 'folder'>,
  features: readonly object[] = RING_FEATURES,
): Promise<void> {
  await writeParquet(
    `${folder}/ring.parquet`,
    `select 'loaded ' || i as card_id, 'l' || i as txn_id, timestamptz '2026-02-03 09:00:00Z' as event_time,
       timestamptz '2026-02-03 09:00:00Z' as created_at, 'till' as device_id, 7::bigint as address,
       case when i = 0 then 'fraud' end as label, 1.0::double as amount from range(5) t(i)`,
  );
  const { errors } = await ask(
    `mutation ($view: DefineFeatureViewInput!) {
      defineEntity(input: { name: "card", joinKeys: [{ name: "card_id", dtype: STRING }] }) { eventCursor }
      defineSource(input: { name: "ring", path: "ring.parquet", eventColumn: "event_time", createdColumn: "created_at" }) {
        eventCursor }
      defineFeatureView(input: $view) { eventCursor }
      defineFeatureService(input: { name: "card_ring", views: [{ view: "card_ring" }] }) { eventCursor } }`,
    { view: { name: 'card_ring', entity: 'card', source: 'ring', ttlSeconds: 0, eventIdColumn: 'txn_id', features } },
  );
  expect(errors).toBeUndefined();
}

export interface CardEvent {
  readonly card: string;
  readonly id: string;
  readonly ms: number;
  readonly device?: string | null;
  readonly label?: string | null;
  readonly retract?: boolean;
}

export const send = (at: Pick<FeatureHarness, 'subgraph'>, events: readonly CardEvent[]) =>
  post(at, '/v1/features/push', {
    view: 'card_ring',
    rows: events.map(({ card, id, ms, device = null, label = null, retract }) => ({
      entity: { card_id: card },
      eventTime: iso(ms),
      eventId: id,
      ...(retract ? { retract } : { values: { device_id: device, label } }),
    })),
  });

export const readRing = async (at: Pick<FeatureHarness, 'subgraph'>, cards: readonly string[], more: object = {}) =>
  (
    await post(at, '/v1/features/read', {
      service: 'card_ring',
      entities: cards.map((card_id) => ({ card_id })),
      ...more,
    })
  ).body;
