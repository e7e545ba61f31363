import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { lookup } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AssetEvent } from '../../../schema/event.ts';
import type { DeliveryState, Webhook } from '../../../subgraphs/registry/domain/webhook/webhook.ts';
import { startWebhookSender } from '../../../subgraphs/registry/jobs/webhook/webhook-sender.ts';
import { registrySchema } from '../../../subgraphs/registry/storage/schema.ts';
import {
  enqueueDeliveries,
  forgetOldDeliveries,
  listDeliveries,
  takeDueDeliveries,
} from '../../../subgraphs/registry/storage/webhook/webhook-delivery.ts';
import {
  deleteWebhook,
  insertWebhook,
  replaceSecret,
  saveWebhook,
} from '../../../subgraphs/registry/storage/webhook/webhook.ts';
import { openDatabase, type Database } from '../../../subgraphs/shared/database/database.ts';
import { isPrivateAddress } from '../../../subgraphs/shared/events/private-address.ts';
import { checkWebhookUrl, makeWebhookSecret, sendWebhook } from '../../../subgraphs/shared/events/webhook-request.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { startWebhookReceiver, type Received, type WebhookReceiver } from '../../support/webhook-receiver.ts';

const ALLOWED = ['127.0.0.1'];
const log = pino({ level: 'silent' });

let db: Database;
let receiver: WebhookReceiver;
let senders: { stop(): Promise<void> }[];

beforeEach(async () => {
  db = await openDatabase(registrySchema, { url: (await createTestDatabase()).appUrl });
  senders = [];
  receiver = await startWebhookReceiver();
});
afterEach(async () => {
  for (const sender of senders) await sender.stop();
  await receiver.close();
  await db.close();
});

const send = (options: { now?: () => Date; timeoutMs?: number } = {}): void =>
  void senders.push(startWebhookSender({ db, log, allowedHosts: ALLOWED, firstRetryMs: 50, ...options }));

let made = 0;
async function subscribe(part: Partial<Webhook> = {}): Promise<{ webhook: Webhook; secret: string }> {
  const secret = makeWebhookSecret();
  const wanted = {
    id: `w${++made}`,
    project: 'default',
    url: receiver.url,
    kinds: [],
    format: 'CHANGES' as const,
    description: '',
    status: 'ACTIVE',
    createdBy: 'user:admin',
    at: new Date(),
    previousSecretUntil: null,
    ...part,
  } as const;
  return { webhook: await db.transaction((em) => insertWebhook(em, wanted, secret)), secret };
}

/** Something happens: its deliveries are queued. */
const append = (
  name: string,
  { kind = 'model', project = 'default', revision = 1, now = new Date() } = {},
): Promise<void> =>
  db.transaction((em) =>
    enqueueDeliveries(
      em,
      AssetEvent.parse({
        urn: `tiffin:${project}:${kind}:${name}`,
        kind,
        project,
        revision,
        at: '2026-01-01T00:00:00.000Z',
        asset: { name },
      }),
      { now, assetUrl: 'https://tiffin.example.org/assets/{id}?tab=1' },
    ),
  );
const deliveries = (webhook: Webhook, state: DeliveryState | null = null) =>
  listDeliveries(db, webhook.id, { first: 100, after: null }, state);
const dataOf = ({ body }: Received): any => JSON.parse(body).data;
const namesOf = (all: readonly Received[]): string[] => all.map((one) => dataOf(one).asset.name);

const inDays = (days: number): Date => new Date(Date.now() + days * 24 * 60 * 60_000);

