/** Files of a page that it can be opened with while the network is away. */
export class PageAssets {
  readonly #cache: string;
  readonly #paths: ReadonlySet<string>;

  constructor(cache: string, paths: readonly string[]) {
    this.#cache = cache;
    this.#paths = new Set(paths);
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** Throws where one of them cannot be had: a page of half its files is none. */
  async fetchAll(): Promise<void> {
    await (await caches.open(this.#cache)).addAll([...this.#paths]);
  }

  /** From the network, and kept anew; where that is away, as it was kept. */
  async answer(request: Request): Promise<Response> {
    const cache = await caches.open(this.#cache);
    try {
      const fresh = await fetch(request);
      if (fresh.ok) await cache.put(new URL(request.url).pathname, fresh.clone());
      return fresh;
    } catch (error) {
      const kept = await cache.match(new URL(request.url).pathname);
      if (kept) return kept;
      throw error;
    }
  }
}
