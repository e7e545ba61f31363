import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { bundleWorker, type Bundle } from '../../edge/adapters/bundle/workerd.ts';
import { KeyRing } from '../../subgraphs/shared/auth/key-ring.ts';
import { person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { serveApp } from '../support/serve-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { get, until } from './support/edge-process.ts';
import { startWorker, type RunningWorker } from './support/worker.ts';

let bundle: Bundle;
let registry: TestRegistry;
let served: Awaited<ReturnType<typeof serveApp>>;
/** Questions for a manifest. */
let asked: { readonly key: string; readonly status: number }[] = [];
let folder: string;
let worker: RunningWorker | undefined;

beforeAll(async () => {
  bundle = await bundleWorker('lite', temporaryFolder('bundle'));
  registry = await startTestRegistry({ keys: new KeyRing([]) });
  served = await serveApp({
    fetch: async (request) => {
      const answer = await registry.subgraph.dataApp.fetch(request);
      if (new URL(request.url).pathname === '/v1/manifests/server') {
        asked.push({ key: request.headers.get('authorization') ?? '', status: answer.status });
      }
      return answer;
    },
  });
});
beforeEach(() => {
  folder = temporaryFolder('worker');
  asked = [];
});
const end = async (): Promise<void> => {
  const ending = worker;
  worker = undefined;
  await ending?.end();
};
afterEach(end);

async function start(variables: Readonly<Record<string, string>>): Promise<RunningWorker> {
  await end();
  const trusted = JSON.parse(readFileSync(join(registry.folder, 'signing-key.json.pub.json'), 'utf8'));
  const named = { TIFFIN_EDGE_KEY: '', TIFFIN_EDGE_NODE: 'cdn-1', ...variables };
  worker = await startWorker({ folder, bundle, controlUrl: served.url, trusted, variables: named });
  return worker;
}
const issue = async (node: string): Promise<string> =>
  (
    await registry.ask(
      person('admin'),
      'mutation ($input: IssueEnrolmentTokenInput!) { issueEnrolmentToken(input: $input) { token } }',
      { input: { node } },
    )
  ).issueEnrolmentToken.token;
const keysOf = async (node: string): Promise<{ number: number; state: string }[]> =>
  (
    await registry.ask(
      person('admin'),
      'query ($node: String) { nodeKeys(first: 20, node: $node) { edges { node { number state } } } }',
      { node },
    )
  ).nodeKeys.edges.map(({ node: key }: any) => key);
const isReady = async ({ url }: RunningWorker): Promise<boolean> => (await get(url, '/readyz')).status === 200;

/** Until its key has let it in. */
const hasAsked = (): Promise<unknown> =>
  until('the registry has answered', async () => {
    await worker?.runScheduled();
    return asked.some(({ status }) => status === 200 || status === 304);
  });

/** The rows of the object's own key, on its disk; the process has ended. */
function keptKey(change?: (held: any) => object): any {
  const files = readdirSync(join(folder, 'do'), { recursive: true }).map(String);
  for (const file of files.filter((name) => name.endsWith('.sqlite'))) {
    const database = new DatabaseSync(join(folder, 'do', file));
    try {
      if (!database.prepare("select name from sqlite_master where name = 'own_key'").get()) continue;
      const { held } = database.prepare('select held from own_key').get() as { held: string };
      if (change) database.prepare('update own_key set held = ?').run(JSON.stringify(change(JSON.parse(held))));
      return JSON.parse(held);
    } finally {
      database.close();
    }
  }
  throw new Error('no object has kept a key');
}

it('enrols once with its token, however many ask it at once, and has its key in the next process without the token', async () => {
  const token = await issue('cdn-1');
  const first = await start({ TIFFIN_EDGE_ENROL_TOKEN: token });
  const ready = await Promise.all(Array.from({ length: 20 }, () => isReady(first)));
  expect(ready).toContain(true);
  expect(await keysOf('cdn-1')).toEqual([{ number: 1, state: 'ACTIVE' }]);
  asked = [];
  await start({});
  await hasAsked();
  expect(await keysOf('cdn-1')).toHaveLength(1);
  await end();
  const { key, ...held } = keptKey();
  expect(held).toMatchObject({ enrolledAt: expect.any(String), next: null, another: null });
  expect(new Set(asked.map((one) => one.key))).toEqual(new Set([`Bearer ${key}`]));
});

it('rotates its key when that is due, and asks with the new one from then on', async () => {
  await start({ TIFFIN_EDGE_NODE: 'cdn-2', TIFFIN_EDGE_ENROL_TOKEN: await issue('cdn-2') });
  await until('it is enrolled', async () => (await isReady(worker!)) && (await keysOf('cdn-2')).length === 1);
  await end();
  const before = keptKey((held) => ({ ...held, enrolledAt: '2020-01-01T00:00:00.000Z' }));
  await start({ TIFFIN_EDGE_NODE: 'cdn-2' });
  await until('it has another key', async () => (await isReady(worker!)) && (await keysOf('cdn-2')).length === 2);
  expect(await keysOf('cdn-2')).toEqual([
    { number: 2, state: 'ACTIVE' },
    { number: 1, state: 'ENDING' },
  ]);
  asked = [];
  await worker!.runScheduled();
  await hasAsked();
  await end();
  const { key } = keptKey();
  expect(key).not.toBe(before.key);
  expect(asked.at(-1)).toMatchObject({ key: `Bearer ${key}` });
});

it('is not ready with a token for another node, and enrols as soon as it has its own', async () => {
  const { url } = await start({ TIFFIN_EDGE_NODE: 'cdn-3', TIFFIN_EDGE_ENROL_TOKEN: await issue('another') });
  expect((await get(url, '/readyz')).status).toBe(503);
  expect(await keysOf('cdn-3')).toEqual([]);
  const mended = await start({ TIFFIN_EDGE_NODE: 'cdn-3', TIFFIN_EDGE_ENROL_TOKEN: await issue('cdn-3') });
  await until('it is ready', () => isReady(mended));
});

it('does not start with neither key nor token', async () => {
  const { url } = await start({ TIFFIN_EDGE_NODE: 'cdn-4' });
  expect(await get(url, '/readyz')).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
});
