import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { featureSchema } from '../../../subgraphs/feature/storage/schema.ts';
import { appendAudit, type AuditRecord } from '../../../subgraphs/shared/audit/audit.ts';
import { auditChains, type AuditChains } from '../../../subgraphs/shared/audit/audit-chains.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { signInternalToken } from '../../../subgraphs/shared/auth/internal-token.ts';
import { serviceActor } from '../../../subgraphs/shared/peer.ts';
import { digestOf } from '../../../subgraphs/shared/audit/canonical-json.ts';
import { openDatabase, type Database } from '../../../subgraphs/shared/database/database.ts';
import { atEnd } from '../../support/at-end.ts';
import { testKeys } from '../../support/keys.ts';
import { person, secret, startTestRegistry, type RegistryOptions, type TestRegistry } from '../../support/registry.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { startWebhookReceiver } from '../../support/webhook-receiver.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TAKE = 'mutation { createAuditCheckpoint { number heads { subgraph seq } unreachable keyIds line } }';
const VERIFY = `{ verifyAudit {
  ok checked firstBadSeq why checkpoints { ok count newestAt firstBadLine why }
  chains { subgraph state checked firstBadSeq lastBadSeq why shownBy checkpointedTo }
} }`;

interface World {
  readonly registry: TestRegistry;
  readonly database: TestDatabase;
  readonly feature: { readonly db: Database; away: boolean };
  /** Each test has a project, and so chains and checkpoints, of its own. */
  readonly project: string;
  /** The checkpoints' file. */
  readonly file: string;
  readonly developer: Actor;
  readonly viewer: Actor;
}

/** A registry that takes checkpoints only when asked, and a feature subgraph of which only the audit is there. */
async function world(options: RegistryOptions = {}): Promise<World> {
  const database = options.database ?? (await createTestDatabase());
  const db = await openDatabase(featureSchema, { url: database.appUrl, poolSize: 2 });
  const feature = { db, away: false };
  const folder = options.folder ?? temporaryFolder('checkpoints');
  atEnd(() => db.close());
  const registry = await startTestRegistry({
    ...options,
    database,
    folder,
    chains: { feature: unless(() => feature.away, auditChains(db)) },
    variables: { TIFFIN_CHECKPOINT_SECONDS: '86400', ...options.variables },
  });
  return inProject({ registry, database, feature }, 'default');
}

const inProject = (of: Pick<World, 'registry' | 'database' | 'feature'>, project: string): World => ({
  ...of,
  project,
  file: join(of.registry.folder, 'checkpoints', `${project}.jsonl`),
  developer: { ...person('developer'), project },
  viewer: { ...person('viewer'), project },
});

let shared: World;
let projects = 0;
beforeAll(async () => {
  shared = await world();
  // The first one that is taken by itself, at the start, must not fall into a test.
  await vi.waitFor(
    async () => {
      const done = `select from pgboss_registry.job where name = 'audit-checkpoints' and state = 'completed'`;
      expect(await shared.feature.db.query(done)).toHaveLength(1);
    },
    { timeout: 30_000 },
  );
});
const fresh = (): World => {
  shared.feature.away = false;
  return inProject(shared, `p${++projects}`);
};

/** The chains, until their subgraph goes away. */
const unless = (isAway: () => boolean, chains: AuditChains): AuditChains =>
  Object.fromEntries(
    Object.entries(chains).map(([name, ask]) => [
      name,
      async (...args: never[]) => {
        if (isAway()) throw new Error('this subgraph is away');
        return (ask as (...args: never[]) => Promise<unknown>)(...args);
      },
    ]),
  ) as unknown as AuditChains;

let made = 0;
/** Adds records to the registry's chain. */
async function record({ registry, developer }: World, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await registry.ask(
      developer,
      'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { eventCursor } }',
      { input: { name: `e${++made}`, description: '=1+1, "quoted"' } },
    );
  }
}
/** Adds records to the feature subgraph's chain. */
async function recordFeature({ feature: { db }, ...own }: World, count: number, project = own.project): Promise<void> {
  // Fifty to a commit, since a commit takes long where the disk is busy.
  for (let left = count; left > 0; left -= 50) {
    await db.transaction(async (em) => {
      for (let n = 0; n < Math.min(left, 50); n++) {
        await appendAudit(em, {
          actor: { ...own.developer, project },
          action: 'entity.define',
          subject: `tiffin:${project}:entity:x${++made}`,
          at: new Date(),
          requestId: 'r',
          reason: '=HYPERLINK("x"),\n2',
        });
      }
    });
  }
}
const take = async ({ registry, developer }: World): Promise<any> =>
  (await registry.ask(developer, TAKE)).createAuditCheckpoint;
