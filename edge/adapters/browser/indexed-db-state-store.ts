import { HeldState, type StateStore } from '../../delivery/held-state.ts';
import type { NodeDatabase } from './database.ts';

/** What a node holds, as one value of its database. */
export class IndexedDbStateStore implements StateStore {
  readonly #db: NodeDatabase;

  constructor(db: NodeDatabase) {
    this.#db = db;
  }

  async load(): Promise<HeldState | null> {
    const kept = await this.#db.get('held', 'held').catch(() => undefined);
    return HeldState.safeParse(kept).data ?? null;
  }

  async save(state: HeldState): Promise<void> {
    await this.#db.put('held', state, 'held');
  }
}
