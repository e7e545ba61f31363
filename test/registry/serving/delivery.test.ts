import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { Manifest, SignedManifest } from '../../../schema/manifest.ts';
import { KeyRing, sha256OfKey } from '../../../subgraphs/shared/auth/key-ring.ts';
import { ManifestFiles } from '../../../subgraphs/registry/storage/files/manifest-files.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../../support/serving.ts';

const developer = person('developer');
const keys = new KeyRing([
  { id: 'node', sha256: sha256OfKey('node'), scopes: ['edge:deliver'], project: 'default', trust: 'server' },
  { id: 'phone', sha256: sha256OfKey('phone'), scopes: ['edge:deliver'], project: 'default', trust: 'device' },
  { id: 'other', sha256: sha256OfKey('other'), scopes: ['edge:deliver'], project: 'other', trust: 'server' },
]);
let clock = new Date('2026-03-01T10:00:00.000Z');
let registry: TestRegistry;
let server: Deployed;
let app: Deployed;
beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({
    database,
    feeds: { feature: outbox.feed },
    keys,
    now: () => clock,
    variables: { TIFFIN_MANIFEST_LIFETIME_MS: '20000' },
  });
  await outbox.tell(serviceEvent());
  server = await deployed(registry, 'server-only', { releases: 2 });
  app = await deployed(registry, 'in-app', { releases: 1, more: { audiences: ['phones'], refuseAfterMs: 60_000 } });
});

const get = (path: string, key = 'node', headers: object = {}, method = 'GET', from = registry): Promise<Response> =>
  from.subgraph.app.request(path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...headers },
  }) as Promise<Response>;

/** Checks the envelope as a node would, with the public key that lies beside the private one. */
async function opened(response: Response, folder = registry.folder): Promise<Manifest> {
  expect(response.status).toBe(200);
  const { payload, signatures } = SignedManifest.parse(await response.json());
  const bytes = Buffer.from(payload, 'base64');
  const trusted = JSON.parse(readFileSync(join(folder, 'signing-key.json.pub.json'), 'utf8'));
  const raw = Buffer.from(trusted[signatures[0]!.keyId], 'base64');
  const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
  expect(await crypto.subtle.verify('Ed25519', key, Buffer.from(signatures[0]!.signature, 'base64'), bytes)).toBe(true);
  return Manifest.parse(JSON.parse(bytes.toString()));
}

const promote = (place: Deployed, i = 0) =>
  changeTraffic(registry, developer, 'promoteRelease', {
    deployment: place.deployment,
    release: place.releases[i]!.id,
  });

it('may be kept by shared caches, apart for each key, and is fresh for who names its revision', async () => {
  const manifest = await get('/v1/manifests/server');
  expect(manifest.headers.get('cache-control')).toBe(
    'public, max-age=1, stale-while-revalidate=30, stale-if-error=86400',
  );
  expect(manifest.headers.get('vary')).toBe('authorization');
  const { revision } = await opened(manifest);
  const named = await get(`/v1/manifests/server?revision=${revision}`);
  expect(named.headers.get('cache-control')).toMatch(/^public/);
  const ahead = await get(`/v1/manifests/server?revision=${revision + 1}`);
  expect([ahead.status, ahead.headers.get('cache-control')]).toEqual([200, 'no-store']);
  for (const wrong of ['0', '-1', 'x', '1e3']) {
    const refused = await get(`/v1/manifests/server?revision=${wrong}`);
    expect([refused.status, (await refused.json()).field]).toEqual([422, 'revision']);
  }
  const events = await get('/v1/manifests/server/events');
  expect([events.headers.get('cache-control'), events.headers.get('x-accel-buffering')]).toEqual(['no-store', 'no']);
  await events.body?.cancel();
});

