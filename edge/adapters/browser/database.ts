import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { HeldState } from '../../delivery/held-state.ts';
import type { LogEntry, Tally } from '../../telemetry/account.ts';
import type { Rejected } from '../../telemetry/record-log.ts';

/** What a node keeps in the browser. */
export interface NodeDatabaseSchema extends DBSchema {
  /** Records that wait, by their number. */
  records: { key: number; value: LogEntry };
  account: { key: 'account'; value: KeptAccount };
  /** What monitoring will never take, kept aside for people. */
  rejected: { key: number; value: Rejected };
  held: { key: 'held'; value: HeldState };
}

export interface KeptAccount {
  readonly epoch: string;
  readonly nextNumber: number;
  readonly tally: Tally;
}

export type NodeDatabase = IDBPDatabase<NodeDatabaseSchema>;

const VERSION = 1;
const TRIES = 10;
const PAUSE_MS = 200;

/**
 * Opens the database of one node. Where another tab holds an older version open, it waits for that to end. `onEvicted`: the browser
 * has taken it away, to make room or because the person cleared what this site keeps.
 */
export async function openNodeDatabase(name: string, onEvicted: () => void = () => undefined): Promise<NodeDatabase> {
  const db: NodeDatabase = await openDB<NodeDatabaseSchema>(name, VERSION, {
    upgrade: (made) => {
      made.createObjectStore('records', { keyPath: 'number' });
      made.createObjectStore('account');
      made.createObjectStore('rejected', { autoIncrement: true });
      made.createObjectStore('held');
    },
    // A newer program wants to change it: let go, so that it can.
    blocking: () => db.close(),
    terminated: onEvicted,
  });
  return db;
}

/** Tries again: a browser that is clearing what a site keeps gives it no new database until that is done. */
export async function onceCleared(work: () => Promise<void>): Promise<void> {
  for (let left = TRIES; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
