import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A DuckDB of its own for the length of `work`: in memory, in UTC, without fetching extensions. */
export async function withDuck<T>(work: (duck: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'true',
  });
  const duck = await instance.connect();
  try {
    await duck.run("set global TimeZone = 'UTC'");
    return await work(duck);
  } finally {
    duck.closeSync();
    instance.closeSync();
  }
}

export async function rowsOf(duck: DuckDBConnection, sql: string): Promise<Readonly<Record<string, unknown>>[]> {
  return (await duck.runAndReadAll(sql)).getRowObjectsJS();
}
