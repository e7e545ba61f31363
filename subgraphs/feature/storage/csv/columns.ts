import { DomainError } from '../../../../core/errors.ts';
import type { FileColumns } from '../../domain/source-column.ts';
import { sqlText, type Duck, type DuckSession } from '../../../shared/duckdb/duckdb.ts';
import { csvProblem, hintOf, lineOfRow } from './faults.ts';
import { csvColumn, csvOf, csvShapeOf, type CsvShape } from './header.ts';

const WHOLE = '-?(0|[1-9][0-9]*)';
const NUMBER = '-?((0|[1-9][0-9]*)([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?';
const DAY = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const ZONE = ' ?(Z|UTC)|[+-][0-9]{2}(:?[0-9]{2})?';
const CLOCK = '[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?';
const MOMENT = `${DAY}(${CLOCK}(${ZONE})?)?`;
const ZONED = `${DAY}${CLOCK}(${ZONE})`;

const matches = (text: string, pattern: string): string => `regexp_full_match(${text}, ${sqlText(pattern)})`;

/** Which texts are of a type. A whole number of more than 64 bits, or with zeros in front, is none: its digits would be lost. */
const KINDS: Readonly<Record<'flag' | 'whole' | 'number' | 'moment', (text: string) => string>> = {
  flag: (text) => `lower(${text}) IN ('true', 'false')`,
  whole: (text) => `(${matches(text, WHOLE)} AND TRY_CAST(${text} AS BIGINT) IS NOT NULL)`,
  number: (text) => `(CASE WHEN ${matches(text, WHOLE)} THEN TRY_CAST(${text} AS BIGINT) IS NOT NULL
    WHEN ${matches(text, NUMBER)} THEN isfinite(TRY_CAST(${text} AS DOUBLE))
    ELSE lower(${text}) IN ('nan', 'inf', '-inf', 'infinity', '-infinity') END IS TRUE)`,
  moment: (text) => `(${matches(text, MOMENT)} AND TRY_CAST(${text} AS TIMESTAMPTZ) IS NOT NULL)`,
};
const NAMES = ['flag', 'whole', 'number', 'moment'] as const;

interface Counts extends Readonly<Record<(typeof NAMES)[number] | 'all' | 'day' | 'zoned', number>> {
  readonly first: string | null;
}

/** The narrowest type that holds every value of a column: what is said of a file holds for all of its rows. */
function nativeOf({ all, flag, whole, number, moment, day, zoned }: Counts): string {
  if (all === 0) return 'CSV EMPTY';
  if (flag === all) return 'CSV BOOLEAN';
  if (whole === all) return 'CSV BIGINT';
  if (number === all) return 'CSV DOUBLE';
  if (moment !== all) return 'CSV VARCHAR';
  return day === all ? 'CSV DATE' : zoned === all ? 'CSV TIMESTAMP WITH TIME ZONE' : 'CSV TIMESTAMP';
}

async function countsOf(session: DuckSession, path: string, shape: CsvShape): Promise<Counts[]> {
  const asked = shape.names.flatMap((_, i) => {
    const text = `nullif(${csvColumn(i)}, '')`;
    return [
      `count(${text}) AS all_${i}`,
      `any_value(left(${text}, 80)) AS first_${i}`,
      ...NAMES.map((name) => `count_if(${KINDS[name](text)}) AS ${name}_${i}`),
      `count_if(${matches(text, DAY)}) AS day_${i}`,
      `count_if(${matches(text, ZONED)}) AS zoned_${i}`,
    ];
  });
  const [row = {}] = await session.rows(`SELECT ${asked.join(', ')} FROM ${csvOf(path, shape)}`);
  return shape.names.map((_, i): Counts => {
    const count = (name: string): number => Number(row[`${name}_${i}`] ?? 0);
    const [flag, whole, number, moment] = [count('flag'), count('whole'), count('number'), count('moment')];
    const first = row[`first_${i}`];
    return {
      all: count('all'),
      flag,
      whole,
      number,
      moment,
      day: count('day'),
      zoned: count('zoned'),
      first: typeof first === 'string' ? first : null,
    };
  });
}

/** The first value that is not what most others of its column are. */
async function exampleOf(
  session: DuckSession,
  path: string,
  shape: CsvShape,
  i: number,
  counts: Counts,
): Promise<string> {
  const [nearest = 'number'] = NAMES.toSorted((a, b) => counts[b] - counts[a]);
  if (counts[nearest] === 0) return `such as "${counts.first}"${hintOf(counts.first ?? '')}`;
  const text = `nullif(${csvColumn(i)}, '')`;
  const [odd] = await session.rows(
    `SELECT min(n) AS n, arg_min(left(v, 80), n) AS v FROM
       (SELECT row_number() OVER () - 1 AS n, ${text} AS v FROM ${csvOf(path, shape)})
     WHERE v IS NOT NULL AND NOT ${KINDS[nearest]('v')}`,
  );
  const value = String(odd?.['v']);
  return `"${value}" in line ${await lineOfRow(path, shape, Number(odd?.['n']))}${hintOf(value)}`;
}

/**
 * The columns of a CSV file, each of the narrowest type that holds all of its values. All of the file is read for that.
 * Throws INVALID_INPUT with the line of what cannot be read.
 */
export async function csvColumns(
  duck: Duck,
  { path, file }: { readonly path: string; readonly file: string },
  field: string,
): Promise<{ readonly csv: CsvShape; readonly columns: FileColumns['columns'] }> {
  const csv = await csvShapeOf(path, file, field);
  return duck.session(async (session) => {
    const counts = await countsOf(session, path, csv).catch((cause: unknown) => {
      const problem = csvProblem(cause instanceof Error ? cause.message : '', csv);
      throw new DomainError('INVALID_INPUT', `${field}: "${file}"${problem}`, { field });
    });
    const columns: FileColumns['columns'][number][] = [];
    for (const [i, name] of csv.names.entries()) {
      const of = counts[i];
      if (!of) throw new Error(`nothing was counted of column ${i}`);
      const native = nativeOf(of);
      columns.push({
        name,
        native,
        ...(native === 'CSV VARCHAR' && { example: await exampleOf(session, path, csv, i, of) }),
      });
    }
    return { csv, columns };
  });
}
