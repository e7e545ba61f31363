import { afterEach, describe, expect, it } from 'vitest';
import type { FeatureQuery, FeatureReader, FeatureRow } from '../../../edge/features/feature-reader.ts';
import { ReadAhead } from '../../../edge/serving/read-ahead.ts';
import { SCOPES } from '../../../core/scopes.ts';
import type { Traffic } from '../../../schema/manifest.ts';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { recipe, release, sha256 } from '../support/release.ts';

let bench: BenchApp;
afterEach(() => bench?.close());

const path = '/v1/predict/fraud-decision';
const inputs = { user_id: 'u1', amount: 2 };

/** The features of some user, of which one is as is said. */
class Reader implements FeatureReader {
  readonly asked: FeatureQuery[] = [];
  status: 'PRESENT' | 'NULL_VALUE' | 'OUTSIDE_MAX_AGE' | 'NOT_FOUND' = 'PRESENT';

  read(query: FeatureQuery): Promise<FeatureRow> {
    this.asked.push(query);
    const features = new Map([
      ['user_txn__amount_24h', { value: 3, status: 'PRESENT' as const, ageMs: 10 }],
      ['user_txn__count_1h', { value: this.status === 'PRESENT' ? 2 : null, status: this.status, ageMs: 10 }],
    ]);
    return Promise.resolve({ source: 'STORE', features });
  }
}

/** Two releases of which the second has no bucket yet, as before a blue-green switch. */
async function prepared(reader: FeatureReader, change: Parameters<typeof release>[0] = {}) {
  const blue = await release({ recipe });
  const green = await release({ number: 2, version: '2', recipe, ...change });
  const split = ([first, second]: readonly string[]): Traffic => [
    {
      kind: 'ALLOCATION',
      holder: 'tiffin:default:rollout:swap',
      holderRevision: 1,
      seed: 's',
      hashVersion: 2,
      unit: 'user_id',
      arms: [
        { arm: 'control', release: first!, ranges: [[0, 1]] },
        { arm: 'candidate', release: second!, ranges: [] },
      ],
      endsAt: null,
    },
    { kind: 'DEFAULT', release: first! },
  ];
  const phone = { id: 'phone', sha256: sha256('phone'), scopes: SCOPES, project: 'default', trust: 'device' } as const;
  bench = await benchApp({ releases: [blue, green], traffic: split, reader, keys: [phone] });
  return { blue: blue.digest, green: green.digest };
}

const readsOf = async (digest: string) => {
  await bench.deps.readAhead.settled();
  return bench.deps.featureReads.lastMinute(digest);
};

describe('a release that holds a split without a bucket', () => {
  it('has its features read where a server was answered by the other, and how many were of no use is counted', async () => {
    const reader = new Reader();
    const { blue, green } = await prepared(reader);
    reader.status = 'OUTSIDE_MAX_AGE';
    expect((await bench.post(path, { inputs })).status).toBe(200);
    expect(await readsOf(green)).toEqual({ read: 2, stale: 1 });
    expect(await readsOf(blue)).toEqual({ read: 2, stale: 1 });
    expect(reader.asked).toHaveLength(2);
    expect((await bench.records()).map(({ kind, release: of }) => [kind, of])).toContainEqual(['prediction', blue]);
    expect((await bench.records()).filter(({ kind }) => kind === 'prediction')).toHaveLength(1);
  });

  it('is left alone by whoever asks with a public key, and by whoever brings the features', async () => {
    const { blue, green } = await prepared(new Reader());
    await bench.post(path, { inputs }, { authorization: 'Bearer phone' });
    expect(await readsOf(green)).toEqual({ read: 0, stale: 0 });
    const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };
    await bench.post(path, { inputs, features });
    expect(await readsOf(blue)).toEqual({ read: 0, stale: 0 });
    expect(await readsOf(green)).toEqual({ read: 2, stale: 0 });
  });

  it('is read for no more than ten requests a second, so that a busy node does not read everything twice', async () => {
    const reader = new Reader();
    const { blue, green } = await prepared(reader);
    const beganMs = performance.now();
    for (let i = 0; i < 100; i++) await bench.post(path, { inputs });
    const most = 1 + Math.floor((performance.now() - beganMs) / 100);
    expect((await readsOf(blue)).read).toBe(200);
    expect((await readsOf(green)).read / 2).toBeLessThanOrEqual(most);
  });

  it('is forgotten once its next read is not held up any more, so that releases that came and went take no room', async () => {
    const reader = new Reader();
    const { green } = await prepared(reader);
    const [deployment] = [...bench.deps.table.deployments()];
    const { entry, plans } = deployment!;
    const traffic = (digest: string): Traffic =>
      entry.traffic.map((layer) =>
        layer.kind === 'ALLOCATION'
          ? { ...layer, arms: layer.arms.map((arm) => (arm.release === green ? { ...arm, release: digest } : arm)) }
          : layer,
      );
    let nowMs = 0;
    const readAhead = new ReadAhead({ reader, reads: bench.deps.featureReads, monotonicMs: () => nowMs });
    const offer = (digest: string): void =>
      readAhead.offer(
        {
          ...deployment!,
          entry: { ...entry, traffic: traffic(digest) },
          plans: new Map([[digest, plans.get(green)!]]),
        },
        { inputs, at: null },
      );
    for (let n = 0; n < 1_000; n++, nowMs += 10) {
      offer(`release-${n}`);
      // Those of the last tenth of a second still hold up their next read.
      expect(readAhead.held).toBeLessThanOrEqual(10);
    }
    offer('release-999');
    await readAhead.settled();
    expect(reader.asked).toHaveLength(1_000);
  });

  it('is not fresh where its requests would not be understood, and fresh where the store holds a null', async () => {
    const other = { ...recipe, inputs: [...recipe.inputs!, { name: 'city', dtype: 'STRING' as const }] };
    const reader = new Reader();
    const { blue, green } = await prepared(reader, { recipe: other });
    reader.status = 'NULL_VALUE';
    await bench.post(path, { inputs });
    expect(await readsOf(green)).toEqual({ read: 2, stale: 2 });
    expect(await readsOf(blue)).toEqual({ read: 2, stale: 0 });
  });
});
