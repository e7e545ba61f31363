import { beforeAll, describe, expect, it } from 'vitest';
import type { AssetEventInput } from '../../../schema/event.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const viewer = person('viewer');
const developer = person('developer');
const NOW = new Date('2026-06-01T10:00:00.000Z');

let registry: TestRegistry;
let outbox: Awaited<ReturnType<typeof featureOutbox>>;

type Described = Partial<AssetEventInput['asset']> & { revision?: number; deleted?: boolean; at?: string };

const asset = (
  kind: AssetEventInput['kind'],
  path: string,
  upstream: readonly (readonly [string, NonNullable<AssetEventInput['asset']['upstream']>[number]['relation']])[] = [],
  { revision = 1, deleted = false, at = '2026-05-20T00:00:00.000Z', ...described }: Described = {},
): AssetEventInput => ({
  urn: `tiffin:default:${kind}:${path}`,
  kind,
  project: 'default',
  revision,
  deleted,
  at,
  asset: {
    name: path,
    upstream: upstream.map(([urn, relation]) => ({ urn: `tiffin:default:${urn}`, relation })),
    ...described,
  },
});

// cards → amount → spend@1 → its feature → the service; ledger and old are read by nobody.
const TOLD: readonly AssetEventInput[] = [
  asset('source', 'cards', [], { owner: 'payments', description: 'Card payments', tags: ['raw', 'pii'] }),
  asset('column', 'cards/amount', [['source:cards', 'DERIVED_FROM']], { owner: 'payments' }),
  asset('column', 'cards/note', [['source:cards', 'DERIVED_FROM']], { owner: 'payments' }),
  asset('feature-view', 'spend@1', [['column:cards/amount', 'DERIVED_FROM']], { owner: 'risk', tags: ['pii'] }),
  asset(
    'feature',
    'spend@1/total',
    [
      ['column:cards/amount', 'DERIVED_FROM'],
      ['feature-view:spend@1', 'CONTAINS'],
    ],
    { owner: 'risk' },
  ),
  asset('feature-service', 'fraud@1', [
    ['feature-view:spend@1', 'READS'],
    ['feature:spend@1/total', 'READS'],
  ]),
  asset('source', 'ledger', [], { description: 'The general ledger', at: '2026-01-02T00:00:00.000Z' }),
  asset('source', 'old', [], { owner: 'payments', description: 'Card payments until 2020' }),
  asset('column', 'old/amount', [['source:old', 'DERIVED_FROM']], { owner: 'payments' }),
];

beforeAll(async () => {
  const database = await createTestDatabase();
  outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await known(await outbox.tell(...TOLD));
});

/** Waits for longer than one search does: transactions of other test files hold events back. */
async function known(afterEvent: string): Promise<void> {
  const query = 'query ($e: String) { search(text: "", afterEvent: $e) { pageInfo { hasNextPage } } }';
  const missing = async () => (await registry.refusals(viewer, query, { e: afterEvent }))[0];
  for (let tries = 0; tries < 10 && (await missing())?.code === 'UNAVAILABLE'; tries++);
}

const SEARCH = `query ($text: String!, $kinds: [AssetKind!], $orFilters: [FilterGroupInput!], $first: Int, $after: String) {
  search(text: $text, kinds: $kinds, orFilters: $orFilters, first: $first, after: $after) {
    total facets { field more values { value count } }
    edges { node { id owner tags description domain documentationUrl used deprecation { reason replacement sunsetAt at by } } }
    pageInfo { hasNextPage endCursor } } }`;
const search = async (text: string, more: object = {}): Promise<any> =>
  (await registry.ask(viewer, SEARCH, { text, ...more })).search;
const short = (id: string): string => id.replace('tiffin:default:', '');
const found = ({ edges }: any): string[] => edges.map(({ node }: any) => short(node.id)).sort();
const facet = ({ facets }: any, field: string): Record<string, number> =>
  Object.fromEntries(
    facets.find((one: any) => one.field === field).values.map(({ value, count }: any) => [value, count]),
  );
const where = (...and: object[]) => ({ orFilters: [{ and }], first: 100 });
const have = (field: string, ...values: string[]) => ({ field, values });
const haveNot = (field: string, ...values: string[]) => ({ field, values, negated: true });

const DESCRIBE = `mutation ($input: DescribeAssetInput!) { describeAsset(input: $input) {
  asset { id owner tags description domain documentationUrl } } }`;