const verify = async ({ registry, viewer }: World): Promise<any> => (await registry.ask(viewer, VERIFY)).verifyAudit;
const chainOf = (verdict: any, subgraph = 'REGISTRY'): any =>
  verdict.chains.find((chain: any) => chain.subgraph === subgraph);
const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').filter(Boolean);

/** Tampering takes the owner of the tables, who can switch the triggers off. `$p` stands for the project. */
async function tamper({ database, project }: World, ...statements: (string | Tampering)[]): Promise<void> {
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query('set search_path to registry; alter table audit_record disable trigger all');
  for (const one of statements) {
    await (typeof one === 'string' ? owner.query(one.replaceAll('$p', `'${project}'`)) : one(owner, project));
  }
  await owner.end();
}
type Tampering = (client: Client, project: string) => Promise<void>;

/** Alters a record and writes everything after it anew, the head included: the chain is whole in itself. */
const rewriteFrom =
  (seq: number): Tampering =>
  async (client, project) => {
    const { rows } = await client.query<{ record: AuditRecord }>(
      'select record from audit_record where project = $1 and seq >= $2 order by seq',
      [project, seq],
    );
    let prevHash = rows[0]!.record.prevHash;
    for (const { record: old } of rows) {
      const forged = { ...old, prevHash, ...(old.seq === seq && { actor: 'user:nobody' }) };
      prevHash = digestOf(forged);
      await client.query('update audit_record set record = $1, hash = $2 where project = $3 and seq = $4', [
        forged,
        prevHash,
        project,
        old.seq,
      ]);
    }
    await client.query('update audit_head set hash = $1 where project = $2', [prevHash, project]);
  };

