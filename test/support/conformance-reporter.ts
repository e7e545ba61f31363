import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { RUNTIME_FILES, RUNTIMES } from './conformance-runtimes.ts';
import { SUITES } from './conformance-suites.ts';

const FILE = 'docs/conformance.md';

const fileOf = ({ moduleId }: TestModule): string => relative(process.cwd(), moduleId);

/** How many tests of a file passed whose full names begin so. */
function passed(modules: readonly TestModule[], file: string, begins: string): number {
  let count = 0;
  for (const testModule of modules) {
    if (fileOf(testModule) !== file) continue;
    for (const test of testModule.children.allTests('passed')) if (test.fullName.startsWith(begins)) count++;
  }
  return count;
}

const SUITES_BEGIN = [
  '# Conformance',
  '',
  'How many cases of each suite from outside passed in the last complete run; of a suite that runs in part, of how many.',
  'The run writes this page (`TIFFIN_CONFORMANCE=write npm test`, with `TIFFIN_VECTORS`); where all that it needs is at',
  'hand, a run that counts otherwise fails.',
  '',
  '| suite | against | cases passed |',
  '| --- | --- | --- |',
];
const RUNTIMES_BEGIN = [
  '',
  '## Runtimes',
  '',
  'One set of requests asks each model (those of the examples, exported ones of scikit-learn, LightGBM and XGBoost, one of every',
  'element type, a recipe with rules) through each door: predict, batch, the Open Inference Protocol in JSON and bytes,',
  "MLflow's forms, outcomes, exposures, and what must be refused. Counted are the answers that are, to the last bit, those of a",
  "node in the test's own process on the same engine; in the last row, those of one engine that are the other's. The bundle",
  '`lite` is asked through the doors that it has.',
  '`TIFFIN_CONFORMANCE=write npm run test:faults` writes the rows, and `… npm run interop` those of Deno, Bun, Firefox and WebKitGTK,',
  "which has Safari's engine and is not Safari.",
  '',
  '| runtime | tabular engine | ONNX Runtime Web |',
  '| --- | --- | --- |',
];

/** What is counted of the page, line by line; what did not run stays as it was written. */
function pageOf(modules: readonly TestModule[], before: readonly string[]): string {
  const ran = new Set(modules.map(fileOf));
  const lineBefore = (name: string): string => before.find((line) => line.startsWith(`| ${name} | `)) ?? '';
  const allSuites = SUITES.every(({ file }) => ran.has(file));
  const suites = SUITES.map(({ name, against, file, begins, inAll }) => {
    if (!allSuites) return lineBefore(name);
    const own = passed(modules, file, begins);
    return `| ${name} | ${against} | ${inAll ? `${own} of ${inAll()}` : own} |`;
  });
  const runtimes = RUNTIMES.map(({ name, tabular, ort }) => {
    const own = [tabular, ort].map((shown) =>
      shown && ran.has(shown.file) ? passed(modules, shown.file, shown.begins) : 0,
    );
    // Nothing ran: its program is not at hand, or this was another run.
    if (own.every((count) => count === 0)) return lineBefore(name);
    return `| ${name} | ${own.map((count) => count || '–').join(' | ')} |`;
  });
  const rows = (list: readonly string[]): string[] => list.filter((line) => line !== '');
  return [...SUITES_BEGIN, ...rows(suites), ...RUNTIMES_BEGIN, ...rows(runtimes), ''].join('\n');
}

/** Holds docs/conformance.md to what a complete run has counted: a suite that ran no case cannot pass unseen. */
export class ConformanceReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const ran = new Set(modules.map(fileOf));
    const isAbout = SUITES.every(({ file }) => ran.has(file)) || RUNTIME_FILES.some((file) => ran.has(file));
    // A run with failures fails for them; what it counts says nothing.
    if (!isAbout || modules.some((module) => !module.ok())) return;
    const writes = process.env['TIFFIN_CONFORMANCE'] === 'write';
    if (!writes && !(process.env['TIFFIN_REQUIRE'] ?? '').split(',').includes('vectors')) return;
    const before = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
    const text = pageOf(modules, before.split('\n'));
    if (writes) writeFileSync(FILE, text);
    if (writes || before === text) return;
    process.stderr.write(
      `\n${FILE} is not what this run counted: the same run with TIFFIN_CONFORMANCE=write writes it anew\n${text}`,
    );
    process.exitCode = 1;
  }
}