const describeAsset = async (input: object, actor = developer): Promise<any> =>
  (await registry.ask(actor, DESCRIBE, { input })).describeAsset.asset;
const DEPRECATE = `mutation ($input: DeprecateAssetInput!) { deprecateAsset(input: $input) {
  asset { id deprecation { reason replacement sunsetAt at by } } } }`;
const END = 'mutation ($input: AssetInput!) { endDeprecation(input: $input) { asset { deprecation { reason } } } }';

describe('search with conditions', () => {
  it('keeps to assets that have one of the values of each condition of a group', async () => {
    const payments = await search('', where(have('OWNER', 'payments'), have('KIND', 'SOURCE', 'FEATURE')));
    expect(found(payments)).toEqual(['source:cards', 'source:old']);
    expect(payments.total).toBe(2);
    expect(found(await search('', where(have('TAG', 'pii', 'nothing'))))).toEqual([
      'feature-view:spend@1',
      'source:cards',
    ]);
    expect(found(await search('', where(have('SUBGRAPH', 'registry'))))).toEqual([]);
  });

  it('leaves out what a negated condition names, also where the field is empty', async () => {
    const others = found(await search('', where(have('KIND', 'SOURCE'), haveNot('OWNER', 'payments'))));
    expect(others).toEqual(['source:ledger']);
  });

  it('takes what any of several groups lets in, besides the text and the kinds', async () => {
    const orFilters = [{ and: [have('OWNER', 'risk')] }, { and: [have('TAG', 'raw')] }];
    expect(found(await search('', { orFilters }))).toEqual([
      'feature-view:spend@1',
      'feature:spend@1/total',
      'source:cards',
    ]);
    expect(found(await search('cards', { orFilters }))).toEqual(['source:cards']);
    expect(found(await search('', { orFilters, kinds: ['FEATURE'] }))).toEqual(['feature:spend@1/total']);
  });

  it('pages through what it finds, with the whole count on each page', async () => {
    const first = await search('', { ...where(have('KIND', 'COLUMN')), first: 2 });
    expect([first.total, first.edges.length, first.pageInfo.hasNextPage]).toEqual([3, 2, true]);
    const second = await search('', { ...where(have('KIND', 'COLUMN')), first: 2, after: first.pageInfo.endCursor });
    expect([second.total, second.pageInfo.hasNextPage]).toEqual([3, false]);
    expect(new Set([...found(first), ...found(second)]).size).toBe(3);
  });

  it('refuses values that a field never has, and conditions that say nothing', async () => {
    const refused = async (...groups: object[]): Promise<any> =>
      (await registry.refusals(viewer, SEARCH, { text: '', orFilters: groups }))[0];
    expect(await refused({ and: [have('OWNER', 'risk'), have('KIND', 'TABLE')] })).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'orFilters.0.and.1.values',
      allowed: expect.arrayContaining(['SOURCE', 'FEATURE_VIEW']),
    });
    expect(await refused({ and: [have('ISSUE', 'UGLY')] })).toMatchObject({
      allowed: expect.arrayContaining(['UNOWNED', 'STALE']),
    });
    expect(await refused({ and: [] })).toMatchObject({ field: 'orFilters.0.and', allowed: { min: 1, max: 10 } });
    expect(await refused({ and: [have('TAG')] })).toMatchObject({ field: 'orFilters.0.and.0.values' });
  });
});

describe('facets', () => {
  it('count the values of what is found', async () => {
    const all = await search('amount');
    expect(facet(all, 'KIND')).toEqual({ COLUMN: 2 });
    expect(facet(all, 'OWNER')).toEqual({ payments: 2 });
    expect(all.total).toBe(2);
    expect(facet(await search('zzzzqqq'), 'KIND')).toEqual({});
    expect(facet(await search('!?'), 'KIND')).toEqual({});
  });

  it('count a field’s values without the conditions on that field', async () => {
    const sources = await search('', where(have('KIND', 'SOURCE'), have('OWNER', 'payments')));
    expect(facet(sources, 'KIND')).toEqual({ SOURCE: 2, COLUMN: 3 });
    expect(facet(sources, 'OWNER')).toEqual({ payments: 2 });
    expect(facet(sources, 'TAG')).toEqual({ raw: 1, pii: 1 });
    expect(facet(await search('', { kinds: ['SOURCE'] }), 'KIND')).toMatchObject({ SOURCE: 3, COLUMN: 3, FEATURE: 1 });
  });

  it('count an asset once for a tag that it bears twice', async () => {
    await known(await outbox.tell(asset('source', 'twice', [], { tags: ['odd', 'odd', 'even'] })));
    expect(facet(await search('twice'), 'TAG')).toEqual({ even: 1, odd: 1 });
    await known(await outbox.tell(asset('source', 'twice', [], { revision: 2, deleted: true })));
  });

  it.each(['ammount', 'amoumt'])('count what is only like the text where that is what is found: %s', async (text) => {
    const misspelt = await search(text);
    expect(found(misspelt).length).toBe(misspelt.total);
    expect(facet(misspelt, 'KIND')).toMatchObject({ COLUMN: 2 });
  });
});

