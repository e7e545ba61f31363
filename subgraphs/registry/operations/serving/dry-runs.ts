import { DomainError } from '../../../../core/errors.ts';
import type { CompiledRecipe } from '../../../../core/recipe/compile-recipe.ts';
import type { RecipeProblem } from '../../../../core/recipe/problem.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import {
  readDryRun,
  valuesOfSample,
  type DryRun,
  type DryRunRequest,
  type DryRunResult,
} from '../../domain/serving/dry-run.ts';
import { compileChecked } from '../../domain/serving/recipe.ts';
import { readRecipe } from '../../domain/serving/release-input.ts';
import { requiresOf } from '../../domain/serving/release.ts';
import { versionUrn } from '../../domain/ids.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { findVersion } from '../../storage/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';
import { DryRunSample } from './dry-run-sample.ts';
import { layoutOf, provenBy } from './releases.ts';

/** Tries recipes on sample requests before anything is frozen. Changes nothing. */
export class DryRuns {
  readonly #deps: RegistryDeps;
  /** One at a time: each may load eight models. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /**
   * Checks a recipe as createRelease does, and says what it would answer. Versions need no approval for it. Throws
   * INVALID_INPUT for what is wrong with the order itself; what is wrong with the recipe is its result.
   */
  async dryRun({ actor: { project } }: RequestContext, input: unknown): Promise<DryRun> {
    const { recipe: written, requests, after } = readDryRun(input);
    if (after !== null) await this.#deps.awaitEvent(after, 'after');
    try {
      const recipe = readRecipe(project, written);
      const em = this.#deps.db.em();
      const versions = new Map<string, ModelVersion>();
      for (const [i, { version }] of recipe.models.entries()) {
        const field = `recipe.models.${i}.version`;
        versions.set(version, await findVersion(em, versionUrn.parse(project, version, field), field));
      }
      const layout = await layoutOf(em, project, recipe);
      const ground = { layout, contractOf: (version: string) => versions.get(version)?.contract };
      const { compiled, problems } = compileChecked(recipe, ground);
      if (problems.length > 0) return { problems: problems.map(inRecipe), requires: [], results: [] };
      const proofs = [...versions.values()].map((version) => ({ proofs: provenBy(version) }));
      const results = await this.#inTurn(() => this.#try(compiled, requests, versions));
      return { problems: [], requires: requiresOf(recipe, proofs), results };
    } catch (error) {
      const problems = problemsIn(error);
      if (problems) return { problems, requires: [], results: [] };
      throw error;
    }
  }

  async #try(
    recipe: CompiledRecipe,
    requests: readonly DryRunRequest[],
    versions: ReadonlyMap<string, ModelVersion>,
  ): Promise<DryRunResult[]> {
    const samples = requests.map((request, i): DryRunSample | RecipeProblem => {
      try {
        return new DryRunSample(recipe, valuesOfSample(recipe, request));
      } catch (error) {
        const problem = problemOf(error, `requests.${i}`);
        if (problem) return problem;
        throw error;
      }
    });
    const good = samples.filter((sample) => sample instanceof DryRunSample);
    for (const [i, { version }] of recipe.models.entries()) {
      const waiting = good.filter((sample) => sample.wants(i));
      if (waiting.length === 0) continue;
      const model = await this.#deps.blobs.read(versions.get(version)?.digest ?? '');
      const { modelJobs } = this.#deps;
      const { rows, runMs } = await modelJobs.tryRows(
        model,
        waiting.map((sample) => sample.rowFor(i)),
      );
      for (const [j, sample] of waiting.entries()) sample.take(i, rows[j], runMs / waiting.length);
    }
    return samples.map((sample) =>
      sample instanceof DryRunSample ? { answer: sample.answer() } : { problem: sample },
    );
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

const inRecipe = (problem: RecipeProblem): RecipeProblem => ({ ...problem, field: `recipe.${problem.field}` });

/** What is wrong with the recipe itself, where that is what was refused. */
function problemsIn(error: unknown): readonly RecipeProblem[] | null {
  if (!(error instanceof DomainError)) return null;
  const { field, problems } = error.details as { field?: unknown; problems?: readonly RecipeProblem[] };
  if (typeof field !== 'string' || !field.startsWith('recipe')) return null;
  if (problems && problems.length > 0) return problems;
  const problem = problemOf(error, field);
  return problem && [{ ...problem, field }];
}

function problemOf(error: unknown, at: string): RecipeProblem | null {
  if (!(error instanceof DomainError)) return null;
  const { field, allowed } = error.details;
  const list = Array.isArray(allowed) && allowed.length > 0 ? { allowed: allowed.map(String) } : {};
  return { field: typeof field === 'string' ? `${at}.${field}` : at, message: error.message, ...list };
}
