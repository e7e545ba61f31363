import { HeldKey, heldKey, type KeyStore } from '../../control-plane/node-identity.ts';
import type { SqlStorage } from './bindings.ts';

/** The node's own key in the SQLite of a Durable Object, which nobody but the node's workers can ask. */
export class SqlKeyStore implements KeyStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec('create table if not exists own_key (one integer primary key check (one = 1), held text not null)');
  }

  /** The key, made and kept where there is none. */
  async open(): Promise<HeldKey> {
    const [row] = this.#sql.exec<{ held: string }>('select held from own_key');
    if (row) return HeldKey.parse(JSON.parse(row.held));
    const made = heldKey();
    await this.save(made);
    return made;
  }

  async save(held: HeldKey): Promise<void> {
    const query = 'insert into own_key values (1, ?) on conflict (one) do update set held = excluded.held';
    this.#sql.exec(query, JSON.stringify(held));
  }
}
