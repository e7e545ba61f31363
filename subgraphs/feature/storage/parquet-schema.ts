import { DomainError } from '../../../core/errors.ts';
import { sqlText, type Duck, type DuckRow } from '../../shared/duckdb/duckdb.ts';
import type { NamedFile } from './file-format.ts';
import type { FileColumns } from '../domain/source-column.ts';

const refuse = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, allowed: 'Parquet' });

/** A node of a Parquet schema: a column, or what holds some. */
interface SchemaNode {
  readonly name: string;
  readonly children: number;
  readonly converted: string | null;
  readonly duckdbType: string | null;
}

/** The columns of each file, by its own footer: names as they are spelled there, one type for each. */
export async function parquetColumns(
  duck: Duck,
  files: readonly NamedFile[],
  field: string,
): Promise<FileColumns['columns'][]> {
  const rows = await schemaRows(duck, files, field);
  const byPath = Map.groupBy(rows, (row) => String(row['file_name']));
  return files.map(({ path }) => {
    const [root, ...nodes] = (byPath.get(path) ?? []).map((row): SchemaNode => ({
      name: String(row['name']),
      children: Number(row['num_children'] ?? 0),
      converted: row['converted_type'] as string | null,
      duckdbType: row['duckdb_type'] as string | null,
    }));
    const columns: FileColumns['columns'][number][] = [];
    for (let at = 0, left = root?.children ?? 0; left > 0; left--) {
      const node = nodes[at];
      if (!node) break;
      const { native, next } = nativeOf(nodes, at);
      columns.push({ name: node.name, native });
      at = next;
    }
    return columns;
  });
}

async function schemaRows(duck: Duck, files: readonly NamedFile[], field: string): Promise<DuckRow[]> {
  const rowsOf = (some: readonly NamedFile[]): Promise<DuckRow[]> =>
    duck.session((session) =>
      session.rows(
        `select file_name, name, num_children, converted_type, duckdb_type
         from parquet_schema([${some.map(({ path }) => sqlText(path)).join(', ')}]) order by file_name, column_id`,
      ),
    );
  try {
    return await rowsOf(files);
  } catch {
    for (const one of files) {
      await rowsOf([one]).catch(() => {
        throw refuse(field, `"${one.file}" is not readable as Parquet: its footer is damaged`);
      });
    }
    throw refuse(field, 'these files are not readable as Parquet');
  }
}

/** The type of the node at a place, with what lies inside it, and the place behind that. */
function nativeOf(nodes: readonly SchemaNode[], at: number): { readonly native: string; readonly next: number } {
  const node = nodes[at];
  if (!node) return { native: 'UNKNOWN', next: at + 1 };
  if (node.children === 0) return { native: node.duckdbType ?? 'UNKNOWN', next: at + 1 };
  const inside: { name: string; native: string }[] = [];
  let next = at + 1;
  for (let left = node.children; left > 0; left--) {
    const child = nativeOf(nodes, next);
    inside.push({ name: nodes[next]?.name ?? '', native: child.native });
    next = child.next;
  }
  const [first] = inside;
  if (node.converted === 'MAP') return { native: 'MAP', next };
  if (node.converted !== 'LIST') {
    return { native: `STRUCT(${inside.map(({ name, native }) => `${name} ${native}`).join(', ')})`, next };
  }
  // LIST holds a repeated group of one element, which reads as a struct of one field here.
  const element = /^STRUCT\(\S+ (.*)\)$/.exec(first?.native ?? '')?.[1] ?? first?.native ?? 'UNKNOWN';
  return { native: `${element}[]`, next };
}
