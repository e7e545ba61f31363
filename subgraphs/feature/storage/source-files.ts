import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import { DomainError } from '../../../core/errors.ts';
import type { Dtype } from '../../../schema/common.ts';
import type { SourceColumn } from '../domain/source.ts';
import { parquetOf, sqlText, type Duck } from './duckdb.ts';

/** A file as it was when it was read. */
export interface FileDigest {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

const DTYPES: readonly (readonly [RegExp, Dtype])[] = [
  [/^BOOLEAN$/, 'BOOL'],
  [/^(TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER)$/, 'INT64'],
  [/^(FLOAT|DOUBLE|DECIMAL\(.*\))$/, 'FLOAT64'],
  [/^(VARCHAR|UUID|ENUM\(.*\))$/, 'STRING'],
  [/^(TIMESTAMP.*|DATE)$/, 'TIMESTAMP'],
];

export const dtypeOf = (nativeType: string): Dtype | null =>
  DTYPES.find(([pattern]) => pattern.test(nativeType))?.[1] ?? null;

/** The root of the disk ends with the separator already. */
const isBelowFolder = (file: string, root: string): boolean => file.startsWith(root.endsWith(sep) ? root : root + sep);

/** Parquet files that clients name by path. Only those below the configured folders are ever opened. */
export class SourceFiles {
  readonly #duck: Duck;
  readonly #roots: readonly string[];

  constructor(duck: Duck, roots: readonly string[]) {
    this.#duck = duck;
    this.#roots = roots.map((root) => resolve(root));
  }

  /** The files that a path or glob names, by name. Relative paths start at the first folder. */
  async find(path: string, field = 'path'): Promise<string[]> {
    if (/^\w+:\/\//.test(path) || path.includes('\0')) throw this.#outside(path, field);
    const pattern = isAbsolute(path) ? resolve(path) : resolve(this.#roots[0] ?? '.', path);
    const roots = await Promise.all(this.#roots.map((root) => realpath(root).catch(() => root)));
    const isBelow = (file: string): boolean => [...this.#roots, ...roots].some((root) => isBelowFolder(file, root));
    // Before anything is looked up: an answer would tell what lies elsewhere.
    if (!isBelow(pattern)) throw this.#outside(path, field);
    const found = await this.#duck.session((session) =>
      session.rows(`select file from glob(${sqlText(pattern)}) order by file`),
    );
    const files = await Promise.all(found.map(({ file }) => realpath(String(file))));
    if (files.length === 0) {
      throw new DomainError('INVALID_INPUT', `${field}: no file matches "${path}"`, { field });
    }
    // A link may lead out again.
    if (!files.every((file) => roots.some((root) => isBelowFolder(file, root)))) throw this.#outside(path, field);
    return files;
  }

  /** The columns of the files, as one table by name. Throws INVALID_INPUT for what is no Parquet. */
  async columns(files: readonly string[], field = 'path'): Promise<SourceColumn[]> {
    try {
      const rows = await this.#duck.session((session) =>
        session.rows(`describe select * from ${parquetOf(files, ', union_by_name = true')}`),
      );
      return rows.map((row) => {
        const nativeType = String(row['column_type']);
        return { name: String(row['column_name']), nativeType, dtype: dtypeOf(nativeType) };
      });
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0] : '';
      throw new DomainError('INVALID_INPUT', `${field}: this is not readable as Parquet: ${why}`, { field });
    }
  }

  async digests(files: readonly string[]): Promise<FileDigest[]> {
    const digests: FileDigest[] = [];
    for (const path of files) digests.push(await digestOfFile(path));
    return digests;
  }

  #outside(path: string, field: string): DomainError {
    return new DomainError('FORBIDDEN', `${field}: "${path}" lies outside the folders that sources may be read from`, {
      field,
      allowed: this.#roots,
    });
  }
}

export async function digestOfFile(path: string): Promise<FileDigest> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return { path, sha256: hash.digest('hex'), sizeBytes: (await stat(path)).size };
}
