import { DomainError } from '../../../../core/errors.ts';
import { evaluateExpression } from '../../../../core/expression/evaluate.ts';
import { fill } from '../../../../core/recipe/binding.ts';
import { countingScores, isStacked, withScores } from '../../../../core/recipe/combine.ts';
import type { CompiledRecipe } from '../../../../core/recipe/compile-recipe.ts';
import {
  asValue,
  decide,
  decideWithoutScore,
  thresholdOf,
  undecided,
  type Decision,
} from '../../../../core/recipe/decide.ts';
import { scalarOf, type Values } from '../../../../core/recipe/value.ts';
import { writeTensor } from '../../../../core/tensor/written.ts';
import type { FallbackCause } from '../../../../schema/recipe.ts';
import type { TensorValue } from '../../../../schema/release.ts';
import type { DryRunAnswer, DryRunModel, SampleValues } from '../../domain/serving/dry-run.ts';
import type { RowAnswer } from '../../runtime/onnx-worker.ts';

interface Failure {
  readonly cause: FallbackCause;
  readonly detail: string;
}

/** One sample on its way through a recipe, by the laws that a node obeys. */
export class DryRunSample {
  readonly #recipe: CompiledRecipe;
  readonly #sample: SampleValues;
  readonly #values: Values;
  readonly #said: (number | null)[] = [];
  readonly #problems: (string | null)[] = [];
  readonly #timings: Record<string, number> = {};
  readonly #rows = new Map<number, readonly TensorValue[]>();
  #failure: Failure | null = null;

  constructor(recipe: CompiledRecipe, sample: SampleValues) {
    this.#recipe = recipe;
    this.#sample = sample;
    this.#values = { ...sample.inputs, ...sample.gathered };
    if (sample.missing.length > 0) {
      this.#failure = { cause: 'FEATURES_MISSING', detail: `no value for ${sample.missing.slice(0, 5).join(', ')}` };
      return;
    }
    this.#timed('derive', () => {
      try {
        for (const { name, expression } of recipe.derived) {
          this.#values[name] = asValue(evaluateExpression(expression, this.#values));
        }
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Whether a model is to be run for it: it has come so far, and its values fit. */
  wants(i: number): boolean {
    if (this.#failure) return false;
    const { recipe, models } = this.#recipe;
    const model = models[i];
    if (!model) return false;
    const values = isStacked(recipe, i) ? withScores(models, this.#values, this.#said) : this.#values;
    try {
      const row = model.bindings.map((binding) =>
        writeTensor(binding.tensor, fill(binding, values, this.#sample.arrays)),
      );
      this.#rows.set(i, row);
      return true;
    } catch (error) {
      this.#miss(i, error instanceof DomainError ? error.message : 'the values do not fit');
      return false;
    }
  }

  rowFor(i: number): readonly TensorValue[] {
    return this.#rows.get(i) ?? [];
  }

  /** What a model answered. */
  take(i: number, row: RowAnswer | undefined, ms: number): void {
    this.#timings['model'] = (this.#timings['model'] ?? 0) + ms;
    const place = this.#recipe.models[i]?.score;
    if (!row || !place || 'failed' in row) return this.#miss(i, row && 'failed' in row ? row.failed : 'it did not run');
    const value = Number(row.outputs.find(({ name }) => name === place.tensor)?.data[place.index]);
    if (!Number.isFinite(value)) return this.#miss(i, `${place.tensor}[${place.index}] is no finite number`);
    this.#said[i] = value;
    this.#problems[i] = null;
  }

  answer(): DryRunAnswer {
    const score = this.#failure ? null : this.#score();
    const decided = score === null ? null : this.#timed('rules', () => this.#decide(score));
    const shown = this.#failure ? this.#fallBack(this.#failure, decided) : { ...decided, score, fallback: null };
    const { stopped: _, ...rest } = { stopped: null, ...undecided(null), ...shown };
    const total = Object.values(this.#timings).reduce((sum, ms) => sum + ms, 0);
    return {
      features: this.#sample.features,
      derived: this.#recipe.derived.flatMap(({ name }) =>
        Object.hasOwn(this.#values, name) ? [{ name, value: scalarOf(this.#values[name] ?? null) }] : [],
      ),
      models: this.#models(),
      ...rest,
      timings: { ...this.#timings, total },
    };
  }

  #models(): DryRunModel[] {
    return this.#recipe.models.map(({ name, version }, i) => ({
      name,
      version,
      score: this.#said[i] ?? null,
      problem: this.#problems[i] ?? null,
    }));
  }

  #score(): number | null {
    try {
      if (this.#said.every((score) => score === null)) throw new Error('none of the models answered');
      const score = this.#recipe.combination(countingScores(this.#recipe.models, this.#said));
      if (Number.isFinite(score)) return score;
      throw new Error('the combination of the scores is no finite number');
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  #decide(score: number): ReturnType<typeof decide> {
    const { inputs, gathered: features } = this.#sample;
    const decided = decide(this.#recipe, { values: this.#values, inputs, features, scores: this.#said, score });
    const { stopped } = decided;
    if (stopped) {
      this.#failure = { cause: 'RULE_ERROR', detail: `the rule "${stopped.name}" has no value: ${stopped.error}` };
    }
    return decided;
  }

  #fallBack({ cause, detail }: Failure, decided: Decision | null): Pick<DryRunAnswer, 'score' | 'fallback'> & Decision {
    const action = this.#recipe.actions(cause);
    const fallback = { cause, action: action.kind, detail };
    if (action.kind === 'CONSTANT') {
      const decision = undecided(action.decision ?? thresholdOf(this.#recipe, action.score));
      return { ...decision, rules: decided?.rules ?? [], score: action.score, fallback };
    }
    const alone = action.kind === 'RULES_ONLY' ? decideWithoutScore(this.#recipe, this.#sample) : null;
    return { ...(alone ?? undecided(null)), score: null, fallback };
  }

  #miss(i: number, why: string): void {
    this.#said[i] = null;
    this.#problems[i] = why;
    if (this.#recipe.models[i]?.onError !== 'SKIP') this.#failure = { cause: 'ENGINE_ERROR', detail: why };
  }

  #fail(error: unknown): void {
    this.#failure = { cause: 'ENGINE_ERROR', detail: error instanceof Error ? error.message : 'it failed' };
  }

  #timed<T>(stage: string, work: () => T): T {
    const before = performance.now();
    try {
      return work();
    } finally {
      this.#timings[stage] = (this.#timings[stage] ?? 0) + performance.now() - before;
    }
  }
}
