import type { CompiledModel } from '../../core/tabular/compile-plan.ts';
import { agreementWithin, differenceOf, ulpsBetween } from '../../core/tensor/agreement.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';
import { writeTensor } from '../../core/tensor/written.ts';
import type { ModelInRelease } from '../../schema/release.ts';
import type { BlobOfModel, Engine } from './engine.ts';

/** How two engines answered one run: to the bit, within the bound of a proof, farther apart; or it was not compared. */
export const COMPARED = ['same', 'bounded', 'different', 'dropped'] as const;
export type Compared = (typeof COMPARED)[number];

export interface ComparisonDeps {
  /** What runs again what another engine has answered. */
  readonly other: Engine;
  /** Each so many runs one is compared. */
  readonly every: number;
  /** Runs that may wait to be compared; what comes beyond is dropped. */
  readonly mostQueued: number;
  /** Told once for each model of the first answer that differs. */
  readonly onDifference: (model: string, why: string) => void;
}

interface Run {
  readonly digest: string;
  readonly inputs: TensorMap;
  readonly outputs: readonly string[] | undefined;
  /** Undefined: it failed. */
  readonly answered: TensorMap | undefined;
}

/**
 * Runs some of what one engine answers on another as well, one after another and after the answer, and counts how they
 * compare. Nobody waits for it, and what it finds changes no answer.
 */
export class Comparison {
  readonly #deps: ComparisonDeps;
  readonly #counts = new Map<string, Record<Compared, number>>();
  readonly #reported = new Set<string>();
  #seen = 0;
  #queued = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(deps: ComparisonDeps) {
    this.#deps = deps;
  }

  /** Takes the run if it is its turn. */
  offer(run: Run): void {
    this.#seen++;
    if (this.#seen % this.#deps.every !== 0) return;
    if (this.#queued >= this.#deps.mostQueued) {
      this.#count(run.digest, 'dropped');
      return;
    }
    this.#queued++;
    this.#turn = this.#turn.then(() => this.#compare(run)).finally(() => this.#queued--);
  }

  /** By the digest of the model. */
  counts(): ReadonlyMap<string, Readonly<Record<Compared, number>>> {
    return this.#counts;
  }

  /** Over all models. */
  totals(): Readonly<Record<Compared, number>> {
    const totals = none();
    for (const counts of this.#counts.values()) for (const outcome of COMPARED) totals[outcome] += counts[outcome];
    return totals;
  }

  /** When all that was taken has been compared. */
  idle(): Promise<void> {
    return this.#turn;
  }

  async #compare({ digest, inputs, outputs, answered }: Run): Promise<void> {
    const theirs = await this.#deps.other.run(digest, inputs, outputs).catch((error: unknown) => error);
    const [outcome, why] = judge(answered, theirs, this.#deps.other.name);
    this.#count(digest, outcome);
    if (why === undefined || this.#reported.has(digest)) return;
    this.#reported.add(digest);
    this.#deps.onDifference(digest, why);
  }

  #count(digest: string, outcome: Compared): void {
    const counts = this.#counts.get(digest) ?? none();
    counts[outcome]++;
    this.#counts.set(digest, counts);
  }
}

const none = (): Record<Compared, number> => ({ same: 0, bounded: 0, different: 0, dropped: 0 });

/** What fails on both is answered alike. */
function judge(
  answered: TensorMap | undefined,
  theirs: unknown,
  other: string,
): readonly [outcome: Compared, why?: string] {
  if (theirs instanceof Error) return answered ? ['different', `${other} fails: ${theirs.message}`] : ['same'];
  if (!answered) return ['different', `it fails, and ${other} answers`];
  const expected = Object.entries(theirs as TensorMap).map(([name, tensor]) => writeTensor(name, tensor));
  const difference = differenceOf(expected, answered, 'EXACT');
  if (!difference) return ['same'];
  const isBounded = agreementWithin(ulpsBetween(expected, answered)) === 'BOUNDED';
  return [isBounded ? 'bounded' : 'different', `${difference.tensor} ${difference.why}`];
}

/** An engine whose runs are compared. */
export class ComparedEngine implements Engine {
  readonly name: string;
  readonly #engine: Engine;
  readonly #comparison: Comparison;

  constructor(engine: Engine, comparison: Comparison) {
    this.name = engine.name;
    this.#engine = engine;
    this.#comparison = comparison;
  }

  async run(digest: string, inputs: TensorMap, outputs?: readonly string[]): Promise<TensorMap> {
    let answered: TensorMap | undefined;
    try {
      answered = await this.#engine.run(digest, inputs, outputs);
      return answered;
    } finally {
      this.#comparison.offer({ digest, inputs, outputs, answered });
    }
  }

  prepare(file: ModelInRelease): BlobOfModel {
    return this.#engine.prepare?.(file) ?? file;
  }

  compiled(digest: string): Promise<CompiledModel> | undefined {
    return this.#engine.compiled?.(digest);
  }

  retain(digests: ReadonlySet<string>): void {
    this.#engine.retain(digests);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}
