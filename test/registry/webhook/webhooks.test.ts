import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { UrnKind } from '../../../core/urn.ts';
import { LineageEvent } from '../../../schema/open-lineage.ts';
import { experimentSchema } from '../../../subgraphs/experiment/storage/schema.ts';
import { featureSchema } from '../../../subgraphs/feature/storage/schema.ts';
import { monitoringSchema } from '../../../subgraphs/monitoring/storage/schema.ts';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import type { SchemaDefinition } from '../../../subgraphs/shared/database/schema-definition.ts';
import { outboxFeed } from '../../../subgraphs/shared/events/feed.ts';
import { appendEvent } from '../../../subgraphs/shared/events/outbox.ts';
import { atEnd } from '../../support/at-end.ts';
import { machine, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const admin = person('admin');
const CREATE = `mutation ($input: CreateWebhookInput!) {
  createWebhook(input: $input) { secret webhook { id url kinds description status createdBy createdAt previousSecretUntil } }
}`;
const UPDATE =
  'mutation ($input: UpdateWebhookInput!) { updateWebhook(input: $input) { url kinds description status } }';
const TEST = 'mutation ($input: WebhookInput!) { testWebhook(input: $input) { ok answer tookMs } }';
const DELIVERIES = `query ($id: ID!, $state: WebhookDeliveryState, $first: Int, $after: String) {
  webhook(id: $id) { deliveries(state: $state, first: $first, after: $after) {
    edges { node { id type subject revision state attempts answer since nextTryAt } } pageInfo { hasNextPage endCursor }
  } }
}`;

/** A subgraph's real outbox in the registry's database. */
async function outboxOf(database: TestDatabase, schema: SchemaDefinition) {
  const db = await openDatabase(schema, { url: database.appUrl, poolSize: 2 });
  atEnd(() => db.close());
  return {
    feed: outboxFeed(db),
    tell: (kind: UrnKind, name: string, revision = 1, deleted = false, data = {}): Promise<string> =>
      db.transaction((em) =>
        appendEvent(em, {
          urn: `tiffin:default:${kind}:${name}`,
          kind,
          project: 'default',
          revision,
          at: '2026-01-01T00:00:00.000Z',
          deleted,
          asset: { name },
          data,
        }),
      ),
  };
}

let registry: TestRegistry;
let tellers: Record<'feature' | 'experiment' | 'monitoring', Awaited<ReturnType<typeof outboxOf>>>;
let receiver: WebhookReceiver;
beforeAll(async () => {
  const database = await createTestDatabase();
  tellers = {
    feature: await outboxOf(database, featureSchema),
    experiment: await outboxOf(database, experimentSchema),
    monitoring: await outboxOf(database, monitoringSchema),
  };
  registry = await startTestRegistry({
    database,
    variables: { TIFFIN_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' },
    feeds: {
      feature: tellers.feature.feed,
      experiment: tellers.experiment.feed,
      monitoring: tellers.monitoring.feed,
    },
  });
});
beforeEach(async () => {
  receiver = await startWebhookReceiver();
  return () => receiver.close();
});

/** A webhook that is gone with its test, whatever the test met: the next one's would be told after it. */
async function create(input: object = {}, actor = admin): Promise<{ id: string; secret: string; createdBy: string }> {
  const { createWebhook } = await registry.ask(actor, CREATE, { input: { url: receiver.url, ...input } });
  const { id, createdBy } = createWebhook.webhook;
  onTestFinished(async () => void (await registry.refusals(admin, DELETE, { input: { id } })));
  return { id, secret: createWebhook.secret, createdBy };
}
const DELETE = 'mutation ($input: WebhookInput!) { deleteWebhook(input: $input) }';
const end = (id: string) => registry.ask(admin, DELETE, { input: { id } });
const deliveries = async (id: string, variables: object = {}): Promise<any[]> =>
  (await registry.ask(admin, DELIVERIES, { id, ...variables })).webhook.deliveries.edges.map(({ node }: any) => node);
const messages = (): any[] => receiver.received.map(({ body }) => JSON.parse(body));
const makeEndpoint = (name: string) =>
  registry.ask(
    person('developer'),
    'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { eventCursor } }',
    { input: { name } },
  );

describe('createWebhook', () => {
  it('tells one receiver of what happens in all four subgraphs', async () => {
    await create();
    await tellers.feature.tell('entity', 'airport');
    await makeEndpoint('eta');
    await tellers.experiment.tell('experiment', 'shorter');
    await tellers.monitoring.tell('alert', 'late', 1, true);
    await receiver.until(4);
    expect(new Set(messages().map(({ type, data }) => `${type} ${data.urn}`))).toEqual(
      new Set([
        'entity.changed tiffin:default:entity:airport',
        'endpoint.changed tiffin:default:endpoint:eta',
        'experiment.changed tiffin:default:experiment:shorter',
        'alert.deleted tiffin:default:alert:late',
      ]),
    );
  });

  it('sends the ends of our own jobs as OpenLineage, and nothing else, to a receiver that takes that', async () => {
    const { id } = await create({ format: 'OPENLINEAGE' });
    await tellers.feature.tell('entity', 'no-job');
    await tellers.feature.tell('feature-view', 'txn@1');
    const lastLoad = { to: '2026-01-01T00:00:00.000Z', finishedAt: '2026-01-02T00:00:00.000Z', rowsWritten: 7 };
    await tellers.feature.tell('feature-view', 'txn@1', 2, false, { lastLoad });
    const columns = [{ name: 'txn__amount', dtype: 'FLOAT64' }];
    const service = 'tiffin:default:feature-service:fraud@1';
    await tellers.feature.tell('training-set', 'abc', 1, false, { service, rows: 3, columns });
    await receiver.until(2);
    expect((await registry.ask(admin, TEST, { input: { id } })).testWebhook).toMatchObject({ ok: true });
    const sent = messages();
    expect(sent.map(({ eventType, eventTime, job }) => [eventType, eventTime, job.namespace, job.name])).toEqual([
      ['COMPLETE', '2026-01-02T00:00:00.000Z', 'tiffin', 'materialize feature-view:txn@1'],
      ['COMPLETE', '2026-01-01T00:00:00.000Z', 'tiffin', 'training-set feature-service:fraud@1'],
      ['OTHER', expect.any(String), 'tiffin', 'ping'],
    ]);
    expect(sent[1].outputs[0]).toMatchObject({
      name: 'training-set:abc',
      facets: { schema: { fields: [{ name: 'txn__amount', type: 'FLOAT64' }] } },
      outputFacets: { outputStatistics: { rowCount: 3 } },
    });
    for (const event of sent) expect(LineageEvent.safeParse(event).error).toBeUndefined();
    const wrong = { input: { url: receiver.url, format: 'OPENLINEAGE', kinds: ['MODEL'] } };
    expect(await registry.refusals(admin, CREATE, wrong)).toMatchObject([
      { code: 'INVALID_INPUT', field: 'kinds', allowed: ['FEATURE_VIEW', 'TRAINING_SET'] },
    ]);
  });

  it('tells of the kinds that were asked for, and of nothing that a subgraph says of another one’s things', async () => {
    const { id } = await create({ kinds: ['MODEL', 'ALERT'], description: 'alerts' });
    await tellers.feature.tell('entity', 'unwanted');
    await tellers.feature.tell('model', 'not-its-own');
    await tellers.monitoring.tell('alert', 'wanted');
    await receiver.until(1);
    expect(messages().map(({ data }) => data.urn)).toEqual(['tiffin:default:alert:wanted']);
    expect(
      await registry.ask(admin, '{ webhooks { edges { node { id kinds description status createdBy createdAt } } } }'),
    ).toEqual({
      webhooks: {
        edges: [
          {
            node: {
              id,
              kinds: ['MODEL', 'ALERT'],
              description: 'alerts',
              status: 'ACTIVE',
              createdBy: 'user:admin',
              createdAt: expect.stringMatching(/Z$/),
            },
          },
        ],
      },
    });
  });

  it('is not told of an alert under a silence, though the index is', async () => {
    await create({ kinds: ['ALERT'] });
    await tellers.monitoring.tell('alert', 'quiet', 1, false, { status: 'FIRING', silenced: true });
    await tellers.monitoring.tell('alert', 'loud', 1, false, { status: 'FIRING', silenced: false });
    await receiver.until(1);
    expect(messages().map(({ data }) => data.urn)).toEqual(['tiffin:default:alert:loud']);
  });

  it('signs so that the code in the documentation accepts it, and nothing that was altered', async () => {
    const folder = temporaryFolder('docs');
    const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/webhooks.md', 'utf8')) ?? [];
    writeFileSync(join(folder, 'verified.mjs'), code);
    const { verified } = await import(pathToFileURL(join(folder, 'verified.mjs')).href);

    const { id, secret } = await create();
    await tellers.feature.tell('entity', 'signed');
    await receiver.until(1);
    const { headers, body } = receiver.received[0]!;
    expect(verified(secret, headers, body)).toEqual(JSON.parse(body));
    expect(() => verified(secret, headers, body.replace('signed', 'forged'))).toThrow('not signed');
    expect(() => verified(secret, { ...headers, 'webhook-id': 'other' }, body)).toThrow('not signed');
    expect(() => verified(secret, { ...headers, 'webhook-signature': 'v1,' }, body)).toThrow('not signed');
    expect(() => verified(`whsec_${'A'.repeat(44)}`, headers, body)).toThrow('not signed');
    expect(() => verified(secret, headers, body, Date.now() / 1000 + 301)).toThrow('too old');

    const rotated = await registry.ask(
      admin,
      'mutation ($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) { secret webhook { previousSecretUntil } } }',
      { input: { id } },
    );
    const { secret: fresh, webhook } = rotated.rotateWebhookSecret;
    expect(Date.parse(webhook.previousSecretUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    await tellers.feature.tell('entity', 'signed-twice');
    await receiver.until(2);
    const twice = receiver.received[1]!;
    expect(verified(secret, twice.headers, twice.body)).toEqual(verified(fresh, twice.headers, twice.body));
  });

  it.each([
    ['a private address', { url: 'https://10.0.0.1/' }, { field: 'url', allowed: 'https://host/path' }],
    ['plain http to a host that is not allowed', { url: 'http://example.org/' }, { field: 'url' }],
    ['what is no URL', { url: 'hooks' }, { field: 'url' }],
    [
      'a kind of which no event tells',
      { kinds: ['PREDICTION'] },
      { field: 'kinds', allowed: expect.arrayContaining(['ALERT']) },
    ],
    ['too long a description', { description: 'x'.repeat(1_001) }, { field: 'description' }],
  ])('refuses %s', async (_what, input, details) => {
    const [refusal] = await registry.refusals(admin, CREATE, { input: { url: receiver.url, ...input } });
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', ...details });
  });

  it('is open to admins and keys with the scope, and to nobody else', async () => {
    for (const role of ['viewer', 'developer', 'approver'] as const) {
      expect(await registry.refusals(person(role), CREATE, { input: { url: receiver.url } })).toMatchObject([
        { code: 'FORBIDDEN', allowed: ['role admin', 'scope registry:webhooks'] },
      ]);
      expect(await registry.refusals(person(role), '{ webhooks { edges { cursor } } }')).toMatchObject([
        { code: 'FORBIDDEN' },
      ]);
    }
    expect((await create({}, machine(['registry:webhooks']))).createdBy).toBe('key:ci');
  });

  it('is unknown to other projects', async () => {
    const { id } = await create();
    const stranger = { ...admin, project: 'elsewhere' };
    expect(await registry.refusals(stranger, TEST, { input: { id } })).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await registry.refusals(stranger, UPDATE, { input: { id } })).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await registry.ask(stranger, 'query ($id: ID!) { webhook(id: $id) { id } }', { id })).toEqual({
      webhook: null,
    });
  });
});

describe('a webhook', () => {
  it('waits for a receiver that fails, hangs up and recovers, in order, and says what it met', async () => {
    receiver.answers = [{ status: 503 }, { status: 0 }];
    const { id } = await create();
    await tellers.feature.tell('entity', 'flaky', 1);
    await receiver.until(1);
    await tellers.feature.tell('entity', 'flaky', 2);
    await vi.waitFor(
      async () =>
        expect(await deliveries(id, { state: 'PENDING' })).toMatchObject([
          { revision: 2, attempts: 0, answer: null },
          { revision: 1, answer: 'HTTP 503', nextTryAt: expect.any(String) },
        ]),
      20_000,
    );
    await receiver.until(4);
    expect(messages().map(({ data }) => data.revision)).toEqual([1, 1, 1, 2]);
    expect(new Set(receiver.received.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    await vi.waitFor(
      async () =>
        expect(await deliveries(id, { state: 'DELIVERED' })).toMatchObject([
          { revision: 2, attempts: 1, answer: 'HTTP 204', nextTryAt: null },
          { revision: 1, attempts: 3, answer: 'HTTP 204', nextTryAt: null },
        ]),
      20_000,
    );
  });

  it('is marked while its receiver fails, and no longer once it takes something', async () => {
    receiver.otherwise = () => 404;
    const { id } = await create();
    const MARK = `query ($id: ID!) { webhook(id: $id) { nextTryAt failure { since attempts answer lastAt } } }`;
    const mark = async () => (await registry.ask(admin, MARK, { id })).webhook;
    expect(await mark()).toEqual({ nextTryAt: null, failure: null });
    await tellers.feature.tell('entity', 'unheard');
    await vi.waitFor(
      async () => expect((await mark()).failure).toMatchObject({ attempts: 2, answer: 'HTTP 404' }),
      20_000,
    );
    const { failure, nextTryAt } = await mark();
    expect(Date.parse(failure.lastAt)).toBeGreaterThan(Date.parse(failure.since));
    expect(Date.parse(nextTryAt)).toBeGreaterThan(Date.parse(failure.since));
    receiver.otherwise = () => 204;
    await vi.waitFor(async () => expect(await mark()).toEqual({ nextTryAt: null, failure: null }), 20_000);

    receiver.otherwise = () => 302;
    await tellers.feature.tell('entity', 'redirected');
    await vi.waitFor(
      async () => expect(await mark()).toMatchObject({ nextTryAt: null, failure: { answer: 'HTTP 302', attempts: 1 } }),
      20_000,
    );
    receiver.otherwise = () => 204;
    expect((await registry.ask(admin, TEST, { input: { id } })).testWebhook.ok).toBe(true);
    expect(await mark()).toEqual({ nextTryAt: null, failure: null });
  });

  it('is another receiver at another URL: the mark of the one before goes', async () => {
    receiver.otherwise = () => 302;
    const { id } = await create();
    await tellers.feature.tell('entity', 'lost');
    const MARK = `query ($id: ID!) { webhook(id: $id) { failure { attempts } } }`;
    const mark = async () => (await registry.ask(admin, MARK, { id })).webhook.failure;
    await vi.waitFor(async () => expect(await mark()).toEqual({ attempts: 1 }), 20_000);
    await registry.ask(admin, UPDATE, { input: { id, description: 'the same receiver' } });
    expect(await mark()).toEqual({ attempts: 1 });
    await registry.ask(admin, UPDATE, { input: { id, url: receiver.url.replace('/hook', '/other') } });
    expect(await mark()).toBeNull();
  });

  it('is stopped and goes on, goes elsewhere, and records each change without its secret', async () => {
    const { id, secret } = await create();
    const update = (input: object) => registry.ask(admin, UPDATE, { input: { id, ...input } });
    expect(await update({ status: 'DISABLED' })).toMatchObject({
      updateWebhook: { status: 'DISABLED', url: receiver.url },
    });
    const told = await tellers.feature.tell('entity', 'missed');
    const read = 'query ($c: String!) { search(text: "missed", afterEvent: $c) { edges { cursor } } }';
    await vi.waitFor(() => registry.ask(person('viewer'), read, { c: told }), 20_000);
    const url = receiver.url.replace('/hook', '/other');
    const changed = { status: 'ACTIVE', url, kinds: ['ENTITY'], description: 'moved' };
    expect(await update(changed)).toEqual({ updateWebhook: changed });
    await tellers.feature.tell('source', 'unwanted');
    await tellers.feature.tell('entity', 'heard');
    await receiver.until(1);
    await vi.waitFor(async () => expect(await deliveries(id, { state: 'DELIVERED' })).toHaveLength(1), 20_000);
    expect(messages().at(-1).data.asset.name).toBe('heard');
    await end(id);

    const { auditRecords } = await registry.ask(
      person('viewer'),
      'query ($id: ID) { auditRecords(subject: $id) { edges { node { action beforeDigest afterDigest reason } } } }',
      { id },
    );
    const records = auditRecords.edges.map(({ node }: any) => node);
    expect(records.map(({ action }: any) => action)).toEqual([
      'webhook.delete',
      'webhook.update',
      'webhook.update',
      'webhook.create',
    ]);
    expect(records[1].beforeDigest).toBe(records[2].afterDigest);
    expect(records[0]).toMatchObject({ beforeDigest: records[1].afterDigest, afterDigest: null });
    expect(JSON.stringify(records)).not.toContain(secret);
  });

  it('sends what was refused for good again when it is asked to', async () => {
    receiver.answers = [{ status: 301 }];
    const { id } = await create();
    await tellers.feature.tell('entity', 'again');
    await vi.waitFor(async () => expect(await deliveries(id, { state: 'FAILED' })).toHaveLength(1), {
      timeout: 10_000,
    });
    const [failed] = await deliveries(id);
    const again = 'mutation ($input: RedeliverInput!) { redeliver(input: $input) { id state nextTryAt } }';
    expect(await registry.ask(admin, again, { input: { id: failed.id } })).toMatchObject({
      redeliver: { id: failed.id, state: 'PENDING', nextTryAt: expect.any(String) },
    });
    await receiver.until(2);
    expect(receiver.received[1]!.headers['webhook-id']).toBe(receiver.received[0]!.headers['webhook-id']);
    expect(await registry.refusals(admin, again, { input: { id: 'none' } })).toMatchObject([
      { code: 'NOT_FOUND', field: 'id' },
    ]);
  });

  it('is tried with a ping: taken, refused, not answered, not reached', async () => {
    const { id } = await create({ kinds: ['MODEL'] });
    const ping = async () => (await registry.ask(admin, TEST, { input: { id } })).testWebhook;
    expect(await ping()).toMatchObject({ ok: true, answer: 'HTTP 204' });
    expect(messages()).toMatchObject([{ type: 'ping', text: expect.any(String), data: { webhook: id } }]);
    receiver.answers = [{ status: 500 }, { status: 1 }];
    expect(await ping()).toMatchObject({ ok: false, answer: 'HTTP 500' });
    const hung = await ping();
    expect(hung).toMatchObject({ ok: false, answer: expect.stringMatching(/timeout|aborted/) });
    expect(hung.tookMs).toBeGreaterThan(4_000);
    await registry.ask(admin, UPDATE, { input: { id, url: 'http://127.0.0.1:1/' } });
    expect(await ping()).toMatchObject({ ok: false, answer: expect.stringContaining('ECONNREFUSED') });
    expect(await deliveries(id)).toEqual([]);
    await end(id);
    expect(await registry.refusals(admin, TEST, { input: { id } })).toMatchObject([{ code: 'NOT_FOUND', field: 'id' }]);
  });

  it('pages through webhooks and their deliveries, of one state too, and refuses what is no page', async () => {
    const made = [await create(), await create(), await create()];
    const list =
      'query ($first: Int, $after: String) { webhooks(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }';
    const first = (await registry.ask(admin, list, { first: 2 })).webhooks;
    const rest = (await registry.ask(admin, list, { first: 2, after: first.pageInfo.endCursor })).webhooks;
    expect([...first.edges, ...rest.edges].map(({ node }: any) => node.id)).toEqual(made.map(({ id }) => id));
    expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);

    for (const name of ['p1', 'p2', 'p3']) await tellers.feature.tell('entity', name);
    await receiver.until(9);
    const { id } = made[0]!;
    const page = (await registry.ask(admin, DELIVERIES, { id, first: 2 })).webhook.deliveries;
    const second = await deliveries(id, { first: 2, after: page.pageInfo.endCursor });
    expect([...page.edges.map(({ node }: any) => node), ...second].map(({ subject }) => subject)).toEqual(
      ['p3', 'p2', 'p1'].map((name) => `tiffin:default:entity:${name}`),
    );
    await vi.waitFor(async () => expect(await deliveries(id, { state: 'DELIVERED' })).toHaveLength(3), 20_000);
    expect(await deliveries(id, { state: 'PENDING' })).toEqual([]);
    for (const wrong of [{ first: 0 }, { first: 101 }, { after: 'x' }]) {
      const field = Object.keys(wrong)[0];
      expect(await registry.refusals(admin, list, wrong)).toMatchObject([{ code: 'INVALID_INPUT', field }]);
      expect(await registry.refusals(admin, DELIVERIES, { id, ...wrong })).toMatchObject([
        { code: 'INVALID_INPUT', field },
      ]);
    }
  });

  it.each([-1, 169])('refuses an overlap of %i hours', async (overlapHours) => {
    const { id } = await create();
    const rotate = 'mutation ($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) { secret } }';
    expect(await registry.refusals(admin, rotate, { input: { id, overlapHours } })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'overlapHours', allowed: { min: 0, max: 168 } },
    ]);
  });

  it('is what its id leads to', async () => {
    const { id } = await create();
    const { _entities } = await registry.ask(
      admin,
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Webhook { id status } } }',
      { r: [{ __typename: 'Webhook', id }] },
    );
    expect(_entities).toEqual([{ id, status: 'ACTIVE' }]);
    expect(
      await registry.refusals(admin, 'query ($id: ID!) { webhook(id: $id) { id } }', { id: 'tiffin:default:model:x' }),
    ).toMatchObject([{ code: 'INVALID_INPUT', field: 'id' }]);
  });
});
