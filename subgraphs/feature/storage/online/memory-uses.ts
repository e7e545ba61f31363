import type { SharedValue } from '../../../../core/windows/changed-uses.ts';
import { MOST_LATER, type Users, type UsersQuestion } from '../../../../core/windows/count-network.ts';
import { ByteReader, ByteWriter } from '../../../../core/windows/bytes.ts';
import type { WindowState } from '../../../../core/windows/state.ts';
import { UseList } from '../../../../core/windows/use-list.ts';

const nameOf = ({ column, value }: SharedValue): string => `${column}:${value}`;

/** Who used each shared value of a view, in this process’s memory. */
export class MemoryUses {
  readonly #lists = new Map<string, UseList>();
  /** How long ago a use may be and still lie in a network. */
  #horizonMs = 0;

  /** The last use of a value by an entity, as its state has it now. */
  note(key: string, shared: SharedValue, state: WindowState, horizonMs: number): void {
    this.#horizonMs = Math.max(this.#horizonMs, horizonMs);
    this.#set(nameOf(shared), key, state.lastUse(shared.column, shared.value));
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
      list.forgetBefore(timeMs - 2 * this.#horizonMs);
      if (list.isEmpty) this.#lists.delete(name);
    }
  }

  /** Each value with its users, as bytes. */
  *stored(): Iterable<{ readonly name: string; readonly bytes: Uint8Array }> {
    for (const [name, list] of this.#lists) {
      const out = new ByteWriter();
      out.f64(this.#horizonMs);
      const uses = list.latest(-Infinity, Infinity, Infinity);
      out.u32(uses.length);
      for (const use of uses) {
        out.text(use.name);
        out.f64(use.ms);
      }
      yield { name, bytes: out.done() };
    }
  }

  load(name: string, bytes: Uint8Array): void {
    const from = new ByteReader(bytes);
    this.#horizonMs = Math.max(this.#horizonMs, from.f64());
    for (let uses = from.u32(); uses > 0; uses--) this.#set(name, from.text(), from.f64());
  }

  #set(name: string, key: string, ms: number | null): void {
    let list = this.#lists.get(name);
    if (!list) this.#lists.set(name, (list = new UseList()));
    list.set(key, ms);
    if (list.isEmpty) this.#lists.delete(name);
  }
}