describe('a webhook', () => {
  it('gets what happens from then on, of its project and kinds, with a signature that it can check', async () => {
    await append('before');
    const { webhook, secret } = await subscribe({ kinds: ['model'] });
    send();
    await append('other-kind', { kind: 'endpoint' });
    await append('other-project', { project: 'elsewhere' });
    await append('wanted');
    await receiver.until(1);
    const [{ headers, body }] = receiver.received as [Received];
    expect(JSON.parse(body)).toEqual({
      type: 'model.changed',
      timestamp: '2026-01-01T00:00:00.000Z',
      text: 'model wanted is new\nhttps://tiffin.example.org/assets/tiffin%3Adefault%3Amodel%3Awanted?tab=1',
      link: 'https://tiffin.example.org/assets/tiffin%3Adefault%3Amodel%3Awanted?tab=1',
      data: {
        urn: 'tiffin:default:model:wanted',
        kind: 'model',
        project: 'default',
        revision: 1,
        at: '2026-01-01T00:00:00.000Z',
        deleted: false,
        asset: { name: 'wanted', description: '', owner: null, tags: [], upstream: [], downstream: [] },
        data: {},
      },
    });
    expect(headers['user-agent']).toBe('tiffin');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    expect(key).toHaveLength(32);
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
    await vi.waitFor(async () =>
      expect(await deliveries(webhook)).toMatchObject([
        { id: headers['webhook-id'], state: 'DELIVERED', attempts: 1, answer: 'HTTP 204', type: 'model.changed' },
      ]),
    );
  });

  it('misses what happens while it is disabled, and goes on with what was pending', async () => {
    const { webhook } = await subscribe();
    await append('pending');
    const set = (status: Webhook['status']) => db.transaction((em) => saveWebhook(em, { ...webhook, status }));
    await set('DISABLED');
    await append('missed');
    send();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.received).toEqual([]);
    await set('ACTIVE');
    await append('after');
    await receiver.until(2);
    expect(namesOf(receiver.received)).toEqual(['pending', 'after']);
  });

  it('keeps its secret from the account that reads everything else', async () => {
    const [rights] = await db.query(
      `select has_table_privilege('tiffin_reader', 'webhook', 'select') as secrets,
              has_table_privilege('tiffin_reader', 'webhook_delivery', 'select') as deliveries`,
    );
    expect(rights).toEqual({ secrets: false, deliveries: true });
  });

  it('ends with what was still to be delivered', async () => {
    const { webhook } = await subscribe();
    await append('a');
    expect(await deliveries(webhook)).toHaveLength(1);
    await db.transaction((em) => deleteWebhook(em, webhook.id));
    expect(await deliveries(webhook)).toEqual([]);
  });

  it('is signed for with both secrets while they overlap, and then with the new one alone', async () => {
    const { webhook, secret } = await subscribe();
    const fresh = makeWebhookSecret();
    await db.transaction((em) => replaceSecret(em, webhook.id, fresh, new Date(Date.now() + 60_000)));
    await append('a');
    send();
    await receiver.until(1);
    await senders.pop()!.stop();
    send({ now: () => new Date(Date.now() + 61_000) });
    await append('b');
    await receiver.until(2);
    const signers = receiver.received.map(({ headers, body }) => {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      const by = (key: string): string =>
        `v1,${createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
          .update(signed)
          .digest('base64')}`;
      return String(headers['webhook-signature'])
        .split(' ')
        .map((one) => [fresh, secret].findIndex((key) => by(key) === one));
    });
    expect(signers).toEqual([[0, 1], [0]]);
  });
});

