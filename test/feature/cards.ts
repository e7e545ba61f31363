import { expect } from 'vitest';
import { materialize, post, writeParquet, type FeatureHarness } from '../support/feature.ts';

export const MINUTE = 60_000;
export const START = Date.parse('2026-02-03T10:00:00Z');
export const iso = (ms: number): string => new Date(ms).toISOString();

const FEATURES = [
  { name: 'n_1h', window: { function: 'COUNT', windowSeconds: 3_600 } },
  { name: 'sum_1h', column: 'amount', window: { function: 'SUM', windowSeconds: 3_600 } },
];

/** Two windows over payments that carry ids, and the last amount that was loaded or pushed without one. */
export async function defineCards({ ask, folder }: FeatureHarness): Promise<void> {
  await writeParquet(
    `${folder}/txn.parquet`,
    `select 'loaded' || (i % 10) as card_id, 'l' || i as txn_id, timestamptz '2026-02-03 09:30:00Z' + to_seconds(i) as event_time,
       timestamptz '2026-02-03 09:30:00Z' + to_seconds(i) as created_at, i::double as amount from range(100) t(i)`,
  );
  const { errors } = await ask(
    `mutation ($source: DefineSourceInput!, $view: DefineFeatureViewInput!, $last: DefineFeatureViewInput!) {
      defineEntity(input: { name: "card", joinKeys: [{ name: "card_id", dtype: STRING }] }) { eventCursor }
      defineSource(input: $source) { eventCursor }
      windows: defineFeatureView(input: $view) { eventCursor }
      last: defineFeatureView(input: $last) { eventCursor }
      defineFeatureService(input: { name: "card", views: [{ view: "card_txn" }, { view: "card_last" }] }) { eventCursor } }`,
    {
      source: { name: 'txn', path: 'txn.parquet', eventColumn: 'event_time', createdColumn: 'created_at' },
      view: {
        name: 'card_txn',
        entity: 'card',
        source: 'txn',
        ttlSeconds: 0,
        eventIdColumn: 'txn_id',
        features: FEATURES,
      },
      last: { name: 'card_last', entity: 'card', source: 'txn', ttlSeconds: 0, features: [{ name: 'amount' }] },
    },
  );
  expect(errors).toBeUndefined();
}

export interface Payment {
  readonly card: string;
  readonly id: string;
  readonly ms: number;
  readonly amount?: number;
  readonly retract?: boolean;
}

type At = Pick<FeatureHarness, 'subgraph'>;

export const pay = (at: At, payments: readonly Payment[]): Promise<{ status: number; body: any }> =>
  post(at, '/v1/features/push', {
    view: 'card_txn',
    rows: payments.map(({ card, id, ms, amount = 1, retract }) => ({
      entity: { card_id: card },
      eventTime: iso(ms),
      eventId: id,
      ...(retract ? { retract } : { values: { amount } }),
    })),
  });

export const read = (at: At, cards: readonly string[], service = 'card'): Promise<{ status: number; body: any }> =>
  post(at, '/v1/features/read', { service, entities: cards.map((card_id) => ({ card_id })) });

/** The values of each card (count, sum and last amount), or the code of a refusal. */
export async function valuesOf(at: At, cards: readonly string[], service?: string): Promise<unknown> {
  const { status, body } = await read(at, cards, service);
  return status === 200 ? body.values : body.code;
}

/** A row of the view without windows. */
export const pushLast = (at: At, card: string, ms: number, amount: number): Promise<{ status: number; body: any }> =>
  post(at, '/v1/features/push', {
    view: 'card_last',
    rows: [{ entity: { card_id: card }, eventTime: iso(ms), values: { amount } }],
  });

/** Loads both views from the source. */
export async function loadCards(feature: FeatureHarness): Promise<void> {
  for (const view of ['card_txn', 'card_last']) {
    const { data } = await materialize(feature, { view });
    expect(data.materialize.materialization).toMatchObject({ state: 'SUCCEEDED', rowsRead: 100 });
  }
}
