/**
 * Proves the table `fields.json`: takes each field that a caller can set away from the code behind it, one at a time, and
 * has a test fail for it. With `--find` it watches which tests give the fields that the table has no test for, looks among
 * them for one that fails, and writes the table, without the fields that are no more; it looks in the test files whose
 * text names a field, or in those that are given. Without `--find` it runs what the table names. Names of fields and of
 * test files or folders narrow both.
 * Run: npm run prove [-- [--find] [field …] [test/… …]]; without names it takes an hour. `--help` says so.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { inputFields } from './input-fields.ts';
import { failuresOf, watchedTests, type Attempt, type TestName } from './runs.ts';
import { filesNamingAny } from './test-files.ts';
import { makeRunFolder } from '../support/leftovers.ts';

type Table = Record<string, string>;
const TABLE = 'test/enforced/fields.json';

const folder = makeRunFolder();
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const args = process.argv.slice(2);
const OPTIONS = ['--find', '--help'];
const unknown = args.find((arg) => arg.startsWith('--') && !OPTIONS.includes(arg));
const places = args.filter((arg) => arg.startsWith('test/'));
const wanted = args.filter((arg) => !arg.startsWith('--') && !arg.startsWith('test/'));

const fields = inputFields();
const read = (): Table =>
  Object.fromEntries(
    Object.entries(JSON.parse(readFileSync(TABLE, 'utf8')) as Table).filter(([field]) => fields.includes(field)),
  );
const known = read();

/** Writes the table with what was found, without fields that are no more; another run may have written it meanwhile. */
function write(found: Table): void {
  const table = { ...read(), ...found };
  const sorted = Object.fromEntries(Object.entries(table).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(TABLE, `${JSON.stringify(sorted, undefined, 2)}\n`);
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
  const looked = wanted.length > 0 ? wanted : fields.filter((field) => known[field] === undefined);
  const found: Table = {};
  const files = places.length > 0 ? places : filesNamingAny(looked);
  console.log(`looks for ${looked.length} fields in ${files.join(' ') || 'no test'}`);
  const watched =
    looked.length > 0 && files.length > 0 ? watchedTests(folder, files) : new Map<string, readonly TestName[]>();
  const open = (field: string): boolean => found[field] === undefined && (watched.get(field)?.length ?? 0) > 0;
  for (let [left, each] = [looked.filter(open), 2]; left.length > 0; left = left.filter(open), each *= 2) {
    // As many different tests as there are, so that one round can try many fields, and each in several tests.
    const load = new Map<string, number>();
    const attempts = left.flatMap((field): Attempt[] => {
      const tests = (watched.get(field) ?? [])
        .filter(({ file }) => isPlaced(file))
        .toSorted((one, other) => loadOf(load, one) - loadOf(load, other));
      watched.set(field, tests.slice(each));
      return tests.slice(0, each).map(({ file, test }) => {
        load.set(`${file}\t${test}`, loadOf(load, { file, test }) + 1);
        return { field, file, test };
      });
    });
    tryAll(attempts, ({ field, file }, failed) => {
      if (failed !== undefined) found[field] ??= `${file} :: ${failed}`;
      write(found); // it takes long: what is found stays when it is stopped
    });
  }
  write(found);
  const missing = looked.filter((field) => found[field] === undefined);
  console.log(`${looked.length - missing.length} proven; without a test that fails:\n${missing.join('\n')}`);
  process.exitCode = missing.length === 0 ? 0 : 1;
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

const strangers = wanted.filter((field) => !fields.includes(field));
if (unknown !== undefined || args.includes('--help')) {
  if (unknown !== undefined) console.log(`there is no option ${unknown}`);
  console.log('npm run prove [-- [--find] [field …] [test/… …]]');
  console.log(
    '--find without names: the fields that no test proves yet; without --find and names: all, an hour or more',
  );
  process.exitCode = unknown === undefined ? 0 : 1;
} else if (strangers.length > 0) {
  console.log(`no caller can set ${strangers.join(', ')}: fields are named as in ${TABLE}`);
  process.exitCode = 1;
} else if (args.includes('--find')) find();
else prove();