describe('a delivery', () => {
  it('is tried again under the same id, waiting longer each time', async () => {
    const { webhook } = await subscribe();
    receiver.answers = [{ status: 503 }, { status: 500 }, { status: 429 }, { status: 408 }];
    await append('a');
    send();
    await receiver.until(5);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const waitsMs = receiver.received.slice(1).map(({ atMs }, i) => atMs - receiver.received[i]!.atMs);
    for (const [i, waitMs] of waitsMs.entries()) expect(waitMs).toBeGreaterThanOrEqual(50 * 2 ** i - 5);
    await vi.waitFor(async () =>
      expect(await deliveries(webhook)).toMatchObject([{ state: 'DELIVERED', attempts: 5 }]),
    );
  });

  it('keeps the events of a subject in order, by two senders and through failures, while others overtake', async () => {
    await subscribe();
    for (let revision = 1; revision <= 6; revision++) {
      await append('first', { revision });
      await append('second', { revision });
    }
    // Each revision of the first subject fails once.
    const failed = new Set<number>();
    receiver.otherwise = ({ data: { asset, revision } }) =>
      asset.name === 'first' && !failed.has(revision) && failed.add(revision) ? 500 : 204;
    send();
    send();
    await receiver.until(18);
    const revisions = (name: string): number[] =>
      receiver.received
        .map(dataOf)
        .filter(({ asset }) => asset.name === name)
        .map((one) => one.revision);
    expect(revisions('first')).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
    expect(revisions('second')).toEqual([1, 2, 3, 4, 5, 6]);
    expect(namesOf(receiver.received).lastIndexOf('second')).toBeLessThan(
      namesOf(receiver.received).lastIndexOf('first'),
    );
  });

  it('is tried again when the receiver hangs up', async () => {
    const { webhook } = await subscribe();
    receiver.answers = [{ status: 0 }];
    await append('a');
    send();
    await receiver.until(2);
    await vi.waitFor(async () =>
      expect(await deliveries(webhook)).toMatchObject([{ state: 'DELIVERED', attempts: 2 }]),
    );
  });

  it.each([
    ['seconds', () => '1'],
    ['a date', () => new Date(Date.now() + 2_000).toUTCString()],
  ])('waits as long as Retry-After asks in %s', async (_form, header) => {
    await subscribe();
    receiver.answers = [{ status: 429, headers: { 'retry-after': header() } }];
    await append('a');
    send();
    await receiver.until(2);
    expect(receiver.received[1]!.atMs - receiver.received[0]!.atMs).toBeGreaterThan(900);
  });

  it.each([404, 410])('is tried again at HTTP %i: a receiver that is being deployed says so, too', async (status) => {
    const { webhook } = await subscribe();
    receiver.answers = [{ status }];
    await append('a');
    send();
    await receiver.until(2);
    await vi.waitFor(async () => expect(await deliveries(webhook)).toMatchObject([{ state: 'DELIVERED' }]), 20_000);
  });

  it.each([400, 404, 410, 301])('is given up at HTTP %i after an hour, a redirect at once', async (status) => {
    const { webhook } = await subscribe();
    receiver.answers = [{ status, headers: { location: receiver.url } }];
    await append('a', status === 301 ? {} : { now: new Date(Date.now() - 61 * 60_000) });
    send();
    await vi.waitFor(
      async () => expect(await deliveries(webhook)).toMatchObject([{ state: 'FAILED', answer: `HTTP ${status}` }]),
      20_000,
    );
    expect(receiver.received).toHaveLength(1);
  });

  it('is given up after a day of trying', async () => {
    const { webhook } = await subscribe();
    await append('a', { now: new Date(Date.now() - 25 * 60 * 60_000) });
    receiver.answers = [{ status: 503 }];
    send();
    await vi.waitFor(
      async () => expect(await deliveries(webhook)).toMatchObject([{ state: 'DEAD', attempts: 1 }]),
      20_000,
    );
    expect(await deliveries(webhook, 'DEAD')).toMatchObject([{ urn: 'tiffin:default:model:a' }]);
    expect(await deliveries(webhook, 'PENDING')).toEqual([]);
  });

  it('is forgotten a week after its end, and never before it', async () => {
    const { webhook } = await subscribe();
    await append('a');
    send();
    await vi.waitFor(async () => expect(await deliveries(webhook, 'DELIVERED')).toHaveLength(1), { timeout: 10_000 });
    await senders.pop()!.stop();
    await append('b');
    await forgetOldDeliveries(db, inDays(6.9));
    expect(await deliveries(webhook)).toHaveLength(2);
    await forgetOldDeliveries(db, inDays(7.1));
    expect(await deliveries(webhook)).toMatchObject([{ state: 'PENDING', urn: 'tiffin:default:model:b' }]);
  });

  it('waits out a receiver that is away, and one that hangs, without holding up the others', async () => {
    const away = await subscribe({ url: 'http://127.0.0.1:1/hook' });
    const hanging = createServer(() => undefined);
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    const slow = await subscribe({ url: `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/` });
    await subscribe();
    for (let n = 0; n < 20; n++) await append(`n${n}`);
    send({ timeoutMs: 1_000 });
    await receiver.until(20);
    await vi.waitFor(async () => {
      const met = (await deliveries(away.webhook)).filter(({ answer }) => answer !== null);
      expect(met[0]).toMatchObject({ state: 'PENDING', answer: expect.stringContaining('ECONNREFUSED') });
    }, 20_000);
    await vi.waitFor(async () => {
      const timedOut = (await deliveries(slow.webhook)).filter(({ answer }) => answer !== null);
      expect(timedOut[0]).toMatchObject({ state: 'PENDING', answer: expect.stringMatching(/timeout|aborted/) });
    }, 20_000);
    hanging.closeAllConnections();
    hanging.close();
  });

  it('is made once by two senders, and again by another one when a sender dies with it', async () => {
    const { webhook } = await subscribe();
    await append('lost');
    const [taken] = await takeDueDeliveries(db, new Date(), 1, []); // and the process dies
    for (let n = 0; n < 30; n++) await append(`n${n}`);
    send();
    send();
    await receiver.until(30);
    expect(new Set(namesOf(receiver.received)).size).toBe(30);
    expect(namesOf(receiver.received)).not.toContain('lost');
    const delivered = async () => (await deliveries(webhook)).filter(({ state }) => state === 'DELIVERED');
    // One that is not noted yet would be due again for a sender whose clock is a minute ahead.
    await vi.waitFor(async () => expect(await delivered()).toHaveLength(30), 20_000);
    send({ now: () => new Date(Date.now() + 61_000) });
    await receiver.until(31);
    expect(receiver.received.at(-1)!.headers['webhook-id']).toBe(taken!.id);
    await vi.waitFor(async () => expect(await delivered()).toHaveLength(31), 20_000);
    expect(receiver.received).toHaveLength(31);
  });
});

