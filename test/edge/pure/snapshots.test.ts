import { afterEach, describe, expect, it, vi } from 'vitest';
import { DomainError } from '../../../core/errors.ts';
import { FeatureSnapshots, type SnapshotEvent, type WantedSnapshot } from '../../../edge/delivery/feature-snapshots.ts';
import { CachedFeatureReader } from '../../../edge/features/cached-reader.ts';
import type { FeatureQuery, FeatureReader, FeatureRow } from '../../../edge/features/feature-reader.ts';
import { PinnedFeatureReader } from '../../../edge/features/pinned-reader.ts';
import type { FeatureSnapshot } from '../../../schema/feature-snapshot.ts';
import { layout, release, sha256 } from '../support/release.ts';
import { benchApp } from '../support/bench-app.ts';

const START = Date.parse('2026-03-01T00:00:00.000Z');
const service = 'tiffin:default:feature-service:fraud@1';

/** A snapshot with one feature, of a value per user, all of the same age. */
const documentOf = (values: Readonly<Record<string, number | null>>, more: Partial<FeatureSnapshot> = {}): object => ({
  format: 1,
  service,
  readAt: new Date(START).toISOString(),
  names: ['v__f'],
  entities: Object.keys(values).map((user) => ({ user })),
  values: Object.values(values).map((value) => [value]),
  statuses: Object.values(values).map((value) => [value === null ? 'NULL_VALUE' : 'PRESENT']),
  agesMs: Object.values(values).map(() => [1_000]),
  ...more,
});

/** Snapshots over a store of blobs of the test's own. */
function make(mostBytes = 1_000_000) {
  const clock = { nowMs: START };
  const events: SnapshotEvent[] = [];
  const stored = new Map<string, Uint8Array>();
  const asked: string[] = [];
  const load = async (digest: string): Promise<Uint8Array> => {
    asked.push(digest);
    const bytes = stored.get(digest);
    if (!bytes) throw new DomainError('UNAVAILABLE', 'away');
    return bytes;
  };
  const snapshots = new FeatureSnapshots({
    blobs: { load },
    mostBytes,
    nowMs: () => clock.nowMs,
    onEvent: (event) => events.push(event),
  });
  /** As a manifest names it; the blob can be had unless it is `away`. */
  const wanted = (
    document: object | string,
    { away = false, ...more }: Partial<WantedSnapshot> & { readonly away?: boolean } = {},
  ): WantedSnapshot => {
    const bytes = new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document));
    const digest = sha256(bytes);
    if (!away) stored.set(digest, bytes);
    return { deployment: 'd', name: 'n', service, digest, sizeBytes: bytes.length, ...more };
  };
  const find = (user: string | number, more: Partial<FeatureQuery> = {}): unknown => {
    const row = snapshots.find({ service, entity: { user }, at: null, ...more });
    return row && { ...row.features.get('v__f'), source: row.source };
  };
  return { clock, events, asked, snapshots, wanted, find, stored };
}

