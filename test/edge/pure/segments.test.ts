import { afterEach, expect, it } from 'vitest';
import { PredictionRecord } from '../../../schema/telemetry.ts';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { recipe, release } from '../support/release.ts';

let bench: BenchApp;
afterEach(() => bench?.close());

const segments = [
  { name: 'season', expression: 'at.getMonth() in [5, 6, 7, 8] ? "monsoon" : "dry"', values: ['monsoon', 'dry'] },
  { name: 'language', expression: 'note', values: ['hi', 'ta'] },
];
const ask = async (at: string, note?: string): Promise<any> => {
  const inputs = { user_id: 'u1', amount: 2, ...(note !== undefined && { note }) };
  const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };
  return (await bench.post('/v1/predict/fraud-decision', { inputs, features, at })).body;
};

it('a release answers by the season and the language of a request, and the record says which', async () => {
  const of = (number: number) => release({ number, version: String(number), recipe: { ...recipe, segments } });
  const [usual, rain, tamil] = await Promise.all([of(1), of(2), of(3)]);
  bench = await benchApp({
    releases: [usual, rain, tamil],
    traffic: ([first, second, third]) => [
      { kind: 'VARIANT', field: 'season', releases: { monsoon: second! } },
      { kind: 'VARIANT', field: 'language', releases: { ta: third!, other: first! } },
      { kind: 'DEFAULT', release: first! },
    ],
  });
  const seen = [
    await ask('2026-07-01T00:00:00Z', 'ta'),
    await ask('2026-01-01T00:00:00Z', 'ta'),
    await ask('2026-01-01T00:00:00Z', 'fr'),
    await ask('2026-01-01T00:00:00Z'),
  ];
  expect(seen.map(({ release: digest, variant, segments: own }) => [digest, variant, own])).toEqual([
    [rain.digest, 'season=monsoon', { season: 'monsoon', language: 'ta' }],
    [tamil.digest, 'language=ta', { season: 'dry', language: 'ta' }],
    [usual.digest, 'language=other', { season: 'dry', language: 'other' }],
    // Nobody said a language: no variant decides, and none is recorded.
    [usual.digest, null, { season: 'dry' }],
  ]);
  const records = await bench.records();
  expect(records.map(({ kind, ...record }) => kind === 'prediction' && PredictionRecord.parse(record))).toMatchObject(
    seen.map(({ variant, segments: own }) => ({
      segments: own,
      ...(variant !== null && { variant, layer: 'VARIANT' }),
    })),
  );
});
