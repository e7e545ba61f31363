import type { PoolClient } from 'pg';
import type { AuditSql } from './audit.ts';

/** The audit over a client of the pool, for changes that are made in bulk by SQL: the record is in their transaction. */
export const clientSql = (client: PoolClient): AuditSql => ({
  execute: async (sql, parameters) => {
    let place = 0;
    const numbered = sql.replaceAll('?', () => `$${++place}`);
    return (await client.query(numbered, [...parameters])).rows as never;
  },
});
