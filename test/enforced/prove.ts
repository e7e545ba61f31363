/**
 * Proves the table `fields.json`: takes each field that a caller can set away from the code behind it, one at a time, and
 * has a test fail for it. With `--find` it first watches which tests give which fields, looks among them for one that
 * fails where the table has none yet, and writes the table; without, it runs what the table names. Names of fields and
 * of test files or folders narrow both. `--list` only writes the lists anew, after fields were added, renamed or removed.
 * Run: npm run prove [-- [--find | --list] [field …] [test/… …]]; without names it takes an hour. `--help` says so.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputFields } from './input-fields.ts';
import { failuresOf, watchedTests, type Attempt, type TestName } from './runs.ts';

type Table = Record<string, string>;
const TABLE = 'test/enforced/fields.json';
const UNPROVEN = 'test/enforced/unproven.json';
const FOLDERS = ['test/feature', 'test/registry', 'test/experiment', 'test/monitoring', 'test/edge/pure'];
const MOST_TESTS = 6;

const folder = mkdtempSync(join(tmpdir(), 'tiffin-prove-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const args = process.argv.slice(2);
const OPTIONS = ['--find', '--list', '--help'];
const unknown = args.find((arg) => arg.startsWith('--') && !OPTIONS.includes(arg));
const places = args.filter((arg) => arg.startsWith('test/'));
const wanted = args.filter((arg) => !arg.startsWith('--') && !arg.startsWith('test/'));

const fields = inputFields();
const read = (): Table =>
  Object.fromEntries(
    Object.entries(JSON.parse(readFileSync(TABLE, 'utf8')) as Table).filter(([field]) => fields.includes(field)),
  );
const known = read();

/** Writes the table, and beside it the fields that no test has been found for. */
function write(found: Table): string[] {
  // Another run may have found more meanwhile.
  const table = { ...read(), ...found };
  const sorted = Object.fromEntries(Object.entries(table).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const missing = fields.filter((field) => table[field] === undefined);
  writeFileSync(TABLE, `${JSON.stringify(sorted, undefined, 2)}\n`);
  writeFileSync(UNPROVEN, `${JSON.stringify(missing, undefined, 2)}\n`);
  return missing;
}

/** Tries the attempts, one per test at a time; tells of each as soon as its round is over. */
function tryAll(attempts: readonly Attempt[], tell: (attempt: Attempt, failed: string | undefined) => void): void {
  const open = [...attempts];
  for (let round = 1; open.length > 0; round++) {
    const now = new Map<string, Attempt>();
    for (const attempt of open) {
      const { file, test } = attempt;
      // The set-up of a file is that of all its tests.
      if (!now.has(`${file}\t`) && !now.has(`${file}\t${test}`)) now.set(`${file}\t${test}`, attempt);
    }
    const failures = failuresOf(folder, [...now.values()]);
    for (const attempt of now.values()) {
      open.splice(open.indexOf(attempt), 1);
      tell(attempt, failures.get(attempt));
    }
    console.log(`round ${round}: ${open.length} attempts left`);
  }
}

const isPlaced = (file: string): boolean => places.length === 0 || places.some((place) => file.startsWith(place));

/** How often a test was chosen; the set-up of a file costs all of its tests. */
const loadOf = (load: ReadonlyMap<string, number>, { file, test }: TestName): number =>
  (load.get(`${file}\t${test}`) ?? 0) + (test === '' ? 100 : 0);

function find(): void {
  const table: Table = { ...known };
  const looked = wanted.length > 0 ? wanted : fields.filter((field) => table[field] === undefined);
  for (const field of wanted) delete table[field];
  const watched = watchedTests(folder, places.length > 0 ? places : FOLDERS);
  const tried = new Set<string>();
  for (let nth = 0; nth < MOST_TESTS; nth++) {
    // As many different tests as there are, so that one round can try many fields.
    const load = new Map<string, number>();
    const attempts = looked.flatMap((field): Attempt[] => {
      if (table[field] !== undefined) return [];
      const [next] = (watched.get(field) ?? [])
        .filter(({ file, test }) => isPlaced(file) && !tried.has(`${field}\t${file}\t${test}`))
        .toSorted((one, other) => loadOf(load, one) - loadOf(load, other));
      if (!next) return [];
      load.set(`${next.file}\t${next.test}`, loadOf(load, next) + 1);
      tried.add(`${field}\t${next.file}\t${next.test}`);
      return [{ field, ...next }];
    });
    tryAll(attempts, ({ field, file }, failed) => {
      if (failed !== undefined) table[field] = `${file} :: ${failed}`;
      write(table); // it takes long: what is found stays when it is stopped
    });
  }
  const missing = write(table).filter((field) => looked.includes(field));
  console.log(`${Object.keys(table).length} proven; without a test that fails:\n${missing.join('\n')}`);
}

function prove(): void {
  const attempts = Object.entries(known)
    .filter(([field]) => wanted.length === 0 || wanted.includes(field))
    .map(([field, entry]): Attempt => {
      const [file = '', title = ''] = entry.split(' :: ');
      return { field, file, test: title === '(setup)' ? '' : title };
    })
    .filter(({ file }) => isPlaced(file));
  const unproven: string[] = [];
  tryAll(attempts, ({ field }, failed) => {
    if (failed === undefined) unproven.push(field);
  });
  console.log(
    unproven.length === 0
      ? `each of ${attempts.length} fields changes its test`
      : `no test fails without:\n${unproven.join('\n')}`,
  );
  process.exitCode = unproven.length === 0 ? 0 : 1;
}

if (unknown !== undefined || args.includes('--help')) {
  if (unknown !== undefined) console.log(`there is no option ${unknown}`);
  console.log('npm run prove [-- [--find | --list] [field …] [test/… …]]   without names: all fields, an hour or more');
  process.exitCode = unknown === undefined ? 0 : 1;
} else if (args.includes('--list')) write(known);
else if (args.includes('--find')) find();
else prove();