describe('issues', () => {
  const withIssue = async (issue: string): Promise<string[]> => found(await search('', where(have('ISSUE', issue))));

  it('show what nobody answers for, nobody described and nobody looked after', async () => {
    expect(await withIssue('UNOWNED')).toEqual(['feature-service:fraud@1', 'source:ledger']);
    expect(await withIssue('UNDESCRIBED')).toEqual(['feature-service:fraud@1', 'feature-view:spend@1']);
    expect(await withIssue('STALE')).toEqual(['source:ledger']);
    expect(facet(await search(''), 'ISSUE')).toMatchObject({ UNOWNED: 2, UNDESCRIBED: 2, STALE: 1 });
  });

  it('show what nothing uses: a part is no use of the whole, but whoever uses a part uses the whole', async () => {
    expect(await withIssue('UNUSED')).toEqual([
      'column:cards/note',
      'column:old/amount',
      'feature-service:fraud@1',
      'source:ledger',
      'source:old',
    ]);
    // A view begins to read the last one and is deleted again.
    await known(await outbox.tell(asset('feature-view', 'past@1', [['column:old/amount', 'DERIVED_FROM']])));
    expect(await withIssue('UNUSED')).not.toContain('source:old');
    await known(await outbox.tell(asset('feature-view', 'past@1', [], { revision: 2, deleted: true })));
    expect(await withIssue('UNUSED')).toEqual(expect.arrayContaining(['source:old', 'column:old/amount']));
  });

  it('show what is deprecated, and of that what is still used', async () => {
    for (const id of ['source:old', 'feature:spend@1/total']) {
      await registry.ask(developer, DEPRECATE, { input: { id, reason: 'moved' } });
    }
    expect(await withIssue('DEPRECATED')).toEqual(['feature:spend@1/total', 'source:old']);
    expect(await withIssue('DEPRECATED_BUT_USED')).toEqual(['feature:spend@1/total']);
    for (const id of ['source:old', 'feature:spend@1/total']) await registry.ask(developer, END, { input: { id } });
    expect(await withIssue('DEPRECATED')).toEqual([]);
  });
});

describe('describing an asset', () => {
  it('goes before what its subgraph tells, is searched at once, and survives what is told later', async () => {
    await known(await outbox.tell(asset('source', 'iot', [], { owner: 'ops', tags: ['raw'] })));
    const said = {
      owner: 'sensors',
      description: 'Readings of thermometers',
      tags: ['curated', 'curated'],
      domain: 'Cold chain',
      documentationUrl: 'https://wiki.example.org/iot',
    };
    const shown = { ...said, tags: ['curated'] };
    expect(await describeAsset({ id: 'source:iot', ...said })).toMatchObject(shown);
    expect(found(await search('thermometer'))).toEqual(['source:iot']);
    expect(found(await search('', where(have('DOMAIN', 'Cold chain'))))).toEqual(['source:iot']);
    expect(found(await search('', where(have('OWNER', 'sensors'))))).toEqual(['source:iot']);
    await known(await outbox.tell(asset('source', 'iot', [], { revision: 2, owner: 'newer', description: 'told' })));
    expect((await search('iot')).edges[0].node).toMatchObject(shown);
    expect(
      await describeAsset({
        id: 'iot',
        clear: ['OWNER', 'DESCRIPTION', 'TAGS', 'DOMAIN', 'DOCUMENTATION_URL'],
      }),
    ).toMatchObject({ owner: 'newer', description: 'told', tags: [], domain: null, documentationUrl: null });
  });

  it('is for developers, recorded, and says what it does not take', async () => {
    await known(await outbox.tell(asset('source', 'recorded')));
    expect(await registry.refusals(viewer, DESCRIBE, { input: { id: 'source:recorded', owner: 'me' } })).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    await describeAsset({ id: 'source:recorded', owner: 'me' });
    const query = `{ auditRecords(subject: "tiffin:default:source:recorded") { edges { node { action actor } } } }`;
    const { auditRecords } = await registry.ask(person('admin'), query);
    expect(auditRecords.edges.map(({ node }: any) => node)).toMatchObject([
      { action: 'asset.describe', actor: 'user:developer' },
    ]);
    const refused = async (input: object): Promise<any> =>
      (await registry.refusals(developer, DESCRIBE, { input: { id: 'source:recorded', ...input } }))[0];
    expect(await refused({})).toMatchObject({ code: 'INVALID_INPUT', field: 'input' });
    expect(await refused({ documentationUrl: 'javascript:alert(1)' })).toMatchObject({ field: 'documentationUrl' });
    expect(await refused({ owner: 'x', clear: ['OWNER'] })).toMatchObject({ field: 'clear' });
    expect(await refused({ id: 'source:nothing', owner: 'x' })).toMatchObject({ code: 'NOT_FOUND', field: 'id' });
  });

  it('refuses to describe what was deleted', async () => {
    await known(await outbox.tell(asset('source', 'gone', [], { deleted: true })));
    expect(await registry.refusals(developer, DESCRIBE, { input: { id: 'source:gone', owner: 'x' } })).toMatchObject([
      { code: 'FAILED_PRECONDITION', field: 'id' },
    ]);
  });
});

