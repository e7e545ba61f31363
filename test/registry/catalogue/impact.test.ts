import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AssetEventInput } from '../../../schema/event.ts';
import { atEnd } from '../../support/at-end.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const viewer = person('viewer');
let registry: TestRegistry;
let outbox: Awaited<ReturnType<typeof featureOutbox>>;
let owner: Client;
let revision = 0;

const asset = (id: string, upstream: readonly string[], more: Partial<AssetEventInput> = {}): AssetEventInput => ({
  urn: `tiffin:default:${id}`,
  kind: id.split(':')[0] as AssetEventInput['kind'],
  project: 'default',
  revision: ++revision,
  at: '2026-01-01T00:00:00.000Z',
  asset: {
    name: id.split(':')[1] ?? '',
    upstream: upstream.map((urn) => ({ urn: `tiffin:default:${urn}`, relation: 'DERIVED_FROM' as const })),
  },
  ...more,
});

// Two columns of a source; a view of one; its features, of which one is in a service; a set made of the service.
const TOLD = [
  asset('source:txn', []),
  asset('column:txn/amount', ['source:txn']),
  asset('column:txn/fee', ['source:txn']),
  asset('feature-view:spend@1', ['column:txn/amount']),
  asset('feature:spend@1/sum', ['column:txn/amount', 'feature-view:spend@1']),
  asset('feature:spend@1/max', ['column:txn/amount', 'feature-view:spend@1']),
  asset('feature-service:fraud@1', ['feature-view:spend@1', 'feature:spend@1/sum']),
  asset('training-set:ts1', ['feature-service:fraud@1']),
];

beforeAll(async () => {
  const database = await createTestDatabase();
  outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  atEnd(() => owner.end());
  await known(await outbox.tell(...TOLD));
});

/** Waits for longer than one question does: transactions of other test files hold events back. */
async function known(afterEvent: string): Promise<void> {
  const query = 'query ($e: String) { search(text: "", afterEvent: $e) { pageInfo { hasNextPage } } }';
  const missing = async () => (await registry.refusals(viewer, query, { e: afterEvent }))[0];
  for (let tries = 0; tries < 10 && (await missing())?.code === 'UNAVAILABLE'; tries++);
}

const IMPACT = `query ($id: ID!, $direction: LineageDirection, $depth: Int, $asOf: DateTime, $afterEvent: String) {
  impact(id: $id, direction: $direction, depth: $depth, asOf: $asOf, afterEvent: $afterEvent) {
    id total kinds { kind count } degrees { degree count } complete truncatedBecause { reason detail } } }`;
const impact = async (id: string, more: object = {}): Promise<any> =>
  (await registry.ask(viewer, IMPACT, { id, ...more })).impact;
/** As `impact`, once the feeds have been read to their ends. */
const wholeImpact = async (id: string, more: object = {}): Promise<any> => {
  await expect.poll(async () => (await impact(id, more)).truncatedBecause, { timeout: 20_000 }).toEqual([]);
  return impact(id, more);
};
const counted = (list: any[], name: string): Record<string, number> =>
  Object.fromEntries(list.map((one) => [one[name], one.count]));

