import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { sqlText, type DuckSession } from '../../../shared/duckdb/duckdb.ts';
import type { ColumnType } from './columns.ts';

/** Lines of JSON into a file; how many there were. */
export async function writeLines(path: string, batches: AsyncIterable<readonly string[]>): Promise<number> {
  const file = createWriteStream(path);
  let count = 0;
  try {
    for await (const lines of batches) {
      count += lines.length;
      if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain');
    }
  } finally {
    file.end();
    await finished(file);
  }
  return count;
}

/** The same rows as Parquet, in their order: the same lines give the same bytes. */
export async function toParquet(
  duck: DuckSession,
  lines: string,
  parquet: string,
  columns: Readonly<Record<string, ColumnType>>,
): Promise<void> {
  const types = Object.entries(columns).map(([name, type]) => `${sqlText(name)}: ${sqlText(type)}`);
  const names = Object.keys(columns).map((name) => `"${name}"`);
  await duck.run(
    `copy (select ${names.join(', ')} from read_ndjson(${sqlText(lines)}, columns = {${types.join(', ')}},
       maximum_object_size = ${MOST_BYTES}))
     to ${sqlText(parquet)} (format parquet, compression zstd)`,
  );
}

/** More than a batch of records may have. */
const MOST_BYTES = 32 * 1024 * 1024;