describe('deprecating an asset', () => {
  it('says why, what to use in its place and until when it stays', async () => {
    await known(await outbox.tell(asset('source', 'before'), asset('source', 'after')));
    const input = {
      id: 'source:before',
      reason: 'two banks in one',
      replacement: 'source:after',
      sunsetAt: '2026-12-31T00:00:00.000Z',
    };
    const { deprecateAsset } = await registry.ask(developer, DEPRECATE, { input });
    expect(deprecateAsset.asset.deprecation).toEqual({
      reason: 'two banks in one',
      replacement: 'tiffin:default:source:after',
      sunsetAt: '2026-12-31T00:00:00.000Z',
      at: NOW.toISOString(),
      by: 'user:developer',
    });
    expect((await registry.ask(developer, END, { input: { id: 'source:before' } })).endDeprecation.asset).toEqual({
      deprecation: null,
    });
  });

  it('takes no replacement that is not there, and not itself', async () => {
    await known(await outbox.tell(asset('source', 'alone')));
    const refused = async (replacement: string): Promise<any> =>
      (await registry.refusals(developer, DEPRECATE, { input: { id: 'source:alone', reason: 'x', replacement } }))[0];
    expect(await refused('source:nowhere')).toMatchObject({ code: 'NOT_FOUND', field: 'replacement' });
    expect(await refused('source:alone')).toMatchObject({ code: 'INVALID_INPUT', field: 'replacement' });
  });
});

describe('auto-completion', () => {
  const COMPLETE = `query ($text: String!, $field: CompletionField, $kinds: [AssetKind!], $first: Int) {
    autoComplete(text: $text, field: $field, kinds: $kinds, first: $first) { value id kind count } }`;
  const complete = async (variables: object): Promise<any[]> =>
    (await registry.ask(viewer, COMPLETE, variables)).autoComplete;

  it('goes on with names that begin so, then with names in which a word does', async () => {
    const values = (await complete({ text: 'spe' })).map(({ value }) => value);
    expect(values).toEqual(['spend@1', 'spend@1/total']);
    expect((await complete({ text: 'spe', kinds: ['FEATURE'] })).map(({ value }) => value)).toEqual(['spend@1/total']);
    expect(await complete({ text: 'spe', first: 1 })).toEqual([
      { value: 'spend@1', id: 'tiffin:default:feature-view:spend@1', kind: 'FEATURE_VIEW', count: 1 },
    ]);
  });

  it('goes on with owners, tags and domains, the most frequent first', async () => {
    expect(await complete({ text: 'pa', field: 'OWNER' })).toEqual([
      { value: 'payments', id: null, kind: null, count: 5 },
    ]);
    expect((await complete({ text: 'p', field: 'TAG' })).map(({ value }) => value)).toEqual(['pii']);
    expect(await complete({ text: '%', field: 'TAG' })).toEqual([]);
    expect(await registry.refusals(viewer, COMPLETE, { text: 'p', first: 51 })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'first', allowed: { min: 1, max: 50 } },
    ]);
  });
});