describe('impact', () => {
  it('counts what comes from something, per kind and per step, without listing it', async () => {
    const answer = await wholeImpact('column:txn/amount');
    expect(answer).toMatchObject({ id: 'tiffin:default:column:txn/amount', total: 5, complete: true });
    expect(counted(answer.kinds, 'kind')).toEqual({ FEATURE: 2, FEATURE_VIEW: 1, FEATURE_SERVICE: 1, TRAINING_SET: 1 });
    expect(counted(answer.degrees, 'degree')).toEqual({ 1: 3, 2: 1, 3: 1 });
    expect((await impact('column:txn/fee')).total).toBe(0);
  });

  it('goes the other way, and so many steps, where asked', async () => {
    const up = await wholeImpact('training-set:ts1', { direction: 'UPSTREAM' });
    expect(counted(up.kinds, 'kind')).toEqual({
      FEATURE_SERVICE: 1,
      FEATURE_VIEW: 1,
      FEATURE: 1,
      COLUMN: 1,
      SOURCE: 1,
    });
    expect((await impact('source:txn', { depth: 1 })).total).toBe(2);
    expect(await registry.refusals(viewer, IMPACT, { id: 'source:txn', depth: 0 })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'depth', allowed: { min: 1, max: 20 } },
    ]);
  });

  it('is of a moment where one is named', async () => {
    const later = '2026-02-01T00:00:00.000Z';
    await known(await outbox.tell(asset('source:dated', []), asset('column:dated/x', ['source:dated'], { at: later })));
    expect((await wholeImpact('source:dated')).total).toBe(1);
    expect((await impact('source:dated', { asOf: '2026-01-15T00:00:00Z' })).total).toBe(0);
    expect((await impact('source:dated', { asOf: '2026-02-15T00:00:00Z' })).total).toBe(1);
  });

  it('is not complete while an id dangles, and takes no id that nobody told of', async () => {
    const afterEvent = await outbox.tell(asset('feature:odd@1/x', ['column:nobody/told']));
    await known(afterEvent);
    expect(await impact('feature:odd@1/x', { direction: 'UPSTREAM', afterEvent })).toMatchObject({
      total: 1,
      complete: false,
      truncatedBecause: expect.arrayContaining([
        expect.objectContaining({ reason: 'DANGLING_ID', detail: expect.stringContaining('column:nobody/told') }),
      ]),
    });
    expect(await registry.refusals(viewer, IMPACT, { id: 'source:nothing' })).toMatchObject([
      { code: 'NOT_FOUND', field: 'id' },
    ]);
  });

  it('is what SQL finds in the table, however the graph changed, and after the index was dropped', async () => {
    const random = seededRandom(7);
    const nodes = Array.from({ length: 40 }, (_, i) => `column:rand/${i}`);
    const change = async (): Promise<void> => {
      const events = nodes.flatMap((id, i) => {
        if (random() < 0.4) return [];
        const upstream = nodes.slice(0, i).filter(() => random() < 0.08);
        return [asset(id, upstream, { deleted: random() < 0.1 })];
      });
      await known(await outbox.tell(...events));
    };
    const same = async (): Promise<void> => {
      for (const id of ['column:rand/0', 'column:rand/7', 'column:rand/20', 'source:txn']) {
        const { rows } = await owner.query(
          `with recursive reached (urn) as (select $1::text union select edge.downstream from reached
             join registry.asset_edge edge on edge.upstream = reached.urn and edge.valid_to is null)
           select count(*)::int - 1 as total from reached`,
          [`tiffin:default:${id}`],
        );
        expect((await impact(id)).total, id).toBe(rows[0].total);
      }
    };
    await known(await outbox.tell(...nodes.map((id) => asset(id, []))));
    for (let round = 0; round < 3; round++) {
      await change();
      await same();
    }
    const before = (await impact('source:txn')).total;
    await owner.query(`begin; truncate registry.asset, registry.asset_edge;
      delete from registry.feed_cursor where consumer like 'asset-index:%'; commit`);
    await expect
      .poll(async () => (await impact('source:txn').catch(() => ({}))).total, { timeout: 20_000 })
      .toBe(before);
    await wholeImpact('source:txn');
    await same();
  });
});

const ACROSS = `query ($id: ID!, $direction: LineageDirection!, $depth: Int, $text: String, $kinds: [AssetKind!],
    $orFilters: [FilterGroupInput!], $first: Int, $after: String, $asOf: DateTime, $afterEvent: String) {
  searchAcrossLineage(id: $id, direction: $direction, depth: $depth, text: $text, kinds: $kinds, orFilters: $orFilters,
    first: $first, after: $after, asOf: $asOf, afterEvent: $afterEvent) {
    total complete truncatedBecause { reason } facets { field values { value count } }
    edges { node { id degree asset { name } } } pageInfo { hasNextPage endCursor } } }`;
const across = async (id: string, more: object = {}): Promise<any> =>
  (await registry.ask(viewer, ACROSS, { id, direction: 'DOWNSTREAM', ...more })).searchAcrossLineage;
