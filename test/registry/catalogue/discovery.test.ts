import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AssetEventInput } from '../../../schema/event.ts';
import type { FeedSource } from '../../../subgraphs/shared/events/feed.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { changeTraffic, deployed, SERVICE, serviceEvent, type Deployed } from '../../support/serving.ts';

const viewer = person('viewer');
const developer = person('developer');

/** A feed that can be cut off and put back, as when a subgraph's process is stopped. */
interface Line {
  readonly feed: FeedSource;
  cut: boolean;
  hang: boolean;
  held: boolean;
  /** How often it was asked for its end, by who does not wait for more. */
  probes: number;
  /** Commits something more whenever the feed was read, as where commits come all the time. */
  busy: (() => Promise<unknown>) | null;
}

function cuttable(feed: FeedSource): Line {
  const line: Line = {
    cut: false,
    hang: false,
    held: false,
    probes: 0,
    busy: null,
    feed: (async (after, waitMs, signal) => {
      if (waitMs === 0) line.probes++;
      if (line.cut) throw new Error('connection refused');
      while (line.hang) await new Promise((resolve) => setTimeout(resolve, 20));
      // As a feed answers while an older transaction holds back what was committed.
      if (line.held && after !== null)
        return { events: [], cursor: after, watermark: after, newest: `${'9'.repeat(15)}-0`, more: true };
      const page = await feed(after, Math.min(waitMs, 300), signal);
      if (line.busy === null) return page;
      await line.busy();
      const { newest } = await feed(page.cursor, 0);
      return { ...page, newest, more: true };
    }) as FeedSource,
  };
  return line;
}

let clock = new Date('2026-03-01T10:00:00.000Z');
let registry: TestRegistry;
let outbox: Awaited<ReturnType<typeof featureOutbox>>;
let line: ReturnType<typeof cuttable>;
let fraud: Deployed;
beforeAll(async () => {
  const database = await createTestDatabase();
  outbox = await featureOutbox(database);
  line = cuttable(outbox.feed);
  registry = await startTestRegistry({ database, feeds: { feature: line.feed }, now: () => clock });
  await tellFeatures();
  fraud = await deployed(registry, 'fraud', { releases: 2 });
  await changeTraffic(registry, developer, 'promoteRelease', {
    deployment: fraud.deployment,
    release: fraud.releases[0]!.id,
  });
});

const asset = (
  kind: AssetEventInput['kind'],
  path: string,
  upstream: readonly string[] = [],
  more: Partial<AssetEventInput['asset']> & { revision?: number; deleted?: boolean; at?: string } = {},
): AssetEventInput => {
  const { revision = 1, deleted = false, at = '2026-01-01T00:00:00.000Z', ...described } = more;
  return {
    urn: `tiffin:default:${kind}:${path}`,
    kind,
    project: 'default',
    revision,
    deleted,
    at,
    asset: {
      name: path,
      upstream: upstream.map((urn) => ({ urn: `tiffin:default:${urn}`, relation: 'DERIVED_FROM' as const })),
      ...described,
    },
  };
};

/** The whole of what the feature subgraph would tell of one view, from the source's column to the service. */
async function tellFeatures(): Promise<void> {
  await outbox.tell(
    asset('source', 'txn', [], {
      description: 'Card transactions of the bank',
      owner: 'data-team',
      tags: ['raw', 'pii'],
    }),
  );
  await outbox.tell(asset('column', 'txn/amount', ['source:txn']));
  await outbox.tell(asset('column', 'txn/user_id', ['source:txn']));
  await outbox.tell(
    asset('feature', 'user_txn@2/amount_24h', ['column:txn/amount', 'feature-view:user_txn@2'], {
      description: 'Sum of amounts over a day',
    }),
  );
  await outbox.tell(asset('feature', 'user_txn@2/count_24h', ['column:txn/amount', 'feature-view:user_txn@2']));
  await outbox.tell(asset('feature-view', 'user_txn@2', ['column:txn/user_id']));
  await outbox.tell(serviceEvent());
}

