import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duck, sqlText } from '../../subgraphs/shared/duckdb/duckdb.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A Parquet file of what a SELECT gives, with metadata. */
export async function parquetFile(select: string, metadata: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = temporaryFolder('tiffin-parquet');
  const path = join(folder, 'rows.parquet');
  const entries = Object.entries(metadata).map(([key, value]) => `${sqlText(key)}: ${sqlText(value)}`);
  const more = entries.length === 0 ? '' : `, kv_metadata {${entries.join(', ')}}`;
  const duck = await Duck.open({ scratchFolder: join(folder, 'scratch'), threads: 1, memoryMb: 256 });
  try {
    await duck.session((session) => session.run(`copy (${select}) to ${sqlText(path)} (format parquet${more})`));
    return path;
  } finally {
    duck.close();
  }
}

/** The rows of an evaluation file of JSON lines as Parquet. */
export async function asParquet(lines: Uint8Array): Promise<string> {
  const [head = ''] = new TextDecoder().decode(lines).split('\n', 1);
  const json = join(temporaryFolder('tiffin-lines'), 'rows.ndjson');
  await writeFile(json, lines);
  const isColumn = "lambda name: name in ('id', 'inputs', 'label', 'score', 'attributes')";
  const select = `select columns(${isColumn}) from read_ndjson(${sqlText(json)}) where inputs is not null`;
  return parquetFile(select, { 'tiffin.evaluation': head });
}
