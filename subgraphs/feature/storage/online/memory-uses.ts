import { throughColumns, type SharedValue } from '../../../../core/windows/changed-uses.ts';
import { MOST_LATER, type Users, type UsersQuestion } from '../../../../core/windows/count-network.ts';
import type { WindowPlan } from '../../../../core/windows/plan.ts';
import type { WindowState } from '../../../../core/windows/state.ts';
import { UseList } from '../../../../core/windows/use-list.ts';

const nameOf = ({ column, value }: SharedValue): string => `${column}:${value}`;

/** Who used each shared value of a view, in this process’s memory. */
export class MemoryUses {
  readonly #plan: WindowPlan;
  readonly #lists = new Map<string, UseList>();

  constructor(plan: WindowPlan) {
    this.#plan = plan;
  }

  /** All that an entity uses. */
  add(key: string, state: WindowState): void {
    for (const column of throughColumns(this.#plan)) {
      for (const value of state.usedValues(column)) this.note(key, { column, value }, state);
    }
  }

  /** The last use of a value by an entity, as its state has it now. */
  note(key: string, shared: SharedValue, state: WindowState): void {
    const name = nameOf(shared);
    let list = this.#lists.get(name);
    if (!list) this.#lists.set(name, (list = new UseList()));
    list.set(key, state.lastUse(shared.column, shared.value));
    if (list.isEmpty) this.#lists.delete(name);
  }

  users(question: UsersQuestion): Users {
    const list = this.#lists.get(nameOf(question));
    if (!list) return { latest: [], later: [] };
    const { tailMs, atMs, most } = question;
    return { latest: list.latest(tailMs, atMs, most), later: list.latest(atMs, Infinity, MOST_LATER + 1) };
  }

  /** Forgets what has been in no network for as long again. */
  forget(timeMs: number): void {
    for (const [name, list] of this.#lists) {
      list.forgetBefore(timeMs - 2 * this.#plan.horizonMs);
      if (list.isEmpty) this.#lists.delete(name);
    }
  }
}
