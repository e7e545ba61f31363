import { describe, expect, it, vi } from 'vitest';
import { ControlPlane } from '../../../edge/control-plane/control-plane.ts';
import { CachedFeatureReader } from '../../../edge/features/cached-reader.ts';
import type { FeatureQuery, FeatureReader, FeatureRow } from '../../../edge/features/feature-reader.ts';
import { HttpFeatureReader } from '../../../edge/features/http-reader.ts';

const query = (user: string, at: string | null = null): FeatureQuery => ({ service: 's', entity: { user }, at });
const row = (value: number, ageMs: number | null = 10): FeatureRow => ({
  source: 'STORE',
  features: new Map([['v__f', { value, status: 'PRESENT', ageMs }]]),
});
const seen = ({ features, source }: FeatureRow): unknown => ({ ...features.get('v__f'), source });

/** A store whose answers the test gives. */
class Store implements FeatureReader {
  readonly asked: FeatureQuery[] = [];
  readonly #waiting: { resolve: (row: FeatureRow) => void; reject: (error: Error) => void }[] = [];

  read(asked: FeatureQuery): Promise<FeatureRow> {
    this.asked.push(asked);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  answer(value: number): void {
    this.#waiting.shift()!.resolve(row(value));
  }

  fail(): void {
    this.#waiting.shift()!.reject(new Error('away'));
  }
}

const make = (freshMs: number, keepMs: number, maxRows = 100) => {
  const clock = { nowMs: 1_000 };
  const store = new Store();
  return { clock, store, cache: new CachedFeatureReader(store, { freshMs, keepMs, maxRows }, () => clock.nowMs) };
};

describe('the cache', () => {
  it('asks once for what many want at the same time', async () => {
    const { store, cache } = make(0, 0);
    const many = Array.from({ length: 5 }, () => cache.read(query('a')));
    const other = cache.read(query('b'));
    expect(store.asked).toHaveLength(2);
    store.answer(7);
    store.answer(8);
    expect((await Promise.all(many)).map(seen)).toEqual(many.map(() => seen(row(7))));
    expect(seen(await other)).toEqual(seen(row(8)));
    void cache.read(query('a'));
    expect(store.asked).toHaveLength(3);
  });

  it('answers while fresh, with grown ages, and asks again from then on', async () => {
    const { clock, store, cache } = make(100, 0);
    const first = cache.read(query('a'));
    store.answer(1);
    await first;
    clock.nowMs += 99;
    expect(seen(await cache.read(query('a')))).toEqual({ value: 1, status: 'PRESENT', ageMs: 109, source: 'CACHE' });
    clock.nowMs += 1;
    const second = cache.read(query('a'));
    store.answer(2);
    expect(seen(await second)).toMatchObject({ value: 2, source: 'STORE' });
  });

  it('answers with what it kept when the store cannot, for a while, and only then fails', async () => {
    const { clock, store, cache } = make(0, 500);
    const first = cache.read(query('a'));
    store.answer(1);
    await first;
    clock.nowMs += 400;
    const second = cache.read(query('a'));
    store.fail();
    expect(seen(await second)).toMatchObject({ value: 1, ageMs: 410, source: 'CACHE' });
    clock.nowMs += 200;
    const third = cache.read(query('a'));
    store.fail();
    await expect(third).rejects.toThrow('away');
  });

  it('is passed by for a replay, both ways', async () => {
    const { store, cache } = make(1_000, 1_000);
    const past = cache.read(query('a', '2020-01-01T00:00:00Z'));
    store.answer(1);
    await past;
    const now = cache.read(query('a'));
    expect(store.asked).toHaveLength(2);
    store.answer(2);
    expect(seen(await now)).toMatchObject({ value: 2 });
    const again = cache.read(query('a', '2020-01-01T00:00:00Z'));
    expect(store.asked).toHaveLength(3);
    store.fail();
    await expect(again).rejects.toThrow('away');
  });

  it('holds no more rows than it may, the oldest going first', async () => {
    const { store, cache } = make(1_000, 1_000, 2);
    for (const user of ['a', 'b', 'c']) {
      const read = cache.read(query(user));
      store.answer(1);
      await read;
    }
    await cache.read(query('c'));
    await cache.read(query('b'));
    expect(store.asked).toHaveLength(3);
    void cache.read(query('a'));
    expect(store.asked).toHaveLength(4);
  });
});

const serve = (answer: (body: any) => unknown, status = 200, until: (body: any) => unknown = () => undefined) => {
  const bodies: any[] = [];
  const answerer = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const body = JSON.parse(init!.body as string);
    bodies.push(body);
    await until(body);
    return Response.json(answer(body), { status });
  };
  const control = new ControlPlane({ url: 'http://control.test', key: 'k', fetch: answerer as typeof fetch });
  return { bodies, reader: new HttpFeatureReader(control, { timeoutMs: 1_000 }) };
};
const table = ({ service, entities }: any): unknown => ({
  service,
  names: ['v__f'],
  values: entities.map(({ user }: any) => [Number(user)]),
  statuses: entities.map(() => ['PRESENT']),
  agesMs: entities.map(() => [1]),
});

describe('the feature server', () => {
  it('is asked in one request for reads of one moment, replays of whatever times together', async () => {
    const { bodies, reader } = serve(table);
    const reads = ['1', '2', '3'].map((user) => reader.read(query(user)));
    const past = ['4', '5'].map((user) => reader.read(query(user, `202${user}-01-01T00:00:00Z`)));
    expect((await Promise.all(reads)).map((one) => one.features.get('v__f')?.value)).toEqual([1, 2, 3]);
    expect((await Promise.all(past)).map((one) => one.features.get('v__f')?.value)).toEqual([4, 5]);
    expect(bodies).toEqual([
      { service: 's', entities: [{ user: '1' }, { user: '2' }, { user: '3' }] },
      { service: 's', entities: [{ user: '4' }, { user: '5' }], at: ['2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'] },
    ]);
  });

  it('is asked in one request for reads that begin while it answers, and does not make them wait for that', async () => {
    let answerFirst = (): void => undefined;
    const first = new Promise<void>((resolve) => (answerFirst = resolve));
    const { bodies, reader } = serve(table, 200, ({ entities }) => (entities[0].user === '1' ? first : undefined));
    const slow = reader.read(query('1'));
    await vi.waitFor(() => expect(bodies).toHaveLength(1));
    const others = ['2', '3'].map((user) => reader.read(query(user)));
    expect((await Promise.all(others)).map((one) => one.features.get('v__f')?.value)).toEqual([2, 3]);
    expect(bodies.map(({ entities }) => entities)).toEqual([[{ user: '1' }], [{ user: '2' }, { user: '3' }]]);
    answerFirst();
    expect((await slow).features.get('v__f')?.value).toBe(1);
  });

  it.each<[string, (body: any) => unknown, number, string]>([
    ['an error', () => ({ code: 'NOT_FOUND' }), 404, 'answered 404'],
    ['another form', () => ({ values: 1 }), 200, 'in a form not known here'],
    ['too few rows', (body) => table({ ...body, entities: [] }), 200, 'left out an entity'],
  ])('is not believed when it answers with %s', async (_, answer, status, message) => {
    await expect(serve(answer, status).reader.read(query('1'))).rejects.toThrow(message);
  });
});
