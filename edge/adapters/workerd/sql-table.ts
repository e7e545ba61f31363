import { NO_TALLY, type LogEntry, type Tally } from '../../telemetry/account.ts';
import type { QueuedRecord, RecordKind, Rejected } from '../../telemetry/record-log.ts';
import type { RecordTable, Waiting } from '../../telemetry/table-record-log.ts';
import type { DurableObjectState, SqlStorage } from './bindings.ts';

const MOST_REJECTED = 1_000;

const SCHEMA = `
  create table if not exists record (
    number integer primary key, kind text not null, seq integer, id text not null, json text not null);
  create table if not exists waiting (kind text primary key, records integer not null, bytes integer not null);
  create table if not exists account (
    one integer primary key check (one = 1), epoch text not null, next_number integer not null, tally text not null);
  create table if not exists rejected (number integer primary key autoincrement, json text not null);`;

interface AccountRow extends Record<string, string | number> {
  epoch: string;
  next_number: number;
  tally: string;
}

/** Records in the SQLite of a Durable Object: what was written is on several disks before anybody is told so. */
export class SqlTable implements RecordTable {
  readonly epoch: string;
  readonly #sql: SqlStorage;
  readonly #atOnce: DurableObjectState['storage']['transactionSync'];
  #tally: Tally;
  #nextNumber: number;

  constructor(storage: DurableObjectState['storage']) {
    this.#sql = storage.sql;
    this.#atOnce = (run) => storage.transactionSync(run);
    for (const statement of SCHEMA.split(';').filter((one) => one.trim() !== '')) this.#sql.exec(statement);
    const fresh = [crypto.randomUUID(), 1, JSON.stringify(NO_TALLY)] as const;
    this.#sql.exec('insert into account values (1, ?, ?, ?) on conflict do nothing', ...fresh);
    const [row] = this.#sql.exec<AccountRow>('select epoch, next_number, tally from account');
    if (!row) throw new Error('the account of the records is gone');
    this.epoch = row.epoch;
    this.#nextNumber = row.next_number;
    this.#tally = JSON.parse(row.tally) as Tally;
  }

  get tally(): Tally {
    return this.#tally;
  }

  get nextNumber(): number {
    return this.#nextNumber;
  }

  waiting(): readonly Waiting[] {
    const rows = this.#sql.exec<{ kind: string; records: number; bytes: number }>('select * from waiting');
    return [...rows].map(({ kind, ...held }) => ({ kind: kind as RecordKind, ...held }));
  }

  insert(entries: readonly LogEntry[], tally: Tally): void {
    this.#atOnce(() => {
      for (const { number, kind, seq, id, json } of entries) {
        this.#sql.exec('insert into record values (?, ?, ?, ?, ?)', number, kind, seq, id, json);
        this.#count(kind, 1, json.length);
      }
      this.#write(this.#nextNumber + entries.length, tally);
    });
    this.#nextNumber += entries.length;
    this.#tally = tally;
  }

  oldest(most: number, kinds: readonly RecordKind[]): readonly QueuedRecord[] {
    const marks = kinds.map(() => '?').join(', ');
    const rows = this.#sql.exec<{ number: number; kind: string; id: string; json: string }>(
      `select number, kind, id, json from record where kind in (${marks}) order by number limit ?`,
      ...kinds,
      most,
    );
    return [...rows].map(({ kind, ...record }) => ({ ...record, kind: kind as RecordKind }));
  }

  present(numbers: readonly number[]): ReadonlySet<number> {
    const rows = this.#sql.exec<{ number: number }>(
      'select number from record where number in (select value from json_each(?))',
      JSON.stringify(numbers),
    );
    return new Set([...rows].map(({ number }) => number));
  }

  remove(numbers: readonly number[], rejected: readonly Rejected[], tally: Tally): void {
    this.#atOnce(() => {
      for (const number of numbers) {
        const [gone] = this.#sql.exec<{ kind: string; json: string }>(
          'delete from record where number = ? returning kind, json',
          number,
        );
        if (gone) this.#count(gone.kind, -1, -gone.json.length);
      }
      for (const one of rejected) this.#sql.exec('insert into rejected (json) values (?)', JSON.stringify(one));
      if (rejected.length > 0) {
        this.#sql.exec('delete from rejected where number <= (select max(number) from rejected) - ?', MOST_REJECTED);
      }
      this.#write(this.#nextNumber, tally);
    });
    this.#tally = tally;
  }

  #count(kind: string, records: number, bytes: number): void {
    this.#sql.exec(
      `insert into waiting values (?, ?, ?)
       on conflict (kind) do update set records = records + excluded.records, bytes = bytes + excluded.bytes`,
      kind,
      records,
      bytes,
    );
  }

  #write(nextNumber: number, tally: Tally): void {
    this.#sql.exec('update account set next_number = ?, tally = ?', nextNumber, JSON.stringify(tally));
  }
}
