/**
 * Proves the table `fields.json`: takes each input field and argument of the subgraphs' graphs away from the resolvers,
 * one at a time, and has a test fail for it. With `--find` it first watches which tests give which fields, looks among
 * them for one that fails, and writes the table; without, it runs what the table names.
 * Run: npm run prove [-- [--find] [field …]]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { inputFields } from './input-fields.ts';

type Table = Record<string, string>;
const TABLE = 'test/enforced/fields.json';
const UNPROVEN = 'test/enforced/unproven.json';
const FOLDERS = ['test/feature', 'test/registry', 'test/experiment', 'test/monitoring'];
const MOST_FILES = 4;

const folder = mkdtempSync(join(tmpdir(), 'tiffin-prove-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('--'));
const isWanted = (field: string): boolean => wanted.length === 0 || wanted.includes(field);

const known = JSON.parse(readFileSync(TABLE, 'utf8')) as Table;

/** Writes the table, and beside it the fields that no test has been found for. */
function write(table: Table): string[] {
  const sorted = Object.fromEntries(Object.entries(table).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const missing = inputFields().filter((field) => table[field] === undefined);
  writeFileSync(TABLE, `${JSON.stringify(sorted, undefined, 2)}\n`);
  writeFileSync(UNPROVEN, `${JSON.stringify(missing, undefined, 2)}\n`);
  return missing;
}

interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly fullName: string; readonly title: string; readonly status: string }[];
}

function vitest(files: readonly string[], env: Record<string, string>): readonly FileResult[] {
  const output = join(folder, 'results.json');
  rmSync(output, { force: true });
  const config = ['--config', 'test/enforced/vitest.config.ts', '--reporter=json', `--outputFile=${output}`];
  spawnSync('node_modules/.bin/vitest', ['run', ...config, ...files], { env: { ...process.env, ...env } });
  return (JSON.parse(readFileSync(output, 'utf8')) as { testResults: FileResult[] }).testResults;
}

/** Field → test files that give it a value of its own, and the first test there that does. */
function watch(): Map<string, Map<string, string>> {
  const record = process.env['FIELD_RECORD'] ?? join(folder, 'record');
  if (process.env['FIELD_RECORD'] === undefined) vitest(FOLDERS, { FIELD_RECORD: record });
  const found = new Map<string, Map<string, string>>();
  for (const line of readFileSync(record, 'utf8').trim().split('\n')) {
    const [field = '', file = '', test = ''] = line.split('\t');
    if (file.endsWith('access.test.ts')) continue; // gives every field, and looks at none
    const files = found.get(field) ?? new Map<string, string>();
    if (!files.get(file)) files.set(file, test);
    found.set(field, files);
  }
  return found;
}

/** Takes away one field from each file at once; answers the test that failed of each. */
function takeAway(plan: Table): Map<string, string | undefined> {
  const planFile = join(folder, 'plan.json');
  writeFileSync(planFile, JSON.stringify(plan));
  const results = vitest(Object.keys(plan), { FIELD_PLAN: planFile });
  return new Map(
    results.map(({ name, status, assertionResults }) => {
      const failed = assertionResults.find((one) => one.status === 'failed');
      // Without what `beforeAll` needs no test of the file runs at all.
      const what = failed?.title ?? (status === 'failed' ? '(setup)' : undefined);
      return [relative(process.cwd(), name), what];
    }),
  );
}

function find(): Table {
  const candidates = new Map([...watch()].filter(([field]) => isWanted(field)));
  const open = new Map(
    inputFields().map((field) => [field, [...(candidates.get(field)?.keys() ?? [])].slice(0, MOST_FILES)]),
  );
  const table: Table = {};
  for (let round = 1; [...open.values()].some((files) => files.length > 0); round++) {
    const plan: Table = {};
    for (const [field, files] of open) {
      const free = files.find((file) => plan[file] === undefined);
      if (free !== undefined) plan[free] = field;
    }
    for (const [file, failed] of takeAway(plan)) {
      const field = plan[file];
      if (field === undefined) continue;
      if (failed === undefined)
        open.set(
          field,
          (open.get(field) ?? []).filter((one) => one !== file),
        );
      else {
        table[field] = `${file} :: ${failed}`;
        open.delete(field);
      }
    }
    console.log(
      `round ${round}: ${Object.keys(table).length} proven, ${[...open.values()].filter(({ length }) => length > 0).length} open`,
    );
    write({ ...known, ...table }); // it takes long: what is found stays when it is stopped
  }
  return table;
}

function prove(table: Table): string[] {
  const open = new Map(Object.entries(table).filter(([field]) => isWanted(field)));
  const unproven: string[] = [];
  while (open.size > 0) {
    const plan: Table = {};
    for (const [field, entry] of open) plan[entry.split(' :: ')[0] ?? ''] ??= field;
    for (const [file, failed] of takeAway(plan)) {
      const field = plan[file];
      if (field === undefined) continue;
      open.delete(field);
      if (failed === undefined) unproven.push(field);
    }
  }
  return unproven;
}

if (args.includes('--find')) {
  const missing = write({ ...known, ...find() });
  console.log(`without a test that fails:\n${missing.join('\n')}`);
} else {
  const unproven = prove(known);
  console.log(
    unproven.length === 0 ? 'every field changes its test' : `no test fails without:\n${unproven.join('\n')}`,
  );
  process.exitCode = unproven.length === 0 ? 0 : 1;
}