describe('verifyAudit', () => {
  let own: World;
  // Eight records, of which checkpoints have seen the first three and the first six.
  beforeEach(async () => {
    own = fresh();
    await record(own, 3);
    await take(own);
    await record(own, 3);
    await take(own);
    await record(own, 2);
  });

  it('finds nothing wrong with whole chains, and says up to where checkpoints vouch for them', async () => {
    await recordFeature(own, 2);
    const verdict = await verify(own);
    expect(verdict).toMatchObject({
      ok: true,
      checked: 10,
      firstBadSeq: null,
      why: null,
      checkpoints: { ok: true, count: 2, firstBadLine: null },
    });
    expect(chainOf(verdict)).toEqual({
      subgraph: 'REGISTRY',
      state: 'WHOLE',
      checked: 8,
      firstBadSeq: null,
      lastBadSeq: null,
      why: null,
      shownBy: null,
      checkpointedTo: 6,
    });
    expect(chainOf(verdict, 'FEATURE')).toMatchObject({ state: 'WHOLE', checked: 2, checkpointedTo: 0 });
    expect(Date.now() - Date.parse(verdict.checkpoints.newestAt)).toBeLessThan(60_000);
  });

  it.each([
    [
      'a changed record',
      4,
      [`update audit_record set record = jsonb_set(record, '{actor}', '"user:x"') where project = $p and seq = 4`],
    ],
    ['a record deleted in the middle', 4, ['delete from audit_record where project = $p and seq = 4']],
    [
      'two swapped records',
      2,
      [
        'update audit_record set seq = 100 where project = $p and seq = 2',
        'update audit_record set seq = 2 where project = $p and seq = 3',
        'update audit_record set seq = 3 where project = $p and seq = 100',
      ],
    ],
    ['a tail that was cut without its head', 6, ['delete from audit_record where project = $p and seq >= 6']],
    ['a chain of which nothing is left but its head', 1, ['delete from audit_record where project = $p']],
  ])('finds %s by the chain itself', async (_what, firstBadSeq, sql) => {
    await tamper(own, ...sql);
    const verdict = await verify(own);
    expect(verdict).toMatchObject({ ok: false, firstBadSeq });
    expect(chainOf(verdict)).toMatchObject({ state: 'BROKEN', firstBadSeq, lastBadSeq: firstBadSeq, shownBy: 'CHAIN' });
  });

  it.each([
    [5, 5],
    [1, 1],
  ])('finds a tail cut off from record %i on, its head moved back, only by a checkpoint', async (from, firstBadSeq) => {
    await tamper(
      own,
      `delete from audit_record where project = $p and seq >= ${from}`,
      from === 1
        ? 'delete from audit_head where project = $p'
        : `update audit_head set seq = ${from - 1}, hash = (select hash from audit_record where project = $p and seq = ${from - 1}) where project = $p`,
    );
    const verdict = await verify(own);
    expect(verdict).toMatchObject({ ok: false, firstBadSeq, why: expect.stringMatching(/^registry: .*cut off/) });
    expect(chainOf(verdict)).toMatchObject({ firstBadSeq, lastBadSeq: firstBadSeq, shownBy: 'CHECKPOINT' });
  });

  it.each([
    [1, 1, 3],
    [2, 1, 3],
    [3, 1, 3],
    [4, 4, 6],
    [6, 4, 6],
  ])(
    'finds history written anew from record %i on only by a checkpoint, between %i and %i',
    async (from, firstBadSeq, lastBadSeq) => {
      await tamper(own, rewriteFrom(from));
      const verdict = await verify(own);
      expect(verdict).toMatchObject({ ok: false, firstBadSeq, why: expect.stringMatching(/written anew/) });
      expect(chainOf(verdict)).toMatchObject({ firstBadSeq, lastBadSeq, checked: 8, shownBy: 'CHECKPOINT' });
      // A checkpoint of the forged chain does not make it good.
      await record(own, 1);
      await take(own);
      expect(chainOf(await verify(own))).toMatchObject({ firstBadSeq, lastBadSeq, shownBy: 'CHECKPOINT' });
    },
  );

  it('cannot find what was written anew after the last checkpoint, and says where its proof ends', async () => {
    await tamper(own, rewriteFrom(7));
    const verdict = await verify(own);
    expect(verdict.ok).toBe(true);
    expect(chainOf(verdict)).toMatchObject({ checked: 8, checkpointedTo: 6 });
  });

  it('names the earliest fault when there are several', async () => {
    await tamper(
      own,
      rewriteFrom(5),
      `update audit_record set record = record || '{"reason":"x"}' where project = $p and seq = 7`,
    );
    expect(chainOf(await verify(own))).toMatchObject({ firstBadSeq: 4, lastBadSeq: 6, shownBy: 'CHECKPOINT' });
    await tamper(own, `update audit_record set record = record || '{"reason":"x"}' where project = $p and seq = 2`);
    expect(chainOf(await verify(own))).toMatchObject({ firstBadSeq: 2, lastBadSeq: 2, shownBy: 'CHAIN' });
  });

  it('calls nothing good that it could not walk', async () => {
    await recordFeature(own, 1);
    expect((await verify(own)).ok).toBe(true);
    own.feature.away = true;
    const verdict = await verify(own);
    expect(verdict).toMatchObject({ ok: false, firstBadSeq: null, why: expect.stringContaining('feature: ') });
    expect(chainOf(verdict, 'FEATURE')).toMatchObject({ state: 'UNREACHABLE', checked: 0 });
    expect(chainOf(verdict)).toMatchObject({ state: 'WHOLE' });
  });

  it.each([
    [
      'a changed line',
      (lines: string[]) => [lines[0]!.replace('\\"number\\":1', '\\"number\\":7'), lines[1]!],
      1,
      /no trusted key/,
    ],
    ['a missing first line', (lines: string[]) => [lines[1]!], 1, /checkpoint 1 is missing/],
    ['lines in another order', (lines: string[]) => lines.toReversed(), 1, /checkpoint 1 is missing/],
    ['a garbled line', (lines: string[]) => [lines[0]!.slice(9), lines[1]!], 2, /checkpoint 1 is missing/],
  ])('finds %s in the file of checkpoints', async (_what, damage, firstBadLine, why) => {
    expect((await verify(own)).ok).toBe(true);
    writeFileSync(own.file, `${damage(linesOf(own.file)).join('\n')}\n`);
    expect(await verify(own)).toMatchObject({
      ok: false,
      why: expect.stringMatching(why),
      checkpoints: { ok: false, firstBadLine, why: expect.stringMatching(why) },
    });
  });

  it('finds that lines were cut off the end of the file once another one follows', async () => {
    const [first] = linesOf(own.file);
    await record(own, 1);
    await take(own);
    const third = linesOf(own.file)[2]!;
    writeFileSync(own.file, `${first}\n${third}\n`);
    expect(await verify(own)).toMatchObject({ ok: false, checkpoints: { firstBadLine: 2 } });
  });
});

