/**
 * `npm run interop [-- part of a file's name … --option of Vitest …]`: tests against the programs of others. Each file gets what it
 * needs first: Pythons and programs of Java in `.interop/`, packages of npm in folders beside the files, all once. What this machine
 * does not have is left out with a line that says how to get it; TIFFIN_REQUIRE=interop makes that a failure.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { makeFolder, NotHere } from './runner/make.ts';
import { NEEDS, PARTS, type Part } from './runner/parts.ts';

const RESULTS = '.interop/results.json';
const FAILED = 1;
const NOT_BEGUN = 2;

interface Line {
  readonly name: string;
  readonly seconds: number;
  readonly outcome: 'passed' | 'failed' | 'left out';
  readonly told: string;
}

const say = (text: string): void => console.info(`npm run interop: ${text}`);
const secondsSince = (start: number): number => Math.round((performance.now() - start) / 1000);

/** The files that are asked for, and what is vitest's. */
function asked(): { readonly files: readonly string[]; readonly options: readonly string[] } {
  const names = readdirSync(import.meta.dirname).flatMap((name) => /^(.+)\.test\.ts$/.exec(name)?.[1] ?? []);
  const unknown = [...names, ...Object.keys(NEEDS)].filter((name) => !names.includes(name) || !(name in NEEDS));
  if (unknown.length > 0)
    throw new Error(`test/interop/runner/parts.ts: ${unknown.join(', ')}: says no needs, or is no file`);
  const args = process.argv.slice(2);
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const wanted = firstOption === -1 ? args : args.slice(0, firstOption);
  const lost = wanted.find((part) => !names.some((name) => pathOf(name).includes(part)));
  if (lost !== undefined) throw new NotHere(`${lost}: no such file, allowed are ${names.join(', ')}`);
  const files = names.filter((name) => wanted.length === 0 || wanted.some((part) => pathOf(name).includes(part)));
  return { files, options: firstOption === -1 ? [] : args.slice(firstOption) };
}

const pathOf = (name: string): string => `test/interop/${name}.test.ts`;

/** How each part was had, so that none is tried twice: a text is why it was not. */
const had = new Map<Part, true | string>();

/** Why a file cannot run, or null. */
function missing(name: string): string | null {
  for (const part of NEEDS[name] ?? []) {
    const answer = had.get(part) ?? make(part);
    had.set(part, answer);
    if (answer !== true) return `${part}: ${answer}`;
  }
  return null;
}

function make(part: Part): true | string {
  const start = performance.now();
  try {
    if (PARTS[part]()) say(`${part} made in ${secondsSince(start)} s`);
    return true;
  } catch (error) {
    if (error instanceof NotHere) return error.message;
    throw error;
  }
}

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

function test(name: string, options: readonly string[]): Line {
  const why = missing(name);
  if (why !== null) return { name, seconds: 0, outcome: 'left out', told: why };
  const start = performance.now();
  rmSync(RESULTS, { force: true });
  const { status } = spawnSync('node_modules/.bin/vitest', ['run', '--project', 'interop', pathOf(name), ...options], {
    stdio: 'inherit',
    env: { ...process.env, TIFFIN_TEST_RESULTS: RESULTS },
  });
  const seconds = secondsSince(start);
  const outcome = status === 0 ? 'passed' : 'failed';
  return { name, seconds, outcome, told: counted() };
}

function counted(): string {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;
    return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
  } catch {
    return 'ended without results';
  }
}

function main(): number {
  const { files, options } = asked();
  makeFolder();
  if (spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' }).status !== 0) {
    say('the build fails');
    return NOT_BEGUN;
  }
  const lines = files.map((name, index): Line => {
    const line = test(name, options);
    say(`${index + 1} of ${files.length}, ${name}: ${line.outcome} after ${line.seconds} s (${line.told})`);
    return line;
  });
  console.table(
    Object.fromEntries(lines.map(({ name, seconds, outcome, told }) => [name, { seconds, outcome, told }])),
  );
  const of = (outcome: Line['outcome']): string[] =>
    lines.flatMap((line) => (line.outcome === outcome ? line.name : []));
  const required = (process.env['TIFFIN_REQUIRE'] ?? '').split(',').includes('interop');
  const failed = [...of('failed'), ...(required ? of('left out') : [])];
  say(`${of('passed').length} files passed, ${of('failed').length} failed, ${of('left out').length} left out`);
  if (failed.length > 0) say(`failed: ${failed.join(', ')}`);
  return failed.length > 0 ? FAILED : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof NotHere)) throw error;
  say(error.message);
  process.exitCode = NOT_BEGUN;
}