describe('the snapshots of a node', () => {
  it('know the features of their entities, which grow older', async () => {
    const { clock, snapshots, wanted, find } = make();
    expect(await snapshots.follow([wanted(documentOf({ a: 1, b: null }))])).toBe(true);
    clock.nowMs += 5_000;
    expect(find('a')).toEqual({ value: 1, status: 'PRESENT', ageMs: 6_000, source: 'SNAPSHOT' });
    expect(find('b')).toEqual({ value: null, status: 'NULL_VALUE', ageMs: 6_000, source: 'SNAPSHOT' });
    expect(find('c')).toBeNull();
    expect(find('a', { service: 'tiffin:default:feature-service:fraud@2' })).toBeNull();
  });

  it('are of now: a replay finds nothing in them', async () => {
    const { snapshots, wanted, find } = make();
    await snapshots.follow([wanted(documentOf({ a: 1 }))]);
    expect(find('a', { at: '2026-03-02T00:00:00Z' })).toBeNull();
  });

  it('know a whole number by its text, and leave out keys that are null', async () => {
    const { snapshots, wanted, find } = make();
    await snapshots.follow([wanted(documentOf({ a: 1 }, { entities: [{ user: '7' }] }))]);
    expect(find(7)).toMatchObject({ value: 1 });
    expect(find('x', { entity: { card: null, user: 7 } })).toMatchObject({ value: 1 });
  });

  it('say what the newest says of an entity that is in several', async () => {
    const { snapshots, wanted, find } = make();
    const older = documentOf({ a: 1, b: 1 }, { readAt: new Date(START - 9_000).toISOString() });
    await snapshots.follow([wanted(documentOf({ a: 2 }), { name: 'm' }), wanted(older)]);
    expect([find('a'), find('b')]).toMatchObject([{ value: 2 }, { value: 1, ageMs: 10_000 }]);
  });

  it('are replaced when the newer one is here, and the older one goes on until then', async () => {
    const { clock, events, snapshots, wanted, find, stored, asked } = make();
    const first = wanted(documentOf({ a: 1 }));
    await snapshots.follow([first]);
    const document = documentOf({ a: 2 });
    const second = wanted(document, { away: true });
    expect(await snapshots.follow([second])).toBe(false);
    expect(find('a')).toMatchObject({ value: 1 });
    expect(snapshots.digests()).toEqual([first.digest]);
    expect(events.at(-1)).toEqual({ kind: 'SNAPSHOT_REFUSED', deployment: 'd', snapshot: 'n', reason: 'away' });
    const before = asked.length;
    await snapshots.follow([second]);
    expect(asked).toHaveLength(before);
    stored.set(second.digest, new TextEncoder().encode(JSON.stringify(document)));
    clock.nowMs += 2_000;
    expect(await snapshots.follow([second])).toBe(true);
    expect([find('a'), snapshots.digests()]).toMatchObject([{ value: 2 }, [second.digest]]);
    expect(await snapshots.follow([second])).toBe(false);
  });

  it.each<[string, object | string, RegExp]>([
    ['not JSON', '{', /is not JSON/],
    ['of another format', documentOf({ a: 1 }, { format: 2 as never }), /format/],
    ['of another service', documentOf({ a: 1 }, { service: `${service}0` }), /is of .*@10, not of/],
    ['with ages that are none', documentOf({ a: 1 }, { agesMs: [[-1]] }), /agesMs\.0\.0/],
  ])('leave out one that is %s, for good', async (_, document, reason) => {
    const { clock, events, asked, snapshots, wanted, find } = make();
    const wrong = wanted(document);
    await snapshots.follow([wrong]);
    expect(events).toEqual([
      expect.objectContaining({ kind: 'SNAPSHOT_REFUSED', reason: expect.stringMatching(reason) }),
    ]);
    expect(find('a')).toBeNull();
    clock.nowMs += 3_600_000;
    await snapshots.follow([wrong]);
    expect(asked).toHaveLength(1);
  });

  it('take no more memory than they may', async () => {
    const { snapshots, wanted, find, events } = make(500);
    const [small, large] = [
      documentOf({ a: 1 }),
      documentOf(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`b${i}`, i]))),
    ];
    await snapshots.follow([wanted(small, { name: 'small' }), wanted(large, { name: 'large' })]);
    expect([find('a'), find('b1')]).toMatchObject([{ value: 1 }, null]);
    expect(events.at(-1)).toMatchObject({ snapshot: 'large', reason: expect.stringContaining('than the 500 bytes') });
  });

  it('are forgotten when no manifest names them any more', async () => {
    const { snapshots, wanted, find } = make();
    await snapshots.follow([wanted(documentOf({ a: 1 }))]);
    expect(await snapshots.follow([])).toBe(true);
    expect([find('a'), snapshots.digests()]).toEqual([null, []]);
  });
});

