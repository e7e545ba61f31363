import { HeldState, type StateStore } from '../../delivery/held-state.ts';
import type { ByteStore } from './byte-store.ts';

const KEY = 'held.json';

/** What a node holds, under one key of a store. */
export class ByteStateStore implements StateStore {
  readonly #store: ByteStore;

  constructor(store: ByteStore) {
    this.#store = store;
  }

  async load(): Promise<HeldState | null> {
    try {
      const bytes = await this.#store.get(KEY);
      return bytes && HeldState.parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      return null;
    }
  }

  async save(state: HeldState): Promise<void> {
    await this.#store.put(KEY, new TextEncoder().encode(JSON.stringify(state)));
  }
}
