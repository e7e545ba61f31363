import { join } from 'node:path';
import { Response as FlareResponse } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleWorker, type Bundle } from '../../edge/adapters/bundle/workerd.ts';
import type { DurableObjectNamespace, KVNamespace, R2Bucket } from '../../edge/adapters/workerd/bindings.ts';
import { cacheStore, kvStore, memoryStore, r2Store, type ByteStore } from '../../edge/adapters/workerd/byte-store.ts';
import { ObjectRecordLog } from '../../edge/adapters/workerd/object-record-log.ts';
import { StoreBlobCache } from '../../edge/adapters/workerd/store-blob-cache.ts';
import { ByteStateStore } from '../../edge/adapters/workerd/store-state.ts';
import { startWorker, type RunningWorker, type WorkerPlace } from '../edge/support/worker.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { blobCacheConformance } from './blob-cache.ts';
import { add, record, recordLogConformance } from './record-log.ts';
import { stateStoreConformance } from './state-store.ts';

const BINDINGS = ['TIFFIN_RECORDS', 'TIFFIN_KV', 'TIFFIN_BUCKET'] as const;
const folder = temporaryFolder('bindings');
let bundle: Bundle;
let worker: RunningWorker;
let places = 0;

const placeOf = (own: string, variables = {}): WorkerPlace => ({
  folder: own,
  bundle,
  controlUrl: 'http://127.0.0.1:9',
  trusted: {},
  bindings: BINDINGS,
  variables,
});
const start = async (own: string, variables = {}): Promise<RunningWorker> => {
  await worker?.end();
  return (worker = await startWorker(placeOf(own, variables)));
};

beforeAll(async () => {
  bundle = await bundleWorker('lite', join(folder, 'bundle'));
  await start(join(folder, 'shared'));
});
afterAll(() => worker?.end());

/** Bindings of the running `workerd`; their types come from a package of their own. */
const kv = async (): Promise<ByteStore> =>
  kvStore((await worker.flare.getKVNamespace('TIFFIN_KV')) as unknown as KVNamespace);
const bucket = async (): Promise<ByteStore> =>
  r2Store((await worker.flare.getR2Bucket('TIFFIN_BUCKET')) as unknown as R2Bucket);
const cache = async (): Promise<ByteStore> => {
  const { default: real } = (await worker.flare.getCaches()) as unknown as { readonly default: Cache };
  return cacheStore({
    match: (url) => real.match(url),
    // Over to the other process only an answer of its own kind goes.
    put: async (url, answer) => {
      const { headers } = answer;
      await real.put(url, new FlareResponse(await answer.arrayBuffer(), { headers: [...headers] }) as never);
    },
    delete: (url) => real.delete(url),
  });
};
const object = async (node: string): Promise<ObjectRecordLog> =>
  ObjectRecordLog.open(
    (await worker.flare.getDurableObjectNamespace('TIFFIN_RECORDS')) as unknown as DurableObjectNamespace,
    node,
  );

/** A store whose keys are its own, in one that others use as well. */
const apart = (store: ByteStore): ByteStore => {
  const own = `${places++}/`;
  return {
    get: (key) => store.get(own + key),
    put: (key, bytes) => store.put(own + key, bytes),
    delete: (keys) => store.delete(keys.map((key) => own + key)),
    list: async (prefix) => (await store.list(own + prefix))?.map((key) => key.slice(own.length)) ?? null,
  };
};

const BYTE_STORES: readonly [string, () => Promise<ByteStore>, boolean][] = [
  ['Workers KV', kv, true],
  ['R2', bucket, true],
  ['the cache of a data centre', cache, false],
  ['the memory of a worker', () => Promise.resolve(memoryStore()), true],
];

for (const [name, open, removes] of BYTE_STORES) {
  let store: ByteStore;
  blobCacheConformance({
    name,
    removes,
    make: async () => new StoreBlobCache([(store = apart(await open()))]),
    tamper: async (_, digest) => {
      const bytes = (await store.get(`blobs/${digest}`)) ?? new Uint8Array();
      bytes[2_500]! ^= 1;
      await store.put(`blobs/${digest}`, bytes);
    },
  });
  if (!removes) continue;
  stateStoreConformance(name, async () => {
    const own = apart(await open());
    return {
      open: () => Promise.resolve(new ByteStateStore(own)),
      damage: (text) => own.put('held.json', new TextEncoder().encode(text)),
    };
  });
}

let several: readonly ByteStore[];
blobCacheConformance({
  name: 'memory, KV and R2 in this order',
  removes: true,
  make: async () => {
    several = [memoryStore(), apart(await kv()), apart(await bucket())];
    return new StoreBlobCache(several);
  },
  tamper: async (_, digest) => {
    for (const store of several) await store.put(`blobs/${digest}`, new Uint8Array([1]));
  },
});

stateStoreConformance('a Durable Object', () => {
  const node = `state-${places++}`;
  return Promise.resolve({
    open: () => object(node),
    damage: async (text) => (await object(node)).saveText(text),
  });
});

it('a Durable Object that cannot be reached costs records, never answers, and is told how many', async () => {
  const real = (await worker.flare.getDurableObjectNamespace('TIFFIN_RECORDS')) as unknown as DurableObjectNamespace;
  let isCut = false;
  const cut: DurableObjectNamespace = {
    idFromName: (name) => real.idFromName(name),
    get: (id) => ({
      fetch: async (url, init) => {
        if (isCut) throw new Error('Network connection lost.');
        return real.get(id).fetch(url, init);
      },
    }),
  };
  const log = await ObjectRecordLog.open(cut, `cut-${places++}`);
  expect(await add(log, 3)).toEqual([true, true, true]);
  isCut = true;
  expect(await add(log, 4, 3)).toEqual([false, false, false, false]);
  await expect(log.append(record('x', { whenFull: 'REFUSE' }))).rejects.toMatchObject({
    code: 'STORAGE_FULL',
    message: expect.stringContaining('cannot be reached: Network connection lost.'),
  });
  isCut = false;
  expect(await add(log, 1, 9)).toEqual([true]);
  expect(log.account()).toEqual({ answered: 8, queued: 4, acked: 0, sampledOut: 0, dropped: { DISK_FULL: 4 } });
  expect((await log.next(10)).map(({ id }) => id)).toEqual(['r0', 'r1', 'r2', 'r9']);
});

recordLogConformance({
  name: 'a Durable Object',
  survives: true,
  place: () => {
    const own = join(folder, `records-${places++}`);
    let opened = 0;
    return Promise.resolve({
      open: async ({ maxRecords = 1_000, maxBytes = 1e9 } = {}) => {
        opened++;
        // A process of its own, while the one before is dead; of many, another worker on the same one.
        const isDead = opened <= 2 || opened % 5 === 0;
        if (!isDead) return object('cdn-1');
        await start(own, {
          TIFFIN_EDGE_QUEUE_RECORDS: String(maxRecords),
          TIFFIN_EDGE_QUEUE_BYTES: String(maxBytes),
        });
        return object('cdn-1');
      },
    });
  },
});
