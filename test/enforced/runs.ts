import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A test with its groups, `a view > has a name`, or '' for the set-up of a file. */
export interface TestName {
  readonly file: string;
  readonly test: string;
}

/** One field taken away from one test, or from all of a file where its set-up gives the field. */
export interface Attempt extends TestName {
  readonly field: string;
}

interface TestResult {
  readonly fullName: string;
  readonly title: string;
  readonly status: string;
}

interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly TestResult[];
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
  const { stderr } = spawnSync('node_modules/.bin/vitest', ['run', ...config, ...new Set(files)], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!existsSync(output)) throw new Error(`vitest did not run: ${stderr}`);
  const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as { testResults: FileResult[] };
  return testResults.map((result) => ({ ...result, name: relative(process.cwd(), result.name) }));
}

/** Field → the tests that give it a value of their own. */
export function watchedTests(folder: string, places: readonly string[]): Map<string, readonly TestName[]> {
  const record = process.env['FIELD_RECORD'] ?? join(folder, 'record');
  if (!existsSync(record)) vitest(folder, places, { FIELD_RECORD: record });
  const found = new Map<string, readonly TestName[]>();
  for (const line of readFileSync(record, 'utf8').trim().split('\n')) {
    const [field = '', file = '', test = ''] = line.split('\t');
    if (file.endsWith('access.test.ts')) continue; // gives every field, and looks at none
    found.set(field, [...(found.get(field) ?? []), { file, test }]);
  }
  return found;
}

/** Groups and test as vitest's JSON writes them, in a row. */
const inARow = (test: string): string => test.replaceAll(' > ', ' ');

const patternOf = (tests: readonly string[]): string =>
  tests
    .map((test) => test.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`).replaceAll(' > ', '(?: > | )'))
    .map((test) => `${test}$`)
    .join('|');

/** The attempts whose tests fail without the field and pass with it, with the title of the test. At most one per test. */
export function failuresOf(folder: string, attempts: readonly Attempt[]): Map<Attempt, string> {
  const planFile = join(folder, 'plan.json');
  const run = (some: readonly Attempt[], isPlanned: boolean): Map<Attempt, string> => {
    const whole = some.some(({ test }) => test === '');
    const plan: Record<string, Record<string, string>> = {};
    for (const { file, test, field } of some) (plan[file] ??= {})[test] = field;
    writeFileSync(planFile, JSON.stringify(plan));
    const names = whole ? [] : ['-t', patternOf(some.map(({ test }) => test))];
    const env: Record<string, string> = isPlanned ? { FIELD_PLAN: planFile } : {};
    const files = some.map(({ file }) => file);
    const results = some.length === 0 ? [] : vitest(folder, files, env, names);
    return new Map(
      some.flatMap((attempt): [Attempt, string][] => {
        const title = failedIn(results, attempt);
        return title === undefined ? [] : [[attempt, title]];
      }),
    );
  };
  const without = new Map<Attempt, string>();
  for (const some of [attempts.filter(({ test }) => test !== ''), attempts.filter(({ test }) => test === '')]) {
    const failed = run(some, true);
    // A test may fail by itself, or without the tests before it.
    const alone = run([...failed.keys()], false);
    for (const [attempt, title] of failed) if (!alone.has(attempt)) without.set(attempt, title);
  }
  return without;
}

function failedIn(results: readonly FileResult[], { file, test }: Attempt): string | undefined {
  const result = results.find(({ name }) => name === file);
  const failed = result?.assertionResults.filter(({ status }) => status === 'failed') ?? [];
  if (test !== '') return failed.find(({ fullName, title }) => fullName === inARow(test) || title === test)?.title;
  // Without what `beforeAll` needs no test of the file runs at all.
  return failed[0]?.title ?? (result?.status === 'failed' ? '(setup)' : undefined);
}
