import { open } from 'node:fs/promises';
import { DomainError } from '../../../core/errors.ts';
import { valuesInFirst } from './csv/header.ts';

/** A file, and how it is called to those who named it. */
export interface NamedFile {
  readonly path: string;
  readonly file: string;
}

export type FileFormat = 'PARQUET' | 'CSV';

const MAGIC = 'PAR1';
const HEAD_BYTES = 4_096;

const DUCKDB = (file: string, target: string): string =>
  `convert it, for example with DuckDB: copy (from '${file}') to '${target}'`;
const PYTHON = (read: string) => (file: string, target: string) =>
  `convert it, for example in Python: ${read.replace('FILE', `'${file}'`)}.to_parquet('${target}')`;

/** What else a file may be, by its first bytes, and how it is converted. */
const OTHERS: readonly {
  readonly is: string;
  readonly looksSo: (head: string) => boolean;
  readonly convert: (file: string, target: string) => string;
}[] = [
  {
    is: 'encrypted Parquet',
    looksSo: (head) => head.startsWith('PARE'),
    convert: () => 'write it without encryption',
  },
  { is: 'gzip', looksSo: (head) => head.startsWith('\u001f\u008b'), convert: (file) => `unpack it: gunzip '${file}'` },
  {
    is: 'Zstandard',
    looksSo: (head) => head.startsWith('(\u00b5/\u00fd'),
    convert: (file) => `unpack it: unzstd '${file}'`,
  },
  {
    is: 'Arrow',
    looksSo: (head) => head.startsWith('ARROW1') || head.startsWith('FEA1'),
    convert: PYTHON('pandas.read_feather(FILE)'),
  },
  { is: 'ORC', looksSo: (head) => head.startsWith('ORC'), convert: PYTHON('pandas.read_orc(FILE)') },
  {
    is: 'Avro',
    looksSo: (head) => head.startsWith('Obj\u0001'),
    convert: (file, target) => `install avro and ${DUCKDB(file, target)}`,
  },
  {
    is: 'an SQLite database',
    looksSo: (head) => head.startsWith('SQLite format 3'),
    convert: (file) => `export the table as CSV: sqlite3 -csv -header '${file}' 'select …'`,
  },
  {
    is: 'a ZIP archive or an Excel workbook',
    looksSo: (head) => head.startsWith('PK'),
    convert: () => 'unpack it, or save the sheet as CSV',
  },
  {
    is: 'an Excel workbook',
    looksSo: (head) => head.startsWith('\u00d0\u00cf\u0011\u00e0'),
    convert: () => 'save the sheet as CSV',
  },
  { is: 'HDF5', looksSo: (head) => head.startsWith('\u0089HDF'), convert: PYTHON('pandas.read_hdf(FILE)') },
  {
    is: 'a pickle',
    looksSo: (head) => ['\u0002', '\u0003', '\u0004', '\u0005'].some((version) => head.startsWith(`\u0080${version}`)),
    convert: PYTHON('pandas.read_pickle(FILE)'),
  },
  {
    is: 'text in UTF-16',
    looksSo: (head) => head.startsWith('\u00ff\u00fe') || head.startsWith('\u00fe\u00ff'),
    convert: () => 'save it as CSV in UTF-8',
  },
  { is: 'JSON', looksSo: (head) => /^(\u00ef\u00bb\u00bf)?\s*[{[]/.test(head), convert: DUCKDB },
  {
    is: 'HTML or XML',
    looksSo: (head) => /^(\u00ef\u00bb\u00bf)?\s*</.test(head),
    convert: () => 'save the table as CSV',
  },
];

const refuse = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, allowed: ['Parquet', 'CSV'] });

/** Text whose first line has several values, or that is called so. */
const isCsv = (head: string, file: string): boolean =>
  !head.includes('\0') && head.trim() !== '' && (valuesInFirst(head) > 1 || /\.(csv|tsv)$/i.test(file));

/** What a file is. Throws INVALID_INPUT for one that is neither Parquet nor CSV, saying what it is and how to convert it. */
export async function formatOf({ path, file }: NamedFile, field: string): Promise<FileFormat> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.toString('latin1', 0, bytesRead);
    if (!head.startsWith(MAGIC)) return notParquet(head, file, field);
    const end = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, Math.max(0, size - MAGIC.length));
    if (size >= 12 && end.buffer.toString('latin1') === MAGIC) return 'PARQUET';
    throw refuse(field, `"${file}" is not readable as Parquet: it is not whole`);
  } finally {
    await handle.close();
  }
}

function notParquet(head: string, file: string, field: string): FileFormat {
  const other = OTHERS.find(({ looksSo }) => looksSo(head));
  if (!other && isCsv(head, file)) return 'CSV';
  if (!other) throw refuse(field, `"${file}" is neither Parquet nor CSV`);
  const target = `${file.replace(/\.[^./]*$/, '')}.parquet`;
  throw refuse(field, `"${file}" is ${other.is}, neither Parquet nor CSV; ${other.convert(file, target)}`);
}
