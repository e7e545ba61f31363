import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { SUITES } from './conformance-suites.ts';

const FILE = 'docs/conformance.md';

/** Passed cases of each suite, by the words that its tests' full names begin with. */
function countsOf(modules: readonly TestModule[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const testModule of modules) {
    const suites = SUITES.filter(({ file }) => file === relative(process.cwd(), testModule.moduleId));
    for (const test of suites.length === 0 ? [] : testModule.children.allTests('passed')) {
      const suite = suites.find(({ begins }) => test.fullName.startsWith(begins));
      if (suite) counts.set(suite.name, (counts.get(suite.name) ?? 0) + 1);
    }
  }
  return counts;
}

const page = (counts: ReadonlyMap<string, number>): string =>
  [
    '# Conformance',
    '',
    'How many cases of each suite from outside passed in the last complete run; of a suite that runs in part, of how many.',
    'The run writes this page (`TIFFIN_CONFORMANCE=write npm test`, with `TIFFIN_VECTORS`); where all that it needs is at',
    'hand, a run that counts otherwise fails.',
    '',
    '| suite | against | cases passed |',
    '| --- | --- | --- |',
    ...SUITES.map(({ name, against, inAll }) => {
      const passed = counts.get(name) ?? 0;
      return `| ${name} | ${against} | ${inAll ? `${passed} of ${inAll()}` : passed} |`;
    }),
    '',
  ].join('\n');

/** Holds docs/conformance.md to what a complete run has counted: a suite that ran no case cannot pass unseen. */
export class ConformanceReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const ran = new Set(modules.map(({ moduleId }) => relative(process.cwd(), moduleId)));
    if (!SUITES.every(({ file }) => ran.has(file))) return;
    const writes = process.env['TIFFIN_CONFORMANCE'] === 'write';
    if (!writes && !(process.env['TIFFIN_REQUIRE'] ?? '').split(',').includes('vectors')) return;
    const text = page(countsOf(modules));
    if (writes) {
      writeFileSync(FILE, text);
      return;
    }
    if (existsSync(FILE) && readFileSync(FILE, 'utf8') === text) return;
    process.stderr.write(
      `\n${FILE} is not what this run counted: TIFFIN_CONFORMANCE=write npm test writes it anew\n${text}`,
    );
    process.exitCode = 1;
  }
}
