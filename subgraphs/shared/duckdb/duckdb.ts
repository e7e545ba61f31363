import { mkdir } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DuckDBInstance, type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api';

/** Text and names inside SQL that DuckDB takes no parameters for. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const parquetOf = (files: readonly string[], options = ''): string =>
  `read_parquet([${files.map(sqlText).join(', ')}]${options})`;

export type DuckRow = Readonly<Record<string, unknown>>;

/** One connection: temporary tables live as long as it does. */
export interface DuckSession {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<DuckRow[]>;
  /** The result in chunks of about 2,000 rows, with a turn of the event loop between two of them. */
  chunks(sql: string): AsyncIterable<DuckDBDataChunk>;
  readonly connection: DuckDBConnection;
}

/**
 * DuckDB in process. Its work runs on its own threads; what is too large for memory goes to files beside the data.
 * It reads and writes local files only and fetches no extensions.
 */
export class Duck {
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  static async open(options: {
    readonly scratchFolder: string;
    readonly threads: number;
    readonly memoryMb: number;
  }): Promise<Duck> {
    await mkdir(options.scratchFolder, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads),
      memory_limit: `${options.memoryMb}MB`,
      temp_directory: options.scratchFolder,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'true',
    });
    const duck = new Duck(instance);
    await duck.session((session) => session.run("set global TimeZone = 'UTC'"));
    return duck;
  }

  async session<T>(work: (session: DuckSession) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await work({
        connection,
        run: async (sql) => {
          await connection.run(sql);
        },
        rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
        chunks: (sql) => chunksOf(connection, sql),
      });
    } finally {
      connection.closeSync();
    }
  }

  close(): void {
    this.#instance.closeSync();
  }
}

async function* chunksOf(connection: DuckDBConnection, sql: string): AsyncIterable<DuckDBDataChunk> {
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    yield chunk;
    await nextTurn();
  }
}