const found = ({ edges }: any): string[] => edges.map(({ node }: any) => node.id.replace('tiffin:default:', ''));

describe('searchAcrossLineage', () => {
  it('lists what is reached, nearest first, page by page', async () => {
    const first = await across('column:txn/amount', { first: 3 });
    expect(first.total).toBe(5);
    expect(found(first)).toEqual(['feature-view:spend@1', 'feature:spend@1/max', 'feature:spend@1/sum']);
    expect(first.edges.map(({ node }: any) => [node.degree, node.asset.name])[0]).toEqual([1, 'spend@1']);
    const second = await across('column:txn/amount', { first: 3, after: first.pageInfo.endCursor });
    expect(found(second)).toEqual(['feature-service:fraud@1', 'training-set:ts1']);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });

  it('keeps to words, kinds, conditions and steps, and counts what is left', async () => {
    expect(found(await across('source:txn', { text: 'sum' }))).toEqual(['feature:spend@1/sum']);
    expect(found(await across('source:txn', { text: 'zzzz' }))).toEqual([]);
    const features = await across('source:txn', { kinds: ['FEATURE'] });
    expect([found(features), features.total]).toEqual([['feature:spend@1/max', 'feature:spend@1/sum'], 2]);
    const unused = { orFilters: [{ and: [{ field: 'ISSUE', values: ['UNUSED'] }] }] };
    expect(found(await across('source:txn', unused))).toEqual([
      'column:txn/fee',
      'feature:spend@1/max',
      'training-set:ts1',
    ]);
    const { facets } = await across('source:txn', { text: 'spend' });
    expect(counted(facets.find(({ field }: any) => field === 'KIND').values, 'value')).toEqual({
      FEATURE: 2,
      FEATURE_VIEW: 1,
    });
    expect(found(await across('source:txn', { depth: 1 }))).toEqual(['column:txn/amount', 'column:txn/fee']);
  });

  it('keeps to them among thousands that are reached, and to what is reached among all that fits', async () => {
    const text = 'number';
    await known(await outbox.tell(asset('source:many', []), asset('feature:number@1/elsewhere', [])));
    await owner.query(`set search_path = registry, public;
      create temp table made as select *, 'tiffin:default:' || kind || ':number@1/' || lpad(i::text, 4, '0') as urn
        from (select i, case when i % 3 = 0 then 'feature' else 'column' end as kind from generate_series(1, 6000) i) numbered;
      insert into asset (urn, project, kind, name, description, tags, declared, name_key, tag_words, words, data, source,
          revision, deleted, used, at, first_at, change)
        select urn, 'default', kind, 'number ' || i, '', '{}', '{}', 'number ' || i, '', to_tsvector('simple', 'number ' || i),
          '{}', 'feature', 1, false, false, '2026-01-01', '2026-01-01', nextval('index_change') from made;
      insert into asset_edge (project, upstream, downstream, relation, declared_by, valid_from, change)
        select 'default', 'tiffin:default:source:many', urn, 'DERIVED_FROM', urn, '2026-01-01', nextval('index_change') from made`);
    const { total, facets, ...page } = await across('source:many', { text, kinds: ['FEATURE'], first: 2 });
    expect([total, found(page)]).toEqual([2_000, ['feature:number@1/0003', 'feature:number@1/0006']]);
    expect(counted(facets.find(({ field }: any) => field === 'KIND').values, 'value')).toEqual({
      COLUMN: 4_000,
      FEATURE: 2_000,
    });
    expect((await across('source:many')).total).toBe(6_000);
  });

  it('goes upstream, and is of a moment', async () => {
    expect(found(await across('feature:spend@1/sum', { direction: 'UPSTREAM', kinds: ['SOURCE'] }))).toEqual([
      'source:txn',
    ]);
    const at = '2026-03-01T00:00:00.000Z';
    const afterEvent = await outbox.tell(asset('source:now', []), asset('column:now/x', ['source:now'], { at }));
    await known(afterEvent);
    expect(found(await across('source:now', { afterEvent }))).toEqual(['column:now/x']);
    expect(found(await across('source:now', { asOf: '2026-02-01T00:00:00Z' }))).toEqual([]);
  });
});