describe('a checkpoint', () => {
  it('names the head of every chain of its project and the checkpoint before it, signed', async () => {
    const own = fresh();
    expect(await own.registry.refusals(own.developer, TAKE)).toMatchObject([{ code: 'FAILED_PRECONDITION' }]);
    await record(own, 2);
    await recordFeature(own, 3);
    await recordFeature(own, 1, 'elsewhere');
    const first = await take(own);
    expect(first).toMatchObject({
      number: 1,
      heads: [
        { subgraph: 'FEATURE', seq: 3 },
        { subgraph: 'REGISTRY', seq: 2 },
      ],
      unreachable: [],
    });
    expect(await take(own)).toEqual(first);
    own.feature.away = true;
    expect(await take(own)).toEqual(first);
    await record(own, 1);
    expect(await take(own)).toMatchObject({
      number: 2,
      heads: [{ subgraph: 'REGISTRY', seq: 3 }],
      unreachable: ['FEATURE'],
    });
    own.feature.away = false;
    await recordFeature(own, 1);
    await take(own);
    const page =
      'query ($after: String) { auditCheckpoints(first: 2, after: $after) { edges { node { number digest line } } pageInfo { hasNextPage endCursor } } }';
    const newest = (await own.registry.ask(own.viewer, page)).auditCheckpoints;
    const rest = (await own.registry.ask(own.viewer, page, { after: newest.pageInfo.endCursor })).auditCheckpoints;
    const nodes = [...newest.edges, ...rest.edges].map(({ node }: any) => node);
    expect(nodes.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect([newest.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
    expect(nodes.map(({ line }) => line).toReversed()).toEqual(linesOf(own.file));
    expect(JSON.parse(JSON.parse(nodes[0].line).checkpoint).previous).toBe(nodes[1].digest);
    expect(await own.registry.refusals(own.viewer, TAKE)).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  it('is taken by itself when something was recorded, for every project, and not otherwise', async () => {
    const own = await world({ variables: { TIFFIN_CHECKPOINT_SECONDS: '1' } });
    await record(own, 1);
    await recordFeature(own, 1, 'elsewhere');
    const other = own.file.replace('default', 'elsewhere');
    // A file is there before its first line is, and a line may have been written before the last record was.
    const { auditRecords } = await own.registry.ask(
      own.viewer,
      '{ auditRecords(first: 1) { edges { node { seq } } } }',
    );
    const { seq } = auditRecords.edges[0].node;
    await vi.waitFor(
      () => {
        expect([existsSync(own.file), existsSync(other)]).toEqual([true, true]);
        expect(linesOf(other).length).toBeGreaterThan(0);
        const { heads } = JSON.parse(JSON.parse(linesOf(own.file).at(-1) ?? '{"checkpoint":"{}"}').checkpoint);
        expect(heads).toContainEqual(expect.objectContaining({ subgraph: 'registry', seq }));
      },
      { timeout: 20_000 },
    );
    const before = linesOf(own.file).length;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(linesOf(own.file)).toHaveLength(before);
    await record(own, 1);
    await vi.waitFor(() => expect(linesOf(own.file)).toHaveLength(before + 1), { timeout: 20_000 });
    expect((await verify(own)).ok).toBe(true);
  });

  it('follows the last one whole though several replicas take them at once', async () => {
    const one = await world({});
    const two = await world({ database: one.database, folder: one.registry.folder });
    await Promise.all([
      record(one, 12),
      ...[one, two, one, two].map(async (own) => {
        await record(own, 2);
        for (let n = 0; n < 4; n++) await take(own);
      }),
    ]);
    await take(two);
    const verdict = await verify(one);
    expect(verdict).toMatchObject({ ok: true, checkpoints: { ok: true, count: linesOf(one.file).length } });
    expect(chainOf(verdict).checkpointedTo).toBe(20);
  });

  it('is written after the half line that a crash left, which does no harm', async () => {
    const own = fresh();
    await record(own, 1);
    await take(own);
    appendFileSync(own.file, '{"checkpoint":"{\\"kind\\":');
    expect((await verify(own)).ok).toBe(true);
    await record(own, 1);
    expect(await take(own)).toMatchObject({ number: 2 });
    expect(linesOf(own.file)).toHaveLength(3);
    expect(await verify(own)).toMatchObject({ ok: true, checkpoints: { ok: true, count: 2 } });
  });

  it('counts after its key was replaced only while its public half is trusted', async () => {
    const keys = temporaryFolder('keys');
    const own = await world({
      variables: { TIFFIN_CHECKPOINT_KEY_FILE: join(keys, 'k1.json') },
    });
    await record(own, 1);
    const [keyId] = (await take(own)).keyIds;
    const again = { database: own.database, folder: own.registry.folder };
    const next = join(keys, 'k2.json');
    const without = await world({ ...again, variables: { TIFFIN_CHECKPOINT_KEY_FILE: next } });
    expect(await verify(without)).toMatchObject({
      ok: false,
      checkpoints: { firstBadLine: 1, why: expect.stringMatching(/no trusted key/) },
    });
    const trusting = await world({
      ...again,
      variables: {
        TIFFIN_CHECKPOINT_KEY_FILE: next,
        TIFFIN_CHECKPOINT_TRUSTED_KEYS_FILE: join(keys, 'k1.json.pub.json'),
      },
    });
    expect(await verify(trusting)).toMatchObject({ ok: true });
    await record(trusting, 1);
    const second = await take(trusting);
    expect(second).toMatchObject({ number: 2 });
    expect(second.keyIds).not.toContain(keyId);
    expect(await verify(trusting)).toMatchObject({ ok: true, checkpoints: { count: 2 } });
    const broken = join(keys, 'k3.json');
    writeFileSync(broken, '{"a":"b"}');
    await expect(world({ ...again, variables: { TIFFIN_CHECKPOINT_TRUSTED_KEYS_FILE: broken } })).rejects.toMatchObject(
      { code: 'FAILED_PRECONDITION', details: { field: 'TIFFIN_CHECKPOINT_TRUSTED_KEYS_FILE' } },
    );
  });

  it('that cannot be kept is refused with the reason, and so is a verdict without it; work goes on', async () => {
    const own = await world({ variables: { TIFFIN_CHECKPOINT_DIR: '/dev/null/checkpoints' } });
    await record(own, 1);
    const message = expect.stringMatching(/checkpoints can't be (read|written): E/);
    expect(await own.registry.refusals(own.developer, TAKE)).toMatchObject([{ code: 'UNAVAILABLE', message }]);
    expect(await own.registry.refusals(own.viewer, VERIFY)).toMatchObject([{ code: 'UNAVAILABLE', message }]);
    await record(own, 1);
  });

  it('reaches the receiver outside, in order, when it was away, too', async () => {
    const receiver = await startWebhookReceiver();
    receiver.otherwise = () => 503;
    const own = await world({
      variables: { TIFFIN_CHECKPOINT_URL: receiver.url, TIFFIN_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' },
    });
    for (let n = 0; n < 2; n++) {
      await record(own, 1);
      await take(own);
    }
    receiver.otherwise = () => 204;
    receiver.received.length = 0;
    await record(own, 1);
    // Another turn may be sending just now: then the next one does.
    await vi.waitFor(
      async () => {
        await take(own);
        expect(receiver.received).toHaveLength(3);
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(receiver.received.map(({ body }) => body)).toEqual(linesOf(own.file));
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual(
      [1, 2, 3].map((number) => `checkpoint-default-${number}`),
    );
  });
});

const get = async ({ registry, project }: World, query = '', accepted = 'identity') => {
  const reader = serviceActor('registry', ['audit:read'], project);
  return registry.subgraph.app.request(`/v1/audit/records${query}`, {
    headers: { authorization: `Bearer ${await signInternalToken(reader, secret)}`, 'accept-encoding': accepted },
  });
};

describe('auditRecords of several subgraphs', () => {
  const LIST = `query ($subgraphs: [AuditSubgraph!], $first: Int, $after: String, $subject: ID, $actor: String, $action: String, $from: DateTime, $until: DateTime, $subjectPrefix: String) {
    auditRecords(subgraphs: $subgraphs, first: $first, after: $after, subject: $subject, actor: $actor, action: $action, from: $from, until: $until, subjectPrefix: $subjectPrefix) {
      edges { node { subgraph seq at action } } pageInfo { hasNextPage endCursor } } }`;
  const BOTH = ['FEATURE', 'REGISTRY'];

  it('are one list by time, page by page, narrowed in all of them', async () => {
    const own = fresh();
    const list = async (given: object): Promise<any> =>
      (await own.registry.ask(own.viewer, LIST, { subgraphs: BOTH, ...given })).auditRecords;
    const names = ({ edges }: any): string[] => edges.map(({ node }: any) => `${node.subgraph} ${node.seq}`);
    await record(own, 2);
    await recordFeature(own, 2);
    await record(own, 1);
    const whole = await list({});
    expect(names(whole).toSorted()).toEqual(['FEATURE 1', 'FEATURE 2', 'REGISTRY 1', 'REGISTRY 2', 'REGISTRY 3']);
    const times = whole.edges.map(({ node }: any) => node.at);
    expect(times).toEqual(times.toSorted().toReversed());
    const first = await list({ first: 2 });
    await record(own, 1);
    const second = await list({ first: 2, after: first.pageInfo.endCursor });
    const third = await list({ first: 2, after: second.pageInfo.endCursor });
    expect([first, second, third].flatMap(names)).toEqual(names(whole));
    expect([first, second, third].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
    expect(names(await list({ action: 'entity.define' }))).toEqual(['FEATURE 2', 'FEATURE 1']);
    const subjectPrefix = `tiffin:${own.project}:entity:`;
    expect(names(await list({ subjectPrefix, actor: own.developer.subject }))).toEqual(['FEATURE 2', 'FEATURE 1']);
    const subject = `tiffin:${own.project}:entity:x${made - 2}`;
    expect(names(await list({ subject }))).toEqual(['FEATURE 2']);
    expect(names(await list({ from: '2100-01-01T00:00:00Z' }))).toEqual([]);
    expect(names(await list({ until: '2000-01-01T00:00:00Z' }))).toEqual([]);
    expect(names(await list({ subgraphs: null }))).toEqual(['REGISTRY 4', 'REGISTRY 3', 'REGISTRY 2', 'REGISTRY 1']);
  });

  it('say which subgraph is away instead of leaving it out', async () => {
    const own = fresh();
    own.feature.away = true;
    await record(own, 1);
    expect(await own.registry.refusals(own.viewer, LIST, { subgraphs: BOTH })).toMatchObject([
      {
        code: 'SUBGRAPH_UNAVAILABLE',
        field: 'subgraphs',
        subgraph: 'feature',
        allowed: expect.arrayContaining(['registry']),
      },
    ]);
    expect((await own.registry.ask(own.viewer, LIST, { subgraphs: ['REGISTRY'] })).auditRecords.edges).toHaveLength(1);
    expect(await own.registry.refusals(own.viewer, LIST, { subgraphs: [] })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'subgraphs' },
    ]);
  });
});

describe('GET /v1/audit/records', () => {
  it('streams all chains as they are, so that the code in the documentation can check them', async () => {
    const own = fresh();
    const folder = temporaryFolder('docs');
    const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/audit.md', 'utf8')) ?? [];
    writeFileSync(join(folder, 'findings.mjs'), code);
    const { findings } = await import(pathToFileURL(join(folder, 'findings.mjs')).href);
    const check = async (): Promise<string[]> => {
      const answer = await get(own);
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
      writeFileSync(join(folder, 'records.jsonl'), await answer.text());
      return findings(join(folder, 'records.jsonl'), own.file, join(own.registry.folder, 'signing-key.json.pub.json'));
    };
    await record(own, 3);
    await recordFeature(own, 1_100);
    await take(own);
    await record(own, 2);
    await take(own);
    expect(await check()).toEqual([]);
    expect(linesOf(join(folder, 'records.jsonl'))).toHaveLength(1_105);
    await tamper(own, rewriteFrom(4));
    expect(await check()).toEqual(['registry: record 5 is not the one that checkpoint 2 has seen']);
    await tamper(own, `update audit_record set record = record || '{"reason":"x"}' where project = $p and seq = 2`);
    expect(await check()).toContain('registry: record 2 is altered, missing or out of place');
    writeFileSync(own.file, `${linesOf(own.file)[1]}\n`);
    expect(await check()).toContain('checkpoint 2: does not follow checkpoint 0');
  });

  it('is compressed for a caller who takes that, and the same', async () => {
    const own = fresh();
    await recordFeature(own, 200);
    const plain = await get(own);
    expect([plain.headers.get('content-encoding'), plain.headers.get('vary')]).toEqual([null, 'accept-encoding']);
    const zipped = await get(own, '', 'gzip');
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    const bytes = await zipped.arrayBuffer();
    const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
    expect(text).toBe(await plain.text());
    expect(bytes.byteLength).toBeLessThan(text.length / 2);
  });

  it('gives CSV that a spreadsheet reads and does not run, of one chain and one time', async () => {
    const own = fresh();
    await recordFeature(own, 1);
    await record(own, 1);
    const answer = await get(own, '?format=csv&subgraph=feature');
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="audit-${own.project}.csv"`);
    const text = await answer.text();
    expect(text.split('\r\n')[0]).toBe(
      'subgraph,hash,seq,prevHash,project,at,actor,actorRoles,onBehalfOf,action,subject,beforeDigest,afterDigest,reason,rule,requestId',
    );
    expect(text).toContain(`,"'=HYPERLINK(""x""),\n2",,r\r\n`);
    expect(text.match(/\r\n/g)).toHaveLength(2);
    const soon = new Date(Date.now() + 60_000).toISOString();
    expect(await (await get(own, `?until=${soon}`)).text()).toContain('endpoint.create');
    expect(await (await get(own, `?from=${soon}`)).text()).toBe('');
    expect(await (await get(own, '?format=csv&until=2020-01-01T00:00:00%2B02:00')).text()).toMatch(/^[^\r\n]+\r\n$/);
  });

  it('refuses a key without the scope, and what it does not know', async () => {
    const own = fresh();
    for (const [key, status] of [
      [testKeys.without('audit:read'), 403],
      [testKeys.with('audit:read'), 200],
    ] as const) {
      const headers = { authorization: `Bearer ${key}` };
      expect((await own.registry.subgraph.app.request('/v1/audit/records', { headers })).status).toBe(status);
    }
    for (const [query, field] of [
      ['?format=xml', 'format'],
      ['?subgraph=gateway', 'subgraph'],
      ['?from=yesterday', 'from'],
      ['?to=2026-01-01T00:00:00Z', 'body'],
    ]) {
      const answer = await get(own, query);
      expect([answer.status, await answer.json()], query).toMatchObject([422, { code: 'INVALID_INPUT', field }]);
    }
  });

  it('says that a subgraph is away instead of leaving it out', async () => {
    const own = fresh();
    own.feature.away = true;
    const answer = await get(own);
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'feature' },
    ]);
  });

  it('gives each project its own records', async () => {
    const own = fresh();
    await recordFeature(own, 1, 'elsewhere');
    expect(await (await get(own)).text()).toBe('');
  });

  it('tells a key of no other project, at the internal door neither', async () => {
    const own = fresh();
    await record(own, 1);
    const headers = { authorization: `Bearer ${testKeys.with('audit:read')}` };
    const door = async (path: string): Promise<any> =>
      (await own.registry.subgraph.app.request(`/internal/audit/${path}`, { headers })).json();
    expect(await door('heads')).toEqual({ heads: [] });
    expect(await door(`records?project=${own.project}&after=0`)).toEqual({ records: [] });
    expect(await door(`hashes?project=${own.project}&seqs=1`)).toEqual({ hashes: [] });
    expect(await door(`verdict?project=${own.project}`)).toMatchObject({ checked: 0 });
    expect(await door(`newest?project=${own.project}&first=9`)).toEqual({ records: [] });
    expect(await door(`newest?first=0`)).toMatchObject({ code: 'INVALID_INPUT', field: 'first' });
    expect(await door(`hashes?seqs=1,x`)).toMatchObject({ code: 'INVALID_INPUT' });
  });
});