const LINEAGE = `query ($id: ID!, $direction: LineageDirection!, $depth: Int, $asOf: DateTime, $after: String) {
  lineage(id: $id, direction: $direction, depth: $depth, asOf: $asOf, after: $after) {
    complete truncatedBecause { reason detail }
    nodes { id degree asset { kind name deleted } } edges { upstream downstream relation validTo }
  } }`;
const lineage = async (id: string, direction: string, more: { after?: string; [name: string]: unknown } = {}) => {
  if (more.after !== undefined) await arrived(more.after);
  return (await registry.ask(viewer, LINEAGE, { id, direction, ...more })).lineage;
};
const ids = ({ nodes }: any): string[] => nodes.map(({ id }: any) => id.replace('tiffin:default:', ''));

const SEARCH = `query ($text: String!, $kinds: [AssetKind!], $first: Int, $after: String, $afterEvent: String) {
  search(text: $text, kinds: $kinds, first: $first, after: $after, afterEvent: $afterEvent) {
    edges { cursor node { id kind name owner tags highlights } } pageInfo { hasNextPage endCursor } } }`;
const search = async (text: string, more: { afterEvent?: string; [name: string]: unknown } = {}): Promise<any> => {
  if (more.afterEvent !== undefined) await arrived(more.afterEvent);
  return (await registry.ask(viewer, SEARCH, { text, ...more })).search;
};

/** Waits for longer than one search does: transactions of other test files, in other databases of the server, hold events back. */
async function arrived(afterEvent: string): Promise<void> {
  const refused = async () => (await registry.refusals(viewer, SEARCH, { text: 'anything', afterEvent }))[0];
  for (let tries = 0; tries < 10 && (await refused())?.code === 'UNAVAILABLE'; tries++);
}
const found = ({ edges }: any): string[] => edges.map(({ node }: any) => node.id.replace('tiffin:default:', ''));