describe('the manifest', () => {
  it('tells what serves, signed, one revision further with each change', async () => {
    const before = await opened(await get('/v1/manifests/server'));
    expect(before.deployments).toEqual([]);
    await promote(server);
    const first = await opened(await get('/v1/manifests/server'));
    expect(first).toMatchObject({
      format: 2,
      audience: 'server',
      revision: before.revision + 1,
      issuedAt: '2026-03-01T10:00:00.000Z',
      expiresAt: '2026-03-01T10:00:20.000Z',
      deployments: [
        {
          deployment: server.deployment,
          endpoint: 'server-only',
          environment: 'production',
          revision: 1,
          requires: ['features:http', 'recipe:2', 'traffic:1'],
          traffic: [{ kind: 'DEFAULT', release: server.releases[0]!.digest }],
          previous: null,
          refuseAfterMs: null,
          snapshots: [],
        },
      ],
    });
    await promote(server, 1);
    const second = await opened(await get('/v1/manifests/server'));
    expect(second.revision).toBe(first.revision + 1);
    expect(second.deployments[0]).toMatchObject({ revision: 2, previous: server.releases[0]!.digest });
    await changeTraffic(registry, developer, 'rollback', { deployment: server.deployment });
    const third = await opened(await get('/v1/manifests/server'));
    expect(third.revision, 'a rollback is a new revision with the old files').toBe(first.revision + 2);
    expect(third.deployments[0]!.traffic).toEqual(first.deployments[0]!.traffic);
  });

  it('answers 304 while nothing has changed, and HEAD without a body', async () => {
    const answer = await get('/v1/manifests/server');
    const etag = answer.headers.get('etag')!;
    expect(answer.headers.get('cache-control')).toContain('stale-while-revalidate');
    const again = await get('/v1/manifests/server', 'node', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await get('/v1/manifests/server', 'node', {}, 'HEAD');
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
    await promote(server, 1);
    expect((await get('/v1/manifests/server', 'node', { 'if-none-match': etag })).status).toBe(200);
  });

  it('is cut: a device sees its own deployments only, and no words that are for people', async () => {
    await promote(app);
    await changeTraffic(registry, developer, 'killDeployment', { deployment: app.deployment });
    const phones = await opened(await get('/v1/manifests/phones', 'phone'));
    expect(phones.deployments).toMatchObject([
      {
        deployment: app.deployment,
        refuseAfterMs: 60_000,
        snapshots: [],
        traffic: [{ kind: 'KILL', reason: '' }, { kind: 'DEFAULT' }],
      },
    ]);
    expect((await opened(await get('/v1/manifests/server'))).deployments.map(({ endpoint }) => endpoint)).toEqual([
      'in-app',
      'server-only',
    ]);
    expect((await get('/v1/manifests/server', 'phone')).status).toBe(403);
    expect((await get('/v1/manifests/nobody', 'phone')).status).toBe(404);
    expect((await get('/v1/manifests/server', 'other')).status, 'another project').toBe(404);
    expect((await registry.subgraph.app.request('/v1/manifests/server')).status).toBe(401);
  });

  it('does not change for an audience that a change does not concern', async () => {
    const before = (await opened(await get('/v1/manifests/phones', 'phone'))).revision;
    await promote(server, 0);
    expect((await opened(await get('/v1/manifests/phones', 'phone'))).revision).toBe(before);
  });

  it('is issued anew before it expires', async () => {
    const before = await opened(await get('/v1/manifests/server'));
    clock = new Date('2026-03-01T10:00:11.000Z');
    await expect
      .poll(async () => (await opened(await get('/v1/manifests/server'))).revision, { timeout: 10_000 })
      .toBeGreaterThan(before.revision);
    const renewed = await opened(await get('/v1/manifests/server'));
    expect(renewed).toMatchObject({ issuedAt: '2026-03-01T10:00:11.000Z', deployments: before.deployments });
  });

  it('is pushed: a listener hears of the next revision at once', async () => {
    const events = await get('/v1/manifests/server/events');
    expect(events.headers.get('content-type')).toBe('text/event-stream');
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
    const { revision } = await opened(await get('/v1/manifests/server'));
    expect((await reader.read()).value).toContain(`data: {"revision":${revision}}`);
    await promote(server, 1);
    expect((await reader.read()).value).toContain(`data: {"revision":${revision + 1}}`);
    await reader.cancel();
  });

  it('goes on from a higher revision when the database was restored to an older state', async () => {
    const { revision } = await opened(await get('/v1/manifests/server'));
    const client = new Client({ connectionString: registry.database.ownerUrl });
    await client.connect();
    await client.query('update registry.manifest set revision = 1');
    await client.end();
    await promote(server, 0);
    expect((await opened(await get('/v1/manifests/server'))).revision).toBe(revision + 1);
  });
});

describe('blobs', () => {
  it('are given by their digest, to be kept for ever', async () => {
    const { digest } = server.releases[0]!;
    const answer = await get(`/v1/blobs/${digest}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toContain('immutable');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(Number(answer.headers.get('content-length'))).toBe(bytes.length);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
    const again = await get(`/v1/blobs/${digest}`, 'node', { 'if-none-match': answer.headers.get('etag') });
    expect(again.status).toBe(304);
    const head = await get(`/v1/blobs/${digest}`, 'node', {}, 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('of other deployments are not there for a device', async () => {
    expect((await get(`/v1/blobs/${app.releases[0]!.digest}`, 'phone')).status).toBe(200);
    expect((await get(`/v1/blobs/${server.releases[0]!.digest}`, 'phone')).status).toBe(404);
  });

  it('are refused as unknown or as no digest', async () => {
    const unknown = await get(`/v1/blobs/${'a'.repeat(64)}`);
    expect([unknown.status, ((await unknown.json()) as any).code]).toEqual([404, 'NOT_FOUND']);
    expect((await get('/v1/blobs/..%2f..%2fsigning-key.json')).status).toBe(422);
  });

  it('break off before their end where somebody changed the stored bytes', async () => {
    const { digest } = server.releases[1]!;
    const path = join(registry.folder, 'blobs', 'blobs', digest.slice(0, 2), digest);
    const intact = readFileSync(path);
    writeFileSync(path, Buffer.concat([intact.subarray(0, -1), Buffer.from('!')]));
    await expect(get(`/v1/blobs/${digest}`).then((answer) => answer.arrayBuffer())).rejects.toThrow(/was changed/);
    writeFileSync(path, intact);
  });
});

describe('delivery', () => {
  it('survives the database, and a process that starts later finds what was committed', async () => {
    const database = await createTestDatabase();
    const outbox = await featureOutbox(database);
    const doomed = await startTestRegistry({ database, feeds: { feature: outbox.feed }, keys });
    await outbox.tell(serviceEvent());
    const place = await deployed(doomed, 'doomed', { releases: 1 });
    await changeTraffic(doomed, developer, 'promoteRelease', {
      deployment: place.deployment,
      release: place.releases[0]!.id,
    });
    const before = await opened(await get('/v1/manifests/server', 'node', {}, 'GET', doomed), doomed.folder);
    const client = new Client({ connectionString: inject('postgres').adminUrl });
    await client.connect();
    await client.query(`revoke connect on database ${database.name} from public`);
    await client.query(`alter database ${database.name} with allow_connections false`);
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database.name]);
    expect((await get('/readyz', 'node', {}, 'GET', doomed)).status).toBe(503);
    const during = await opened(await get('/v1/manifests/server', 'node', {}, 'GET', doomed), doomed.folder);
    expect(during).toEqual(before);
    expect((await get(`/v1/blobs/${place.releases[0]!.digest}`, 'node', {}, 'GET', doomed)).status).toBe(200);
    const later = new ManifestFiles(join(doomed.folder, 'manifests'));
    await later.load();
    expect(later.find('default', 'server')).toMatchObject({ revision: before.revision });
    await client.query(`alter database ${database.name} with allow_connections true`);
    await client.query(`grant connect on database ${database.name} to public`);
    await client.end();
  });
});
