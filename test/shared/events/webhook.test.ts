import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { lookup } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase, type Database } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { appendEvent } from '../../../subgraphs/shared/events/outbox.ts';
import { enqueueDeliveries, takeDueDeliveries } from '../../../subgraphs/shared/events/webhook-queue.ts';
import { checkWebhookUrl, sendWebhook } from '../../../subgraphs/shared/events/webhook-request.ts';
import { startWebhookSender } from '../../../subgraphs/shared/events/webhook-sender.ts';
import {
  addWebhook,
  listDeliveries,
  listWebhooks,
  removeWebhook,
  setWebhookStatus,
  type NewWebhook,
} from '../../../subgraphs/shared/events/webhook.ts';
import { isPrivateAddress } from '../../../subgraphs/shared/events/private-address.ts';
import { sampleSchema } from '../../support/sample-schema.ts';
import { createTestDatabase } from '../../support/test-database.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
}

const ALLOWED = ['127.0.0.1'];
const log = pino({ level: 'silent' });

let db: Database;
let receiver: Server;
let url: string;
let received: Received[];
/** Events that the receiver answers with 500. */
let refuse: (event: { asset: { name: string }; revision: number }) => boolean;
/** What the receiver answers, in turn (0: it hangs up); 204 when the list is empty. */
let answers: { status: number; headers?: Record<string, string> }[];
let senders: { stop(): Promise<void> }[];

beforeEach(async () => {
  const database = await createTestDatabase({ empty: true });
  await migrate(sampleSchema, database.ownerUrl);
  db = await openDatabase(sampleSchema, { url: database.appUrl });
  received = [];
  answers = [];
  refuse = () => false;
  senders = [];
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), atMs: performance.now() });
      const refused = refuse(JSON.parse(received.at(-1)!.body));
      const { status, headers = {} } = answers.shift() ?? { status: refused ? 500 : 204 };
      if (status === 0) response.destroy();
      else response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterEach(async () => {
  for (const sender of senders) await sender.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await db.close();
});

const send = (options: { now?: () => Date; timeoutMs?: number } = {}): void =>
  void senders.push(startWebhookSender({ db, log, allowedHosts: ALLOWED, firstRetryMs: 50, ...options }));
const subscribe = (part: Partial<NewWebhook> = {}): ReturnType<typeof addWebhook> =>
  db.transaction((em) =>
    addWebhook(em, { project: 'default', url, kinds: [], at: new Date(), allowedHosts: ALLOWED, ...part }),
  );
const append = (
  name: string,
  kind: 'model' | 'endpoint' = 'model',
  project = 'default',
  revision = 1,
): Promise<string> =>
  db.transaction((em) =>
    appendEvent(em, {
      urn: `tiffin:${project}:${kind}:${name}`,
      kind,
      project,
      revision,
      at: '2026-01-01T00:00:00.000Z',
      asset: { name },
    }),
  );
const namesOf = (all: readonly Received[]): string[] => all.map(({ body }) => JSON.parse(body).asset.name);
const untilReceived = (count: number): Promise<void> =>
  vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(count), { timeout: 10_000 });

