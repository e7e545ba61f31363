import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One field taken away from the tests of a file, or from all of it where none is named. */
export interface Attempt {
  readonly field: string;
  readonly file: string;
  readonly tests: readonly string[];
}

interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly fullName: string; readonly title: string; readonly status: string }[];
}

function vitest(
  folder: string,
  files: readonly string[],
  env: Record<string, string>,
  more: readonly string[] = [],
): readonly FileResult[] {
  const output = join(folder, 'results.json');
  rmSync(output, { force: true });
  const config = ['--config', 'test/enforced/vitest.config.ts', '--reporter=json', `--outputFile=${output}`, ...more];
  const { stderr } = spawnSync('node_modules/.bin/vitest', ['run', ...config, ...files], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!existsSync(output)) throw new Error(`vitest did not run: ${stderr}`);
  return (JSON.parse(readFileSync(output, 'utf8')) as { testResults: FileResult[] }).testResults;
}

/** Field → the test files that give it a value of its own → the tests there that do; none where the file's set-up does. */
export function watchedTests(folder: string, places: readonly string[]): Map<string, Map<string, string[]>> {
  const record = process.env['FIELD_RECORD'] ?? join(folder, 'record');
  if (!existsSync(record)) vitest(folder, places, { FIELD_RECORD: record });
  const found = new Map<string, Map<string, string[]>>();
  const inSetUp = new Set<string>();
  for (const line of readFileSync(record, 'utf8').trim().split('\n')) {
    const [field = '', file = '', test = ''] = line.split('\t');
    if (file.endsWith('access.test.ts')) continue; // gives every field, and looks at none
    const files = found.get(field) ?? new Map<string, string[]>();
    if (test === '') inSetUp.add(`${field}\t${file}`);
    files.set(file, inSetUp.has(`${field}\t${file}`) ? [] : [...(files.get(file) ?? []), test]);
    found.set(field, files);
  }
  return found;
}

/** The tests' names as vitest's pattern for them: it knows a test by the words of its groups and its own, in a row. */
const patternOf = (tests: readonly string[]): string =>
  tests
    .map((test) => test.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`).replaceAll(' > ', '(?: > | )'))
    .map((test) => `${test}$`)
    .join('|');

/** File → the test that fails without the field and passes with it. At most one attempt per file. */
export function failuresOf(folder: string, attempts: readonly Attempt[]): Map<string, string> {
  const planFile = join(folder, 'plan.json');
  const run = (some: readonly Attempt[], isPlanned: boolean): Map<string, string> => {
    if (some.length === 0) return new Map();
    writeFileSync(planFile, JSON.stringify(Object.fromEntries(some.map(({ file, field }) => [file, field]))));
    const names = some.every(({ tests }) => tests.length > 0)
      ? ['-t', patternOf(some.flatMap(({ tests }) => tests))]
      : [];
    const files = some.map(({ file }) => file);
    return failed(vitest(folder, files, isPlanned ? { FIELD_PLAN: planFile } : {}, names));
  };
  const named = attempts.filter(({ tests }) => tests.length > 0);
  const whole = attempts.filter(({ tests }) => tests.length === 0);
  const without = new Map([...run(named, true), ...run(whole, true)]);
  // A test may fail without the tests before it: then the whole file is run.
  const suspects = named.filter(({ file }) => without.has(file));
  const alone = run(suspects, false);
  const again = suspects.filter(({ file }) => alone.has(file)).map((attempt) => ({ ...attempt, tests: [] }));
  const anew = run(again, true);
  for (const { file } of again) {
    const failure = anew.get(file);
    if (failure === undefined) without.delete(file);
    else without.set(file, failure);
  }
  return without;
}

function failed(results: readonly FileResult[]): Map<string, string> {
  return new Map(
    results.flatMap(({ name, status, assertionResults }): [string, string][] => {
      const test = assertionResults.find((one) => one.status === 'failed');
      // Without what `beforeAll` needs no test of the file runs at all.
      const title = test?.title ?? (status === 'failed' ? '(setup)' : undefined);
      return title === undefined ? [] : [[relative(process.cwd(), name), title]];
    }),
  );
}
