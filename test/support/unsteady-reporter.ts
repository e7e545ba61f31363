import type { Reporter, TestCase } from 'vitest/node';

/** Names each test that passed only when it ran again, with what it said the first time: none of them may stay. */
export class UnsteadyReporter implements Reporter {
  readonly #lines: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    const said = test.result().errors?.[0];
    this.#lines.push(
      `  ${test.module.relativeModuleId} > ${test.fullName}`,
      `    ${(said?.stack ?? said?.message ?? '').split('\n', 2).join('\n')}`,
    );
  }

  onTestRunEnd(): void {
    if (this.#lines.length === 0) return;
    process.stdout.write(`\nUnsteady, passed only at the second run: find the cause\n${this.#lines.join('\n')}\n`);
  }
}
