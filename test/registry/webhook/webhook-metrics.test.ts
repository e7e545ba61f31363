import { expect, it, vi } from 'vitest';
import { misnamedIn, samplesIn, scrape } from '../../support/metrics.ts';
import { featureOutbox, person, startTestRegistry } from '../../support/registry.ts';
import { serviceEvent } from '../../support/serving.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { startWebhookReceiver } from '../../support/webhook-receiver.ts';

const LIMIT = { timeout: 20_000 };

it('metrics tell of receivers that fail, of what has not arrived, of attempts and of every feed', async () => {
  const receiver = await startWebhookReceiver();
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const registry = await startTestRegistry({
    database,
    variables: { TIFFIN_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' },
    feeds: { feature: outbox.feed },
  });
  const samples = async (name: string) => samplesIn(await scrape(registry.subgraph), name);
  const attempts = async (result: string) => (await samples('registry_webhook_attempts_total'))[`result="${result}"`];
  expect(await samples('registry_failing_webhooks')).toEqual({ '': 0 });
  expect(await samples('registry_webhook_oldest_pending_seconds')).toEqual({ '': 0 });
  expect(await samples('registry_webhook_attempts_total')).toEqual({
    'result="DELIVERED"': 0,
    'result="RETRY"': 0,
    'result="FAILED"': 0,
    'result="DEAD"': 0,
  });

  receiver.otherwise = () => 503;
  await registry.ask(
    person('admin'),
    'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { secret } }',
    { input: { url: receiver.url } },
  );
  await outbox.tell(serviceEvent());
  await vi.waitFor(async () => expect(await attempts('RETRY')).toBeGreaterThan(0), LIMIT);
  expect(await samples('registry_failing_webhooks')).toEqual({ '': 1 });
  expect(await samples('registry_webhook_deliveries')).toEqual({
    'state="PENDING"': 1,
    'state="FAILED"': 0,
    'state="DEAD"': 0,
  });
  const waited = (await samples('registry_webhook_oldest_pending_seconds'))[''];
  expect(waited).toBeGreaterThan(0);
  receiver.otherwise = () => 302;
  await vi.waitFor(async () => expect(await attempts('FAILED')).toBe(1), LIMIT);
  expect((await samples('registry_webhook_deliveries'))['state="FAILED"']).toBe(1);
  receiver.otherwise = () => 204;
  await outbox.tell(serviceEvent(undefined, 2));
  await vi.waitFor(async () => expect(await attempts('DELIVERED')).toBe(1), LIMIT);
  expect(await samples('registry_failing_webhooks')).toEqual({ '': 0 });

  expect(Object.keys(await samples('tiffin_feed_lag_seconds')).sort()).toEqual(
    ['asset-index', 'webhooks'].flatMap((place) =>
      ['experiment', 'feature', 'monitoring', 'registry'].map((source) => `consumer="${place}:${source}"`),
    ),
  );
  expect(await samples('registry_model_jobs')).toEqual({
    'state="RUNNING"': 0,
    'state="SUCCEEDED"': 0,
    'state="FAILED"': 0,
  });
  expect(misnamedIn(await scrape(registry.subgraph))).toEqual([]);
});
