import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../edge/adapters/node/config.ts';
import { startEdge, type RunningEdge } from '../../edge/adapters/node/main.ts';
import { KeyRing, sha256OfKey } from '../../subgraphs/shared/auth/key-ring.ts';
import { listen, type Listening } from '../../subgraphs/shared/http/listen.ts';
import { hasNginx, startNginx } from '../support/nginx-cache.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { SharedCache } from '../support/shared-cache.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';

const NODE_KEY = 'node-key';
const CLIENT_KEY = 'client-key';
const keys = new KeyRing([
  { id: 'node', sha256: sha256OfKey(NODE_KEY), scopes: ['edge:deliver'], project: 'default', trust: 'server' },
  { id: 'phone', sha256: sha256OfKey('phone'), scopes: ['edge:deliver'], project: 'default', trust: 'device' },
]);

interface Node {
  serves(i: number): Promise<void>;
  metrics(): Promise<string>;
}

interface Cache {
  readonly url: string;
  stop(): Promise<void>;
}

const caches: readonly (readonly [string, boolean, (origin: string) => Promise<Cache>])[] = [
  ['a cache by RFC 9111', true, (origin) => SharedCache.start(origin)],
  ['nginx', hasNginx(), startNginx],
];

describe.each(caches)('delivery through %s', { timeout: 180_000 }, (_, isThere, start) => {
  let registry: TestRegistry;
  let place: Deployed;
  let origin: Listening;
  let cache: Cache;
  /** What reached the registry, `200 /v1/…`. */
  const asked: string[] = [];
  const edges: RunningEdge[] = [];
  const nodes: Node[] = [];

  beforeAll(async () => {
    if (!isThere) return;
    const database = await createTestDatabase();
    const outbox = await featureOutbox(database);
    registry = await startTestRegistry({ database, keys, feeds: { feature: outbox.feed } });
    await outbox.tell(serviceEvent());
    place = await deployed(registry, 'cached', { releases: 2 });
    await promote(0);
    const counted = new Hono().all('*', async (c) => {
      const answer = await registry.subgraph.dataApp.fetch(c.req.raw);
      asked.push(`${answer.status} ${c.req.path}`);
      return answer;
    });
    origin = await listen(counted, { host: '127.0.0.1', port: 0 });
    cache = await start(origin.url);
  });
  afterAll(async () => {
    for (const edge of edges) await edge.stop();
    await cache?.stop();
    await origin?.close(0).catch(() => undefined);
  });

  const promote = (i: number) =>
    changeTraffic(registry, person('developer'), 'promoteRelease', {
      deployment: place.deployment,
      release: place.releases[i]!.id,
    });

  /** A node with a folder of its own that has the cache for its registry. */
  async function startNode(pollMs: number): Promise<Node> {
    const folder = temporaryFolder('edge');
    const file = (name: string, content: unknown): string => {
      writeFileSync(join(folder, name), JSON.stringify(content));
      return join(folder, name);
    };
    const client = {
      id: 'c',
      sha256: sha256OfKey(CLIENT_KEY),
      scopes: ['edge:predict', 'metrics:read'],
      trust: 'server',
    };
    const trusted = JSON.parse(readFileSync(join(registry.folder, 'signing-key.json.pub.json'), 'utf8'));
    const config = readConfig({
      TIFFIN_EDGE_PORT: '0',
      TIFFIN_CONTROL_URL: cache.url,
      TIFFIN_EDGE_KEY: NODE_KEY,
      TIFFIN_KEYS_FILE: file('keys.json', [client]),
      TIFFIN_TRUSTED_KEYS_FILE: file('trusted.json', trusted),
      TIFFIN_EDGE_DATA_DIR: join(folder, 'data'),
      TIFFIN_EDGE_POLL_MS: String(pollMs),
      TIFFIN_EDGE_HEARTBEAT_MS: '3600000',
    });
    const running = await startEdge(config, { log: pino({ level: 'silent' }) });
    edges.push(running);
    const served = async (): Promise<string> => {
      const headers = { authorization: `Bearer ${CLIENT_KEY}` };
      return (await fetch(`${running.url}/metrics`, { headers })).text();
    };
    return {
      metrics: served,
      serves: (i) =>
        expect.poll(served, { timeout: 120_000, interval: 50 }).toContain(`release="${place.releases[i]!.digest}"`),
    };
  }

  const blobsAsked = (): string[] => asked.filter((one) => one.includes('/blobs/'));

  it.skipIf(!isThere)('fetches each blob once for all nodes, and asks for manifests again by their tag', async () => {
    for (let i = 0; i < 3; i++) nodes.push(await startNode(40));
    for (const node of nodes) await node.serves(0);
    expect(blobsAsked().every((one) => one.startsWith('200'))).toBe(true);
    expect(new Set(blobsAsked()).size, 'each once').toBe(blobsAsked().length);
    expect(blobsAsked().length).toBeGreaterThanOrEqual(2);
    await expect
      .poll(() => asked.filter((one) => one === '304 /v1/manifests/server').length, { timeout: 60_000 })
      .toBeGreaterThan(2);
    // Three nodes that ask twenty-five times a second each, and a manifest that is fresh for a second.
    const askedTwice = asked.filter((one) => one.endsWith('/v1/manifests/server')).length;
    expect(askedTwice).toBeLessThan(60);
  });

  it.skipIf(!isThere)('is told of a change at once, and is given the new manifest and not what was kept', async () => {
    const node = await startNode(3_600_000);
    await node.serves(0);
    await promote(1);
    await node.serves(1);
    // Nor are those that ask all the time given the one before any more, which they would refuse.
    for (const one of nodes) await one.serves(1);
    for (const one of nodes) expect(await one.metrics()).not.toContain('manifest_refused_total{');
  });

  it.skipIf(!isThere)('gives nothing that was kept for one key to another', async () => {
    const get = (path: string, key: string) => fetch(cache.url + path, { headers: { authorization: `Bearer ${key}` } });
    const blob = `/v1/blobs/${place.releases[1]!.digest}`;
    expect((await get(blob, NODE_KEY)).status).toBe(200);
    expect((await get(blob, 'phone')).status, 'a public key').toBe(404);
    expect((await get(blob, 'no-such-key')).status).toBe(401);
    expect((await get('/v1/manifests/server', 'phone')).status).toBe(403);
  });

  it.skipIf(!isThere)('lets a node that never ran start while the registry is away', async () => {
    const headers = { authorization: `Bearer ${NODE_KEY}` };
    const manifest = async (): Promise<string> => {
      const { payload } = await (await fetch(`${cache.url}/v1/manifests/server`, { headers })).json();
      return Buffer.from(payload, 'base64').toString();
    };
    // What was kept may be the one before for a while.
    await expect.poll(manifest, { timeout: 120_000 }).toContain(place.releases[1]!.digest);
    await origin.close(0);
    await (await startNode(100)).serves(1);
  });
});
