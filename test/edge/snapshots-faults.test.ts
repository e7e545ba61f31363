import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningEdge } from '../../edge/adapters/node/main.ts';
import type { FeatureSnapshot } from '../../schema/feature-snapshot.ts';
import type { ManifestSnapshot } from '../../schema/manifest.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { edgeHere, edgePlace, get, post, until, type EdgePlace } from './support/edge-process.ts';
import { layout, release, sha256, type TestRelease } from './support/release.ts';

let control: TestControlPlane;
let place: EdgePlace;
let edge: RunningEdge | undefined;
let one: TestRelease;

beforeEach(async () => {
  control = await TestControlPlane.start();
  // Nothing of an earlier read may answer in place of a snapshot.
  place = edgePlace(control, { TIFFIN_EDGE_FEATURE_KEEP_MS: '0' });
  one = await release();
  control.faults.features = 'FAIL';
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  await control.down();
  place.remove();
});

interface Pinned {
  readonly named: ManifestSnapshot;
  readonly bytes: Uint8Array;
}

/** What the registry would have read of the user `u`. */
function snapshotOf(amount: number, more: Partial<FeatureSnapshot> = {}): Pinned {
  const document: FeatureSnapshot = {
    format: 1,
    service: layout.service,
    readAt: new Date().toISOString(),
    names: ['user_txn__amount_24h', 'user_txn__count_1h'],
    entities: [{ user: 'u' }],
    values: [[amount, 2]],
    statuses: [['PRESENT', 'PRESENT']],
    agesMs: [[500, 500]],
    ...more,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const named = { name: 'pinned', service: layout.service, digest: sha256(bytes), sizeBytes: bytes.length };
  return { named, bytes };
}

const publish = (pinned: Pinned): Promise<unknown> => {
  control.addBlobs({ blobs: new Map([[pinned.named.digest, pinned.bytes]]) });
  return control.publish([one], { entry: { snapshots: [pinned.named] } });
};
const predict = (): Promise<{ status: number; body: any }> =>
  post(edge!.url, '/v1/predict/fraud-decision', { inputs: { user_id: 'u', amount: 1 } });
const used = async (): Promise<any> => (await predict()).body.features?.user_txn__amount_24h;
const answersWith = (value: number): Promise<unknown> =>
  until(`${value} answers`, async () => (await used())?.value === value);
const refusals = async (): Promise<number> =>
  Number(/manifest_refused_total\{reason="SNAPSHOT"\} (\d+)/.exec((await get(edge!.url, '/metrics')).body)?.[1] ?? 0);

async function startWith(pinned: Pinned): Promise<void> {
  await publish(pinned);
  edge = await edgeHere(place);
  await answersWith(Number(JSON.parse(new TextDecoder().decode(pinned.bytes)).values[0][0]));
}

describe('a snapshot of features', () => {
  it('answers while the feature server fails, and no more once it answers', async () => {
    await startWith(snapshotOf(7));
    expect(await used()).toMatchObject({ value: 7, status: 'PRESENT', source: 'SNAPSHOT' });
    control.features.set('u', { amount_24h: 50, count_1h: 1, ageMs: 10 });
    control.faults.features = 'ANSWER';
    expect(await used()).toMatchObject({ value: 50, source: 'STORE' });
  });

  it('answers once the wait is over where the feature server hangs', async () => {
    one = await release({ recipe: { budgets: { featuresMs: 60, totalMs: 10_000 } } });
    await startWith(snapshotOf(7));
    control.faults.features = 'HANG';
    expect(await used()).toMatchObject({ value: 7, source: 'SNAPSHOT' });
  });

  it.each<[string, (pinned: Pinned) => void]>([
    ['altered on the way', ({ named }) => control.faults.blobs.set(named.digest, snapshotOf(666).bytes)],
    ['cut off half-way', ({ named }) => control.faults.halves.add(named.digest)],
  ])('that is %s is refused, the one before goes on, and it is taken once it comes whole', async (_, breaks) => {
    await startWith(snapshotOf(7));
    const newer = snapshotOf(8);
    breaks(newer);
    await publish(newer);
    await until('the refusal is counted', async () => (await refusals()) > 0);
    expect(await used()).toMatchObject({ value: 7, source: 'SNAPSHOT' });
    control.faults.blobs.clear();
    control.faults.halves.clear();
    await answersWith(8);
  });

  it('that is larger than the manifest says is refused', async () => {
    await startWith(snapshotOf(7));
    const { named, bytes } = snapshotOf(8);
    await publish({ named: { ...named, sizeBytes: bytes.length - 1 }, bytes });
    await until('the refusal is counted', async () => (await refusals()) > 0);
    expect(await used()).toMatchObject({ value: 7, source: 'SNAPSHOT' });
  });

  it('that cannot be had costs the deployment nothing: its new release serves', async () => {
    await startWith(snapshotOf(7));
    const newer = snapshotOf(8);
    const two = await release({ number: 2 });
    // Its blob is nowhere.
    await control.publish([two], { entry: { snapshots: [newer.named] } });
    await until('the new release serves', async () => (await predict()).body.release === two.digest);
    expect(await used()).toMatchObject({ value: 7, source: 'SNAPSHOT' });
  });

  it('that expired by the TTL of its view counts as too old', async () => {
    const old = snapshotOf(7, { agesMs: [[3_600_001, 3_600_001]] });
    await publish(old);
    edge = await edgeHere(place);
    await until('it is held and too old', async () => (await predict()).body.cause === 'FEATURES_STALE');
    await publish(snapshotOf(8));
    await answersWith(8);
  });

  it('is on the disk: another process without the control plane has it', async () => {
    await startWith(snapshotOf(7));
    await edge!.stop();
    await control.down();
    edge = await edgeHere(place);
    expect(await used()).toMatchObject({ value: 7, source: 'SNAPSHOT' });
  });

  it('is forgotten with the manifest that does not name it', async () => {
    await startWith(snapshotOf(7));
    await control.publish([one]);
    await until('nothing answers', async () => (await predict()).body.cause === 'FEATURES_UNAVAILABLE');
  });

  it('is swapped a hundred times under load, and no request fails or sees a mixture', async () => {
    await startWith(snapshotOf(0));
    const seen: [number, number][] = [];
    let failed = 0;
    const load = { ends: false };
    const callers = Array.from({ length: 4 }, async () => {
      while (!load.ends) {
        const { status, body } = await predict();
        if (status !== 200) failed++;
        else seen.push([body.features.user_txn__amount_24h.value, body.features.user_txn__count_1h.value]);
      }
    });
    for (let i = 1; i <= 100; i++) {
      await publish(snapshotOf(i, { values: [[i, i]] }));
      if (i % 10 === 0) await answersWith(i);
    }
    load.ends = true;
    await Promise.all(callers);
    expect(failed).toBe(0);
    expect(seen.length).toBeGreaterThan(100);
    expect(seen.filter(([amount, count]) => amount !== count && amount !== 0)).toEqual([]);
  }, 120_000);
});