describe('lineage', () => {
  it('walks from a deployment to the source’s column, through version, service, view and feature', async () => {
    await expect
      .poll(async () => (await lineage(fraud.deployment, 'UPSTREAM')).truncatedBecause, { timeout: 10_000 })
      .toEqual([]);
    const walked = await lineage(fraud.deployment, 'UPSTREAM', { depth: 10 });
    expect(ids(walked)).toEqual(
      expect.arrayContaining([
        'deployment:fraud@production',
        'endpoint:fraud',
        'release:fraud@production/1',
        'model-version:fraud-model@1',
        'model:fraud-model',
        'feature-service:fraud@1',
        'feature-view:user_txn@2',
        'feature:user_txn@2/amount_24h',
        'column:txn/amount',
        'source:txn',
      ]),
    );
    expect(ids(walked), 'the release that takes no traffic').not.toContain('release:fraud@production/2');
  });

  it('walks down from a column to what serves', async () => {
    const walked = await lineage('tiffin:default:column:txn/amount', 'DOWNSTREAM', { depth: 20 });
    expect(walked.complete).toBe(true);
    expect(ids(walked)).toContain('deployment:fraud@production');
    const degrees = Object.fromEntries(walked.nodes.map(({ id, degree }: any) => [id, degree]));
    expect(degrees['tiffin:default:column:txn/amount']).toBe(0);
    expect(degrees['tiffin:default:feature:user_txn@2/amount_24h']).toBe(1);
  });

  it('goes one step unless told, and no further than twenty', async () => {
    const walked = await lineage(fraud.deployment, 'UPSTREAM');
    expect(new Set(walked.nodes.map(({ degree }: any) => degree))).toEqual(new Set([0, 1]));
    for (const depth of [0, 21]) {
      const variables = { id: fraud.deployment, direction: 'UPSTREAM', depth };
      expect(await registry.refusals(viewer, LINEAGE, variables)).toMatchObject([
        { code: 'INVALID_INPUT', field: 'depth', allowed: { min: 1, max: 20 } },
      ]);
    }
  });

  it('shows the graph as it was', async () => {
    clock = new Date('2026-03-02T10:00:00.000Z');
    const { eventCursor } = await changeTraffic(registry, developer, 'promoteRelease', {
      deployment: fraud.deployment,
      release: fraud.releases[1]!.id,
    });
    const now = await lineage(fraud.deployment, 'UPSTREAM', { after: eventCursor });
    expect(ids(now)).toContain('release:fraud@production/2');
    expect(ids(now)).not.toContain('release:fraud@production/1');
    expect((await lineage('fraud@production', 'UPSTREAM', { after: eventCursor })).nodes, 'its short id').toEqual(
      now.nodes,
    );
    const before = await lineage(fraud.deployment, 'UPSTREAM', { asOf: '2026-03-01T12:00:00Z' });
    expect(ids(before)).toContain('release:fraud@production/1');
    expect(before.edges.find(({ upstream }: any) => upstream.includes(':release:'))).toMatchObject({
      relation: 'SERVES',
      validTo: '2026-03-02T10:00:00.000Z',
    });
    expect(before.complete, 'the past is known').toBe(true);
    clock = new Date('2026-03-02T10:00:01.000Z');
  });

  it('knows of a change that it is told to wait for', async () => {
    const cursor = await outbox.tell(asset('training-set', 'ts1', ['feature-service:fraud@1']));
    const walked = await lineage('tiffin:default:training-set:ts1', 'UPSTREAM', { after: cursor });
    expect(ids(walked)).toContain('feature-service:fraud@1');
    const variables = { id: 'training-set:ts1', direction: 'UPSTREAM', after: 'feature:999999999999-0' };
    const { lineage: late } = await registry.ask(viewer, LINEAGE, variables);
    expect(late).toMatchObject({ complete: false, truncatedBecause: [{ reason: 'AFTER_NOT_REACHED' }] });
  });

  it('is not complete while an id dangles, and is again once its owner tells of it', async () => {
    const cursor = await outbox.tell(asset('feature-view', 'odd@1', ['feature:odd@1/missing']));
    const dangling = await lineage('tiffin:default:feature-view:odd@1', 'UPSTREAM', { after: cursor });
    expect(dangling).toMatchObject({
      complete: false,
      truncatedBecause: [{ reason: 'DANGLING_ID', detail: expect.stringContaining('feature:odd@1/missing') }],
    });
    expect(dangling.nodes.find(({ degree }: any) => degree === 1)).toMatchObject({ asset: null });
    const mended = await outbox.tell(asset('feature', 'odd@1/missing'));
    expect(await lineage('tiffin:default:feature-view:odd@1', 'UPSTREAM', { after: mended })).toMatchObject({
      complete: true,
      truncatedBecause: [],
    });
  });

  it('is not complete while a producer is cut off, hangs or cannot tell all, except about the past, and is again afterwards', async () => {
    await expect.poll(async () => (await lineage(fraud.deployment, 'UPSTREAM')).complete).toBe(true);
    const past = new Date(clock.getTime() - 60_000).toISOString();
    for (const fault of ['cut', 'hang', 'held'] as const) {
      line[fault] = true;
      const during = await lineage(fraud.deployment, 'UPSTREAM');
      expect(during, fault).toMatchObject({
        complete: false,
        truncatedBecause: [
          {
            reason: 'PRODUCER_BEHIND',
            detail: expect.stringMatching(
              /^feature: (it cannot be reached|it does not answer|its newest events cannot be read yet)/,
            ),
          },
        ],
      });
      expect(await lineage(fraud.deployment, 'UPSTREAM', { asOf: past }), `the past, ${fault}`).toMatchObject({
        complete: true,
      });
      line[fault] = false;
      await expect
        .poll(async () => (await lineage(fraud.deployment, 'UPSTREAM')).complete, { timeout: 10_000 })
        .toBe(true);
    }
  });

  it('is complete with all that was told before it, while more is told all the time', async () => {
    let told = 0;
    line.busy = () => outbox.tell(asset('source', `busy${told++}`));
    try {
      await expect.poll(() => told, { timeout: 20_000 }).toBeGreaterThan(1);
      // A machine that has much to do may need longer for one page than an answer waits.
      const complete = async (): Promise<boolean> => (await lineage(fraud.deployment, 'UPSTREAM')).complete;
      await expect.poll(complete, { timeout: 20_000 }).toBe(true);
    } finally {
      line.busy = null;
    }
    await outbox.tell(
      ...Array.from({ length: told }, (_, i) => asset('source', `busy${i}`, [], { revision: 2, deleted: true })),
    );
  });

  it('asks a producer once for all that one document asks', async () => {
    const fields = ['UPSTREAM', 'DOWNSTREAM'].map(
      (direction) => `${direction}: lineage(id: "source:txn", direction: ${direction}) { complete }`,
    );
    line.probes = 0;
    expect(Object.keys(await registry.ask(viewer, `{ ${fields.join(' ')} }`))).toHaveLength(2);
    expect(line.probes).toBe(1);
    await lineage('source:txn', 'UPSTREAM');
    expect(line.probes).toBe(2);
  });

  it('is not complete past the cap, and says so', async () => {
    await outbox.tell(asset('source', 'wide'));
    const columns = Array.from({ length: 2_005 }, (_, i) => asset('column', `wide/c${i}`, ['source:wide']));
    // A long transaction would hold back the feeds of other test files.
    for (let i = 0; i < columns.length; i += 100) await outbox.tell(...columns.slice(i, i + 100));
    const last = '{ asset(id: "tiffin:default:column:wide/c2004") { id } }';
    await expect.poll(async () => (await registry.ask(viewer, last)).asset, { timeout: 20_000 }).not.toBeNull();
    const walked = await lineage('tiffin:default:source:wide', 'DOWNSTREAM');
    expect(walked.nodes).toHaveLength(2_000);
    expect(walked).toMatchObject({ complete: false, truncatedBecause: [{ reason: 'NODE_CAP' }] });
    expect(await lineage('tiffin:default:column:wide/c7', 'UPSTREAM')).toMatchObject({ complete: true });
  });

  it('drops older revisions, and what one subgraph says of another’s', async () => {
    const urn = 'tiffin:default:source:revised';
    await outbox.tell(asset('source', 'revised', [], { revision: 2, description: 'new' }));
    await outbox.tell(asset('source', 'revised', [], { revision: 1, description: 'old' }));
    const intruder = asset('deployment', 'fraud@production', ['source:txn'], { revision: 999 });
    const cursor = await outbox.tell(intruder);
    const walked = await lineage(fraud.deployment, 'UPSTREAM', { after: cursor });
    expect(ids(walked)).not.toContain('source:txn');
    expect((await registry.ask(viewer, `{ asset(id: "${urn}") { description } }`)).asset).toEqual({
      description: 'new',
    });
  });

  it('keeps what was deleted, marked, with its edges closed', async () => {
    await outbox.tell(asset('feature-view', 'gone@1', ['source:txn']));
    const cursor = await outbox.tell(
      asset('feature-view', 'gone@1', [], { revision: 2, deleted: true, at: '2026-02-01T00:00:00.000Z' }),
    );
    const now = await lineage('tiffin:default:feature-view:gone@1', 'UPSTREAM', { after: cursor });
    expect(now).toMatchObject({ edges: [], nodes: [{ asset: { deleted: true } }], complete: true });
    const then = await lineage('tiffin:default:feature-view:gone@1', 'UPSTREAM', { asOf: '2026-01-15T00:00:00Z' });
    expect(ids(then)).toContain('source:txn');
  });

  it('says that no subgraph has announced an id', async () => {
    const variables = { id: 'tiffin:default:source:nothing', direction: 'UPSTREAM' };
    expect(await registry.refusals(viewer, LINEAGE, variables)).toMatchObject([{ code: 'NOT_FOUND', field: 'id' }]);
    expect(await registry.refusals(viewer, LINEAGE, { ...variables, id: 'nothing' })).toMatchObject([
      { code: 'NOT_FOUND', field: 'id' },
    ]);
    expect(await registry.refusals(viewer, LINEAGE, { ...variables, id: 'no@such@id' })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'id', allowed: expect.arrayContaining(['<kind>:<name>[@version]']) },
    ]);
  });

  it('takes short ids, and asks for the kind where one names several things', async () => {
    const afterEvent = await outbox.tell(asset('feature-view', 'fraud@1'));
    expect(ids(await lineage('user_txn@2/amount_24h', 'UPSTREAM', { after: afterEvent }))).toContain(
      'column:txn/amount',
    );
    expect(ids(await lineage('model-version:fraud-model@1', 'UPSTREAM'))).toContain('model:fraud-model');
    const several = ['tiffin:default:feature-service:fraud@1', 'tiffin:default:feature-view:fraud@1'];
    expect(await registry.refusals(viewer, LINEAGE, { id: 'fraud@1', direction: 'UPSTREAM' })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'id', allowed: several },
    ]);
    const query = 'query ($id: ID!) { asset(id: $id) { id } }';
    expect(await registry.ask(viewer, query, { id: 'feature-view:fraud@1' })).toEqual({ asset: { id: several[1] } });
    expect(await registry.ask(viewer, query, { id: 'user_txn@2' })).toEqual({
      asset: { id: 'tiffin:default:feature-view:user_txn@2' },
    });
    expect(await registry.ask(viewer, query, { id: 'nothing' })).toEqual({ asset: null });
  });

  it('says since when there is what did not exist then, and leaves out neighbours that came later', async () => {
    await outbox.tell(asset('feature-view', 'late@1', ['column:late/early', 'column:late/later']));
    await outbox.tell(asset('column', 'late/early'));
    const at = '2026-02-01T00:00:00.000Z';
    const after = await outbox.tell(asset('column', 'late/later', [], { at }));
    const id = 'tiffin:default:feature-view:late@1';
    expect(ids(await lineage(id, 'UPSTREAM', { after }))).toEqual(
      expect.arrayContaining(['column:late/early', 'column:late/later']),
    );
    const between = await lineage(id, 'UPSTREAM', { asOf: '2026-01-15T00:00:00Z' });
    expect(ids(between).sort()).toEqual(['column:late/early', 'feature-view:late@1']);
    expect(between).toMatchObject({ complete: true, edges: [{ upstream: 'tiffin:default:column:late/early' }] });
    expect(ids(await lineage(id, 'UPSTREAM', { asOf: at }))).toContain('column:late/later');
    const asked = { id, direction: 'UPSTREAM', asOf: '2025-12-31T00:00:00Z' };
    expect(await registry.refusals(viewer, LINEAGE, asked)).toMatchObject([
      { code: 'NOT_FOUND', field: 'asOf', allowed: { min: '2026-01-01T00:00:00.000Z' } },
    ]);
    const future = new Date(clock.getTime() + 3_600_000).toISOString();
    expect(await registry.refusals(viewer, LINEAGE, { ...asked, asOf: future })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'asOf', allowed: { max: clock.toISOString() } },
    ]);
  });

  it('knows an asset since its first revision, whatever came later', async () => {
    await outbox.tell(asset('source', 'renewed'));
    const after = await outbox.tell(
      asset('source', 'renewed', [], { revision: 2, at: '2026-02-01T00:00:00.000Z', description: 'anew' }),
    );
    expect(await lineage('source:renewed', 'UPSTREAM', { asOf: '2026-01-15T00:00:00Z', after })).toMatchObject({
      complete: true,
      nodes: [{ id: 'tiffin:default:source:renewed' }],
    });
  });

  it('is the same graph, of every instant, after outboxes are trimmed and the index is rebuilt from the feeds', async () => {
    const client = new Client({ connectionString: registry.database.ownerUrl });
    await client.connect();
    const graph = async (): Promise<unknown> => ({
      // In which order changes came is no part of the graph.
      assets: (await client.query('select * from registry.asset order by urn')).rows.map((row) => ({
        ...row,
        change: 0,
      })),
      edges: (
        await client.query(
          'select project, upstream, downstream, relation, valid_from, valid_to from registry.asset_edge order by 2, 3, 4, 5, 6',
        )
      ).rows,
    });
    await expect
      .poll(async () => (await lineage(fraud.deployment, 'UPSTREAM')).complete, { timeout: 10_000 })
      .toBe(true);
    await registry.ask(
      developer,
      'mutation ($input: DescribeAssetInput!) { describeAsset(input: $input) { asset { id } } }',
      { input: { id: 'source:wide', domain: 'payments', tags: ['described'] } },
    );
    // A view that read one source, then another one, and was described and taken back in between; and a replay's clock.
    const history = [
      { upstream: ['source:one'], at: '2026-01-01T00:00:00.000Z' },
      { upstream: ['source:one'], at: '2026-01-02T00:00:00.000Z', description: 'described' },
      { upstream: ['source:one'], at: '2026-01-02T12:00:00.000Z', description: 'described again' },
      { upstream: ['source:two'], at: '2026-01-03T00:00:00.000Z' },
      { upstream: ['source:two'], at: '2025-12-30T00:00:00.000Z' },
      { upstream: ['source:two'], at: '2026-01-04T00:00:00.000Z', deleted: true },
      { upstream: ['source:one'], at: '2026-01-05T00:00:00.000Z' },
      { upstream: ['source:one'], at: '2026-01-06T00:00:00.000Z' },
      { upstream: ['source:one'], at: '2026-01-07T00:00:00.000Z' },
    ];
    let told = '';
    for (const [i, { upstream, ...more }] of history.entries()) {
      told = await outbox.tell(asset('feature-view', 'moved', upstream, { revision: i + 1, ...more }));
    }
    const asOfEach = async (): Promise<unknown> => {
      const answers = [];
      for (const { at } of history) {
        const { nodes } = await lineage('feature-view:moved', 'UPSTREAM', { asOf: at, after: told });
        answers.push([at, nodes.map(({ id }: any) => id).toSorted()]);
      }
      return answers;
    };
    const whole = await asOfEach();
    const before = await graph();
    await client.query(`update feature.outbox set written_at = '2025-01-01'`);
    const all = Number((await client.query('select count(*) from feature.outbox')).rows[0].count);
    const removed = await outbox.trim(90, new Date('2026-06-01T00:00:00Z'));
    const left = await client.query(
      `select revision from feature.outbox where urn = 'tiffin:default:feature-view:moved' order by revision`,
    );
    expect(left.rows.map(({ revision }) => revision)).toEqual([1, 4, 5, 6, 7, 9]);
    expect(Number((await client.query('select count(*) from feature.outbox')).rows[0].count)).toBe(all - removed);
    expect(await outbox.trim(90, new Date('2026-06-01T00:00:00Z'))).toBe(0);
    await client.query(`begin; truncate registry.asset, registry.asset_edge;
      delete from registry.feed_revision where consumer like 'asset-index:%';
      delete from registry.feed_cursor where consumer like 'asset-index:%'; commit`);
    await expect
      .poll(async () => (await client.query('select from registry.asset')).rowCount, { timeout: 20_000 })
      .toBe((before as any).assets.length);
    await expect
      .poll(async () => (await lineage(fraud.deployment, 'UPSTREAM')).complete, { timeout: 10_000 })
      .toBe(true);
    expect(await graph()).toEqual(before);
    expect(await asOfEach()).toEqual(whole);
    await client.end();
  });
});

