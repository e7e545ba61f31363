import type { ProgressOutput } from '../progress.ts';
import { stopwatch } from '../stopwatch.ts';

/** Tells of each step when it is done, with what it took. */
export class Steps {
  readonly #output: ProgressOutput;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** `work` answers its result and what to say of it. */
  async take<T>(name: string, work: () => Promise<readonly [T, string]>): Promise<T> {
    const took = stopwatch();
    const [result, said] = await work();
    this.#output.write(`  ${took().seconds.toFixed(1).padStart(5)} s  ${name}: ${said}\n`);
    return result;
  }
}