const PATHS = `query ($from: ID!, $to: ID!, $depth: Int, $first: Int, $asOf: DateTime, $afterEvent: String) {
  lineagePaths(from: $from, to: $to, depth: $depth, first: $first, asOf: $asOf, afterEvent: $afterEvent) {
    paths { ids } complete truncatedBecause { reason } } }`;
const paths = async (from: string, to: string, more: object = {}): Promise<any> => {
  const { lineagePaths } = await registry.ask(viewer, PATHS, { from, to, ...more });
  const ways = lineagePaths.paths.map(({ ids }: any) =>
    ids.map((id: string) => id.replace('tiffin:default:', '')).join(' '),
  );
  return { ...lineagePaths, ways };
};

describe('lineagePaths', () => {
  it('are all ways between two assets, the shortest first', async () => {
    await wholeImpact('source:txn');
    const { ways, complete } = await paths('column:txn/amount', 'feature-service:fraud@1');
    expect(ways).toEqual([
      'column:txn/amount feature-view:spend@1 feature-service:fraud@1',
      'column:txn/amount feature:spend@1/sum feature-service:fraud@1',
      'column:txn/amount feature-view:spend@1 feature:spend@1/sum feature-service:fraud@1',
    ]);
    expect(complete).toBe(true);
    expect((await paths('column:txn/amount', 'feature-service:fraud@1', { depth: 2 })).ways).toHaveLength(2);
    expect((await paths('column:txn/fee', 'feature-service:fraud@1')).ways).toEqual([]);
  });

  it('say where there are more, and are of a moment', async () => {
    const cut = await paths('column:txn/amount', 'feature-service:fraud@1', { first: 2 });
    expect([cut.ways.length, cut.complete]).toEqual([2, false]);
    expect(cut.truncatedBecause).toMatchObject([{ reason: 'PATH_CAP' }]);
    expect(
      await registry.refusals(viewer, PATHS, { from: 'source:txn', to: 'column:txn/fee', first: 101 }),
    ).toMatchObject([{ code: 'INVALID_INPUT', field: 'first', allowed: { min: 1, max: 100 } }]);
    const at = '2026-04-01T00:00:00.000Z';
    const afterEvent = await outbox.tell(asset('source:p', []), asset('column:p/x', []));
    await known(await outbox.tell(asset('column:p/x', ['source:p'], { at })));
    expect((await paths('source:p', 'column:p/x', { afterEvent })).ways).toEqual(['source:p column:p/x']);
    expect((await paths('source:p', 'column:p/x', { asOf: '2026-03-01T00:00:00Z' })).ways).toEqual([]);
    expect(await registry.refusals(viewer, PATHS, { from: 'source:txn', to: 'source:nothing' })).toMatchObject([
      { code: 'NOT_FOUND', field: 'to' },
    ]);
  });
});

it('says in lineage how many neighbours of each asset are not shown', async () => {
  const query = `query ($depth: Int) { lineage(id: "source:txn", direction: DOWNSTREAM, depth: $depth) {
    nodes { id hidden } } }`;
  const hidden = async (depth: number): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await registry.ask(viewer, query, { depth })).lineage.nodes.map((node: any) => [
        node.id.replace('tiffin:default:', ''),
        node.hidden,
      ]),
    );
  expect(await hidden(1)).toEqual({ 'source:txn': 0, 'column:txn/amount': 3, 'column:txn/fee': 0 });
  expect((await hidden(2))['feature-view:spend@1']).toBe(1);
  expect(Object.values(await hidden(20)).every((count) => count === 0)).toBe(true);
});

it('waits for a mutation whatever is asked, and says when it did not arrive', async () => {
  const afterEvent = 'feature:999999999999-0';
  const answers = await Promise.all([
    impact('source:txn', { afterEvent }),
    across('source:txn', { afterEvent }),
    paths('source:txn', 'column:txn/fee', { afterEvent }),
  ]);
  for (const answer of answers) {
    expect(answer).toMatchObject({ complete: false, truncatedBecause: [{ reason: 'AFTER_NOT_REACHED' }] });
  }
});
