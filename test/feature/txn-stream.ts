import { expect } from 'vitest';
import { post, writeParquet, type FeatureHarness } from '../support/feature.ts';
import { testKeys } from '../support/keys.ts';
import { iso, MINUTE, START } from './cards.ts';

const HOUR_WINDOW = { windowSeconds: 3_600 };
const COUNT = { name: 'n_1h', window: { function: 'COUNT', ...HOUR_WINDOW } };
const SUM = { name: 'sum_1h', column: 'amount', window: { function: 'SUM', ...HOUR_WINDOW } };
const ID = { eventIdColumn: 'txn_id' };
const view = (name: string, entity: string, source: string, more: object) => ({
  name,
  entity,
  source,
  ttlSeconds: 0,
  ...more,
});

/**
 * A source `txn` with two views (windows of cards, and of shops), a source `last` with a view whose events have no ids, and
 * one that no view reads.
 */
export async function defineStreams({ ask, folder }: FeatureHarness): Promise<void> {
  await writeParquet(
    `${folder}/txn.parquet`,
    `select 'c' as card_id, 's' as shop, 't' as txn_id, timestamptz '2026-02-03 09:30:00Z' as event_time,
       timestamptz '2026-02-03 09:30:00Z' as created_at, 1.5::double as amount`,
  );
  const { errors } = await ask(
    `mutation ($cards: DefineFeatureViewInput!, $shops: DefineFeatureViewInput!, $last: DefineFeatureViewInput!) {
      card: defineEntity(input: { name: "card", joinKeys: [{ name: "card_id", dtype: STRING }] }) { eventCursor }
      shop: defineEntity(input: { name: "shop", joinKeys: [{ name: "shop", dtype: STRING }] }) { eventCursor }
      ${['txn', 'last', 'unread'].map((name) => `${name}: defineSource(input: { name: "${name}", path: "txn.parquet", eventColumn: "event_time", createdColumn: "created_at" }) { eventCursor }`).join('\n')}
      cards: defineFeatureView(input: $cards) { eventCursor }
      shops: defineFeatureView(input: $shops) { eventCursor }
      lastOfCards: defineFeatureView(input: $last) { eventCursor }
      cardService: defineFeatureService(input: { name: "cards", views: [{ view: "card_txn" }] }) { eventCursor }
      shopService: defineFeatureService(input: { name: "shops", views: [{ view: "shop_txn" }] }) { eventCursor } }`,
    {
      cards: view('card_txn', 'card', 'txn', { ...ID, features: [COUNT, SUM] }),
      shops: view('shop_txn', 'shop', 'txn', { ...ID, features: [COUNT] }),
      last: view('card_last', 'card', 'last', { features: [{ name: 'amount' }] }),
    },
  );
  expect(errors).toBeUndefined();
}

export interface Txn {
  readonly [column: string]: unknown;
}

let made = 0;

/** A payment of a minute ago. */
export const txn = (card_id: string, more: Txn = {}): Txn => ({
  txn_id: `t${made++}`,
  card_id,
  shop: 'corner',
  event_time: iso(START - MINUTE),
  amount: 10,
  ...more,
});

type At = Pick<FeatureHarness, 'subgraph'>;

export const sendEvents = (at: At, events: readonly unknown[], source = 'txn') =>
  post(at, '/v1/features/events', { source, events });

export const LINES = 'application/x-ndjson';

/** Bytes or text as they are. */
export async function sendBody(
  { subgraph }: At,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  path = '/v1/features/events?source=txn',
): Promise<{ status: number; body: any; headers: Headers }> {
  const authorization = `Bearer ${testKeys.with('feature:write')}`;
  const answer = await subgraph.app.request(path, {
    method: 'POST',
    headers: { 'content-type': LINES, authorization, ...headers },
    body,
  });
  return { status: answer.status, body: await answer.json(), headers: answer.headers };
}

/** What the windows of each entity are: of cards count and sum, of shops the count. */
export const windowsOf = async (at: At, service: 'cards' | 'shops', ids: readonly string[]): Promise<unknown> => {
  const key = service === 'cards' ? 'card_id' : 'shop';
  return (await post(at, '/v1/features/read', { service, entities: ids.map((id) => ({ [key]: id })) })).body.values;
};
