import type { KVNamespace, R2Bucket } from './bindings.ts';

/** Bytes by key, wherever a worker may keep them. */
export interface ByteStore {
  get(key: string): Promise<Uint8Array | null>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
  /** All keys with this beginning; null where they cannot be listed. */
  list(prefix: string): Promise<readonly string[] | null>;
}

/** Workers KV: everywhere, and a change is seen within a minute. */
export const kvStore = (kv: KVNamespace): ByteStore => ({
  get: async (key) => bytesOf(await kv.get(key, 'arrayBuffer')),
  put: (key, bytes) => kv.put(key, bytes),
  delete: async (keys) => {
    for (const key of keys) await kv.delete(key);
  },
  list: async (prefix) => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await kv.list({ prefix, ...(cursor !== undefined && { cursor }) });
      names.push(...page.keys.map(({ name }) => name));
      cursor = page.list_complete ? undefined : page.cursor;
    } while (cursor !== undefined);
    return names;
  },
});

/** R2: one place, and a change is seen at once. */
export const r2Store = (bucket: R2Bucket): ByteStore => ({
  get: async (key) => bytesOf((await (await bucket.get(key))?.arrayBuffer()) ?? null),
  put: async (key, bytes) => {
    await bucket.put(key, bytes);
  },
  delete: (keys) => bucket.delete([...keys]),
  list: async (prefix) => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await bucket.list({ prefix, ...(cursor !== undefined && { cursor }) });
      names.push(...page.objects.map(({ key }) => key));
      cursor = page.truncated ? page.cursor : undefined;
    } while (cursor !== undefined);
    return names;
  },
});

const YEAR_S = 31_536_000;
const urlOf = (key: string): string => `https://tiffin.invalid/${key}`;

/** The cache of the data centre that answers: nobody promises how long. Only for what never changes under its key. */
export const cacheStore = (cache: Pick<Cache, 'match' | 'put' | 'delete'>): ByteStore => {
  return {
    get: async (key) => bytesOf((await (await cache.match(urlOf(key)))?.arrayBuffer()) ?? null),
    put: (key, bytes) =>
      cache.put(
        urlOf(key),
        new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'cache-control': `public, max-age=${YEAR_S}` } }),
      ),
    delete: async (keys) => {
      for (const key of keys) await cache.delete(urlOf(key));
    },
    list: () => Promise.resolve(null),
  };
};

/** The memory of this worker, for as long as the platform keeps it. */
export function memoryStore(): ByteStore {
  const kept = new Map<string, Uint8Array>();
  return {
    get: (key) => Promise.resolve(kept.get(key)?.slice() ?? null),
    put: async (key, bytes) => {
      kept.set(key, bytes.slice());
    },
    delete: async (keys) => {
      for (const key of keys) kept.delete(key);
    },
    list: (prefix) => Promise.resolve([...kept.keys()].filter((key) => key.startsWith(prefix))),
  };
}

const bytesOf = (buffer: ArrayBuffer | null): Uint8Array | null => buffer && new Uint8Array(buffer);
