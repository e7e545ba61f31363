import type { OnlineAddress } from '../../../core/codec/address.ts';
import { wantsBlock, type Found } from '../../../core/online/answer-row.ts';
import type { ReadPlan } from '../../../core/online/read-plan.ts';
import type { OnlineStore, WindowQuestion } from '../domain/online-store.ts';

/** Places among the questions of one kind; -1 where nothing is asked. */
interface Places {
  readonly blocks: Int32Array;
  readonly windows: Int32Array;
  readonly networks: Int32Array;
}

/** What some rows of a request ask of the store, and which answer belongs to which row and view. */
export class StoreQuestions {
  readonly #plan: ReadPlan;
  readonly #places: Places;
  readonly #addresses: OnlineAddress[] = [];
  readonly #windows: WindowQuestion[] = [];
  readonly #networks: WindowQuestion[] = [];

  constructor(plan: ReadPlan, rows: number) {
    this.#plan = plan;
    const none = (): Int32Array => new Int32Array(rows * plan.views.length).fill(-1);
    this.#places = { blocks: none(), windows: none(), networks: none() };
  }

  /** `keyIn` answers the key of the row in a view; null: nothing is asked. */
  add(row: number, atMs: number, keyIn: (view: ReadPlan['views'][number]) => string | null): void {
    const { blocks, windows, networks } = this.#places;
    for (const [i, view] of this.#plan.views.entries()) {
      const key = keyIn(view);
      if (key === null) continue;
      const place = row * this.#plan.views.length + i;
      const address = { view: view.onlineView, key };
      if (wantsBlock(view)) blocks[place] = this.#addresses.push(address) - 1;
      if (view.windows) windows[place] = this.#windows.push({ ...address, plan: view.windows, atMs }) - 1;
      if (view.networks) networks[place] = this.#networks.push({ ...address, plan: view.networks, atMs }) - 1;
    }
  }

  /** What the store has, row by row. */
  async ask(store: OnlineStore): Promise<(row: number) => Found> {
    const [blocks, windows, networks] = await Promise.all([
      store.read(this.#addresses),
      this.#windows.length === 0 ? [] : store.readWindows(this.#windows),
      this.#networks.length === 0 ? [] : store.readNetworks(this.#networks),
    ]);
    return (row) => {
      const first = row * this.#plan.views.length;
      const at = <T>(places: Int32Array, answers: readonly (T | null)[], view: number): T | null =>
        answers[places[first + view] ?? -1] ?? null;
      return {
        block: (view) => at(this.#places.blocks, blocks, view),
        windows: (view) => at(this.#places.windows, windows, view),
        networks: (view) => at(this.#places.networks, networks, view),
      };
    };
  }
}
