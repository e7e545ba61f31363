import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../edge/adapters/node/config.ts';
import { startEdge, type RunningEdge } from '../../edge/adapters/node/main.ts';
import type { Scope } from '../../subgraphs/shared/auth/actor.ts';
import { KeyRing, sha256OfKey } from '../../subgraphs/shared/auth/key-ring.ts';
import { listen } from '../../subgraphs/shared/http/listen.ts';
import { atEnd } from '../support/at-end.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';

const NODE_KEY = 'node-key';
const CLIENT_KEY = 'client-key';
/** Longer than any test: what the node serves it was told of. */
const NEVER_MS = '3600000';

let registry: TestRegistry;
let place: Deployed;
let edge: RunningEdge;

beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const scopes: Scope[] = ['edge:deliver'];
  const keys = new KeyRing([
    { id: 'node', sha256: sha256OfKey(NODE_KEY), scopes, project: 'default', trust: 'server' },
  ]);
  registry = await startTestRegistry({ database, keys, feeds: { feature: outbox.feed } });
  await outbox.tell(serviceEvent());
  place = await deployed(registry, 'pushed', { releases: 2 });
  await change('promoteRelease', { release: place.releases[0]!.id });
  const door = await listen(registry.subgraph.dataApp, { host: '127.0.0.1', port: 0 });
  atEnd(() => door.close(0));
  edge = await startNode(door.url);
  atEnd(() => edge.stop());
});

const change = (name: string, input: object): Promise<unknown> =>
  changeTraffic(registry, person('developer'), name, { deployment: place.deployment, ...input });

async function startNode(url: string): Promise<RunningEdge> {
  const folder = temporaryFolder('edge');
  const file = (name: string, content: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  const scopes = ['edge:predict', 'metrics:read'];
  const trusted = JSON.parse(readFileSync(join(registry.folder, 'signing-key.json.pub.json'), 'utf8'));
  const config = readConfig({
    TIFFIN_EDGE_PORT: '0',
    TIFFIN_CONTROL_URL: url,
    TIFFIN_EDGE_KEY: NODE_KEY,
    TIFFIN_KEYS_FILE: file('keys.json', [{ id: 'c', sha256: sha256OfKey(CLIENT_KEY), scopes, trust: 'server' }]),
    TIFFIN_TRUSTED_KEYS_FILE: file('trusted.json', trusted),
    TIFFIN_EDGE_DATA_DIR: join(folder, 'data'),
    TIFFIN_EDGE_POLL_MS: NEVER_MS,
    TIFFIN_EDGE_HEARTBEAT_MS: NEVER_MS,
  });
  return startEdge(config, { log: pino({ level: 'silent' }) });
}

async function metrics(): Promise<string> {
  const answer = await fetch(`${edge.url}/metrics`, { headers: { authorization: `Bearer ${CLIENT_KEY}` } });
  return answer.text();
}

const serves = (i: number): Promise<void> =>
  expect.poll(metrics, { timeout: 60_000, interval: 10 }).toContain(`release="${place.releases[i]!.digest}"`);

it('a release, and the way back, reach a node that asks once an hour as soon as the registry has them', async () => {
  await serves(0);
  await expect.poll(metrics, { timeout: 60_000 }).toContain('manifest_events_connected 1');
  const took = async (what: string, name: string, input: object, release: number): Promise<void> => {
    const from = performance.now();
    await change(name, input);
    const changedMs = performance.now() - from;
    await serves(release);
    const allMs = performance.now() - from;
    console.log(
      `${what}: answered after ${Math.round(changedMs)} ms, served ${Math.round(allMs - changedMs)} ms later`,
    );
  };
  await took('a release', 'promoteRelease', { release: place.releases[1]!.id }, 1);
  await took('a rollback', 'rollback', {}, 0);
  // A release that the node has served before needs no download.
  await took('a release that it has', 'promoteRelease', { release: place.releases[1]!.id }, 1);
  expect(await metrics()).not.toContain('manifest_refused_total{');
}, 120_000);
