import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { DomainError } from '../../../core/errors.ts';
import type { FileColumns } from '../domain/source-column.ts';
import { boundedGlob, TooManyEntries } from './bounded-glob.ts';
import type { Duck } from '../../shared/duckdb/duckdb.ts';
import type { CsvShape } from './csv/header.ts';
import { csvColumns } from './csv/columns.ts';
import { formatOf, type NamedFile } from './file-format.ts';
import { parquetColumns } from './parquet-schema.ts';

/** A file that a client named, with its own columns. `file` is its name below the folder that it lies in. */
export interface SourceFile extends FileColumns {
  readonly path: string;
  /** When it was last written, seen before anything of it was read. */
  readonly modifiedMs: number;
  /** How it is written, for CSV; Parquet says it itself. */
  readonly csv?: CsvShape;
}

/** A file as it was when it was read. */
export interface FileDigest {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The root of the disk ends with the separator already. */
const isBelowFolder = (file: string, root: string): boolean => file.startsWith(root.endsWith(sep) ? root : root + sep);

/** Files of Parquet and CSV that clients name by path. Only those below the configured folders are ever opened. */
export class SourceFiles {
  readonly #duck: Duck;
  readonly #roots: readonly string[];

  constructor(duck: Duck, roots: readonly string[]) {
    this.#duck = duck;
    this.#roots = roots.map((root) => resolve(root));
  }

  /**
   * The files that a path or glob names, by name. Relative paths start at the first folder. Throws FORBIDDEN for what lies
   * elsewhere, INVALID_INPUT for what is not there or is neither Parquet nor CSV.
   */
  async find(path: string, field = 'path'): Promise<SourceFile[]> {
    if (/^\w+:\/\//.test(path) || path.includes('\0')) throw outside(path, field);
    const pattern = isAbsolute(path) ? resolve(path) : resolve(this.#roots[0] ?? '.', path);
    const roots = await Promise.all(this.#roots.map((root) => realpath(root).catch(() => root)));
    const isBelow = (file: string): boolean => [...this.#roots, ...roots].some((root) => isBelowFolder(file, root));
    // Before anything is looked up: an answer would tell what lies elsewhere.
    if (!isBelow(pattern)) throw outside(path, field);
    const paths = await Promise.all((await globOf(pattern, path, field)).map((file) => realpath(file)));
    if (paths.length === 0) {
      const where = 'relative paths start at the first folder of TIFFIN_SOURCE_DIRS';
      throw new DomainError('INVALID_INPUT', `${field}: no file matches "${path}"; ${where}`, { field });
    }
    // A link may lead out again.
    if (!paths.every((file) => roots.some((root) => isBelowFolder(file, root)))) throw outside(path, field);
    const named = paths.map((file) => {
      const root = roots.find((one) => isBelowFolder(file, one)) ?? '';
      return { path: file, file: relative(root, file) };
    });
    return readColumns(this.#duck, named, field);
  }

  async digests(files: readonly SourceFile[]): Promise<FileDigest[]> {
    const digests: FileDigest[] = [];
    for (const { path, file } of files) digests.push({ ...(await digestOfFile(path)), path: file });
    return digests;
  }
}

/** The columns of each file, by itself. Throws INVALID_INPUT for a file that is neither Parquet nor CSV. */
export async function readColumns(duck: Duck, named: readonly NamedFile[], field: string): Promise<SourceFile[]> {
  const dated = await Promise.all(named.map(async (one) => ({ ...one, modifiedMs: await modifiedMsOf(one) })));
  const parquet: typeof dated = [];
  const files = new Map<NamedFile, SourceFile>();
  for (const one of dated) {
    if ((await formatOf(one, field)) === 'PARQUET') parquet.push(one);
    else files.set(one, { ...one, ...(await csvColumns(duck, one, field)) });
  }
  const columns = parquet.length === 0 ? [] : await parquetColumns(duck, parquet, field);
  parquet.forEach((one, i) => files.set(one, { ...one, columns: columns[i] ?? [] }));
  return dated.flatMap((one) => files.get(one) ?? []);
}

const modifiedMsOf = async ({ path }: NamedFile): Promise<number> => (await stat(path)).mtimeMs;

/** Throws CONFLICT where a file was written since it was looked at: what was read then may be of both. */
export async function checkUnchanged(files: readonly SourceFile[], field: string): Promise<void> {
  for (const one of files) {
    if ((await modifiedMsOf(one).catch(() => null)) === one.modifiedMs) continue;
    const message = `${field}: "${one.file}" changed while it was read; try again`;
    throw new DomainError('CONFLICT', message, { field });
  }
}

async function globOf(pattern: string, path: string, field: string): Promise<string[]> {
  try {
    return await boundedGlob(pattern);
  } catch (error) {
    if (!(error instanceof TooManyEntries)) throw error;
    throw new DomainError('INVALID_INPUT', `${field}: "${path}" walks over ${error.message}; name a smaller folder`, {
      field,
    });
  }
}

const outside = (path: string, field: string): DomainError =>
  new DomainError(
    'FORBIDDEN',
    `${field}: "${path}" lies outside the folders that may be read; whoever runs the server names them in TIFFIN_SOURCE_DIRS`,
    { field, allowed: 'a path below the folders of TIFFIN_SOURCE_DIRS' },
  );

export async function digestOfFile(path: string): Promise<FileDigest> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return { path, sha256: hash.digest('hex'), sizeBytes: (await stat(path)).size };
}