describe('search', () => {
  it('finds anything by its name, the name itself first', async () => {
    const cursor = await outbox.tell(asset('source', 'txn_archive'));
    expect(found(await search('txn', { afterEvent: cursor, kinds: ['SOURCE'] }))).toEqual([
      'source:txn',
      'source:txn_archive',
    ]);
    expect(found(await search('fraud-model'))).toEqual(
      expect.arrayContaining(['model:fraud-model', 'model-version:fraud-model@1']),
    );
  });

  it('finds the one thing whose whole id is pasted', async () => {
    const [first] = found(await search(' tiffin:default:source:txn_archive '));
    expect(first).toBe('source:txn_archive');
  });

  it('finds by words of the description, by owner and by tag, and shows where', async () => {
    const byWord = await search('transactions');
    expect(byWord.edges[0].node).toMatchObject({ name: 'txn', highlights: ['Card **transactions** of the bank'] });
    expect(found(await search('data-team'))).toContain('source:txn');
    expect(found(await search('pii'))).toEqual(['source:txn']);
  });

  it('finds words with or without accents, in either direction', async () => {
    await outbox.tell(asset('source', 'cafe', [], { description: 'Zahlungen von Müller, Łódź und Ærø' }));
    const afterEvent = await outbox.tell(asset('source', 'Crédit', [], { owner: 'josé' }));
    for (const text of ['muller', 'Müller', 'MULLER', 'lodz', 'Łódź', 'aero', 'Café']) {
      expect(found(await search(text, { afterEvent })), text).toEqual(['source:cafe']);
    }
    for (const text of ['credit', 'crédits', 'Jose'])
      expect(found(await search(text)), text).toEqual(['source:Crédit']);
    expect((await search('muller')).edges[0].node.highlights).toEqual(['Zahlungen von **Müller**, Łódź und Ærø']);
  });

  it('finds other forms of a word, and shows them', async () => {
    const afterEvent = await outbox.tell(
      asset('source', 'disputes', [], { description: 'Chargebacks that customers were querying', tags: ['billing'] }),
    );
    for (const text of ['dispute', 'disputed', 'chargeback', 'customer', 'query', 'queries', 'bill', 'bills']) {
      expect(found(await search(text, { afterEvent })), text).toContain('source:disputes');
    }
    expect((await search('queries')).edges[0].node.highlights).toEqual([
      expect.stringContaining('customers were **querying**'),
    ]);
  });

  it('finds the words of a name that is written as one, and such a name by its words', async () => {
    await outbox.tell(asset('source', 'cardPaymentsEU'));
    const afterEvent = await outbox.tell(asset('source', 'sepa-direct_debits'));
    for (const text of ['payment', 'eu', 'card payments', 'card_payments', 'cardpay', 'CardPaymentsEU', 'paymnets']) {
      expect(found(await search(text, { afterEvent })), text).toContain('source:cardPaymentsEU');
    }
    for (const text of ['debit', 'directDebit', 'direct deb', 'sepa debits', 'sepadirectdebits']) {
      expect(found(await search(text)), text).toContain('source:sepa-direct_debits');
    }
    expect((await search('direct debit')).edges[0].node.highlights).toEqual(['sepa-**direct_debits**']);
  });

  it('ranks the name before its beginning, its words, tags, descriptions and what is only like it', async () => {
    await outbox.tell(asset('source', 'lonas', [], {}));
    await outbox.tell(asset('source', 'd_archive', [], { description: 'what was lent: each loan' }));
    await outbox.tell(asset('source', 'c_archive', [], { tags: ['loan'] }));
    await outbox.tell(asset('source', 'b_loans'));
    await outbox.tell(asset('source', 'loan_book'));
    const afterEvent = await outbox.tell(asset('source', 'loan'));
    const ranked = found(await search('loan', { afterEvent }));
    expect(ranked.filter((id) => id !== 'source:lonas')).toEqual([
      'source:loan',
      'source:loan_book',
      'source:b_loans',
      'source:c_archive',
      'source:d_archive',
    ]);
  });

  it('answers an empty page for what nothing fits', async () => {
    for (const text of ['zzzzqqq', '!?', '__', '…', '銀行']) {
      const empty = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };
      expect(await search(text), text).toEqual(empty);
    }
  });

  it('keeps the marks of scripts in which they are letters', async () => {
    const afterEvent = await outbox.tell(asset('source', 'loc', [], { description: 'मात्रा और 銀行口座' }));
    for (const text of ['मात्रा', '銀行'])
      expect(found(await search(text, { afterEvent })), text).toEqual(['source:loc']);
    expect(found(await search('मतर'))).toEqual([]);
  });

  it('forgives a misspelt name', async () => {
    expect(found(await search('amuont_24h'))).toContain('feature:user_txn@2/amount_24h');
  });

  it('keeps to the kinds that are wanted', async () => {
    const features = await search('amount', { kinds: ['FEATURE', 'COLUMN'] });
    expect(new Set(features.edges.map(({ node }: any) => node.kind))).toEqual(new Set(['FEATURE', 'COLUMN']));
    expect(found(await search('', { kinds: ['FEATURE_SERVICE'] }))).toEqual([SERVICE.replace('tiffin:default:', '')]);
  });

  it('takes signs as they are', async () => {
    for (const text of ['%', '_', `'; drop table asset; --`, '\\', 'a & b | !c', '**']) {
      expect((await search(text)).edges.length, text).toBeLessThan(20);
    }
  });

  it('pages through everything once, in order', async () => {
    for (const text of ['user_txn', 'usre_txn']) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: any = await search(text, { first: 2, after });
        seen.push(...found(page));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen, text).toEqual(found(await search(text, { first: 100 })));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThan(2);
    }
  });

  it('shows nothing that is only alike behind what fits', async () => {
    const afterEvent = await outbox.tell(asset('source', 'ledgers'), asset('source', 'ledgrs'));
    expect(found(await search('ledgerz', { afterEvent }))).toEqual(['source:ledgers', 'source:ledgrs']);
    const { pageInfo } = await search('ledgers');
    expect(found(await search('ledgers', { after: pageInfo.endCursor }))).toEqual([]);
  });

  it('does not show what was deleted, nor other projects', async () => {
    expect(found(await search('gone@1'))).toEqual([]);
    const stranger = { ...viewer, project: 'other' };
    expect((await registry.ask(stranger, SEARCH, { text: 'txn' })).search.edges).toEqual([]);
  });

  it('refuses a page, a cursor and a text that it does not take', async () => {
    expect(await registry.refusals(viewer, SEARCH, { text: 'a', first: 101 })).toMatchObject([{ field: 'first' }]);
    expect(await registry.refusals(viewer, SEARCH, { text: 'a', after: 'x' })).toMatchObject([{ field: 'after' }]);
    expect(await registry.refusals(viewer, SEARCH, { text: 'a'.repeat(201) })).toMatchObject([{ field: 'text' }]);
    expect(await registry.refusals(viewer, SEARCH, { text: 'a', afterEvent: 'feature:999999999999-0' })).toMatchObject([
      { code: 'UNAVAILABLE', field: 'afterEvent', subgraph: 'feature' },
    ]);
    expect(await registry.refusals(viewer, SEARCH, { text: 'a', afterEvent: '12-0' })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'afterEvent' },
    ]);
  });
});
