import { beforeAll, describe, expect, it } from 'vitest';
import type { KafkaAccess } from '../../subgraphs/feature/domain/kafka-access.ts';
import { defineStreams } from '../feature/txn-stream.ts';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { startKafka, type TestKafka } from '../support/kafka.ts';

const ACCOUNT = { username: 'tiffin', password: 'of a test alone' };
const NOW = Date.parse('2026-02-03T10:00:00Z');
const WAIT = { timeout: 60_000, interval: 200 };

let kafka: TestKafka;
beforeAll(async () => {
  kafka = await startKafka(ACCOUNT);
  await kafka.createTopic('secured', 1);
  const event = { txn_id: 'm1', card_id: 'a', shop: 'corner', event_time: new Date(NOW - 60_000).toISOString() };
  await kafka.send('secured', [{ value: JSON.stringify({ ...event, amount: 10, channel: 'web' }) }]);
}, 120_000);

async function streamOver(access: KafkaAccess): Promise<FeatureHarness> {
  const feature = await startTestFeature({ kafka: { brokers: [kafka.broker], ...access } });
  feature.clock.at = new Date(NOW);
  await defineStreams(feature);
  const input = { name: 'secured', source: 'txn', brokers: [kafka.broker], topic: 'secured' };
  await feature.ask(
    'mutation ($input: DefineEventStreamInput!) { defineEventStream(input: $input) { eventStream { id } } }',
    { input },
  );
  return feature;
}

const streamOf = async (feature: FeatureHarness): Promise<any> =>
  (await feature.ask('{ eventStream(id: "secured") { accepted problem { problem } } }')).data.eventStream;

describe('a broker that speaks TLS and SASL/PLAIN alone', { timeout: 120_000 }, () => {
  const sasl = { mechanism: 'PLAIN', ...ACCOUNT } as const;

  it('is read with its account, by its certificate', async () => {
    const feature = await streamOver({ tls: { ca: kafka.ca }, sasl });
    await expect.poll(() => streamOf(feature), WAIT).toEqual({ accepted: 1, problem: null });
  });

  it.each<[string, () => KafkaAccess, RegExp]>([
    [
      'another password',
      () => ({ tls: { ca: kafka.ca }, sasl: { ...sasl, password: 'of somebody else' } }),
      /SASL|[Aa]uthentication/,
    ],
    ['no account', () => ({ tls: { ca: kafka.ca }, sasl: null }), /brokers: /],
    ['a certificate that nobody vouches for', () => ({ tls: { ca: undefined }, sasl }), /certificate/],
    ['no TLS', () => ({ tls: null, sasl }), /brokers: /],
  ])('is not read with %s, and the stream says why, without the password', async (_what, access, why) => {
    const feature = await streamOver(access());
    await expect.poll(async () => (await streamOf(feature)).problem?.problem ?? '', WAIT).toMatch(why);
    const { accepted, problem } = await streamOf(feature);
    expect(accepted).toBe(0);
    expect(problem.problem).not.toMatch(/of a test alone|of somebody else/);
  });
});