describe('a subscription', () => {
  it('gets what happens from then on, of its project and kinds, with a signature that it can check', async () => {
    await append('before');
    const { webhook, secret } = await subscribe({ kinds: ['model'] });
    send();
    await append('other-kind', 'endpoint');
    await append('other-project', 'model', 'elsewhere');
    await append('wanted');
    await untilReceived(1);
    expect(JSON.parse(received[0]!.body)).toEqual({
      id: received[0]!.headers['tiffin-delivery-id'],
      urn: 'tiffin:default:model:wanted',
      kind: 'model',
      project: 'default',
      revision: 1,
      at: '2026-01-01T00:00:00.000Z',
      deleted: false,
      asset: { name: 'wanted', description: '', owner: null, tags: [], upstream: [] },
      data: {},
    });
    expect(received[0]!.headers['user-agent']).toBe('tiffin');
    const [{ headers, body }] = received as [Received];
    const signed = `${String(headers['tiffin-delivery-id'])}.${String(headers['tiffin-timestamp'])}.${body}`;
    expect(headers['tiffin-signature']).toBe(`v1,${createHmac('sha256', secret).update(signed).digest('base64')}`);
    expect(Math.abs(Number(headers['tiffin-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
    await vi.waitFor(async () =>
      expect(await listDeliveries(db, webhook.id, 10)).toMatchObject([
        { id: headers['tiffin-delivery-id'], state: 'DELIVERED', attempts: 1, answer: 'HTTP 204' },
      ]),
    );
    expect(await listWebhooks(db, 'default')).toEqual([webhook]);
  });

  it('misses what happens while it is disabled, and goes on with what was pending', async () => {
    const { webhook } = await subscribe();
    await append('pending');
    await enqueueDeliveries(db, new Date());
    const set = (status: 'ACTIVE' | 'DISABLED'): Promise<boolean> =>
      db.transaction((em) => setWebhookStatus(em, 'default', webhook.id, status));
    expect(await set('DISABLED')).toBe(true);
    expect(await listWebhooks(db, 'default')).toMatchObject([{ status: 'DISABLED' }]);
    await append('missed');
    const before = await db.query('select cursor from webhook');
    send();
    await vi.waitFor(async () => expect(await db.query('select cursor from webhook')).not.toEqual(before));
    expect(received).toEqual([]);
    await set('ACTIVE');
    await append('after');
    await untilReceived(2);
    expect(namesOf(received)).toEqual(['pending', 'after']);
    expect(await db.transaction((em) => setWebhookStatus(em, 'elsewhere', webhook.id, 'ACTIVE'))).toBe(false);
  });

  it('ends with what was still to be delivered', async () => {
    const { webhook } = await subscribe();
    await append('a');
    await enqueueDeliveries(db, new Date());
    expect(await db.transaction((em) => removeWebhook(em, 'elsewhere', webhook.id))).toBe(false);
    expect(await db.transaction((em) => removeWebhook(em, 'default', webhook.id))).toBe(true);
    expect(await listDeliveries(db, webhook.id, 10)).toEqual([]);
  });
});

describe('a delivery', () => {
  it('is tried again under the same id, waiting longer each time', async () => {
    const { webhook } = await subscribe();
    answers = [{ status: 503 }, { status: 500 }, { status: 429 }, { status: 408 }];
    await append('a');
    send();
    await untilReceived(5);
    expect(new Set(received.map(({ headers }) => headers['tiffin-delivery-id'])).size).toBe(1);
    const waitsMs = received.slice(1).map(({ atMs }, i) => atMs - received[i]!.atMs);
    for (const [i, waitMs] of waitsMs.entries()) expect(waitMs).toBeGreaterThanOrEqual(50 * 2 ** i - 5);
    await vi.waitFor(async () =>
      expect(await listDeliveries(db, webhook.id, 1)).toMatchObject([{ state: 'DELIVERED', attempts: 5 }]),
    );
  });

  it('keeps the events of a subject in order, by two senders and through failures, while others overtake', async () => {
    await subscribe();
    for (let revision = 1; revision <= 6; revision++) {
      await append('first', 'model', 'default', revision);
      await append('second', 'model', 'default', revision);
    }
    // Each revision of the first subject fails once.
    const failed = new Set<number>();
    refuse = ({ asset, revision }) => asset.name === 'first' && !failed.has(revision) && Boolean(failed.add(revision));
    send();
    send();
    await untilReceived(18);
    const revisions = (name: string): number[] =>
      received
        .map(({ body }) => JSON.parse(body))
        .filter(({ asset }) => asset.name === name)
        .map((one) => one.revision);
    expect(revisions('first')).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
    expect(revisions('second')).toEqual([1, 2, 3, 4, 5, 6]);
    expect(namesOf(received).lastIndexOf('second')).toBeLessThan(namesOf(received).lastIndexOf('first'));
  });

  it('is tried again when the receiver hangs up', async () => {
    const { webhook } = await subscribe();
    answers = [{ status: 0 }];
    await append('a');
    send();
    await untilReceived(2);
    await vi.waitFor(async () =>
      expect(await listDeliveries(db, webhook.id, 1)).toMatchObject([{ state: 'DELIVERED', attempts: 2 }]),
    );
  });

  it.each([
    ['seconds', () => '1'],
    ['a date', () => new Date(Date.now() + 2_000).toUTCString()],
  ])('waits as long as Retry-After asks in %s', async (_form, header) => {
    await subscribe();
    answers = [{ status: 429, headers: { 'retry-after': header() } }];
    await append('a');
    send();
    await untilReceived(2);
    expect(received[1]!.atMs - received[0]!.atMs).toBeGreaterThan(900);
  });

  it.each([400, 404, 410, 301])('is given up at HTTP %i', async (status) => {
    const { webhook } = await subscribe();
    answers = [{ status, headers: { location: url } }];
    await append('a');
    send();
    await vi.waitFor(async () =>
      expect(await listDeliveries(db, webhook.id, 1)).toMatchObject([{ state: 'FAILED', answer: `HTTP ${status}` }]),
    );
    expect(received).toHaveLength(1);
  });

  it('is given up after a day of trying', async () => {
    const { webhook } = await subscribe();
    await append('a');
    await enqueueDeliveries(db, new Date(Date.now() - 25 * 60 * 60_000));
    answers = [{ status: 503 }];
    send();
    await vi.waitFor(async () =>
      expect(await listDeliveries(db, webhook.id, 1)).toMatchObject([{ state: 'DEAD', attempts: 1 }]),
    );
    expect(await listDeliveries(db, webhook.id, 9, 'DEAD')).toMatchObject([{ urn: 'tiffin:default:model:a' }]);
    expect(await listDeliveries(db, webhook.id, 9, 'PENDING')).toEqual([]);
  });

  it('waits out a receiver that is away, and one that hangs, without holding up the others', async () => {
    const away = await subscribe({ url: 'http://127.0.0.1:1/hook' });
    const hanging = createServer(() => undefined);
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    const slow = await subscribe({ url: `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/` });
    await subscribe();
    for (let n = 0; n < 20; n++) await append(`n${n}`);
    send({ timeoutMs: 1_000 });
    await untilReceived(20);
    const [failed] = await listDeliveries(db, away.webhook.id, 1);
    expect(failed).toMatchObject({ state: 'PENDING', answer: expect.stringContaining('ECONNREFUSED') });
    await vi.waitFor(async () => {
      const timedOut = (await listDeliveries(db, slow.webhook.id, 20)).filter(({ answer }) => answer !== null);
      expect(timedOut[0]).toMatchObject({ state: 'PENDING', answer: expect.stringMatching(/timeout|aborted/) });
    }, 5_000);
    hanging.closeAllConnections();
    hanging.close();
  });

  it('is made once by two senders, and again by another one when a sender dies with it', async () => {
    const { webhook } = await subscribe();
    await append('lost');
    await enqueueDeliveries(db, new Date());
    const [taken] = await takeDueDeliveries(db, new Date(), 1, []); // and the process dies
    for (let n = 0; n < 30; n++) await append(`n${n}`);
    send();
    send();
    await untilReceived(30);
    expect(new Set(namesOf(received)).size).toBe(30);
    expect(namesOf(received)).not.toContain('lost');
    send({ now: () => new Date(Date.now() + 61_000) });
    await untilReceived(31);
    expect(received.at(-1)!.headers['tiffin-delivery-id']).toBe(taken!.id);
    await vi.waitFor(async () => {
      const all = await listDeliveries(db, webhook.id, 50);
      expect(all.filter(({ state }) => state === 'DELIVERED')).toHaveLength(31);
    });
    expect(received).toHaveLength(31);
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
  ])('refuses %s', async (text, message) => {
    await expect(subscribe({ url: text, allowedHosts: [] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(message),
      details: { field: 'url' },
    });
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
    const port = (receiver.address() as AddressInfo).port;
    const request = { secret: 's', deliveryId: 'd', body: '{}', at: new Date(), timeoutMs: 2_000 };
    await expect(sendWebhook({ ...request, url: `https://${name}:${port}/`, allowedHosts: [] })).rejects.toThrow(
      /resolves to a private address/,
    );
  });

  it('refuses a kind that does not exist', async () => {
    await expect(subscribe({ kinds: ['dragon' as 'model'] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { field: 'kinds' },
    });
  });
});