const row = (value: number, source: FeatureRow['source']): FeatureRow => ({
  source,
  features: new Map([
    ['user_txn__amount_24h', { value, status: 'PRESENT', ageMs: 1_000 }],
    ['user_txn__count_1h', { value: null, status: 'NULL_VALUE', ageMs: 1_000 }],
  ]),
});
const inputs = { user_id: 'u', amount: 1 };
const recipe = {
  features: { service: layout.service, defaults: { user_txn__count_1h: 5 } },
  budgets: { featuresMs: 30, totalMs: 10_000 },
};
let bench: Awaited<ReturnType<typeof benchApp>> | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

/** An app over a store that does as it is told, with something pinned. */
async function appOver(store: () => Promise<FeatureRow>, pinned: FeatureRow | null, keepMs = 0) {
  const clock = { nowMs: Date.now() };
  const inner: FeatureReader = { read: store };
  const cached = new CachedFeatureReader(inner, { freshMs: 0, keepMs, maxRows: 10 }, () => clock.nowMs);
  const reader = new PinnedFeatureReader(cached, { find: () => pinned });
  await bench?.close();
  const app = (bench = await benchApp({ reader, releases: [await release({ recipe })] }));
  const uses = async (): Promise<any> => (await app.post('/v1/predict/fraud-decision', { inputs })).body;
  return { uses };
}

describe('the chain of features', () => {
  const away = (): Promise<FeatureRow> => Promise.reject(new Error('away'));
  const hanging = (): Promise<FeatureRow> => new Promise(() => {});

  it.each([
    ['cannot be asked', away],
    ['does not answer in time', hanging],
  ])('comes to what is pinned where the store %s', async (_, store) => {
    const { uses } = await appOver(store, row(7, 'SNAPSHOT'));
    expect((await uses()).features).toMatchObject({
      user_txn__amount_24h: { value: 7, status: 'PRESENT', ageMs: 1_000, source: 'SNAPSHOT' },
      user_txn__count_1h: { value: 5, status: 'DEFAULTED', source: 'DEFAULT', insteadOf: 'NULL_VALUE' },
    });
  });

  it('believes the store where that answers, whatever is pinned', async () => {
    const { uses } = await appOver(() => Promise.resolve(row(8, 'STORE')), row(7, 'SNAPSHOT'));
    expect((await uses()).features.user_txn__amount_24h).toMatchObject({ value: 8, source: 'STORE' });
  });

  it('prefers what was read a moment ago, also where the store hangs', async () => {
    const store = vi.fn<() => Promise<FeatureRow>>().mockResolvedValueOnce(row(9, 'STORE')).mockImplementation(hanging);
    const { uses } = await appOver(store, row(7, 'SNAPSHOT'), 60_000);
    await uses();
    expect((await uses()).features.user_txn__amount_24h).toMatchObject({ value: 9, source: 'CACHE' });
  });

  it('has nothing where nothing is pinned', async () => {
    const { uses } = await appOver(away, null);
    expect(await uses()).toMatchObject({ code: 'UNAVAILABLE', cause: 'FEATURES_UNAVAILABLE' });
  });

  it('holds the TTL for what is pinned, nulls included', async () => {
    const old = new Map([...row(7, 'SNAPSHOT').features].map(([name, one]) => [name, { ...one, ageMs: 3_600_001 }]));
    const { uses } = await appOver(away, { source: 'SNAPSHOT', features: old });
    expect(await uses()).toMatchObject({ code: 'UNAVAILABLE', cause: 'FEATURES_STALE' });
    const some = new Map([...old, ['user_txn__amount_24h', row(7, 'SNAPSHOT').features.get('user_txn__amount_24h')!]]);
    const half = await appOver(away, { source: 'SNAPSHOT', features: some });
    expect((await half.uses()).features.user_txn__count_1h).toMatchObject({
      status: 'DEFAULTED',
      insteadOf: 'OUTSIDE_MAX_AGE',
    });
  });
});