describe('where a webhook may go', () => {
  it.each([
    ['not a url', /is not an http/],
    ['ftp://example.org/', /is not an http/],
    ['http://example.org/', /must begin with https/],
    ['https://user:secret@example.org/', /must not hold a user/],
    ['https://localhost/', /private address/],
    ['https://127.0.0.1/', /private address/],
    ['https://2130706433/', /private address/],
    ['https://10.1.2.3/', /private address/],
    ['https://169.254.169.254/latest/meta-data', /private address/],
    ['https://[::1]/', /private address/],
    ['https://[::ffff:127.0.0.1]/', /private address/],
    ['https://[fd00::1]/', /private address/],
  ])('refuses %s', (text, message) => {
    expect(() => checkWebhookUrl(text, [])).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(message),
        details: expect.objectContaining({ field: 'url' }),
      }),
    );
  });

  it('takes a public https URL, and what is allowed by configuration', () => {
    expect(checkWebhookUrl('https://example.org/hook', []).href).toBe('https://example.org/hook');
    expect(checkWebhookUrl('http://10.0.0.7:8080/', ['10.0.0.7']).port).toBe('8080');
    expect(isPrivateAddress('93.184.215.14')).toBe(false);
    expect(isPrivateAddress('2606:2800:21f:cb07:6820:80da:af6b:8b2c')).toBe(false);
    expect(isPrivateAddress('anything else')).toBe(true);
  });

  it('does not connect to a private address that a name leads to', async ({ skip }) => {
    const names = [hostname(), 'ip6-localhost', 'localhost.localdomain', 'localhost.'];
    const resolved = await Promise.all(names.map((name) => lookup(name).catch(() => undefined)));
    const name = names.find((_, i) => resolved[i] !== undefined && isPrivateAddress(resolved[i].address));
    if (name === undefined) skip('no name on this machine leads to a private address');
    const { port } = receiver;
    const request = { secrets: [], id: 'd', body: '{}', at: new Date(), timeoutMs: 2_000 };
    await expect(sendWebhook({ ...request, url: `https://${name}:${port}/`, allowedHosts: [] })).rejects.toThrow(
      /resolves to a private address/,
    );
  });
});