describe('saved searches', () => {
  const SAVE = `mutation ($input: SaveSearchInput!) { saveSearch(input: $input) {
    savedSearch { name description createdBy } } }`;
  const DELETE = 'mutation ($input: SavedSearchInput!) { deleteSavedSearch(input: $input) }';
  const SHOW = `query ($name: String!) { savedSearch(name: $name) {
    name description text kinds orFilters { and { field values negated } } createdBy
    assets(first: 100) { total edges { node { id } } } } }`;
  const show = async (name: string): Promise<any> => (await registry.ask(viewer, SHOW, { name })).savedSearch;

  it('find anew whenever they are asked, for everybody', async () => {
    const filter = { field: 'OWNER', values: ['payments'], negated: false };
    const input = {
      name: 'ours',
      description: 'What payments answers for',
      text: 'amount',
      kinds: ['COLUMN'],
      orFilters: [{ and: [filter] }],
    };
    await registry.ask(viewer, SAVE, { input });
    const saved = await show('ours');
    expect(saved).toMatchObject({ ...input, createdBy: 'user:viewer' });
    expect(found(saved.assets)).toEqual(['column:cards/amount', 'column:old/amount']);
    await registry.ask(viewer, SAVE, { input: { name: 'ours' } });
    expect(await show('ours')).toMatchObject({ description: '', text: '', kinds: [], orFilters: [] });
  });

  it('are changed and deleted by who made them, or an admin', async () => {
    await registry.ask(viewer, SAVE, { input: { name: 'mine', text: 'cards' } });
    for (const [query, input] of [
      [SAVE, { name: 'mine', text: 'other' }],
      [DELETE, { name: 'mine' }],
    ] as const) {
      expect(await registry.refusals(person('viewer', 'else'), query, { input })).toMatchObject([
        { code: 'FORBIDDEN', field: 'name', allowed: ['user:viewer', 'role admin'] },
      ]);
    }
    expect(await registry.ask(person('admin'), DELETE, { input: { name: 'mine' } })).toEqual({
      deleteSavedSearch: 'mine',
    });
    expect(await show('mine')).toBeNull();
    expect(await registry.refusals(viewer, DELETE, { input: { name: 'mine' } })).toMatchObject([
      { code: 'NOT_FOUND', field: 'name' },
    ]);
  });

  it('are listed by name, page by page, in their project', async () => {
    for (const name of ['z-first', 'z-second', 'z-third']) await registry.ask(viewer, SAVE, { input: { name } });
    const LIST = `query ($first: Int, $after: String) { savedSearches(first: $first, after: $after) {
      edges { cursor node { name } } pageInfo { hasNextPage endCursor } } }`;
    const names: string[] = [];
    let after: string | null = null;
    do {
      const { savedSearches }: any = await registry.ask(viewer, LIST, { first: 2, after });
      expect(savedSearches.edges.length).toBeLessThanOrEqual(2);
      names.push(...savedSearches.edges.map(({ node }: any) => node.name));
      after = savedSearches.pageInfo.hasNextPage ? savedSearches.pageInfo.endCursor : null;
    } while (after !== null);
    expect(names).toEqual(expect.arrayContaining(['z-first', 'z-second', 'z-third']));
    expect(names).toEqual([...names].sort());
    const elsewhere = { ...viewer, project: 'other' };
    expect((await registry.ask(elsewhere, LIST, {})).savedSearches.edges).toEqual([]);
  });

  it('page through what they find', async () => {
    await registry.ask(viewer, SAVE, { input: { name: 'paged', kinds: ['COLUMN'] } });
    const PAGE = `query ($after: String) { savedSearch(name: "paged") {
      assets(first: 2, after: $after) { edges { node { id } } pageInfo { endCursor } } } }`;
    const page = async (after: string | null): Promise<any> =>
      (await registry.ask(viewer, PAGE, { after })).savedSearch.assets;
    const first = await page(null);
    expect(found(first)).toEqual(['column:cards/amount', 'column:cards/note']);
    expect(found(await page(first.pageInfo.endCursor))).toEqual(['column:old/amount']);
  });

  it('take the conditions that a search takes', async () => {
    const input = { name: 'wrong', orFilters: [{ and: [{ field: 'KIND', values: ['TABLE'] }] }] };
    expect(await registry.refusals(viewer, SAVE, { input })).toMatchObject([{ field: 'orFilters.0.and.0.values' }]);
  });
});
